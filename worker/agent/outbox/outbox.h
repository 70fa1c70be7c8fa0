// Results with their pictures, kept on disk from the moment that they exist until the coordinator answers for them: one
// append-only log, one sync a batch. A tail torn by a crash is cut; what store() answered OK for is there. Once all of
// it is forgotten it begins anew in the same place.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/domain/messages.h"
#include "worker/agent/outbox/log_file.h"

namespace troupe::agent {

struct OutboxOptions {
  std::uint64_t full_bytes = 4ull << 30;      // from here on full(): no new work, but what is in hand is still stored
  std::uint64_t grow_bytes = 16ull << 20;     // the file is reserved in pieces of this size
  std::uint64_t garbage_bytes = 64ull << 20;  // forgotten bytes from which on it is compacted; an empty one keeps them
};

// A result and the bytes of its artifacts, in their order.
struct Stored {
  JobResult result;
  std::vector<std::string> files;
};

// Every method may be called from any thread.
class Outbox {
 public:
  // Reads what a former life left and cuts a torn tail. kInvalid or kTooLarge for a record that is whole and not of
  // this program: the file is left as it is.
  static Result<std::unique_ptr<Outbox>> open(std::unique_ptr<LogFile> file, OutboxOptions options = {});

  // Durable when OK. A result takes the place of an older one with the same ticket. kNoSpace: nothing was stored, try
  // again later. Any other error: the outbox must not be used any more; start again from the disk.
  Status store(const std::vector<Stored>& batch);
  // What is not there is ignored. May be undone by a crash, which is harmless: the coordinator answers again.
  Status forget(const std::vector<Ticket>& tickets);

  // Everything that is not forgotten, by ticket.
  std::vector<JobResult> results() const;
  // The bytes of an artifact of any of them, checked against the digest. kNotFound; kCorrupt.
  Result<std::string> artifact(const Digest& digest) const;
  // Bytes of the log that are in use, forgotten ones included.
  std::uint64_t used() const;
  bool full() const;

 private:
  struct Entry {
    JobResult result;
    LogFile::Range record;
    std::vector<std::uint64_t> files;  // offsets in the log
  };

  Outbox(std::unique_ptr<LogFile> file, OutboxOptions options) : file_(std::move(file)), options_(options) {}
  Status recover();
  Status apply(std::string_view record, std::uint64_t at);
  void add(Entry entry);
  void remove(const Ticket& ticket);
  Status append(std::string records);
  Status clean();
  Status rewind();

  mutable std::mutex mutex_;
  std::unique_ptr<LogFile> file_;
  OutboxOptions options_;
  std::uint64_t tail_ = 0;  // where the next record goes
  std::uint64_t live_ = 0;  // bytes of records that are not forgotten
  std::map<Ticket, Entry> entries_;
  std::map<Digest, std::set<Ticket>> by_digest_;
};

}  // namespace troupe::agent
