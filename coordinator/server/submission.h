// The checks and the writing that come before the farm hears of a submit: off the loop, on the query thread.
#pragma once

#include <string>
#include <vector>

#include "common/domain/messages.h"
#include "common/wire/client_messages.h"
#include "coordinator/core/event.h"
#include "coordinator/store/blob_store.h"

namespace troupe::server {

// What a manifest is held against beside its own rules.
struct SubmitRules {
  std::vector<PackOffer> offers;  // packs of connected workers
  bool runs_commands = false;     // this coordinator runs programs that a manifest names
};

// Checks the manifest, and that its references were uploaded; keeps its resolved form as an artifact, which workers
// fetch as Lease::spec. kInvalid, or what kept it from being written.
Result<core::SubmitCampaign> prepare_submit(const wire::Submit& submit, const SubmitRules& rules,
                                            store::BlobStore& blobs);

}  // namespace troupe::server
