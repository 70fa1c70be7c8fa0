#include "tests/coordinator/store/small_state.h"

#include <gtest/gtest.h>

#include "tests/coordinator/store/edits.h"
#include "tests/support/take.h"

namespace troupe::store {
namespace {

// The start of a PNG is enough: nothing here decodes it.
const std::string kFace = "\x89PNG\r\n\x1a\na face";

std::string picture_of(std::uint64_t campaign, Rank rank, std::uint32_t generation) {
  return "picture " + std::to_string(campaign) + "/" + std::to_string(rank) + "/" + std::to_string(generation);
}

}  // namespace

SmallState::SmallState(const StoreOptions& options)
    : blobs_(take(open_blob_folder(folder_ / "blobs"))), store_(take(open_sqlite_store(database(), options))) {
  folder_.write("keys/server.secret", "a secret");
}

std::string SmallState::place_of(const Digest& digest) const {
  return blobs_folder() + "/" + digest.hex().substr(0, 2) + "/" + digest.hex().substr(2);
}

void SmallState::put(const std::string& bytes) {
  auto writer = take(blobs_->create(sha256(bytes), bytes.size()));
  ASSERT_TRUE(writer->append(bytes).ok());
  ASSERT_TRUE(writer->finish().ok());
}

core::CampaignAdded SmallState::campaign(std::uint64_t id) {
  folder_.write("refs/mia.png", kFace);
  put(kFace);
  const auto manifest = take(manifest::Manifest::load(folder_.write(
      "campaign.yaml", "troupe: 1\nname: drop\npack: pocket\nprompt: \"photo " + std::to_string(id) +
                           " of {character}\"\ncharacters: {mia: {prompt: mia, reference: refs/mia.png}}\n"
                           "sweep: {axes: {character: [mia], seed: {from: 1, count: 10}}}\n"
                           "chain: [generate: {size: [128, 128], steps: 2}]\noutput: {path: \"{seed}.png\"}\n")));
  put(manifest.resolved());
  core::CampaignAdded added = campaign_added(id, 10);
  added.row.spec = manifest.digest();
  added.manifest_json = manifest.resolved();
  return added;
}

Digest SmallState::reference_digest() {
  return sha256(kFace);
}

Digest SmallState::picture_digest(std::uint64_t campaign, Rank rank, std::uint32_t generation) {
  return sha256(picture_of(campaign, rank, generation));
}

core::ResultCommitted SmallState::picture(std::uint64_t campaign, Rank rank, std::uint32_t generation) {
  const std::string bytes = picture_of(campaign, rank, generation);
  put(bytes);
  core::ResultCommitted edit = result(campaign, rank, Outcome::kDone, generation);
  edit.result.ticket.index = rank;
  edit.result.artifacts = {{"image", sha256(bytes), bytes.size(), "image/png"}};
  return edit;
}

void SmallState::commit(const std::vector<core::Edit>& edits) {
  const Status status = store_->commit(edits);
  ASSERT_TRUE(status.ok()) << status.to_string();
}

void SmallState::fill() {
  core::LeaseGrant held = grant(1, 5);
  held.index = 5;
  commit({campaign(1), campaign(2), picture(1, 0), picture(1, 1), picture(1, 2), core::JobsGranted{{held}},
          core::JobReturned{CampaignId{1}, 6, 6, 1, 1, 0, "engine died"}, event(1), event(2),
          core::FactStored{"usage", "acme", R"({"seconds": 3})"}});
  core::ResultReused first = reused(2, 0, 1, 0), second = reused(2, 1, 1, 1);
  first.index = 0;
  second.index = 1;
  commit({first, second, core::CellsRequeued{CampaignId{1}, core::IntervalSet(0, 2)},
          core::CellsCancelled{CampaignId{2}, core::IntervalSet(8, 10)}});
  commit({picture(1, 0, 1)});
}

}  // namespace troupe::store
