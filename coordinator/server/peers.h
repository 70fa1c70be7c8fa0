// Which connection is which worker. A worker is bound to the connection that said hello for it, and its id to the key
// that connection came with: nobody else speaks in its name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/domain/messages.h"

namespace troupe::server {

class Peers {
 public:
  enum class Verdict {
    kWelcome,   // let the farm hear it
    kSayHello,  // this connection has not said hello for this worker
    kForeign,   // the worker belongs to another key
  };

  // A message came over `connection`, which ZAP knows as `user`. A hello that is welcome binds.
  Verdict heard(const std::string& connection, const std::string& user, const FromWorker& message, Instant now);

  // The connection of this start of the worker; nullptr when there is none.
  const std::string* find(const WorkerId& worker, std::uint64_t instance) const;
  // The connection is gone, or is not to be written to any more.
  void forget(const WorkerId& worker, std::uint64_t instance);
  // Forgets workers that were silent for so long.
  void forget_silent(Instant now, Millis silence);

  std::size_t size() const { return bindings_.size(); }

 private:
  using Key = std::pair<WorkerId, std::uint64_t>;
  struct Binding {
    std::string connection;
    std::string user;
    Instant heard;
  };
  // Whether a worker of this name came with another key.
  bool is_foreign(const WorkerId& worker, const std::string& user) const;
  void bind(const Key& key, Binding binding);

  std::map<Key, Binding> bindings_;
  std::map<std::string, Key> by_connection_;
};

}  // namespace troupe::server
