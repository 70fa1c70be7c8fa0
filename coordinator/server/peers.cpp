#include "coordinator/server/peers.h"

#include <variant>

namespace troupe::server {

Peers::Verdict Peers::heard(const std::string& connection, const std::string& user, const FromWorker& message,
                            Instant now) {
  const Key key{message.worker, message.instance};
  if (is_foreign(message.worker, user)) return Verdict::kForeign;
  if (std::holds_alternative<Hello>(message.body)) {
    bind(key, {connection, user, now});
    return Verdict::kWelcome;
  }
  const auto known = bindings_.find(key);
  if (known == bindings_.end() || known->second.connection != connection) return Verdict::kSayHello;
  known->second.heard = now;
  return Verdict::kWelcome;
}

const std::string* Peers::find(const WorkerId& worker, std::uint64_t instance) const {
  const auto known = bindings_.find({worker, instance});
  return known == bindings_.end() ? nullptr : &known->second.connection;
}

void Peers::forget(const WorkerId& worker, std::uint64_t instance) {
  const auto known = bindings_.find({worker, instance});
  if (known == bindings_.end()) return;
  by_connection_.erase(known->second.connection);
  bindings_.erase(known);
}

void Peers::forget_silent(Instant now, Millis silence) {
  std::erase_if(bindings_, [&](const auto& entry) {
    if (now - entry.second.heard < silence) return false;
    by_connection_.erase(entry.second.connection);
    return true;
  });
}

bool Peers::is_foreign(const WorkerId& worker, const std::string& user) const {
  const auto known = bindings_.lower_bound({worker, 0});
  return known != bindings_.end() && known->first.first == worker && known->second.user != user;
}

void Peers::bind(const Key& key, Binding binding) {
  forget(key.first, key.second);
  if (const auto other = by_connection_.find(binding.connection); other != by_connection_.end()) {
    bindings_.erase(other->second);
    by_connection_.erase(other);
  }
  by_connection_[binding.connection] = key;
  bindings_[key] = std::move(binding);
}

}  // namespace troupe::server
