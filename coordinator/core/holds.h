// What operators said about parts of a campaign: a bounded, ordered list of slices that were paused, resumed, released
// or given a priority, and the sample that alone may run until a release. Looked at when a cell is about to run;
// nothing here walks the cells.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "coordinator/core/interval_set.h"
#include "coordinator/core/rank_slice.h"

namespace troupe::core {

// Why a waiting cell may not run.
enum class Hold {
  kNone,
  kPaused,  // the newest pause or resume that names the cell is a pause
  kSample,  // the campaign was submitted as a sample, to which the cell does not belong, and it was not released
};

class Holds {
 public:
  enum class Kind { kPause, kResume, kRelease, kPrefer };
  struct Order {
    Kind kind = Kind::kPause;
    RankSlice cells;
    int priority = 0;  // of kPrefer
  };

  // The newest order of a slice replaces older ones of the same slice and kind; one about every cell replaces all of
  // its kind, and is itself remembered only of a pause: what it says is then the usual case, or the campaign's own
  // priority. kTooLarge beyond limits::kMaxOrders.
  Status give(Order order);
  // Cells outside of a stratified sample of `cells` cells wait for a release. 0 forgets it.
  void set_sample(const manifest::Sweep& sweep, std::uint64_t cells);

  bool empty() const { return orders_.empty() && sample_cells_ == 0; }
  bool holds_any() const;
  std::uint64_t sample_cells() const { return sample_cells_; }
  const std::vector<Order>& list() const { return orders_; }

  Hold hold(Rank rank) const;
  // The newest priority that names the cell, else `usual`.
  int priority(Rank rank, int usual) const;
  // All different priorities of cells, the highest first; `usual` is among them.
  std::vector<int> priorities(int usual) const;
  // hold() and priority() are the same for all ranks of [rank, end_of_run(rank)).
  Rank end_of_run(Rank rank) const;

  // For the fact that keeps them, and for listings: {"sample": 8, "orders": [{"do": "pause", "slice": "seed=1"}]}.
  std::string to_json() const;
  static Result<Holds> from_json(const manifest::Sweep& sweep, std::string_view json);

 private:
  std::vector<Order> orders_;  // the oldest first
  std::uint64_t sample_cells_ = 0;
  IntervalSet sample_;  // ranks
};

// The ranks of `cells` cells, fewer where there are not so many: of each axis but the seed every value comes as often
// as the others, as nearly as can be; seeds follow each other in their order. The same on every machine. Needs cells <=
// limits::kMaxSample.
IntervalSet sample_of(const manifest::Sweep& sweep, std::uint64_t cells);

}  // namespace troupe::core
