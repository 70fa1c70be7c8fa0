// The agent: the session's shell. One thread waits for the coordinator, the engines, the transfers, signals and the
// clock, tells the session what happened, and does what it says, in its order.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/file_lock.h"
#include "common/manifest/manifest.h"
#include "worker/agent/config.h"
#include "worker/agent/engines/supervisor.h"
#include "worker/agent/outbox/outbox.h"
#include "worker/agent/session/session.h"
#include "worker/agent/shell/coordinator_link.h"
#include "worker/agent/shell/packs.h"
#include "worker/agent/shell/references.h"
#include "worker/agent/shell/run_folder.h"
#include "worker/agent/shell/signals.h"
#include "worker/agent/shell/transfers.h"
#include "worker/chain/chain_job.h"

namespace troupe::agent {

class Agent {
 public:
  // Takes the state folder (kAlreadyExists says who has it), opens the outbox, looks at the packs. Blocks signals for
  // the process: to be called before it has other threads, by the thread that calls run().
  static Result<std::unique_ptr<Agent>> make(WorkerConfig config, Clock& clock, Random& random);

  // Until the session ends it (a drain) or something fails that only a new start helps against.
  Status run();

 private:
  struct Parts;
  explicit Agent(Parts parts);

  // ---- what happened (agent_events.cpp) ----
  void wait();
  void read_signals();
  void keep_link();
  void read_coordinator();
  void read_transfers();
  void on(UploadEnded& event);
  void on(FetchEnded& event);
  void on(FileFetchEnded& event);
  void read_engines();
  void on(const EngineUp& event);
  void on(const EngineGone& event);
  void on(const RunProgress& event);
  void on(const RunDrawn& event);
  void on(RunDone& event);
  void on(RunFailed& event);
  void fail_job(const Ticket& ticket, Fault fault, std::string reason, std::vector<std::string> log = {},
                bool engine_died = false);
  // Stores what waits, and tells the session when the outbox becomes full or has room again.
  void store_results();

  // ---- what to do (agent_effects.cpp) ----
  void tell(SessionEvent event);
  void perform(const Send& effect);
  void perform(const Reconnect& effect);
  void perform(const FetchSpec& effect);
  void perform(const FetchReferences& effect);
  void perform(const StartJob& effect);
  void perform(const CancelJob& effect);
  void perform(const StoreResult& effect);
  void perform(const UploadArtifacts& effect);
  void perform(const ForgetResults& effect);
  void perform(const Say& effect);
  void perform(const Exit& effect);
  // Those of jobs that are not in hand any more.
  void forget_references();
  // What the job's engine is told.
  Result<chain::ChainJob> describe(const Digest& spec, JobIndex index) const;
  Status start_job(const StartJob& effect);

  // The runs of an engine: one on its device, one whose pictures it writes.
  using Runs = std::map<std::uint64_t, Ticket>;
  std::optional<Ticket> end_run(std::size_t slot, std::uint64_t run);

  WorkerConfig config_;
  Clock& clock_;
  Random& random_;
  FileLock lock_;
  RunFolder run_folder_;
  Signals signals_;
  wire::Context context_;
  LocalPacks packs_;
  References references_;
  std::unique_ptr<Outbox> outbox_;
  CoordinatorLink link_;
  std::unique_ptr<Transfers> transfers_;
  Supervisor supervisor_;
  Session session_;

  std::vector<Runs> slots_;
  std::map<Digest, manifest::Manifest> specs_;
  std::map<Ticket, std::set<Digest>> wanted_references_;   // of jobs in hand
  std::map<Ticket, std::set<Digest>> missing_references_;  // of those that wait for a transfer
  std::deque<SessionEvent> events_;
  std::vector<Stored> to_store_;
  bool telling_ = false;
  bool outbox_full_ = false;
  std::string outbox_trouble_;
  std::string link_trouble_;
  Instant next_link_look_;
  Instant next_store_;
  int stops_ = 0;
  std::optional<Status> over_;
};

}  // namespace troupe::agent
