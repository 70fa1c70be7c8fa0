// Between pictures and tensors of bytes. Private to worker/chain/torch.
#pragma once

#include <ATen/core/Tensor.h>

#include "common/picture/picture.h"

namespace troupe::chain {

// RGB -> [H, W, 3] uint8, grey -> [H, W]. A copy.
at::Tensor tensor_of(const picture::Picture& picture);

// The other way; kInternal for a tensor of another shape or type.
Result<picture::Picture> picture_of(const at::Tensor& bytes);

// What stages use for other sizes: Pillow's Lanczos for pictures, nearest for masks. The picture itself where it has
// that size. kTooLarge as check_extent.
Result<picture::Picture> resized(const picture::Picture& picture, picture::Extent to);

}  // namespace troupe::chain
