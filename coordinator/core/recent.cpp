#include "coordinator/core/recent.h"

#include "common/base/hash.h"
#include "common/base/limits.h"

namespace troupe::core {
namespace {

std::uint64_t hash_of(const std::string& name, const std::string& address) {
  std::uint64_t hash = 0;
  for (const char c : name) hash = mix64(hash ^ static_cast<unsigned char>(c));
  hash = mix64(hash ^ 0x100);
  for (const char c : address) hash = mix64(hash ^ static_cast<unsigned char>(c));
  return hash;
}

}  // namespace

Recent::Recent() : pictures_(limits::kMaxCommitsKept), homes_(limits::kMaxHomesKept) {}

std::optional<RecentPicture> Recent::compare(const Cell& cell, const RecentPicture& picture) {
  const RecentPicture* known = pictures_.find(cell);
  std::optional<RecentPicture> other;
  if (known && known->numerics_class == picture.numerics_class && known->pixels != picture.pixels) other = *known;
  pictures_.put(cell, picture);
  return other;
}

void Recent::rendered(const std::string& name, const std::string& address, const WorkerId& worker) {
  homes_.put(hash_of(name, address), worker);
}

const WorkerId* Recent::home(const std::string& name, const std::string& address) const {
  return homes_.find(hash_of(name, address));
}

}  // namespace troupe::core
