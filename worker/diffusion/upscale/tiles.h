// A large picture through a network in pieces, so that memory stays bounded, without seams.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "common/base/status.h"
#include "worker/diffusion/upscale/network.h"

namespace troupe::diffusion {

struct TileOptions {
  std::int64_t tile = 512;    // pixels of a side of the picture that one piece makes anew, at most; at least 16
  std::int64_t overlap = 32;  // pixels around them that the network sees besides; at least 0
};

// picture: [1, 3, H, W] of values 0 to 1, on the network's device in its dtype. [3, H * scale, W * scale] floats on the
// CPU, not clamped.
//
// Where the overlap covers all that an output pixel depends on (the network's reach), the pieces are cut out and equal
// what the whole picture would give. Else neighbours are blended linearly over the overlap. The picture's edges are
// mirrored before (10 pixels, fewer in a smaller picture), as Real-ESRGAN does. on_tile(done, all) may say false:
// kCancelled. Throws c10::Error.
Result<at::Tensor> enlarge_in_tiles(const EnlargingNetwork& network, const at::Tensor& picture,
                                    const TileOptions& options, const std::function<bool(int, int)>& on_tile);

}  // namespace troupe::diffusion
