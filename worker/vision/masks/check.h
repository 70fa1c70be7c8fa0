// Private to worker/vision/masks.
#pragma once

#include "common/base/status.h"
#include "common/picture/picture.h"

namespace troupe::vision {

// kInvalid unless the picture is a mask.
Status check_mask(const picture::Picture& mask);

}  // namespace troupe::vision
