// How a campaign's pictures become rows and columns: by their addresses.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/hash.h"
#include "common/picture/sheet.h"

namespace troupe::cli {

struct SheetPicture {
  std::string address;  // "character=mia,scene=beach,seed=1"
  Digest digest;
  bool rejected = false;
};

using PictureLoader = std::function<Result<picture::Picture>(const Digest&)>;

// A table whose rows are the values of the first axis that varies and whose columns are the combinations of the others,
// where those are few enough to stand side by side; else a plain grid with captions. Cells without a picture stay
// empty. Axes that do not vary are left out of every label.
picture::Sheet lay_out_grid(const std::vector<SheetPicture>& pictures, const PictureLoader& load);

}  // namespace troupe::cli
