#include "worker/diffusion/nn/resnet_block.h"

#include <ATen/ATen.h>

namespace troupe::diffusion {

Result<ResnetBlock> ResnetBlock::load(Weights& weights, const std::string& name, const Options& o) {
  ResnetBlock block;
  TROUPE_ASSIGN_OR_RETURN(block.norm1, GroupNorm::load(weights, name + ".norm1", o.in, o.groups, o.eps));
  TROUPE_ASSIGN_OR_RETURN(block.conv1, Conv2d::load(weights, name + ".conv1", o.in, o.out, kConv3x3));
  if (o.time_width > 0) {
    TROUPE_ASSIGN_OR_RETURN(block.time_emb_proj, Linear::load(weights, name + ".time_emb_proj", o.time_width, o.out));
  }
  TROUPE_ASSIGN_OR_RETURN(block.norm2, GroupNorm::load(weights, name + ".norm2", o.out, o.groups, o.eps));
  TROUPE_ASSIGN_OR_RETURN(block.conv2, Conv2d::load(weights, name + ".conv2", o.out, o.out, kConv3x3));
  if (o.in != o.out) {
    TROUPE_ASSIGN_OR_RETURN(block.conv_shortcut, Conv2d::load(weights, name + ".conv_shortcut", o.in, o.out, kConv1x1));
  }
  return block;
}

at::Tensor ResnetBlock::forward(const at::Tensor& map, const at::Tensor& time) const {
  at::Tensor hidden = norm1(map);
  hidden = conv1(at::silu_(hidden));
  if (time_emb_proj) hidden.add_((*time_emb_proj)(time).unsqueeze(-1).unsqueeze(-1));
  hidden = norm2(hidden);
  hidden = conv2(at::silu_(hidden));
  return hidden.add_(conv_shortcut ? (*conv_shortcut)(map) : map);
}

}  // namespace troupe::diffusion
