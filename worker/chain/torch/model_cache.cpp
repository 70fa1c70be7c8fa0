#include "worker/chain/torch/model_cache.h"

#include <algorithm>
#include <chrono>

namespace troupe::chain {
namespace {

constexpr int kKept = 2;  // of a kind

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

ModelCache::Loading::Loading(ModelCache& cache, const std::string& kind, double& seconds)
    : seconds_(seconds), begin_(now()) {
  int kept = 0;
  std::erase_if(cache.entries_, [&](const Entry& entry) { return entry.kind == kind && ++kept >= kKept; });
}

ModelCache::Loading::~Loading() {
  seconds_ += now() - begin_;
}

std::shared_ptr<void> ModelCache::find(const std::string& kind, const std::string& key) {
  const auto found =
      std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.kind == kind && entry.key == key; });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().model;
}

bool ModelCache::drop_all() {
  const bool any = !entries_.empty();
  entries_.clear();
  return any;
}

void ModelCache::drop_others() {
  if (!entries_.empty()) entries_.erase(std::next(entries_.begin()), entries_.end());
}

Status ModelCache::of_model(const Status& status) {
  const bool input = status.code() == Code::kInvalid || status.code() == Code::kTooLarge;
  return input ? Status(Code::kCorrupt, status.to_string()) : status;
}

}  // namespace troupe::chain
