#include "worker/agent/outbox/outbox.h"

#include <algorithm>
#include <utility>

#include "worker/agent/outbox/record.h"

namespace troupe::agent {

Result<std::unique_ptr<Outbox>> Outbox::open(std::unique_ptr<LogFile> file, OutboxOptions options) {
  std::unique_ptr<Outbox> outbox(new Outbox(std::move(file), options));
  TROUPE_RETURN_IF_ERROR(outbox->recover());
  return outbox;
}

Status Outbox::recover() {
  const std::uint64_t size = file_->size();
  while (size - tail_ >= kRecordHeaderBytes) {
    TROUPE_ASSIGN_OR_RETURN(const std::string head, file_->read({tail_, kRecordHeaderBytes}));
    const std::uint64_t payload = read_header(head).payload_bytes;
    if (payload > size - tail_ - kRecordHeaderBytes) break;
    TROUPE_ASSIGN_OR_RETURN(const std::string record, file_->read({tail_, kRecordHeaderBytes + payload}));
    const Status status = apply(record, tail_);
    if (status.code() == Code::kCorrupt) break;
    TROUPE_RETURN_IF_ERROR(status);
    tail_ += record.size();
  }
  TROUPE_RETURN_IF_ERROR(file_->truncate(tail_));
  return file_->sync();
}

Status Outbox::apply(std::string_view bytes, std::uint64_t at) {
  TROUPE_ASSIGN_OR_RETURN(Record record, read_record(bytes));
  if (auto* result = std::get_if<ResultRecord>(&record)) {
    for (std::uint64_t& file : result->files) file += at;
    add({std::move(result->result), {at, bytes.size()}, std::move(result->files)});
  } else {
    for (const Ticket& ticket : std::get<ForgetRecord>(record).tickets) remove(ticket);
  }
  return {};
}

void Outbox::add(Entry entry) {
  const Ticket ticket = entry.result.ticket;
  remove(ticket);
  live_ += entry.record.bytes;
  for (const Artifact& artifact : entry.result.artifacts) by_digest_[artifact.digest].insert(ticket);
  entries_.emplace(ticket, std::move(entry));
}

void Outbox::remove(const Ticket& ticket) {
  const auto found = entries_.find(ticket);
  if (found == entries_.end()) return;
  live_ -= found->second.record.bytes;
  for (const Artifact& artifact : found->second.result.artifacts) {
    auto& tickets = by_digest_[artifact.digest];
    tickets.erase(ticket);
    if (tickets.empty()) by_digest_.erase(artifact.digest);
  }
  entries_.erase(found);
}

Status Outbox::append(std::string records) {
  const std::uint64_t end = tail_ + records.size();
  if (end > file_->size()) {
    TROUPE_RETURN_IF_ERROR(file_->reserve((end / options_.grow_bytes + 1) * options_.grow_bytes));
  }
  // The log ends here, whatever an earlier round left behind.
  records.append(std::min(kRecordHeaderBytes, file_->size() - end), '\0');
  return file_->write(tail_, records);
}

Status Outbox::store(const std::vector<Stored>& batch) {
  const std::lock_guard lock(mutex_);
  std::string records;
  std::vector<Entry> entries;
  entries.reserve(batch.size());
  for (const Stored& stored : batch) {
    const std::uint64_t begin = records.size();
    Entry& entry = entries.emplace_back();
    entry.result = stored.result;
    entry.files = append_result(records, stored.result, stored.files);
    entry.record = {tail_ + begin, records.size() - begin};
    for (std::uint64_t& file : entry.files) file += entry.record.offset;
  }
  const std::uint64_t bytes = records.size();
  TROUPE_RETURN_IF_ERROR(append(std::move(records)));
  TROUPE_RETURN_IF_ERROR(file_->sync());
  for (Entry& entry : entries) add(std::move(entry));
  tail_ += bytes;
  return {};
}

Status Outbox::forget(const std::vector<Ticket>& tickets) {
  const std::lock_guard lock(mutex_);
  std::vector<Ticket> known;
  std::copy_if(tickets.begin(), tickets.end(), std::back_inserter(known),
               [&](const Ticket& ticket) { return entries_.count(ticket) != 0; });
  if (known.empty()) return {};
  const std::string record = forget_record(known);
  const Status status = append(record);
  for (const Ticket& ticket : known) remove(ticket);
  // A full disk must not keep the outbox from emptying itself: what is forgotten in memory only comes back after a
  // restart and is forgotten again.
  if (!status.ok() && status.code() != Code::kNoSpace) return status;
  if (status.ok()) tail_ += record.size();
  return clean();
}

Status Outbox::clean() {
  if (entries_.empty() && tail_ > options_.grow_bytes) return rewind();
  if (tail_ - live_ < options_.garbage_bytes || tail_ - live_ < live_) return {};
  std::vector<LogFile::Range> kept;
  std::uint64_t at = 0;
  std::vector<Entry*> moved;
  for (auto& [ticket, entry] : entries_) {
    kept.push_back(entry.record);
    moved.push_back(&entry);
  }
  const Status status = file_->keep(kept);
  if (status.code() == Code::kNoSpace) return {};
  TROUPE_RETURN_IF_ERROR(status);
  for (Entry* entry : moved) {
    for (std::uint64_t& file : entry->files) file = file - entry->record.offset + at;
    entry->record.offset = at;
    at += entry->record.bytes;
  }
  tail_ = at;
  return {};
}

// Should a crash undo it, or what the next records say about their end, then results come back that were forgotten.
Status Outbox::rewind() {
  tail_ = 0;
  if (file_->size() > options_.garbage_bytes) TROUPE_RETURN_IF_ERROR(file_->truncate(options_.garbage_bytes));
  return file_->write(0, std::string(std::min(kRecordHeaderBytes, file_->size()), '\0'));
}

std::vector<JobResult> Outbox::results() const {
  const std::lock_guard lock(mutex_);
  std::vector<JobResult> results;
  for (const auto& [ticket, entry] : entries_) results.push_back(entry.result);
  return results;
}

Result<std::string> Outbox::artifact(const Digest& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_digest_.find(digest);
  if (found == by_digest_.end()) return Status(Code::kNotFound, "no artifact " + digest.hex() + " in the outbox");
  const Entry& entry = entries_.at(*found->second.begin());
  for (std::size_t i = 0; i < entry.files.size(); ++i) {
    const Artifact& artifact = entry.result.artifacts[i];
    if (artifact.digest != digest) continue;
    TROUPE_ASSIGN_OR_RETURN(std::string bytes, file_->read({entry.files[i], artifact.bytes}));
    if (sha256(bytes) != digest)
      return Status(Code::kCorrupt, "artifact " + digest.hex() + " is damaged in the outbox");
    return bytes;
  }
  return Status(Code::kInternal, "the outbox lost the place of artifact " + digest.hex());
}

std::uint64_t Outbox::used() const {
  const std::lock_guard lock(mutex_);
  return tail_;
}

bool Outbox::full() const {
  return used() >= options_.full_bytes;
}

}  // namespace troupe::agent
