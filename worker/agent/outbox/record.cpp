#include "worker/agent/outbox/record.h"

#include "common/base/crc32c.h"
#include "common/wire/convert.h"
#include "troupe/v1/worker.pb.h"

namespace troupe::agent {
namespace {

enum Type : std::uint32_t { kResult = 1, kForget = 2 };
constexpr std::size_t kTicketBytes = 24;

template <typename T>
void put(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

// Needs sizeof(T) bytes at `at`.
template <typename T>
T get(std::string_view in, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) {
    value |= static_cast<T>(static_cast<T>(static_cast<std::uint8_t>(in[at + i])) << (8 * i));
  }
  return value;
}

template <typename T>
void set(std::string& out, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out[at + i] = static_cast<char>(value >> (8 * i));
}

// Makes room for a header at the end of `log`; returns where.
std::size_t begin_record(std::string& log) {
  const std::size_t at = log.size();
  log.append(kRecordHeaderBytes, '\0');
  return at;
}

// What follows the header at `at`, up to the end, is its payload.
void end_record(std::string& log, std::size_t at, Type type) {
  set<std::uint32_t>(log, at + 4, type);
  set<std::uint64_t>(log, at + 8, log.size() - at - kRecordHeaderBytes);
  set<std::uint32_t>(log, at, crc32c(std::string_view(log).substr(at + 4)));
}

Result<Record> read_result(std::string_view payload) {
  const Status torn(Code::kInvalid, "a result in the outbox is not what this program wrote");
  if (payload.size() < 4) return torn;
  const std::uint64_t result_bytes = get<std::uint32_t>(payload, 0);
  if (payload.size() - 4 < result_bytes) return torn;
  v1::JobResult message;
  if (!message.ParseFromArray(payload.data() + 4, static_cast<int>(result_bytes))) return torn;
  ResultRecord record;
  TROUPE_ASSIGN_OR_RETURN(record.result, wire::from_proto(message, wire::TicketPart::kRequired));
  std::uint64_t at = 4 + result_bytes;
  for (const Artifact& artifact : record.result.artifacts) {
    if (artifact.bytes > payload.size() - at) return torn;
    record.files.push_back(kRecordHeaderBytes + at);
    at += artifact.bytes;
  }
  if (at != payload.size()) return torn;
  return Record(std::move(record));
}

Result<Record> read_forget(std::string_view payload) {
  if (payload.size() % kTicketBytes != 0) return Status(Code::kInvalid, "a mark in the outbox is of an odd length");
  ForgetRecord record;
  for (std::size_t at = 0; at < payload.size(); at += kTicketBytes) {
    record.tickets.push_back({{get<std::uint64_t>(payload, at)},
                              get<std::uint64_t>(payload, at + 8),
                              get<std::uint32_t>(payload, at + 16),
                              get<std::uint32_t>(payload, at + 20)});
  }
  return Record(std::move(record));
}

}  // namespace

RecordHeader read_header(std::string_view header) {
  return {get<std::uint32_t>(header, 0), get<std::uint32_t>(header, 4), get<std::uint64_t>(header, 8)};
}

std::vector<std::uint64_t> append_result(std::string& log, const JobResult& result,
                                         const std::vector<std::string>& files) {
  const std::size_t begin = begin_record(log);
  const std::size_t message = log.size() + 4;
  put<std::uint32_t>(log, 0);
  wire::append(log, result);
  set<std::uint32_t>(log, message - 4, static_cast<std::uint32_t>(log.size() - message));
  std::vector<std::uint64_t> places;
  for (const std::string& file : files) {
    places.push_back(log.size() - begin);
    log += file;
  }
  end_record(log, begin, kResult);
  return places;
}

std::string forget_record(const std::vector<Ticket>& tickets) {
  std::string record;
  record.reserve(kRecordHeaderBytes + tickets.size() * kTicketBytes);
  const std::size_t begin = begin_record(record);
  for (const Ticket& ticket : tickets) {
    put<std::uint64_t>(record, ticket.campaign.value);
    put<std::uint64_t>(record, ticket.index);
    put<std::uint32_t>(record, ticket.generation);
    put<std::uint32_t>(record, ticket.attempt);
  }
  end_record(record, begin, kForget);
  return record;
}

Result<Record> read_record(std::string_view record) {
  if (record.size() < kRecordHeaderBytes) return Status(Code::kCorrupt, "a record of the outbox is not whole");
  const RecordHeader header = read_header(record);
  if (header.payload_bytes != record.size() - kRecordHeaderBytes || crc32c(record.substr(4)) != header.crc) {
    return Status(Code::kCorrupt, "a record of the outbox is torn");
  }
  const std::string_view payload = record.substr(kRecordHeaderBytes);
  if (header.type == kResult) return read_result(payload);
  if (header.type == kForget) return read_forget(payload);
  return Status(Code::kInvalid, "a record of the outbox has the unknown type " + std::to_string(header.type));
}

}  // namespace troupe::agent
