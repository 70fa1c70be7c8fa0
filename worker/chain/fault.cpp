#include "worker/chain/fault.h"

#include "common/base/limits.h"

namespace troupe::chain {
namespace {

Fault fault_of(Code code) {
  switch (code) {
    case Code::kInvalid:
    case Code::kTooLarge: return Fault::kInput;
    case Code::kNotFound:
    case Code::kCorrupt:
    case Code::kPermissionDenied: return Fault::kModel;
    default: return Fault::kWorker;
  }
}

}  // namespace

Failure failure_of(const Status& status) {
  std::string reason = status.to_string();
  if (status.code() == Code::kNoSpace) {
    reason += "; the device's memory ran out: use a smaller size, a smaller dtype or fewer slots on this worker";
  }
  if (reason.size() > limits::kMaxReasonBytes) reason.resize(limits::kMaxReasonBytes);
  return {fault_of(status.code()), std::move(reason), false};
}

}  // namespace troupe::chain
