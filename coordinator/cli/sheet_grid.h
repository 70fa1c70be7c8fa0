// How a campaign's pictures become rows and columns: by their addresses.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/hash.h"
#include "common/picture/sheet.h"

namespace troupe::cli {

struct SheetPicture {
  std::string address;  // "character=mia,scene=beach,seed=1"
  Digest digest;
  bool rejected = false;
  bool kept = false;              // by select
  std::optional<double> score;    // that select compares, or else the likeness to the reference
  std::uint64_t index = 0;        // of the cell
  std::string path;               // output.path of the cell
  nlohmann::ordered_json scores;  // all of the result's, an object
};

// The axes of an address and their values.
using AddressParts = std::vector<std::pair<std::string, std::string>>;
AddressParts address_parts(const std::string& address);

// "0.71"
std::string score_text(double score);

using PictureLoader = std::function<Result<picture::Picture>(const Digest&)>;

// A table whose rows are the values of the first axis that varies and whose columns are the combinations of the others,
// where those are few enough to stand side by side; else a plain grid with captions. Cells without a picture stay
// empty. Axes that do not vary are left out of every label; scores stand below their pictures.
picture::Sheet lay_out_grid(const std::vector<SheetPicture>& pictures, const PictureLoader& load);

}  // namespace troupe::cli
