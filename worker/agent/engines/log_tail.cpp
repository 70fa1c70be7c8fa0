#include "worker/agent/engines/log_tail.h"

#include "common/base/limits.h"
#include "common/wire/text.h"

namespace troupe::agent {

void LogTail::add(std::string_view bytes) {
  for (const char byte : bytes) {
    if (byte == '\n') {
      end_line();
    } else if (open_.size() < limits::kMaxLogLineBytes) {
      const auto code = static_cast<unsigned char>(byte);
      open_.push_back(code == '\t' || (code < 0x20) || code == 0x7f ? ' ' : byte);
    }
  }
}

void LogTail::end_line() {
  lines_.push_back(std::move(open_));
  open_.clear();
  if (lines_.size() > limits::kMaxLogLines) lines_.pop_front();
}

std::vector<std::string> LogTail::lines() const {
  std::vector<std::string> out;
  const std::size_t count = lines_.size() + (open_.empty() ? 0 : 1);
  for (std::size_t i = count > limits::kMaxLogLines ? 1 : 0; i < lines_.size(); ++i) {
    out.push_back(wire::fit_text(lines_[i], limits::kMaxLogLineBytes));
  }
  if (!open_.empty()) out.push_back(wire::fit_text(open_, limits::kMaxLogLineBytes));
  return out;
}

}  // namespace troupe::agent
