// Who used how much of the farm: rule "share" kept up to date job by job, so that a pass asks only for a number.
//
// Usage is kept in seconds of a moment in the past, so that nothing must be recomputed as time passes: what is used now
// weighs more by rules::growth. Facts of the kind "usage" (by project) carry it over restarts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "coordinator/core/edit.h"

namespace troupe::core {

struct FarmOptions;

class Usage {
 public:
  // Both outlive this.
  explicit Usage(const FarmOptions& options) : options_(options) {}

  void restore(const std::string& project, const std::string& json, Instant now, WallMillis wall);

  // A job of the project was granted, or its grant ended; `seconds`, the same in both, are what it is thought to take.
  void begin(const std::string& project, double seconds);
  void end(const std::string& project, double seconds);
  // A job took that long.
  void spend(const std::string& project, double seconds, Instant now);

  // What orders projects: the smaller, the sooner. Comparable with those of other projects and times.
  double key(const std::string& project, Instant now) const;
  // What so many seconds more would add to a key.
  double seconds_in_key(double seconds, Instant now) const;

  std::uint64_t running(const std::string& project) const;
  // The most jobs that the project may have granted at once; 0 is no limit.
  std::uint64_t most_running(const std::string& project) const;
  bool full(const std::string& project) const;
  // Seconds used, as they count now.
  double used(const std::string& project, Instant now) const;

  // Projects whose key may have changed since this was last asked for.
  std::set<std::string> take_changed() { return std::exchange(changed_, {}); }
  // What is to be written down since this was last asked for.
  std::vector<FactStored> take_facts(Instant now, WallMillis wall);
  // Keys stay exact for some fifty half-lives; then all are brought up to now. True when that was done.
  bool rebase(Instant now);

 private:
  struct Project {
    double used = 0;  // in seconds of the moment `base_`
    double in_flight = 0;
    std::uint64_t running = 0;
  };
  double growth(Instant now) const;

  const FarmOptions& options_;
  Instant base_;
  std::map<std::string, Project> projects_;
  std::set<std::string> changed_, unsaved_;
};

}  // namespace troupe::core
