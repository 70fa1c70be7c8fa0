// Manifests and sweeps that several tests start from.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/manifest/manifest.h"
#include "tests/support/temp_folder.h"

namespace troupe::manifest::testing {

using troupe::testing::TempFolder;

// The start of any PNG is enough for a reference: nothing here decodes it.
inline std::string tiny_png(const std::string& difference) {
  return "\x89PNG\r\n\x1a\n" + difference;
}

// The example of the design, complete.
inline const char* const kSpringDrop = R"(troupe: 1                        # manifest version
name: spring-drop
project: acme                    # fair-share unit
priority: 0
pack: pocket
# include: [characters/*.yaml]   # libraries of characters, poses, products, scenes shared between campaigns

characters:
  mia: {prompt: "mia, a woman with long red hair", reference: refs/mia.png, consent: "release-2026-114"}
  leo: {prompt: "leo, a man with a beard", reference: refs/leo.png, consent: "release-2026-115"}
products:
  cup: {prompt: "a yellow cup"}
  bottle: {prompt: "a green bottle"}
poses:
  front: {prompt: "facing front"}
  wave: {prompt: "waving"}
scenes:
  beach: {prompt: "at the beach"}
  cafe: {prompt: "in a cafe"}
outfits:                         # any further group of named prompts may be an axis
  dress: {prompt: "a blue dress"}
  hoodie: {prompt: "a grey hoodie"}

prompt: "photo of {character}, {pose}, wearing {outfit}, holding {product}, {scene}"
negative: "blurry"

sweep:
  axes:                          # the product of all axes; the first varies slowest in the index
    character: [mia, leo]
    pose: [front, wave]
    scene: [beach, cafe]
    outfit: [dress, hoodie]
    product: [cup, bottle]
    seed: {from: 1, count: 50}   # or a list; or {random: 50, from: 7}
    generate.guidance: [4, 6]    # any parameter of any stage may be an axis
  zip: [[scene, outfit]]         # axes that move together (equal lengths): beach with dress, cafe with hoodie
  exclude: [{character: leo, product: bottle}]
  require: {tags: [gpu]}         # optional: which workers may run it

chain:
  - generate: {size: [128, 128], steps: 20, sampler: dpmpp_2m, schedule: karras, guidance: 5}
  - segment:  {find: "{product}", as: product}
  - inpaint:  {mask: product, prompt: "{product}", strength: 0.8, strict: true, only_masked: true}
  - upscale:  {factor: 4}                      # at 128 px a face is too small to swap: enlarge first
  - swap:     {face: "{character}"}

select: {keep: 2, of: seed, by: identity}     # the best two seeds of every other combination
gates:  {identity: 0.45, blank: true}         # a job below is rejected, or reseeded first
limits: {retries: 3, timeout: 10m, reseed: 2, hours: 5}
output: {path: "{character}/{scene}-{pose}-{product}-g{generate.guidance}-{seed}.png", sheet: true}
)";

// Loads `text` from a file of its own, with refs/mia.png and refs/leo.png beside it.
inline Result<Manifest> load_text(const TempFolder& folder, const std::string& text) {
  folder.write("refs/mia.png", tiny_png("mia"));
  folder.write("refs/leo.png", tiny_png("leo"));
  return Manifest::load(folder.write("campaign.yaml", text));
}

inline Manifest must_load(const TempFolder& folder, const std::string& text) {
  Result<Manifest> manifest = load_text(folder, text);
  if (!manifest.ok()) throw std::runtime_error(manifest.status().to_string());  // fails the test
  return std::move(manifest).value();
}

// Two characters, three seeds; `more` is added at the end and may hold further top-level keys.
inline std::string small_manifest(const std::string& sweep, const std::string& more = "") {
  return "troupe: 1\n"
         "name: small\n"
         "characters:\n"
         "  mia: {prompt: \"a woman\", reference: refs/mia.png}\n"
         "  leo: a man\n"
         "poses: {sit: sitting, stand: standing}\n"
         "prompt: a photo\n"
         "chain:\n"
         "  - generate: {size: [64, 64]}\n" +
         sweep + more;
}

inline Axis names(const std::string& name, std::vector<std::string> values) {
  return Axis::entries(name, name + "s", std::move(values));
}

}  // namespace troupe::manifest::testing
