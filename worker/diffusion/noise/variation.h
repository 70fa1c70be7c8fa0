// Noise between two seeds: pictures that are like that of the first, a little or a lot.
#pragma once

#include <ATen/core/Tensor.h>

namespace troupe::diffusion {

// noise, other: [B, C, H, W], fp32. share 0 is `noise`, 1 is `other`; between them each is turned towards the other
// along the sphere, column by column (lengths and angles are taken over H), as the Stable Diffusion WebUI turns its
// "variation seed". An image whose two noises point the same way (mean cosine above 0.9995) is mixed linearly.
at::Tensor vary_noise(const at::Tensor& noise, const at::Tensor& other, double share);

}  // namespace troupe::diffusion
