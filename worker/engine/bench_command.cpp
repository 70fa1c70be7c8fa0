#include "worker/engine/bench_command.h"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

#include "worker/diffusion/bench.h"

namespace troupe::engine {
namespace {

constexpr char kUsage[] =
    "troupe-engine bench --pack DIR [--size N] [--steps N] [--threads N] [--device cpu|cuda|auto]\n"
    "                    [--dtype fp32|bf16|fp16|auto] [--json]\n";

struct Arguments {
  diffusion::BenchOptions options;
  std::string device = "cpu";
  std::string dtype = "fp32";
  bool json = false;
  bool help = false;
};

Status usage(const std::string& what) {
  return Status(Code::kInvalid, what + "\n" + kUsage);
}

Status read_number(const std::string& name, std::string_view text, int& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (error == std::errc() && end == text.data() + text.size() && into > 0) return {};
  return usage(name + " takes a whole number above 0");
}

Result<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  arguments.options.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  for (int i = 2; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--json") {
      arguments.json = true;
    } else if (name == "--help" || name == "-h") {
      arguments.help = true;
    } else if (i + 1 == argc) {
      return usage(name + ": unknown, or without a value");
    } else if (const std::string value = argv[++i]; name == "--pack") {
      arguments.options.pack = value;
    } else if (name == "--device") {
      arguments.device = value;
    } else if (name == "--dtype") {
      arguments.dtype = value;
    } else if (name == "--size") {
      TROUPE_RETURN_IF_ERROR(read_number(name, value, arguments.options.size));
    } else if (name == "--steps") {
      TROUPE_RETURN_IF_ERROR(read_number(name, value, arguments.options.steps));
    } else if (name == "--threads") {
      TROUPE_RETURN_IF_ERROR(read_number(name, value, arguments.options.threads));
    } else {
      return usage(name + ": unknown");
    }
  }
  if (arguments.options.pack.empty() && !arguments.help) return usage("--pack: which pack?");
  return arguments;
}

Status run(Arguments& arguments) {
  const std::string inner = arguments.options.pack + "/sd";
  if (std::filesystem::exists(inner + "/model_index.json")) arguments.options.pack = inner;
  TROUPE_ASSIGN_OR_RETURN(arguments.options.placement, diffusion::resolve_placement(arguments.device, arguments.dtype));
  TROUPE_ASSIGN_OR_RETURN(const auto report, diffusion::bench(arguments.options));
  if (arguments.json) {
    std::printf("%s\n", diffusion::bench_json(arguments.options, report).c_str());
  } else {
    std::printf("UNet step %.4f s, UNet prepare %.4f s, VAE decode %.4f s, text encode %.4f s\n", report.unet_step_s,
                report.unet_prepare_s, report.vae_decode_s, report.text_encode_s);
  }
  return {};
}

}  // namespace

int bench_command(int argc, char** argv) {
  auto arguments = parse(argc, argv);
  if (arguments.ok() && arguments->help) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  const Status status = arguments.ok() ? run(*arguments) : arguments.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.to_string().c_str());
  return arguments.ok() ? 1 : 2;
}

}  // namespace troupe::engine
