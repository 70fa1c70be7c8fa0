#include "coordinator/core/reuse.h"

#include <algorithm>
#include <ranges>

#include "common/base/limits.h"
#include "coordinator/core/order_facts.h"

namespace troupe::core {
namespace {

// What one comparison costs beside a look: decoding and hashing two jobs.
constexpr std::size_t kComparison = 8;

std::optional<Digest> pack_of(const Worker& worker, const std::string& name) {
  for (const PackOffer& offer : worker.profile.packs) {
    if (offer.name == name && offer.digest != Digest()) return offer.digest;
  }
  return std::nullopt;
}

// Where `earlier` has the same address done, from inputs with the same key.
std::optional<Rank> same_cell(const Campaign& earlier, const manifest::Job& job, const Digest& key,
                              const Digest& pack) {
  const Result<JobIndex> index = earlier.sweep().index_of(job.address);
  if (!index.ok() || earlier.sweep().excluded(*index)) return std::nullopt;
  const Rank rank = earlier.sweep().rank_of(*index);
  if (!earlier.done.contains(rank)) return std::nullopt;
  const Result<manifest::Job> before = manifest::decode(earlier.manifest, *index);
  if (!before.ok() || manifest::content_key(earlier.manifest, *before, pack) != key) return std::nullopt;
  return rank;
}

}  // namespace

bool may_reuse(const Campaign& campaign, Rank rank) {
  return campaign.row.revision > 1 && !campaign.anew && campaign.generation(rank) == 0;
}

bool reuse_result(Step& step, Campaign& campaign, const manifest::Job& job, Rank rank, const Worker& worker,
                  std::size_t& looks) {
  const CampaignRow& row = campaign.row;
  if (!may_reuse(campaign, rank) || job.address.empty()) return false;
  const std::optional<Digest> pack = pack_of(worker, campaign.manifest.pack());
  if (!pack) return false;
  std::optional<Digest> key;
  std::size_t left = limits::kMaxComparedRevisions;
  for (const CampaignId id : step.farm.by_name.at(row.name) | std::views::reverse) {
    const Campaign& earlier = step.farm.campaigns.at(id);
    if (earlier.row.revision >= row.revision || earlier.done.empty() || earlier.pack != pack) continue;
    if (left-- == 0) return false;
    looks -= std::min(looks, kComparison);
    if (!key) key = manifest::content_key(campaign.manifest, job, *pack);
    const std::optional<Rank> from = same_cell(earlier, job, *key, *pack);
    if (!from) continue;
    const auto score = campaign.manifest.select() ? earlier.scores.find(*from) : std::nullopt;
    step.out.edits.push_back(ResultReused{row.id, rank, job.index, 0, id, *from, score});
    campaign.reuse(rank, score);
    if (!row.started) {
      campaign.row.started = step.wall;
      step.save(campaign);
    }
    if (!campaign.pack) {
      campaign.pack = pack;
      save_orders(step, campaign);
    }
    return true;
  }
  return false;
}

void note_pack(Step& step, Campaign& campaign, const WorkerId& id) {
  if (campaign.pack == Digest()) return;
  const Worker* worker = step.farm.find(id);
  const Digest pack = worker ? pack_of(*worker, campaign.manifest.pack()).value_or(Digest()) : Digest();
  if (campaign.pack == pack) return;
  // Pictures of two packs cannot be told apart later: none of them is taken over.
  campaign.pack = campaign.pack ? Digest() : pack;
  save_orders(step, campaign);
}

}  // namespace troupe::core
