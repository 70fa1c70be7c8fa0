// Stores with many finished jobs, written fast: through the Store interface, as a farm would have written them.
#pragma once

#include <cstdint>
#include <string>

#include "common/domain/messages.h"
#include "coordinator/store/store.h"

namespace troupe::bench {

// A result of a picture, `bytes` bytes on the wire; the digest is that of `picture`.
JobResult sample_result(const std::string& picture, std::size_t bytes);

// The manifest of a campaign with one axis of so many cells: rank and index are the same.
std::string plain_manifest(const std::string& name, std::uint64_t cells);

// A campaign whose row says `finished` or goes on.
Status add_campaign(store::Store& store, CampaignId id, const std::string& name, std::uint64_t cells);

// The cells [first, last) are granted and finish, `batch` a transaction.
Status finish_jobs(store::Store& store, CampaignId campaign, Rank first, Rank last, const JobResult& sample,
                   std::size_t batch);

}  // namespace troupe::bench
