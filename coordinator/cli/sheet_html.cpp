#include "coordinator/cli/sheet_html.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/base/hash.h"
#include "coordinator/cli/html.h"
#include "coordinator/cli/output.h"
#include "coordinator/cli/sheet_page.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostChips = 60;  // of one axis

std::string attribute(const std::string& name, const std::string& value) {
  return " " + name + "=\"" + escape_html(value) + "\"";
}

std::string state_of(const SheetPicture& picture) {
  return picture.rejected ? "rejected" : picture.kept ? "kept" : "done";
}

bool selects(const HtmlSheet& sheet) {
  return std::ranges::any_of(sheet.cells, [](const auto& cell) { return cell.picture.kept; });
}

// "faces 1", "likeness mia 0.71": scores as words, small maps laid flat.
void add_scores(const std::string& name, const nlohmann::ordered_json& value, std::vector<std::string>& words) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) add_scores(name.empty() ? key : name + " " + key, inner, words);
  } else if (value.is_number_float()) {
    words.push_back(name + " " + score_text(value.get<double>()));
  } else if (value.is_string()) {
    words.push_back(name + ": " + value.get<std::string>());
  } else {
    words.push_back(name + " " + value.dump(-1, ' ', false, json::error_handler_t::replace));
  }
}

std::string scores_text(const SheetPicture& picture) {
  std::vector<std::string> words;
  if (picture.scores.is_object()) add_scores("", picture.scores, words);
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " · ") + word;
  return text;
}

// The axes that take more than one value, with their values, in the order of the addresses.
std::vector<std::pair<std::string, std::vector<std::string>>> axes_of(const HtmlSheet& sheet) {
  std::vector<std::pair<std::string, std::vector<std::string>>> axes;
  for (const HtmlSheet::Cell& cell : sheet.cells) {
    for (const auto& [axis, value] : address_parts(cell.picture.address)) {
      auto known = std::ranges::find(axes, axis, [](const auto& entry) { return entry.first; });
      if (known == axes.end()) known = axes.insert(axes.end(), {axis, {}});
      if (std::ranges::find(known->second, value) == known->second.end()) known->second.push_back(value);
    }
  }
  std::erase_if(axes, [](const auto& axis) { return axis.second.size() < 2; });
  return axes;
}

std::string chips(const std::string& axis, const std::vector<std::string>& values) {
  std::string html = "<fieldset" + attribute("data-axis", axis) + "><legend>" + escape_html(axis) + "</legend>";
  for (std::size_t i = 0; i < std::min(values.size(), kMostChips); ++i) {
    html += "<button type=\"button\" aria-pressed=\"false\"" + attribute("data-value", values[i]) + ">" +
            escape_html(values[i]) + "</button>";
  }
  if (values.size() > kMostChips) html += "<span>… " + count_text(values.size()) + " values</span>";
  return html + "</fieldset>\n";
}

std::string filters(const HtmlSheet& sheet) {
  std::string html;
  std::set<std::string> states;
  for (const HtmlSheet::Cell& cell : sheet.cells) states.insert(state_of(cell.picture));
  if (states.size() > 1) html += chips("state", {states.begin(), states.end()});
  for (const auto& [axis, values] : axes_of(sheet)) html += chips(axis, values);
  return html;
}

std::string caption(const HtmlSheet::Cell& cell, const std::set<std::string>& varying) {
  std::string words;
  for (const auto& [axis, value] : address_parts(cell.picture.address)) {
    if (!varying.contains(axis)) continue;
    const bool number = value.find_first_not_of("0123456789.-") == value.npos;
    words += "<span>" + escape_html(number ? axis + " " + value : value) + "</span> ";
  }
  return words.empty() ? "<span>" + escape_html(cell.picture.path) + "</span>" : words;
}

std::string figure(const HtmlSheet::Cell& cell, const std::set<std::string>& varying) {
  const SheetPicture& picture = cell.picture;
  json axes = json::object();
  for (const auto& [axis, value] : address_parts(picture.address)) axes[axis] = value;
  const std::string state = state_of(picture);
  std::string html = "<figure class=\"" + state + "\"" + attribute("data-state", state) +
                     attribute("data-address", picture.address) + attribute("data-path", picture.path) +
                     attribute("data-index", std::to_string(picture.index)) +
                     attribute("data-axes", axes.dump(-1, ' ', false, json::error_handler_t::replace)) +
                     attribute("data-scores", scores_text(picture));
  if (picture.score) html += attribute("data-score", std::to_string(*picture.score));
  if (!cell.link.empty()) html += attribute("data-link", cell.link);
  html += "><button type=\"button\" class=\"picture\">";
  if (cell.thumbnail.empty()) {
    html += "<span class=\"trouble\">" + escape_html(cell.trouble) + "</span>";
  } else {
    html += "<img loading=\"lazy\" width=\"" + std::to_string(cell.width) + "\" height=\"" +
            std::to_string(cell.height) + "\"" + attribute("alt", picture.address) + " src=\"data:image/jpeg;base64," +
            base64(cell.thumbnail) + "\">";
  }
  html += "</button><figcaption>" + caption(cell, varying);
  if (picture.score) html += "<b>" + escape_html(score_text(*picture.score)) + "</b>";
  return html + "</figcaption></figure>\n";
}

std::string counts_text(const HtmlSheet& sheet) {
  std::map<std::string, std::uint64_t> counts;
  for (const HtmlSheet::Cell& cell : sheet.cells) ++counts[state_of(cell.picture)];
  std::string text = count_text(sheet.cells.size()) + (sheet.cells.size() == 1 ? " picture" : " pictures");
  if (selects(sheet)) text += ", " + count_text(counts["kept"]) + " kept";
  if (counts["rejected"] > 0) text += ", " + count_text(counts["rejected"]) + " rejected";
  if (sheet.more) text += ", the first of more";
  return text;
}

// `page` with each <!--name--> replaced; what stands in a value is never looked at again.
std::string fill(std::string_view page, const std::map<std::string, std::string, std::less<>>& values) {
  std::string filled;
  for (;;) {
    const std::size_t start = page.find("<!--");
    if (start == page.npos) return filled += page;
    const std::size_t end = page.find("-->", start);
    filled += page.substr(0, start);
    filled += values.at(std::string(page.substr(start + 4, end - start - 4)));
    page.remove_prefix(end + 3);
  }
}

}  // namespace

std::string write_html_sheet(const HtmlSheet& sheet) {
  std::set<std::string> varying;
  for (const auto& [axis, values] : axes_of(sheet)) varying.insert(axis);
  std::string cells;
  for (const HtmlSheet::Cell& cell : sheet.cells) cells += figure(cell, varying);
  const bool scored = std::ranges::any_of(sheet.cells, [](const auto& cell) { return cell.picture.score.has_value(); });
  return fill(kSheetPage,
              {{"policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" +
                              base64(sha256(kSheetScript).view()) + "'; base-uri 'none'; form-action 'none'"},
               {"title", escape_html(sheet.title)},
               {"campaign", escape_html(sheet.title)},
               {"counts", escape_html(counts_text(sheet))},
               {"slice", escape_html(sheet.slice)},
               {"filters", filters(sheet)},
               {"sort", scored ? "" : " hidden"},
               {"style", std::string(kSheetStyle)},
               {"cells", cells},
               {"script", std::string(kSheetScript)}});
}

}  // namespace troupe::cli
