// The records of the outbox's log: 4 bytes CRC-32C of all that follows, 4 bytes type, 8 bytes length of the payload
// (little endian), the payload. A place of zeros, as a reserved file has them, is no record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/domain/messages.h"

namespace troupe::agent {

inline constexpr std::uint64_t kRecordHeaderBytes = 16;

struct RecordHeader {
  std::uint32_t crc = 0;
  std::uint32_t type = 0;
  std::uint64_t payload_bytes = 0;
};
// header has kRecordHeaderBytes bytes.
RecordHeader read_header(std::string_view header);

// A result with the bytes of its artifacts, in their order, behind what is in `log`. Returns where in the record each
// artifact's bytes begin.
std::vector<std::uint64_t> append_result(std::string& log, const JobResult& result,
                                         const std::vector<std::string>& files);
std::string forget_record(const std::vector<Ticket>& tickets);

struct ResultRecord {
  JobResult result;
  std::vector<std::uint64_t> files;  // where in the record each artifact's bytes begin
};
struct ForgetRecord {
  std::vector<Ticket> tickets;
};
using Record = std::variant<ResultRecord, ForgetRecord>;

// A whole record, header included. kCorrupt: it is torn. kInvalid or kTooLarge: it is whole, but not of this program.
Result<Record> read_record(std::string_view record);

}  // namespace troupe::agent
