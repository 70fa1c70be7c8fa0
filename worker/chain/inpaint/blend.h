// The painted part back into the picture.
#pragma once

#include <vector>

#include "common/picture/picture.h"
#include "worker/chain/inpaint/area.h"

namespace troupe::chain {

// How much of what was painted each pixel takes, 0 to 1, row by row. mask: 0 and 255. The edge is `feather` pixels
// wide: inside of the mask where `strict`, so that every weight outside is exactly 0; else half of it on each side.
std::vector<float> blend_weights(const picture::Picture& mask, int feather, bool strict);

// painted: RGB, of the area's size; weights: of the whole picture. Pixels of weight 0 stay as they are.
void blend(picture::Picture& image, const picture::Picture& painted, const Area& area,
           const std::vector<float>& weights);

}  // namespace troupe::chain
