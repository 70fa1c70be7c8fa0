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
  // A random verb on a random campaign, or a worker told to drain or not to.
  void meddle(const std::vector<WorkerId>& workers);
  // Takes back whatever would keep a campaign from finishing.
  void make_peace(const std::vector<WorkerId>& workers);

  bool everything_submitted() const { return labels_.size() == world_.knobs.campaigns; }
  const std::map<std::string, std::string>& labels() const { return labels_; }  // by submit key

 private:
  void submit(const std::string& key, const std::string& manifest);
  void command(const std::string& campaign, core::Verb verb);
  void drain(const WorkerId& worker, bool on);

  World& world_;
  CoordinatorNode& coordinator_;
  std::map<std::string, std::string> labels_;
};

}  // namespace troupe::sim
