// What travels along a chain: the picture as it stands, and what is known of it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/base/hash.h"
#include "common/picture/infotext.h"
#include "common/picture/picture.h"

namespace troupe::chain {

// A model file that took part, by its path inside its pack.
struct ModelFile {
  std::string path;
  Digest digest;
  bool operator==(const ModelFile&) const = default;
};

// Between stages a picture is always 8-bit sRGB and a mask 8-bit grey of the picture's size, so that a cached and a
// fresh run of a stage give the same bytes to the next.
struct Frame {
  picture::Picture image;
  std::map<std::string, picture::Picture> masks;  // by the name that a stage gave it
  picture::GenerationInfo info;                   // what the infotext says; the first stage that draws fills it in
  std::vector<ModelFile> models;                  // in the order of their use, each once
  // Scores and the like, for the result. What a stage has to say of itself is an object at ["stages"][its name].
  nlohmann::ordered_json metadata = nlohmann::ordered_json::object();
  // Set by a stage that asks for another seed, to why: the chain ends there, and the attempt counts as refused by a
  // gate.
  std::optional<std::string> refused;

  // Of its pixels.
  std::size_t bytes() const {
    std::size_t sum = image.pixels.size();
    for (const auto& [name, mask] : masks) sum += mask.pixels.size();
    return sum;
  }
};

}  // namespace troupe::chain
