// What came in lately, in bounded memory: pictures, to compare equal ones with, and who rendered which cell, since the
// intermediate pictures are still on its disk.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "common/domain/messages.h"

namespace troupe::core {

// A map that forgets its oldest entries.
template <typename Key, typename Value>
class Remembered {
 public:
  explicit Remembered(std::size_t most) : most_(most) {}
  void put(const Key& key, Value value) {
    const auto [at, is_new] = entries_.insert_or_assign(key, std::move(value));
    if (!is_new) return;
    order_.push_back(at);
    if (order_.size() <= most_) return;
    entries_.erase(order_.front());
    order_.pop_front();
  }
  const Value* find(const Key& key) const {
    const auto at = entries_.find(key);
    return at == entries_.end() ? nullptr : &at->second;
  }
  bool empty() const { return entries_.empty(); }

 private:
  std::size_t most_;
  std::map<Key, Value> entries_;
  std::deque<typename std::map<Key, Value>::iterator> order_;
};

struct RecentPicture {
  Digest pixels;
  Digest image;  // the artifact
  std::string numerics_class;
  WorkerId worker;
};

class Recent {
 public:
  Recent();
  using Cell = std::pair<CampaignId, JobIndex>;

  // The picture that the cell had before, where equal inputs in the same class gave other pixels.
  std::optional<RecentPicture> compare(const Cell& cell, const RecentPicture& picture);

  // `name` is the campaign's, whatever the revision.
  void rendered(const std::string& name, const std::string& address, const WorkerId& worker);
  const WorkerId* home(const std::string& name, const std::string& address) const;
  bool has_homes() const { return !homes_.empty(); }

 private:
  Remembered<Cell, RecentPicture> pictures_;
  Remembered<std::uint64_t, WorkerId> homes_;  // by a hash of name and address: a wrong one costs a little time
};

}  // namespace troupe::core
