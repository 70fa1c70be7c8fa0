#include <ATen/ATen.h>

#include <map>
#include <regex>
#include <vector>

#include "tools/parity-check/checks.h"
#include "worker/diffusion/pictures/resize.h"

namespace troupe::parity {
namespace {

using diffusion::Filter;

struct Size {
  std::int64_t height = 0, width = 0;
};

// pil_FILTER_WIDTHxHEIGHT: Pillow, whose bytes must be met to within one.
void check_pillow(Comparison& comparison, const std::string& name, const std::string& filter, Size size,
                  const at::Tensor& source, const at::Tensor& expected) {
  static const std::map<std::string, Filter> filters = {{"nearest", Filter::kNearest},
                                                        {"bilinear", Filter::kBilinear},
                                                        {"bicubic", Filter::kBicubic},
                                                        {"lanczos", Filter::kLanczos}};
  const auto found = filters.find(filter);
  if (found == filters.end()) return comparison.fail(name + ": an unknown filter");
  const at::Tensor actual = diffusion::resize_bytes(source, size.height, size.width, found->second);
  comparison.within(name, actual, expected, found->second == Filter::kNearest ? 0 : 1);
}

// interp_MODE_HEIGHTxWIDTH: torch's interpolate on values from 0 to 1, as the models here call it.
at::Tensor interpolated(const std::string& mode, bool antialias, Size size, const at::Tensor& source) {
  const at::Tensor values = source.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat) / 255;
  const std::vector<std::int64_t> to = {size.height, size.width};
  if (mode == "nearest") return at::upsample_nearest2d(values, to);
  if (mode == "bilinear") {
    return antialias ? at::_upsample_bilinear2d_aa(values, to, false) : at::upsample_bilinear2d(values, to, false);
  }
  return antialias ? at::_upsample_bicubic2d_aa(values, to, false) : at::upsample_bicubic2d(values, to, false);
}

Outcome check_operation(const Golden& golden, const std::string& name, const at::Tensor& source,
                        const at::Tensor& mask) {
  static const std::regex pillow(R"((mask_)?pil_([a-z]+)_(\d{1,5})x(\d{1,5}))");
  static const std::regex torch(R"(interp_(nearest|bilinear|bicubic)_(aa_)?(\d{1,5})x(\d{1,5}))");
  static const std::regex latent(R"(mask_latent_nearest_(\d{1,5})x(\d{1,5}))");
  Comparison comparison(golden.name + "/" + name);
  const at::Tensor expected = comparison.expect(golden.tensor(name));
  if (!expected.defined()) return comparison.outcome();
  std::smatch match;
  const auto side = [&](std::size_t group) { return std::stoll(match[group].str()); };
  if (std::regex_match(name, match, pillow)) {
    check_pillow(comparison, name, match[2].str(), {side(4), side(3)}, match[1].matched ? mask : source, expected);
  } else if (std::regex_match(name, match, torch)) {
    comparison.close(name, interpolated(match[1].str(), match[2].matched, {side(3), side(4)}, source), expected,
                     kInterpolated);
  } else if (std::regex_match(name, match, latent)) {
    comparison.equal(name, diffusion::latent_mask(mask, side(1), side(2)), expected);
  } else {
    return unsupported(golden.name + "/" + name, "an unknown operation");
  }
  return comparison.outcome();
}

}  // namespace

std::vector<Outcome> check_image_ops(const Golden& golden, const diffusion::Placement& /*placement*/) {
  Comparison inputs(golden.name);
  const at::Tensor source = inputs.expect(golden.tensor("src_u8")), mask = inputs.expect(golden.tensor("mask_u8"));
  if (!source.defined() || !mask.defined()) return {inputs.outcome()};
  std::vector<Outcome> outcomes;
  for (const std::string& name : golden.tensors->names()) {
    if (name != "src_u8" && name != "mask_u8") outcomes.push_back(check_operation(golden, name, source, mask));
  }
  return outcomes;
}

}  // namespace troupe::parity
