#include "common/base/status.h"

namespace troupe {

const char* code_name(Code code) {
  switch (code) {
    case Code::kOk: return "ok";
    case Code::kInvalid: return "invalid";
    case Code::kNotFound: return "not_found";
    case Code::kAlreadyExists: return "already_exists";
    case Code::kPermissionDenied: return "permission_denied";
    case Code::kUnavailable: return "unavailable";
    case Code::kTimeout: return "timeout";
    case Code::kCancelled: return "cancelled";
    case Code::kCorrupt: return "corrupt";
    case Code::kTooLarge: return "too_large";
    case Code::kNoSpace: return "no_space";
    case Code::kIo: return "io";
    case Code::kInternal: return "internal";
  }
  return "internal";
}

std::string Status::to_string() const {
  if (!place_ || place_->file.empty()) return message_;
  std::string text = place_->file;
  if (place_->line > 0) {
    text += ":" + std::to_string(place_->line);
    if (place_->column > 0) text += ":" + std::to_string(place_->column);
  }
  return text + ": " + message_;
}

Status Status::with_context(const std::string& context) const {
  Status out = *this;
  out.message_ = context + ": " + message_;
  return out;
}

}  // namespace troupe
