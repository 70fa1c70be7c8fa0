// A thing out of its picture.
#pragma once

#include "common/picture/picture.h"

namespace troupe::chain {

// The picture with alpha: its own where it has one. Else, where nearly all of its border is of one colour, as studio
// pictures of products are, what is of that colour and hangs together with the border becomes transparent; any other
// picture is opaque.
picture::Picture cutout(picture::Picture image);

}  // namespace troupe::chain
