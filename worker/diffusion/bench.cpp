#include "worker/diffusion/bench.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "worker/diffusion/text/clip_text.h"
#include "worker/diffusion/torch_errors.h"
#include "worker/diffusion/unet/unet.h"
#include "worker/diffusion/vae/vae.h"

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kGuidancePair = 2;
constexpr std::int64_t kPromptTokens = 77;

// Reading a value waits until the device has computed it.
void wait_for(const at::Tensor& tensor) {
  tensor.as_strided({1}, {1}).item();
}

// call returns a tensor.
template <typename Call>
double median_seconds(int times, const Call& call) {
  wait_for(call());
  std::vector<double> seconds;
  for (int i = 0; i < times; ++i) {
    const auto start = std::chrono::steady_clock::now();
    wait_for(call());
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  const std::size_t middle = seconds.size() / 2;
  return seconds.size() % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2;
}

Status bench_unet(const BenchOptions& o, BenchReport& report) {
  TROUPE_ASSIGN_OR_RETURN(const auto unet, Unet::load(o.pack + "/unet", o.placement));
  const auto options = at::TensorOptions(o.placement.device).dtype(o.placement.dtype);
  const std::int64_t side = o.size / 8;
  const at::Tensor sample = at::randn({kGuidancePair, unet->config().in_channels, side, side}, options);
  const at::Tensor tokens = at::randn({kGuidancePair, kPromptTokens, unet->config().cross_attention_dim}, options);
  const at::Tensor timestep = at::scalar_tensor(500, at::kLong);
  const UnetContext context = unet->prepare(tokens);
  report.unet_prepare_s = median_seconds(o.steps, [&] { return unet->prepare(tokens).keys_values.back().second; });
  report.unet_step_s = median_seconds(o.steps, [&] { return unet->forward(sample, timestep, context); });
  return Status();
}

Status bench_vae(const BenchOptions& o, BenchReport& report) {
  TROUPE_ASSIGN_OR_RETURN(const auto vae, Vae::load(o.pack + "/vae", o.placement));
  const auto options = at::TensorOptions(o.placement.device).dtype(o.placement.dtype);
  const at::Tensor z = at::randn({1, vae->config().latent_channels, o.size / 8, o.size / 8}, options);
  report.vae_decode_s = median_seconds(o.steps, [&] { return vae->decode(z); });
  return Status();
}

Status bench_text(const BenchOptions& o, BenchReport& report) {
  TROUPE_ASSIGN_OR_RETURN(const auto text, ClipText::load(o.pack + "/text_encoder", o.placement));
  const ClipTextConfig& config = text->config();
  const at::Tensor ids =
      at::randint(std::min<std::int64_t>(1000, config.vocabulary), {kGuidancePair, config.max_positions}, at::kLong);
  report.text_encode_s = median_seconds(o.steps, [&] { return text->forward(ids).last_hidden_state; });
  return Status();
}

}  // namespace

Result<BenchReport> bench(const BenchOptions& options) {
  if (options.size < 8 || options.size % 8 != 0 || options.size > limits::kMaxPictureSide) {
    return Status(Code::kInvalid, "size must be a multiple of 8, from 8 to " + std::to_string(limits::kMaxPictureSide));
  }
  if (options.threads < 1 || options.steps < 1) return Status(Code::kInvalid, "threads and steps must be at least 1");
  return catch_torch("bench", [&]() -> Result<BenchReport> {
    at::set_num_threads(options.threads);
    BenchReport report;
    TROUPE_RETURN_IF_ERROR(bench_unet(options, report));
    TROUPE_RETURN_IF_ERROR(bench_vae(options, report));
    TROUPE_RETURN_IF_ERROR(bench_text(options, report));
    return report;
  });
}

std::string bench_json(const BenchOptions& options, const BenchReport& report) {
  const nlohmann::ordered_json json = {
      {"what", "troupe"},
      {"pack", options.pack},
      {"size", options.size},
      {"dtype", dtype_name(options.placement.dtype)},
      {"device", options.placement.device.str()},
      {"threads", options.threads},
      {"steps", options.steps},
      {"unet_step_s", report.unet_step_s},
      {"unet_prepare_s", report.unet_prepare_s},
      {"vae_decode_s", report.vae_decode_s},
      {"text_encode_s", report.text_encode_s},
  };
  return json.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

}  // namespace troupe::diffusion
