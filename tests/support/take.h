// The value of a Result that a test cannot go on without.
#pragma once

#include <gtest/gtest.h>

#include "common/base/status.h"

namespace troupe {

template <typename T>
T take(Result<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.status().to_string();
    std::abort();
  }
  return std::move(result).value();
}

}  // namespace troupe
