#include "coordinator/cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "coordinator/cli/exit_codes.h"

namespace troupe::cli {
namespace {

// Characters that a terminal shows: UTF-8 continuation bytes and colour codes take no room.
std::size_t shown_width(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (i < text.size() && text[i] != 'm') ++i;
      continue;
    }
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) ++width;
  }
  return width;
}

bool looks_numeric(const std::string& text) {
  return text == "-" || (!text.empty() && text.find_first_not_of("0123456789.,%") == std::string::npos);
}

std::string format_number(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

Output::Output(Format format) : format_(format), interactive_(isatty(STDERR_FILENO) == 1) {
  const char* no_colour = std::getenv("NO_COLOR");
  colour_ = isatty(STDOUT_FILENO) == 1 && !(no_colour && *no_colour);
}

void Output::json(const nlohmann::json& value) const {
  if (format_ == Format::kJson)
    std::printf("%s\n", value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void Output::text(const std::string& text) const {
  if (format_ != Format::kTable) return;
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);  // whoever reads a pipe or a log sees it now
}

void Output::field(const std::string& key, const std::string& value) const {
  constexpr std::size_t kColumn = 18;
  if (value.empty() || value == "-") return;
  const std::string shown = printable(key);
  text(shown + std::string(shown.size() < kColumn ? kColumn - shown.size() : 1, ' ') + printable(value));
}

void Output::quiet(const std::string& text) const {
  if (format_ == Format::kQuiet) std::printf("%s\n", text.c_str());
}

void Output::remark(const std::string& text) const {
  if (format_ == Format::kTable) std::fprintf(stderr, "%s\n", text.c_str());
}

int Output::error(const Status& status) const {
  if (format_ == Format::kJson) {
    nlohmann::json error = {{"code", code_name(status.code())},
                            {"message", status.message()},
                            {"file", nullptr},
                            {"line", nullptr},
                            {"column", nullptr}};
    if (const auto& place = status.place()) {
      if (!place->file.empty()) error["file"] = place->file;
      if (place->line > 0) error["line"] = place->line;
      if (place->column > 0) error["column"] = place->column;
    }
    const nlohmann::json whole = {{"error", error}};
    std::fprintf(stderr, "%s\n", whole.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::fprintf(stderr, "troupe: %s\n", status.to_string().c_str());
  }
  return exit_code(status);
}

std::string Output::paint(const std::string& text, int colour) const {
  return colour_ ? "\x1b[" + std::to_string(colour) + "m" + text + "\x1b[0m" : text;
}

std::string table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  std::vector<bool> numeric;
  for (std::size_t column = 0; column < headings.size(); ++column) {
    std::size_t width = shown_width(headings[column]);
    bool numbers = !rows.empty();
    for (const auto& row : rows) {
      width = std::max(width, shown_width(row[column]));
      numbers = numbers && looks_numeric(row[column]);
    }
    widths.push_back(width);
    numeric.push_back(numbers);
  }
  std::string text;
  const auto add_row = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t column = 0; column < headings.size(); ++column) {
      if (column > 0) line += "  ";
      const std::string room(widths[column] - shown_width(row[column]), ' ');
      line += numeric[column] ? room + row[column] : row[column] + room;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_row(headings);
  for (const auto& row : rows) add_row(row);
  text.pop_back();
  return text;
}

std::string duration_text(const nlohmann::json& seconds) {
  if (!seconds.is_number()) return "-";
  const double value = seconds.get<double>();
  if (value < 60) return format_number("%.1f s", value);
  const auto whole = static_cast<long long>(value + 0.5);
  char text[64];
  if (whole < 3600) {
    std::snprintf(text, sizeof text, "%lld min %02lld s", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld h %02lld min", whole / 3600, whole / 60 % 60);
  }
  return text;
}

std::string bytes_text(double bytes) {
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  int unit = 0;
  while (bytes >= 999.5 && unit < 4) {
    bytes /= 1000;
    ++unit;
  }
  return format_number(unit == 0 || bytes >= 99.5 ? "%.0f " : "%.1f ", bytes) + kUnits[unit];
}

std::string count_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string printable(std::string text) {
  for (char& c : text) {
    const auto code = static_cast<unsigned char>(c);
    if ((code < 0x20 && c != '\n') || code == 0x7f) c = '?';
  }
  return text;
}

std::string cell_text(const nlohmann::json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>().empty() ? "-" : value.get<std::string>();
  if (value.is_number_float()) return format_number("%.2f", value.get<double>());
  return value.dump();
}

}  // namespace troupe::cli
