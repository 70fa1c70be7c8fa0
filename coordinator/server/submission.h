// The checks and the writing that come before the farm hears of a submit: off the loop, on the query thread.
#pragma once

#include <string>
#include <vector>

#include "common/domain/messages.h"
#include "common/wire/client_messages.h"
#include "coordinator/core/event.h"
#include "coordinator/store/blob_store.h"

namespace troupe::server {

// Checks the manifest, also against `offers` (packs of connected workers), and that its references were uploaded; keeps
// its resolved form as an artifact, which workers fetch as Lease::spec. kInvalid, or what kept it from being written.
Result<core::SubmitCampaign> prepare_submit(const wire::Submit& submit, const std::vector<PackOffer>& offers,
                                            store::BlobStore& blobs);

}  // namespace troupe::server
