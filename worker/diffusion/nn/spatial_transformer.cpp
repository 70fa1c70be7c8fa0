#include "worker/diffusion/nn/spatial_transformer.h"

#include <ATen/ATen.h>

namespace troupe::diffusion {
namespace {

constexpr double kNormEps = 1e-6;
constexpr std::int64_t kWidening = 4;

}  // namespace

Result<TransformerBlock> TransformerBlock::load(Weights& weights, const std::string& name, std::int64_t width,
                                                std::int64_t context_width, std::int64_t heads) {
  TransformerBlock block;
  TROUPE_ASSIGN_OR_RETURN(block.norm1, LayerNorm::load(weights, name + ".norm1", width));
  TROUPE_ASSIGN_OR_RETURN(block.attn1, SelfAttention::load(weights, name + ".attn1", width, heads));
  TROUPE_ASSIGN_OR_RETURN(block.norm2, LayerNorm::load(weights, name + ".norm2", width));
  TROUPE_ASSIGN_OR_RETURN(block.attn2, CrossAttention::load(weights, name + ".attn2", width, context_width, heads));
  TROUPE_ASSIGN_OR_RETURN(block.norm3, LayerNorm::load(weights, name + ".norm3", width));
  const std::int64_t inner = kWidening * width;
  TROUPE_ASSIGN_OR_RETURN(block.ff_in, Linear::load(weights, name + ".ff.net.0.proj", width, 2 * inner));
  TROUPE_ASSIGN_OR_RETURN(block.ff_out, Linear::load(weights, name + ".ff.net.2", inner, width));
  return block;
}

at::Tensor TransformerBlock::forward(const at::Tensor& tokens, const KeysValues& context) const {
  at::Tensor hidden = attn1.forward(norm1(tokens)).add_(tokens);
  hidden = attn2.forward(norm2(hidden), context).add_(hidden);
  const auto halves = ff_in(norm3(hidden)).chunk(2, -1);
  return ff_out(at::gelu(halves[1]).mul_(halves[0])).add_(hidden);
}

Result<SpatialTransformer> SpatialTransformer::load(Weights& weights, const std::string& name, const Options& o) {
  SpatialTransformer transformer;
  TROUPE_ASSIGN_OR_RETURN(transformer.norm, GroupNorm::load(weights, name + ".norm", o.width, o.groups, kNormEps));
  TROUPE_ASSIGN_OR_RETURN(transformer.proj_in, Linear::load(weights, name + ".proj_in", o.width, o.width));
  for (std::int64_t i = 0; i < o.blocks; ++i) {
    const std::string block_name = name + ".transformer_blocks." + std::to_string(i);
    TROUPE_ASSIGN_OR_RETURN(TransformerBlock block,
                            TransformerBlock::load(weights, block_name, o.width, o.context_width, o.heads));
    transformer.blocks.push_back(std::move(block));
  }
  TROUPE_ASSIGN_OR_RETURN(transformer.proj_out, Linear::load(weights, name + ".proj_out", o.width, o.width));
  return transformer;
}

at::Tensor SpatialTransformer::forward(const at::Tensor& map, const KeysValues* context) const {
  at::Tensor tokens = proj_in(map_to_tokens(norm(map)));
  for (const TransformerBlock& block : blocks) tokens = block.forward(tokens, *context++);
  return tokens_to_map(proj_out(tokens), map.size(2), map.size(3)).add_(map);
}

}  // namespace troupe::diffusion
