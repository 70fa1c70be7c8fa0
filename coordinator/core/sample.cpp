// A stratified sample of a sweep.
#include <algorithm>
#include <numeric>
#include <vector>

#include "common/base/hash.h"
#include "common/base/limits.h"
#include "coordinator/core/holds.h"

namespace troupe::core {
namespace {

// Draws that may meet a cell which is taken or excluded before the rest is filled up in order.
constexpr std::uint64_t kTriesACell = 64;

// Hands out the digits of one dimension in rounds: in each round every digit once, in an order of its own.
class Rounds {
 public:
  Rounds(std::uint64_t size, std::uint64_t key) : order_(size), key_(key) {
    std::iota(order_.begin(), order_.end(), 0);
  }

  std::uint64_t next() {
    if (at_ == 0) shuffle();
    const std::uint64_t digit = order_[at_];
    at_ = (at_ + 1) % order_.size();
    return digit;
  }

 private:
  void shuffle() {
    for (std::uint64_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[(key_ = mix64(key_ + 1)) % i]);
  }

  std::vector<std::uint64_t> order_;
  std::uint64_t key_;
  std::uint64_t at_ = 0;
};

class Sampler {
 public:
  explicit Sampler(const manifest::Sweep& sweep) : sweep_(sweep) {
    const auto axis = sweep.axis_number("seed");
    const std::size_t seed = axis ? sweep.dimension_of(*axis) : sweep.dimensions().size();
    for (std::size_t d = 0; d < sweep.dimensions().size(); ++d) {
      const auto& dimension = sweep.dimensions()[d];
      if (d == seed) {
        seeds_ = dimension.size;
        seed_stride_ = dimension.stride;
        continue;
      }
      strides_.push_back(dimension.stride);
      sizes_.push_back(dimension.size);
      rounds_.emplace_back(dimension.size, mix64(d + 1));
      combinations_ *= dimension.size;
    }
  }

  IntervalSet take(std::uint64_t cells) {
    for (std::uint64_t seed = 0; seed < seeds_ && chosen_.size() < cells; ++seed) {
      const std::uint64_t left = cells - chosen_.size();
      if (combinations_ > left) spread(seed, left);
      // Where there are no more combinations than wanted, or the draws met too many taken ones: all there are.
      for (std::uint64_t k = 0; k < combinations_ && chosen_.size() < cells && steps_ > 0; ++k, --steps_) {
        add(index_of(seed, k));
      }
    }
    return chosen_;
  }

 private:
  void spread(std::uint64_t seed, std::uint64_t wanted) {
    const std::uint64_t goal = chosen_.size() + wanted;
    for (std::uint64_t tries = wanted * kTriesACell; tries > 0 && chosen_.size() < goal; --tries) {
      JobIndex index = seed * seed_stride_;
      for (std::size_t d = 0; d < rounds_.size(); ++d) index += rounds_[d].next() * strides_[d];
      add(index);
    }
  }

  JobIndex index_of(std::uint64_t seed, std::uint64_t combination) const {
    JobIndex index = seed * seed_stride_;
    for (std::size_t d = sizes_.size(); d-- > 0;) {
      index += combination % sizes_[d] * strides_[d];
      combination /= sizes_[d];
    }
    return index;
  }

  void add(JobIndex index) {
    if (!sweep_.excluded(index)) chosen_.insert(sweep_.rank_of(index));
  }

  const manifest::Sweep& sweep_;
  std::uint64_t seeds_ = 1, seed_stride_ = 0, combinations_ = 1;
  std::vector<std::uint64_t> strides_, sizes_;  // of all dimensions but the seed's
  std::vector<Rounds> rounds_;
  std::uint64_t steps_ = limits::kMaxVerbSteps;  // of filling up: nearly everything may be excluded
  IntervalSet chosen_;
};

}  // namespace

IntervalSet sample_of(const manifest::Sweep& sweep, std::uint64_t cells) {
  if (cells >= sweep.cells()) return IntervalSet(0, sweep.positions());
  return Sampler(sweep).take(std::min(cells, limits::kMaxSample));
}

}  // namespace troupe::core
