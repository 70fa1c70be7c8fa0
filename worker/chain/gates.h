// Quality gates: what a picture must be, to count as done, and the scores that are judged.
//
// Scores go into frame.metadata["gates"], whether their gate is set or not:
//   blank      the greatest standard deviation of a colour channel, in levels of 0..255; refused below 2
//   sharpness  the variance of the Laplacian (4 neighbours) of the grey picture, in levels squared
//   coverage   {mask: the share of the picture that it covers, 0..1}
//   faces      how many; here and below only where the pack has face models, and either a gate asks or a character of
//              the cell has a reference
//   identity   the least of `likeness`: what the gate and `select` compare
//   likeness   {name: cosine of the face most like the reference, -1..1} of each character with a reference
//   trouble    why faces could not be scored where no gate asks for them (a reference without a face, a broken model)
#pragma once

#include <optional>
#include <string>

#include "worker/chain/face_scorer.h"
#include "worker/chain/packs.h"

namespace troupe::chain {

// Fixed for all seeds of one job.
struct GateRules {
  manifest::Gates gates;                       // identity resolved: `auto` has become the pack's threshold
  FaceScorer* faces = nullptr;                 // null: faces are not scored
  std::vector<manifest::JobEntry> characters;  // that have a reference, each once
};

// kInvalid for a gate that cannot be judged: faces without face models in the pack or in this engine, identity without
// a reference or, where it is `auto`, without a threshold of the pack, coverage of a mask that no stage makes.
Result<GateRules> gate_rules(const StageContext& context, FaceScorer* faces, Packs& packs);

// Scores the picture as far as the gates ask, and its faces; why it is refused, or nothing. Errors are those of the
// scorer.
Result<std::optional<std::string>> refused(const GateRules& rules, StageContext& context, Frame& frame);

// The scores of pixels that are not there yet: what no gate waits for need not hold up the device.
void score_pixels(Frame& frame);

}  // namespace troupe::chain
