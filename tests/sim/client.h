// The people: they submit campaigns, change their minds, and ask again when nobody answers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/sim/coordinator_node.h"
#include "tests/support/campaigns.h"

namespace troupe::sim {

class Client {
 public:
  Client(World& world, CoordinatorNode& coordinator) : world_(world), coordinator_(coordinator) {}

  // Plans the submits of all campaigns.
  void start();
  // A random verb on a random campaign.
  void change_mind();
  // A worker is told to drain, or not to.
  void drain(const WorkerId& worker, bool on);
  // Takes back whatever would keep a campaign from finishing.
  void make_peace(const std::vector<WorkerId>& workers);

  bool everything_submitted() const { return labels_.size() == submits_; }

 private:
  void plan_submits();
  void submit_one();
  void submit(const core::SubmitCampaign& submit);
  void submitted(const std::string& key, const core::Reply& reply);
  void command(core::CampaignCommand command);

  World& world_;
  CoordinatorNode& coordinator_;
  std::size_t submits_ = 0;
  // What a submit came to: a campaign of its own, or one that was there already.
  struct Submitted {
    CampaignId id;
    bool own = true;
  };
  std::map<std::string, Submitted> labels_;  // by submit key
  std::vector<std::string> answered_;        // labels, the newest last
};

}  // namespace troupe::sim
