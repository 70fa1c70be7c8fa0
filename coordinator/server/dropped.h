// Messages that were dropped, or answered with a refusal, by reason: what `server info` shows as "dropped". The reasons
// are words of the program, never of a peer.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

namespace troupe::server {

// Of workers.
inline constexpr char kDroppedWorkerTooLarge[] = "worker_too_large";    // parts or bytes
inline constexpr char kDroppedWorkerMalformed[] = "worker_malformed";   // not of the protocol, or beyond its limits
inline constexpr char kDroppedWorkerForbidden[] = "worker_forbidden";   // the key is not that of a worker
inline constexpr char kDroppedWorkerForeign[] = "worker_foreign_name";  // another key's worker has the name
inline constexpr char kDroppedWorkerNoHello[] = "worker_no_hello";      // before its hello, or of an old epoch
inline constexpr char kDroppedWorkerRefused[] = "worker_refused";       // protocol, twin, too many
inline constexpr char kDroppedWorkerUnsent[] = "worker_unsent";         // an answer that its worker does not take
inline constexpr char kDroppedResult[] = "result_never_leased";
// Of clients.
inline constexpr char kDroppedClientTooLarge[] = "client_too_large";
inline constexpr char kDroppedClientMalformed[] = "client_malformed";
inline constexpr char kDroppedClientForbidden[] = "client_forbidden";
inline constexpr char kDroppedClientBusy[] = "client_busy";  // the coordinator has too much to do, or cannot write
// Of the blob channel.
inline constexpr char kDroppedBlobRefused[] = "blob_refused";
inline constexpr char kDroppedBlobForbidden[] = "blob_forbidden";
inline constexpr char kDroppedBlobExpired[] = "blob_expired";

class Dropped {
 public:
  void count(std::string_view reason, std::uint64_t by = 1) {
    if (by > 0) counts_[reason] += by;
  }
  const std::map<std::string_view, std::uint64_t>& counts() const { return counts_; }

 private:
  std::map<std::string_view, std::uint64_t> counts_;
};

}  // namespace troupe::server
