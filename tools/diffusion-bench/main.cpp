// diffusion-bench: what `troupe-engine bench` measures, as a program that needs nothing but libtorch.
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>

#include "worker/diffusion/bench.h"

namespace {

constexpr const char* kUsage =
    "usage: diffusion-bench --pack DIR [--size 512] [--dtype fp32|bf16|fp16|auto] [--device cpu|cuda|auto]\n"
    "                       [--threads 2] [--steps 3]\n"
    "Times one call of each network of a diffusers folder and prints one line of JSON.\n";

bool parse_count(std::string_view text, int& count) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size();
}

int fail(const std::string& message, int code) {
  std::fprintf(stderr, "diffusion-bench: %s\n", message.c_str());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  troupe::diffusion::BenchOptions options;
  std::string dtype = "fp32", device = "cpu";
  for (int i = 1; i < argc; i += 2) {
    const std::string_view key = argv[i];
    if (key == "--help") return std::fputs(kUsage, stdout) < 0;
    if (i + 1 == argc) return fail(std::string(key) + " needs a value\n" + kUsage, 2);
    const std::string value = argv[i + 1];
    bool good = true;
    if (key == "--pack") {
      options.pack = value;
    } else if (key == "--dtype") {
      dtype = value;
    } else if (key == "--device") {
      device = value;
    } else if (key == "--size") {
      good = parse_count(value, options.size);
    } else if (key == "--threads") {
      good = parse_count(value, options.threads);
    } else if (key == "--steps") {
      good = parse_count(value, options.steps);
    } else {
      return fail("unknown option " + std::string(key) + "\n" + kUsage, 2);
    }
    if (!good) return fail(std::string(key) + " needs a whole number", 2);
  }
  if (options.pack.empty()) return fail(std::string("--pack is missing\n") + kUsage, 2);
  const auto placement = troupe::diffusion::resolve_placement(device, dtype);
  if (!placement.ok()) return fail(placement.status().to_string(), 2);
  options.placement = *placement;
  const auto report = troupe::diffusion::bench(options);
  if (!report.ok()) return fail(report.status().to_string(), report.status().code() == troupe::Code::kInvalid ? 2 : 1);
  std::puts(troupe::diffusion::bench_json(options, *report).c_str());
  return 0;
}
