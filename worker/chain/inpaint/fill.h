// What stands in the mask when an inpainting begins. image: RGB; mask: 0 and 255, of the same size.
#pragma once

#include "common/base/status.h"
#include "common/picture/picture.h"

namespace troupe::chain {

// One colour: the mean of what is kept, mid-grey where nothing is.
void fill_blank(picture::Picture& image, const picture::Picture& mask);

// A picture of a thing (cutout.h) over the image, as large as fits into the bounds of the mask and in their middle;
// only pixels of the mask change. Errors as picture::resize.
Status fill_reference(picture::Picture& image, const picture::Picture& mask, const picture::Picture& reference);

}  // namespace troupe::chain
