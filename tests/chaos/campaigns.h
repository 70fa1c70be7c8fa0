// The work: small campaigns, one after the other, each submitted by a `troupe submit --wait` that lives through
// everything; and at the end the audit of what came of them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/chaos/farm.h"

namespace troupe::chaos {

struct Audit {
  std::uint64_t cells = 0;
  std::uint64_t lost = 0;   // not accepted, not delivered, or delivered with other bytes than an engine makes alone
  std::uint64_t twice = 0;  // accepted or delivered more than once
  std::vector<std::string> findings;
};

class Campaigns {
 public:
  explicit Campaigns(Farm& farm) : farm_(farm) {}

  // Submits another one while fewer than a few are open, and sees which have ended.
  void keep_going();
  // Until all have ended; an error for one that does not, or that ends in another way than finished.
  Status finish(std::chrono::seconds patience);
  std::size_t submitted() const { return all_.size(); }
  // Compares, cell by cell and byte by byte. The farm must be quiet.
  Result<Audit> audit() const;

 private:
  struct Campaign {
    std::string name;
    std::string manifest;  // its file
    bool real = false;     // for the pocket engine
    std::unique_ptr<testing::Process> submit;
    std::optional<int> code;  // how the submit ended at last
    int tries = 1;
  };
  void submit();
  void begin(Campaign& campaign) const;
  // Sees whether the submit has ended. One that ended for want of a coordinator that could write is begun again, with
  // the same key.
  void look_at(Campaign& campaign) const;
  // Jobs that chaos made fail for good are asked for again.
  Status mend(Campaign& campaign);
  Result<std::map<std::string, std::string>> rendered_again(const Campaign& campaign) const;
  Status audit_one(const Campaign& campaign, Audit& audit) const;

  Farm& farm_;
  std::vector<Campaign> all_;
};

}  // namespace troupe::chaos
