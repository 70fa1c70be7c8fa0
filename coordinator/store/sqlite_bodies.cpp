#include "coordinator/store/sqlite_bodies.h"

namespace troupe::store {

Status SqliteBodies::add(CampaignId campaign, Rank rank, std::string_view stored_result) {
  return add_.run(Blob{stored_result}, campaign.value, rank);
}

Status SqliteBodies::share(CampaignId campaign, Rank rank, std::int64_t body) {
  std::int64_t original = body;
  {
    Rows rows = original_of_.query(body);
    if (rows.next()) original = rows.optional_integer(0).value_or(body);
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  TROUPE_RETURN_IF_ERROR(add_sharer_.run(original));
  return add_same_.run(campaign.value, rank, original);
}

Status SqliteBodies::drop(std::int64_t body) {
  std::optional<std::int64_t> original;
  bool is_shared = false;
  {
    Rows rows = original_of_.query(body);
    if (rows.next()) original = rows.optional_integer(0);
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  {
    Rows rows = shares_of_.query(body);
    is_shared = rows.next();
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  if (is_shared) {
    TROUPE_RETURN_IF_ERROR(disown_.run(body));
    return set_orphan_.run(body);
  }
  TROUPE_RETURN_IF_ERROR(remove(body));
  return original ? end_share(*original) : Status();
}

Status SqliteBodies::end_share(std::int64_t original) {
  std::uint32_t sharers = 0;
  bool is_orphan = false;
  {
    Rows rows = shares_of_.query(original);
    if (rows.next()) {
      sharers = rows.small(0);
      is_orphan = rows.integer(1) != 0;
    }
    TROUPE_RETURN_IF_ERROR(rows.status());
  }
  if (sharers > 1) return drop_sharer_.run(original);
  TROUPE_RETURN_IF_ERROR(end_share_.run(original));
  return is_orphan ? remove(original) : Status();
}

Status SqliteBodies::remove(std::int64_t body) {
  TROUPE_RETURN_IF_ERROR(empty_newest_.run(body));
  return remove_.run(body);
}

}  // namespace troupe::store
