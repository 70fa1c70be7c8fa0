#include <ATen/ATen.h>

#include <charconv>
#include <map>
#include <optional>
#include <regex>

#include "tools/parity-check/checks.h"
#include "worker/diffusion/noise/generator.h"

namespace troupe::parity {
namespace {

constexpr std::int64_t kRandintEnd = 1000;

// A name such as s42/randn_f16_2x4x9x13_head/second.
struct Draw {
  std::uint64_t seed = 0;
  std::string function;
  std::vector<std::int64_t> shape;
  c10::ScalarType dtype = c10::kFloat;
  bool head = false;    // only the first numbers are kept
  bool second = false;  // the draw after an equal one
};

std::optional<Draw> parse(const std::string& name) {
  static const std::regex pattern(
      R"(s(\d{1,19})/(randn|rand|randint|rand_then_randn)_(?:(f16|bf16|f64)_)?(\d{1,9}(?:x\d{1,9}){0,3})(_head)?(/second)?)");
  static const std::map<std::string, c10::ScalarType> dtypes = {
      {"", c10::kFloat}, {"f16", c10::kHalf}, {"bf16", c10::kBFloat16}, {"f64", c10::kDouble}};
  std::smatch match;
  if (!std::regex_match(name, match, pattern)) return std::nullopt;
  Draw draw;
  draw.seed = std::stoull(match[1].str());
  draw.function = match[2].str();
  draw.dtype = dtypes.at(match[3].str());
  const std::string sizes = match[4].str();
  for (std::size_t at = 0; at < sizes.size();
       at = sizes.find('x', at) == std::string::npos ? sizes.size() : sizes.find('x', at) + 1) {
    draw.shape.push_back(std::stoll(sizes.substr(at)));
  }
  draw.head = match[5].matched;
  draw.second = match[6].matched;
  return draw;
}

at::Tensor perform(const Draw& draw, std::int64_t kept) {
  at::Generator generator = diffusion::make_generator(draw.seed);
  const auto once = [&] {
    if (draw.function == "randint") return diffusion::integers(kRandintEnd, draw.shape, generator);
    if (draw.function == "rand") return diffusion::uniform(draw.shape, generator, draw.dtype);
    if (draw.function == "rand_then_randn") diffusion::uniform(draw.shape, generator, draw.dtype);
    return diffusion::normal(draw.shape, generator, draw.dtype);
  };
  at::Tensor result = once();
  if (draw.second) result = once();
  return draw.head ? result.flatten().slice(0, 0, kept) : result;
}

}  // namespace

std::vector<Outcome> check_rng(const Golden& golden, const diffusion::Placement& /*placement*/) {
  Comparison comparison(golden.name);
  std::vector<Outcome> outcomes;
  if (golden.tensors == nullptr) comparison.fail("there is no " + golden.name + ".safetensors");
  const std::vector<std::string> names =
      golden.tensors == nullptr ? std::vector<std::string>() : golden.tensors->names();
  for (const std::string& name : names) {
    const std::optional<Draw> draw = parse(name);
    if (!draw) {
      outcomes.push_back(unsupported(golden.name + "/" + name, "an unknown draw"));
      continue;
    }
    const at::Tensor expected = comparison.expect(golden.tensor(name));
    comparison.equal(name, perform(*draw, expected.numel()), expected);
  }
  outcomes.insert(outcomes.begin(), comparison.outcome());
  return outcomes;
}

}  // namespace troupe::parity
