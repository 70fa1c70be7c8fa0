// The checks, by the kind of golden that they are for; one file each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/parity-check/golden.h"
#include "tools/parity-check/outcome.h"
#include "worker/diffusion/placement.h"

namespace troupe::parity {

// One outcome a golden or, where it holds several cases, a case. May throw what libtorch and the JSON library throw.
using Check = std::function<std::vector<Outcome>(const Golden& golden, const diffusion::Placement& placement)>;

std::vector<Outcome> check_tokenizer(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_rng(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_clip_text(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_clipseg(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_unet(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_vae(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_schedulers(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_scheduler_tables(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_pipeline(const Golden& golden, const diffusion::Placement& placement);
std::vector<Outcome> check_image_ops(const Golden& golden, const diffusion::Placement& placement);

// Null for kinds that there is no check for.
Check check_of_kind(const std::string& kind);

struct Tally {
  int passed = 0, failed = 0, skipped = 0;
};

// Checks every golden below root/goldens, in the order of their names, and hands each outcome on. kNotFound when there
// is no such folder or it holds none.
Result<Tally> check_folder(const std::string& root, const diffusion::Placement& placement,
                           const std::function<void(const Outcome&)>& sink);

}  // namespace troupe::parity
