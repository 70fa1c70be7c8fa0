#include "coordinator/cli/sheet_grid.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

namespace troupe::cli {
namespace {

constexpr std::size_t kMostColumns = 12;

using Parts = AddressParts;

// Values speak for themselves, but numbers need the axis's name.
std::string label(const std::pair<std::string, std::string>& part) {
  const bool number = part.second.find_first_not_of("0123456789.-") == std::string::npos;
  return number ? part.first + " " + part.second : part.second;
}

// The axes that take more than one value, in the order of the addresses.
std::vector<std::size_t> varying(const std::vector<Parts>& all) {
  std::vector<std::size_t> axes;
  for (std::size_t axis = 0; axis < all.front().size(); ++axis) {
    const bool varies = std::any_of(all.begin(), all.end(), [&](const Parts& parts) {
      return axis < parts.size() && parts[axis].second != all.front()[axis].second;
    });
    if (varies) axes.push_back(axis);
  }
  return axes;
}

// The labels of some axes: the first on a line of its own, so that neighbours can share it.
std::string joined(const Parts& parts, const std::vector<std::size_t>& axes, const char* separator) {
  std::string text;
  for (const std::size_t axis : axes) {
    if (!text.empty()) text += text.find('\n') == std::string::npos ? separator : ", ";
    if (axis < parts.size()) text += label(parts[axis]);
  }
  return text;
}

std::size_t position(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

picture::SheetCell cell(const SheetPicture& picture, const PictureLoader& load) {
  picture::SheetCell out;
  out.load = [digest = picture.digest, load] { return load(digest); };
  if (picture.kept) out.state = picture::CellState::kKept;
  if (picture.rejected) out.state = picture::CellState::kRejected;
  if (picture.score) out.caption = score_text(*picture.score);
  return out;
}

}  // namespace

AddressParts address_parts(const std::string& address) {
  AddressParts parts;
  for (std::size_t start = 0; start < address.size();) {
    const std::size_t end = std::min(address.find(',', start), address.size());
    const std::string part = address.substr(start, end - start);
    const std::size_t equals = std::min(part.find('='), part.size());
    parts.emplace_back(part.substr(0, equals), equals < part.size() ? part.substr(equals + 1) : "");
    start = end + 1;
  }
  return parts;
}

std::string score_text(double score) {
  char text[32];
  std::snprintf(text, sizeof text, std::abs(score) < 10 ? "%.2f" : "%.0f", score);
  return text;
}

picture::Sheet lay_out_grid(const std::vector<SheetPicture>& pictures, const PictureLoader& load) {
  picture::Sheet sheet;
  std::vector<Parts> parts;
  for (const auto& picture : pictures) parts.push_back(address_parts(picture.address));
  if (parts.empty()) return sheet;
  std::vector<std::size_t> axes = varying(parts);
  if (axes.size() >= 2) {
    const std::vector<std::size_t> rows_axis = {axes.front()}, columns_axes(axes.begin() + 1, axes.end());
    std::vector<std::string> rows, columns;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> at;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const std::size_t row = position(rows, joined(parts[i], rows_axis, "\n"));
      at[{row, position(columns, joined(parts[i], columns_axes, "\n"))}] = i;
      if (columns.size() > kMostColumns) break;
    }
    if (columns.size() <= kMostColumns) {
      sheet.row_headings = rows;
      sheet.column_headings = columns;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t column = 0; column < columns.size(); ++column) {
          const auto found = at.find({row, column});
          picture::SheetCell empty;
          empty.state = picture::CellState::kEmpty;
          sheet.cells.push_back(found == at.end() ? empty : cell(pictures[found->second], load));
        }
      }
      return sheet;
    }
  }
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    sheet.cells.push_back(cell(pictures[i], load));
    std::string& caption = sheet.cells.back().caption;
    const std::string labels = joined(parts[i], axes, "\n");
    const bool two_lines = labels.find('\n') != std::string::npos;
    if (!labels.empty()) caption = caption.empty() ? labels : labels + (two_lines ? ", " : "\n") + caption;
  }
  return sheet;
}

}  // namespace troupe::cli
