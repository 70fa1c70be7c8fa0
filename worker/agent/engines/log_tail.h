// The last lines that an engine wrote, for the people who read why a job failed.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::agent {

// Keeps limits::kMaxLogLines lines of at most limits::kMaxLogLineBytes bytes, whatever comes.
class LogTail {
 public:
  void add(std::string_view bytes);
  // The oldest first; a last line without its end included. Valid UTF-8 without control characters.
  std::vector<std::string> lines() const;

 private:
  void end_line();
  std::deque<std::string> lines_;
  std::string open_;
};

}  // namespace troupe::agent
