// Turns libtorch's exceptions into Status, once, where the diffusion library is entered from outside.
//
// The networks' forward methods throw what libtorch throws (c10::Error: out of memory, shapes that do not fit); the
// pipeline and the programs call them inside catch_torch.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "common/base/status.h"

namespace troupe::diffusion {

// The Status of the exception that is being handled: kNoSpace when memory ran out (a smaller batch may fit), else
// kInternal; "what: first line of the exception's message". To be called inside a catch block.
Status torch_exception_status(const std::string& what);

// Result of `call`; when it throws, torch_exception_status. `call` returns a T or a Result<T>; for void, return a
// Status.
template <typename Call>
auto catch_torch(const std::string& what, Call&& call) {
  using Value = std::invoke_result_t<Call>;
  using Returned = std::conditional_t<std::is_constructible_v<Value, Status>, Value, Result<Value>>;
  try {
    return Returned(std::forward<Call>(call)());
  } catch (...) {
    return Returned(torch_exception_status(what));
  }
}

}  // namespace troupe::diffusion
