// The golden tensors that the Python reference wrote, for tests.
#pragma once

#include <ATen/core/Tensor.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "worker/diffusion/weights/safetensors.h"

namespace troupe::diffusion {

// The folder with goldens/ and models/: $TROUPE_PARITY, else shared/parity beside the source tree; empty when there is
// none.
std::string parity_folder();

// goldens/NAME.safetensors with its tensors; aborts the test program where it cannot be read.
class Golden {
 public:
  explicit Golden(const std::string& name);
  bool has(const std::string& tensor) const { return file_->contains(tensor); }
  at::Tensor operator[](const std::string& tensor) const;

 private:
  std::shared_ptr<const SafetensorsFile> file_;
};

// max |a - b| / rms(reference); infinite where the shapes differ.
double relative_error(const at::Tensor& actual, const at::Tensor& reference);

}  // namespace troupe::diffusion

// At the start of a golden test: skips it where there are no goldens, loudly; in CI that is a failure.
#define TROUPE_NEEDS_GOLDENS()                                                                               \
  do {                                                                                                       \
    if (::troupe::diffusion::parity_folder().empty()) {                                                      \
      const char* ci = std::getenv("CI");                                                                    \
      ASSERT_FALSE(ci != nullptr && std::string(ci) == "true") << "CI needs the goldens: set TROUPE_PARITY"; \
      GTEST_SKIP() << "NO GOLDENS: set TROUPE_PARITY to the folder that holds goldens/ and models/";         \
    }                                                                                                        \
  } while (false)
