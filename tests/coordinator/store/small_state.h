// A state folder as a coordinator leaves it: campaigns with manifests that can be read, results whose artifacts are
// there.
#pragma once

#include <memory>
#include <string>

#include "common/manifest/manifest.h"
#include "coordinator/store/backup.h"
#include "coordinator/store/blob_store.h"
#include "coordinator/store/store.h"
#include "tests/coordinator/store/ram_folder.h"
#include "tests/support/temp_folder.h"

namespace troupe::store {

class SmallState {
 public:
  explicit SmallState(const StoreOptions& options = {});

  std::string database() const { return folder_ / "farm.db"; }
  std::string blobs_folder() const { return folder_ / "blobs"; }
  StatePlaces places() const { return {database(), blobs_folder(), folder_ / "keys"}; }
  // Where a blob's bytes lie.
  std::string place_of(const Digest& digest) const;

  Store& store() { return *store_; }
  BlobStore& blobs() { return *blobs_; }
  // No process has it open any more.
  void close() { store_.reset(); }

  // A campaign of ten cells; its manifest is in the blob store.
  core::CampaignAdded campaign(std::uint64_t id);
  // The cell's result with a picture that is in the blob store.
  core::ResultCommitted picture(std::uint64_t campaign, Rank rank, std::uint32_t generation = 0);
  static Digest picture_digest(std::uint64_t campaign, Rank rank, std::uint32_t generation = 0);
  // Of the picture that the campaigns refer to.
  static Digest reference_digest();
  void put(const std::string& bytes);
  void commit(const std::vector<core::Edit>& edits);

  // Two campaigns, the second of which reuses results of the first; some cells done, one granted, one to be tried
  // again.
  void fill();

 private:
  troupe::testing::TempFolder folder_{ram_folder()};
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<Store> store_;
};

}  // namespace troupe::store
