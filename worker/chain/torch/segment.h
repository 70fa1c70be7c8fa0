// The stage `segment`: a phrase or a box to a mask. Private to worker/chain/torch.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "worker/chain/torch/torch_device.h"

namespace troupe::chain {

// Parameters: those of `segment` in common/manifest/stage_schema.cpp. kInvalid names one that is missing, of a wrong
// type or value. `device` outlives the stage.
//
// The mask is, in this order: found or the box; its largest region; grown; united with a mask; without another; turned
// round; feathered. Under kEmptyCoverage of the picture it is empty, from kWholeCoverage on whole: named results that
// when_empty and when_whole decide on. fail is the input's fault, reseed refuses the seed; skip leaves a mask of
// nothing. What became of it stands in metadata["stages"][name]: result (found, empty, whole), coverage, box in pixels
// and, for a phrase, find and peak (the highest probability).
Result<std::unique_ptr<Stage>> make_segment(const nlohmann::json& parameters, TorchDevice& device);

inline constexpr double kEmptyCoverage = 0.0005;
inline constexpr double kWholeCoverage = 0.98;

}  // namespace troupe::chain
