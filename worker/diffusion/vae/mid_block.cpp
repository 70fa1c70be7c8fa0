#include "worker/diffusion/vae/mid_block.h"

#include <ATen/ATen.h>

namespace troupe::diffusion {

Result<ResnetBlock> load_vae_resnet(Weights& weights, const VaeConfig& config, const std::string& name, std::int64_t in,
                                    std::int64_t out) {
  return ResnetBlock::load(weights, name, {in, out, /*time_width=*/0, config.norm_num_groups, kVaeNormEps});
}

Result<VaeMidBlock> VaeMidBlock::load(Weights& weights, const VaeConfig& config, const std::string& name) {
  constexpr AttentionNames kNames{"to_q", "to_k", "to_v", "to_out.0", true};
  const std::int64_t width = config.block_out_channels.back();
  VaeMidBlock block;
  TROUPE_ASSIGN_OR_RETURN(block.first, load_vae_resnet(weights, config, name + ".resnets.0", width, width));
  if (config.mid_attention) {
    const std::string attention = name + ".attentions.0";
    TROUPE_ASSIGN_OR_RETURN(block.group_norm, GroupNorm::load(weights, attention + ".group_norm", width,
                                                              config.norm_num_groups, kVaeNormEps));
    TROUPE_ASSIGN_OR_RETURN(block.attention, SelfAttention::load(weights, attention, width, /*heads=*/1, kNames));
  }
  TROUPE_ASSIGN_OR_RETURN(block.second, load_vae_resnet(weights, config, name + ".resnets.1", width, width));
  return block;
}

at::Tensor VaeMidBlock::forward(const at::Tensor& map) const {
  at::Tensor hidden = first.forward(map);
  if (attention) {
    const at::Tensor attended = attention->forward(map_to_tokens((*group_norm)(hidden)));
    hidden = tokens_to_map(attended, hidden.size(2), hidden.size(3)).add_(hidden);
  }
  return second.forward(hidden);
}

}  // namespace troupe::diffusion
