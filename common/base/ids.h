// Identifiers as types of their own, so that a job's index never passes for a lease.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace troupe {

template <typename Tag, typename T>
struct Id {
  T value{};
  auto operator<=>(const Id&) const = default;
};

using CampaignId = Id<struct CampaignTag, std::uint64_t>;  // counts from 1; never used again
using LeaseId = Id<struct LeaseTag, std::uint64_t>;        // counts from 1; never used again, across restarts
using WorkerId = Id<struct WorkerTag, std::string>;  // chosen at the worker's first start, kept in its state folder
using Epoch = Id<struct EpochTag, std::uint64_t>;    // one life of the coordinator; grows at each start

// A cell's place in the sweep's index space (the first axis varies slowest), and its place in the order of running.
using JobIndex = std::uint64_t;
using Rank = std::uint64_t;

}  // namespace troupe

template <typename Tag, typename T>
struct std::hash<troupe::Id<Tag, T>> {
  std::size_t operator()(const troupe::Id<Tag, T>& id) const { return std::hash<T>()(id.value); }
};
