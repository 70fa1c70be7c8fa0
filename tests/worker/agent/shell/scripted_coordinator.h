// The least of a coordinator that an agent can work for: plain sockets, one campaign, jobs granted as the test says.
// The real blob channel is under it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/domain/messages.h"
#include "common/wire/server_file.h"
#include "common/wire/socket.h"
#include "coordinator/server/blob_thread.h"

namespace troupe::agent {

class ScriptedCoordinator {
 public:
  // Listens on free ports and writes server.json into `folder`. manifest_json: the resolved manifest of its campaign.
  ScriptedCoordinator(const std::string& folder, const std::string& manifest_json);

  // Waiting jobs: granted to whoever has credits, with attempt 1, 2, ... of each.
  void offer(std::vector<JobIndex> jobs);

  // Serves until `done` is true; false when it is not within 30 s.
  bool serve_until(const std::function<bool()>& done);
  // Talks no more until the next serve_until; messages wait.
  // Results by job that it took, the accepted ones only: a done result counts once its artifacts are there.
  const std::map<JobIndex, std::vector<JobResult>>& results() const { return results_; }
  bool done(JobIndex job) const;
  // While set, results are taken but not acknowledged.
  void withhold_acks(bool on) { withhold_acks_ = on; }

  std::vector<Hello> hellos;
  std::vector<Heartbeat> heartbeats;
  std::vector<Release> releases;
  int goodbyes = 0;
  Digest add_blob(const std::string& bytes);
  bool has_blob(const Digest& digest) const { return blobs_->has(digest); }
  std::string blob(const Digest& digest) const;

 private:
  void answer(const std::string& peer, const FromWorker& message);
  void send(const std::string& peer, decltype(ToWorker::body) body);
  void take(const std::string& peer, const Results& results);
  void grant(const std::string& peer, std::uint32_t credits);

  wire::Context context_;
  std::unique_ptr<store::BlobStore> blobs_;
  SystemClock clock_;
  wire::Socket router_;
  std::unique_ptr<server::BlobThread> blob_thread_;
  Digest spec_;
  WorkerId worker_;
  std::vector<JobIndex> waiting_;
  std::map<JobIndex, std::uint32_t> attempts_;
  std::map<JobIndex, std::vector<JobResult>> results_;
  std::uint64_t leases_ = 0;
  bool withhold_acks_ = false;
};

}  // namespace troupe::agent
