// The pictures that a manifest names, looked at before anybody renders with them.
#pragma once

#include "common/manifest/manifest.h"

namespace troupe::cli {

// Decodes each reference of a manifest that was loaded from a file. kInvalid, at the place in the manifest, for one
// that is no PNG or JPEG that can be read to its end, is CMYK, or is smaller than limits::kMinReferenceSide or larger
// than a picture may be.
Status check_references(const manifest::Manifest& manifest);

}  // namespace troupe::cli
