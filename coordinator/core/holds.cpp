#include "coordinator/core/holds.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "common/base/limits.h"

namespace troupe::core {
namespace {

using nlohmann::json;

constexpr std::pair<Holds::Kind, const char*> kWords[] = {{Holds::Kind::kPause, "pause"},
                                                          {Holds::Kind::kResume, "resume"},
                                                          {Holds::Kind::kRelease, "release"},
                                                          {Holds::Kind::kPrefer, "priority"}};

// Pauses and resumes answer each other; releases and priorities stand for themselves.
int family(Holds::Kind kind) {
  return kind == Holds::Kind::kRelease ? 1 : kind == Holds::Kind::kPrefer ? 2 : 0;
}

const char* word(Holds::Kind kind) {
  return std::ranges::find(kWords, kind, &std::pair<Holds::Kind, const char*>::first)->second;
}

}  // namespace

Status Holds::give(Order order) {
  const bool everything = order.cells.slice().everything();
  std::erase_if(orders_, [&](const Order& older) {
    return family(older.kind) == family(order.kind) &&
           (everything || older.cells.slice().text() == order.cells.slice().text());
  });
  if (order.kind == Kind::kRelease && everything) {
    sample_cells_ = 0;
    sample_.clear();
  }
  if (everything && order.kind != Kind::kPause) return {};
  // Nothing to take back.
  const auto is_pause = [](const Order& older) { return older.kind == Kind::kPause; };
  if (order.kind == Kind::kResume && std::ranges::none_of(orders_, is_pause)) return {};
  if (order.kind == Kind::kRelease && sample_cells_ == 0) return {};
  if (orders_.size() >= limits::kMaxOrders) {
    return Status(Code::kTooLarge, "slices of this campaign were paused, resumed, released or given a priority " +
                                       std::to_string(orders_.size()) +
                                       " times, the most there may be: resume or release it as a whole first");
  }
  orders_.push_back(std::move(order));
  return {};
}

void Holds::set_sample(const manifest::Sweep& sweep, std::uint64_t cells) {
  sample_cells_ = cells;
  sample_ = cells > 0 ? sample_of(sweep, cells) : IntervalSet();
}

bool Holds::holds_any() const {
  return sample_cells_ > 0 ||
         std::ranges::any_of(orders_, [](const Order& order) { return order.kind == Kind::kPause; });
}

Hold Holds::hold(Rank rank) const {
  bool released = sample_cells_ == 0 || sample_.contains(rank);
  bool decided = false;  // by the newest pause or resume
  for (auto order = orders_.rbegin(); order != orders_.rend(); ++order) {
    const bool steers = family(order->kind) == 0 && !decided;
    const bool releases = order->kind == Kind::kRelease && !released;
    if ((!steers && !releases) || !order->cells.contains(rank)) continue;
    if (order->kind == Kind::kPause) return Hold::kPaused;
    decided = decided || steers;
    released = released || releases;
  }
  return released ? Hold::kNone : Hold::kSample;
}

int Holds::priority(Rank rank, int usual) const {
  for (auto order = orders_.rbegin(); order != orders_.rend(); ++order) {
    if (order->kind == Kind::kPrefer && order->cells.contains(rank)) return order->priority;
  }
  return usual;
}

std::vector<int> Holds::priorities(int usual) const {
  std::vector<int> all = {usual};
  for (const Order& order : orders_) {
    if (order.kind == Kind::kPrefer) all.push_back(order.priority);
  }
  std::ranges::sort(all, std::greater());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Rank Holds::end_of_run(Rank rank) const {
  Rank end = std::numeric_limits<Rank>::max();
  for (const Order& order : orders_) end = std::min(end, order.cells.end_of_run(rank));
  if (sample_cells_ > 0) {
    end = std::min(end, sample_.contains(rank) ? sample_.end_of_run(rank) : sample_.next(rank).value_or(end));
  }
  return end;
}

std::string Holds::to_json() const {
  json orders = json::array();
  for (const Order& order : orders_) {
    json one = {{"do", word(order.kind)}, {"slice", order.cells.slice().text()}};
    if (order.kind == Kind::kPrefer) one["priority"] = order.priority;
    orders.push_back(std::move(one));
  }
  return json{{"sample", sample_cells_}, {"orders", std::move(orders)}}.dump();
}

Result<Holds> Holds::from_json(const manifest::Sweep& sweep, std::string_view text) {
  const Status wrong(Code::kCorrupt, "the orders of a campaign in the store cannot be read");
  const json stored = json::parse(text, nullptr, false);
  if (!stored.is_object() || !stored.contains("orders") || !stored["orders"].is_array()) return wrong;
  Holds orders;
  const json sample = stored.value("sample", json(0));
  if (!sample.is_number_unsigned() || sample.get<std::uint64_t>() > limits::kMaxSample) return wrong;
  orders.set_sample(sweep, sample.get<std::uint64_t>());
  for (const json& one : stored["orders"]) {
    if (!one.is_object() || !one.contains("do") || !one.contains("slice") || !one["slice"].is_string()) return wrong;
    const auto kind = std::ranges::find_if(kWords, [&](const auto& known) { return one["do"] == known.second; });
    const json priority = one.value("priority", json(0));
    if (kind == std::end(kWords) || !priority.is_number_integer()) return wrong;
    TROUPE_ASSIGN_OR_RETURN(manifest::Slice slice, manifest::Slice::parse(sweep, one["slice"].get<std::string>()));
    TROUPE_RETURN_IF_ERROR(orders.give({kind->first, RankSlice(sweep, std::move(slice)), priority.get<int>()}));
  }
  return orders;
}

}  // namespace troupe::core
