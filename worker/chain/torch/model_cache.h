// Models that were used last stay loaded. Private to worker/chain/torch.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <utility>

#include "common/base/status.h"

namespace troupe::chain {

class ModelCache {
 public:
  // The model of that kind and key, loaded by `load` (which returns a Result<std::shared_ptr<Model>>) if it is not
  // there; `load_seconds` grows by what that took. Of each kind the two used last are kept. When memory runs out all
  // others are dropped and `load` is tried again. What is wrong with a model is never the job's fault: kInvalid and
  // kTooLarge of `load` become kCorrupt. One kind has one type of model.
  template <typename Model, typename Load>
  Result<std::shared_ptr<Model>> get(const std::string& kind, const std::string& key, Load load, double& load_seconds) {
    if (auto found = find(kind, key)) return std::static_pointer_cast<Model>(std::move(found));
    const Loading loading(*this, kind, load_seconds);
    Result<std::shared_ptr<Model>> loaded = load();
    if (loaded.status().code() == Code::kNoSpace && drop_all()) loaded = load();
    if (!loaded.ok()) return of_model(loaded.status());
    keep({kind, key, *loaded});
    return loaded;
  }

  // All but the one used last: memory ran out.
  void drop_others();

 private:
  struct Entry {
    std::string kind;
    std::string key;
    std::shared_ptr<void> model;
  };
  // Makes room for a model of a kind, and takes the time until it ends.
  class Loading {
   public:
    Loading(ModelCache& cache, const std::string& kind, double& seconds);
    ~Loading();
    Loading(const Loading&) = delete;
    Loading& operator=(const Loading&) = delete;

   private:
    double& seconds_;
    double begin_;
  };

  std::shared_ptr<void> find(const std::string& kind, const std::string& key);
  void keep(Entry entry) { entries_.push_front(std::move(entry)); }
  bool drop_all();
  static Status of_model(const Status& status);

  std::list<Entry> entries_;  // the one used last first
};

}  // namespace troupe::chain
