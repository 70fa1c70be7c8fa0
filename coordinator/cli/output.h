// Where a command's words go: one JSON value or a table on standard output, errors on standard error.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::cli {

enum class Format { kTable, kJson, kQuiet };

class Output {
 public:
  explicit Output(Format format);

  Format format() const { return format_; }
  bool table() const { return format_ == Format::kTable; }
  // A person watches standard error: progress may be drawn over itself.
  bool interactive() const { return interactive_; }
  // Standard output may carry colours: a terminal, and NO_COLOR is not set.
  bool colour() const { return colour_; }

  // The command's answer in kJson; nothing otherwise.
  void json(const nlohmann::json& value) const;
  // The command's answer in kTable; nothing otherwise. A newline is added.
  void text(const std::string& text) const;
  // A line of an answer that is a list of what is known, in kTable: nothing where the value is empty or "-". Text from
  // outside may stand in it (printable).
  void field(const std::string& key, const std::string& value) const;
  void heading(const std::string& text) const { this->text(text + ":"); }
  // The command's answer in kQuiet, a value a line, for scripts; nothing otherwise.
  void quiet(const std::string& text) const;
  // A remark for a person, on standard error; nothing in kQuiet and kJson.
  void remark(const std::string& text) const;
  // Prints the error and returns the exit code that says it.
  int error(const Status& status) const;

  // `text` in an ANSI colour (31 red, 32 green, ...) where colours are wanted, else as it is.
  std::string paint(const std::string& text, int colour) const;

 private:
  Format format_;
  bool interactive_;
  bool colour_;
};

// Columns aligned with two spaces between; a number column is one whose every cell looks like a number and is aligned
// right. Colour codes count no width.
std::string table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows);

// "1 h 04 min", "3 min 20 s", "12.5 s", "-" for null.
std::string duration_text(const nlohmann::json& seconds);
// "1.5 MB"
std::string bytes_text(double bytes);
// "12,345"
std::string count_text(std::uint64_t count);
// Text from outside without control characters, which could steer a terminal: newlines stay, the rest become "?".
std::string printable(std::string text);
// A JSON scalar as a table shows it: null is "-".
std::string cell_text(const nlohmann::json& value);

}  // namespace troupe::cli
