// parity-check: compares this build's models with the golden tensors of another implementation. Exit 0: none failed; 1:
// some did; 2: usage, or no goldens.
#include <ATen/Parallel.h>

#include <charconv>
#include <cstdio>
#include <string>
#include <vector>

#include "tools/parity-check/checks.h"

namespace {

constexpr const char* kUsage =
    "parity-check DIR [--device cpu|cuda|auto] [--dtype fp32|bf16|fp16|auto] [--threads N]\n\n"
    "Compares the models of this build with the goldens in DIR (DIR/models, DIR/goldens) and prints for each golden\n"
    "or case: ok|FAIL|unsupported NAME worst-rel tolerance, where rel is max|a-b| / rms(reference).\n"
    "One thread is the default: models made for such folders are too small for more.\n";

constexpr int kMaxThreads = 1024;

struct Options {
  std::string folder, device = "cpu", dtype = "fp32", threads = "1";
  bool help = false;
};

troupe::Result<Options> parse(const std::vector<std::string>& arguments) {
  const auto usage = [](const std::string& what) {
    return troupe::Status(troupe::Code::kInvalid, what + "\n" + kUsage);
  };
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--help" || argument == "-h") {
      options.help = true;
    } else if (argument == "--device" || argument == "--dtype" || argument == "--threads") {
      if (i + 1 == arguments.size()) return usage(argument + " needs a value");
      std::string& option = argument == "--device"  ? options.device
                            : argument == "--dtype" ? options.dtype
                                                    : options.threads;
      option = arguments[++i];
    } else if (argument.starts_with("-") || !options.folder.empty()) {
      return usage("unexpected argument " + argument);
    } else {
      options.folder = argument;
    }
  }
  if (options.folder.empty() && !options.help) return usage("which folder?");
  return options;
}

// 0 unless `text` is a number of threads.
int thread_count(const std::string& text) {
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size() && count <= kMaxThreads ? count : 0;
}

int complain(const troupe::Status& status) {
  std::fprintf(stderr, "parity-check: %s\n", status.to_string().c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse({argv + 1, argv + argc});
  if (!options.ok()) return complain(options.status());
  if (options->help) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  const int threads = thread_count(options->threads);
  if (threads < 1) {
    return complain({troupe::Code::kInvalid, "--threads must be 1 to " + std::to_string(kMaxThreads)});
  }
  at::set_num_threads(threads);
  const auto placement = troupe::diffusion::resolve_placement(options->device, options->dtype);
  if (!placement.ok()) return complain(placement.status());
  const auto tally =
      troupe::parity::check_folder(options->folder, *placement, [](const troupe::parity::Outcome& outcome) {
        std::printf("%s\n", outcome.line().c_str());
        std::fflush(stdout);
      });
  if (!tally.ok()) return complain(tally.status());
  std::printf("%d passed, %d failed, %d skipped\n", tally->passed, tally->failed, tally->skipped);
  return tally->failed == 0 ? 0 : 1;
}
