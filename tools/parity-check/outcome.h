// What became of one golden or of one of its cases.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::parity {

// Tolerances of max|a - b| / rms(reference), from the README of the parity sets.
inline constexpr double kExact = 0;
inline constexpr double kSigmas = 1e-6;
inline constexpr double kTrajectory = 1e-5;
inline constexpr double kText = 3e-5;
inline constexpr double kUnet = 5e-5;
inline constexpr double kVae = 1e-4;
inline constexpr double kClipSeg = 2e-4;
inline constexpr double kPipeline = 1e-3;
inline constexpr double kInpainting = 3e-3;  // of pipelines whose model sees the mask
inline constexpr double kInterpolated = 1e-5;

struct Outcome {
  enum class Verdict { kOk, kFail, kUnsupported };
  Verdict verdict = Verdict::kOk;
  std::string name;
  double worst = 0;      // of the comparison that came nearest to its tolerance, or passed it by most
  double tolerance = 0;  // of the same; 0: exact
  std::string reason;    // empty when ok

  // "ok NAME worst tolerance", with the reason behind it.
  std::string line() const;
};

Outcome failed(const std::string& name, const Status& status);
Outcome unsupported(const std::string& name, const std::string& reason);

// Gathers the comparisons of one case.
class Comparison {
 public:
  explicit Comparison(std::string name) { outcome_.name = std::move(name); }

  // Shapes must be equal; any dtypes.
  void close(const std::string& what, const at::Tensor& actual, const at::Tensor& expected, double tolerance);
  // Shapes, dtypes and values must be equal.
  void equal(const std::string& what, const at::Tensor& actual, const at::Tensor& expected);
  void equal(const std::string& what, const std::vector<std::int64_t>& actual,
             const std::vector<std::int64_t>& expected);
  // The same for bytes, which may differ by `most`.
  void within(const std::string& what, const at::Tensor& actual, const at::Tensor& expected, int most);
  void fail(const std::string& reason);
  // The golden's tensor to compare with, or a failure: an undefined tensor, which close and equal pass over.
  at::Tensor expect(const Result<at::Tensor>& tensor);

  const Outcome& outcome() const { return outcome_; }

 private:
  void note(const std::string& what, double difference, double tolerance);

  Outcome outcome_;
  double worst_share_ = -1;  // of the tolerance
};

}  // namespace troupe::parity
