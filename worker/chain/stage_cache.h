// Frames as they were after a stage, kept on disk by the key of everything that decided them.
//
// Several processes share one folder: an entry is written beside its place and renamed, whatever vanishes meanwhile is
// a miss, and each process takes its turn at deleting what was used least lately. Entries carry a checksum; one that
// does not hold is dropped. Nothing is synced: after a crash of the machine an entry is whole or it is dropped.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/status.h"
#include "worker/chain/frame.h"

namespace troupe::chain {

class StageCache {
 public:
  // Makes the folder (0700). most_bytes > 0 bounds what it holds; while several processes write, they may pass it by
  // kScanShare of it each.
  static Result<std::unique_ptr<StageCache>> open(const std::string& folder, std::uint64_t most_bytes);

  // False for frames so large that keeping them costs more than it saves.
  static bool takes(const Frame& frame) { return frame.bytes() <= kMaxFrameBytes; }

  // The frame under the key, which counts as used now; nothing when it is not there, cannot be read or is broken.
  std::optional<Frame> get(const Digest& key);
  // Best effort: an entry that is too large is left out. An error says why nothing was kept (a full disk).
  Status put(const Digest& key, const Frame& frame);

  static constexpr std::size_t kMaxFrameBytes = 128u << 20;
  static constexpr std::uint64_t kScanShare = 64;  // a process looks for what to delete after writing this part

 private:
  StageCache(std::string folder, std::uint64_t most_bytes) : folder_(std::move(folder)), most_bytes_(most_bytes) {}
  std::string path_of(const Digest& key) const;
  void trim();

  std::string folder_;
  std::uint64_t most_bytes_;
  std::mutex mutex_;                      // of trim
  std::atomic<std::uint64_t> unseen_{0};  // bytes written since the folder was looked at
  std::atomic<std::uint64_t> writes_{0};  // names of files being written
};

// A frame as the bytes of one entry: checksum, what is known of it as JSON, its picture and masks as PNG of a fast
// level. kInvalid or kInternal for a frame that is none.
Result<std::string> pack_frame(const Frame& frame);
// kCorrupt for anything that pack_frame did not write.
Result<Frame> unpack_frame(std::string_view bytes);

}  // namespace troupe::chain
