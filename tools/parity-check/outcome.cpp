#include "tools/parity-check/outcome.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <sstream>

namespace troupe::parity {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

template <typename T>
std::string text_of(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace

std::string Outcome::line() const {
  const std::string tail = reason.empty() ? "" : "  " + reason;
  switch (verdict) {
    case Verdict::kOk: return "ok " + name + " " + number(worst) + " " + number(tolerance);
    case Verdict::kFail: return "FAIL " + name + " " + number(worst) + " " + number(tolerance) + tail;
    case Verdict::kUnsupported: break;
  }
  return "unsupported " + name + " - -" + tail;
}

Outcome failed(const std::string& name, const Status& status) {
  return {Outcome::Verdict::kFail, name, kInfinity, kExact, status.to_string()};
}

Outcome unsupported(const std::string& name, const std::string& reason) {
  return {Outcome::Verdict::kUnsupported, name, 0, 0, reason};
}

void Comparison::note(const std::string& what, double difference, double tolerance) {
  const double share = difference <= 0 ? 0 : tolerance > 0 ? difference / tolerance : kInfinity;
  const bool passed = difference <= tolerance;  // false for NaN
  if (!passed) fail(what + " differs by " + number(difference) + ", tolerance " + number(tolerance));
  if (!(share > worst_share_) && passed) return;
  worst_share_ = std::isnan(share) ? kInfinity : share;
  outcome_.worst = difference;
  outcome_.tolerance = tolerance;
}

void Comparison::fail(const std::string& reason) {
  if (outcome_.verdict == Outcome::Verdict::kFail) return;
  outcome_.verdict = Outcome::Verdict::kFail;
  outcome_.reason = reason;
  outcome_.worst = kInfinity;
}

at::Tensor Comparison::expect(const Result<at::Tensor>& tensor) {
  if (tensor.ok()) return *tensor;
  fail(tensor.status().to_string());
  return {};
}

void Comparison::close(const std::string& what, const at::Tensor& actual, const at::Tensor& expected,
                       double tolerance) {
  if (!expected.defined()) return;
  if (actual.sizes() != expected.sizes()) {
    return fail(what + " has the shape " + text_of(actual.sizes()) + ", not " + text_of(expected.sizes()));
  }
  if (expected.numel() == 0) return;
  const at::Tensor a = actual.to(at::kCPU, at::kDouble), b = expected.to(at::kDouble);
  const double most = (a - b).abs().max().item<double>();
  const double rms = std::sqrt(b.square().mean().item<double>());
  note(what, most == 0 ? 0 : most / rms, tolerance);
}

void Comparison::equal(const std::string& what, const at::Tensor& actual, const at::Tensor& expected) {
  if (!expected.defined()) return;
  if (actual.scalar_type() != expected.scalar_type()) {
    return fail(what + " is of the type " + text_of(actual.scalar_type()) + ", not " + text_of(expected.scalar_type()));
  }
  close(what, actual, expected, kExact);
}

void Comparison::within(const std::string& what, const at::Tensor& actual, const at::Tensor& expected, int most) {
  if (!expected.defined()) return;
  if (actual.sizes() != expected.sizes() || actual.scalar_type() != expected.scalar_type()) {
    return fail(what + " has another shape or type");
  }
  note(what, (actual.to(at::kInt) - expected.to(at::kInt)).abs().max().item<double>(), most);
}

void Comparison::equal(const std::string& what, const std::vector<std::int64_t>& actual,
                       const std::vector<std::int64_t>& expected) {
  if (actual == expected) return note(what, 0, kExact);
  const auto differing = std::mismatch(actual.begin(), actual.end(), expected.begin(), expected.end());
  fail(what + " differs at " + std::to_string(differing.first - actual.begin()) + " (" + std::to_string(actual.size()) +
       " numbers, " + std::to_string(expected.size()) + " expected)");
}

}  // namespace troupe::parity
