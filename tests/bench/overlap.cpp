// How much of a device's time is lost around its work: one engine whose only stage waits, its pictures encoded by its
// finisher and stored by the agent's outbox, as in a worker. Prints one JSON line:
//
//   bench-overlap [JOBS] [STAGE_MS] [SIDE]     60 jobs, 100 ms, 1024 pixels
//
// stage_ms, encode_ms: means of a job. rate: jobs a second; stage_rate: what the stage alone would do; ratio: of the
// two.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <zmq.hpp>

#include "tests/support/jobs.h"
#include "tests/support/temp_folder.h"
#include "worker/agent/engines/supervisor.h"
#include "worker/agent/outbox/outbox.h"

namespace troupe {
namespace {

class Worker {
 public:
  Worker(int jobs, int side) : jobs_(jobs), side_(side) {
    agent::SupervisorOptions options;
    options.command.program = TROUPE_BIN_DIR "/fake-engine";
    options.slot_arguments = {{"--stage-cache", folder_.path() + "/stages"}};
    options.run_folder = options.log_folder = folder_.path();
    supervisor_ = std::make_unique<agent::Supervisor>(context_, options, random_);
    outbox_ =
        std::move(agent::Outbox::open(std::move(agent::open_log_file(folder_.path() + "/outbox")).value())).value();
  }

  // False when something failed.
  bool run() {
    while (done_ < jobs_ && !failed_) {
      std::vector<zmq_pollitem_t> items;
      supervisor_->add_poll_items(items);
      const Millis wait = std::max(Millis{0}, supervisor_->next_turn(clock_.now()) - clock_.now());
      zmq_poll(items.data(), static_cast<int>(items.size()), static_cast<long>(wait.count()));
      for (agent::EngineEvent& event : supervisor_->turn(clock_.now())) {
        std::visit([this](auto& one) { on(one); }, event);
      }
    }
    return !failed_;
  }

  void print() const {
    const double wall = static_cast<double>((ended_ - begun_).count()) / 1000;
    const double stage = stage_seconds_ / jobs_;
    const double rate = jobs_ / wall;
    std::printf(
        "{\"schema\": 1, \"jobs\": %d, \"side\": %d, \"stage_ms\": %.2f, \"encode_ms\": %.2f, \"rate\": %.3f, "
        "\"stage_rate\": %.3f, \"ratio\": %.3f}\n",
        jobs_, side_, stage * 1000, encode_seconds_ / jobs_ * 1000, rate, 1 / stage, rate * stage);
  }

 private:
  void start_next() {
    if (started_ == jobs_) return;
    ++started_;
    chain::ChainJob job = testing::make_job(static_cast<JobIndex>(started_), static_cast<std::uint32_t>(started_));
    job.job.stages[0].parameters["size"] = {side_, side_};
    failed_ = !supervisor_->run(0, {0, chain::to_json(job), "", Millis{600'000}}).has_value();
  }
  void on(const agent::EngineUp&) {
    begun_ = clock_.now();
    start_next();
  }
  void on(const agent::EngineGone&) { failed_ = true; }
  void on(const agent::RunProgress&) {}
  void on(const agent::RunDrawn&) { start_next(); }
  void on(const agent::RunFailed&) { failed_ = true; }
  void on(agent::RunDone& event) {
    JobResult& result = event.done.result;
    for (const StageTiming& timing : result.timings) {
      if (is_stage(timing)) stage_seconds_ += timing.seconds;
      if (timing.stage == kEncodeTiming) encode_seconds_ += timing.seconds;
    }
    result.ticket = {CampaignId{1}, static_cast<JobIndex>(++done_), 0, 1};
    failed_ = !outbox_->store({{std::move(result), std::move(event.done.files)}}).ok();
    ended_ = clock_.now();
  }

  const int jobs_;
  const int side_;
  testing::TempFolder folder_;
  SystemClock clock_;
  SeededRandom random_{1};
  zmq::context_t context_;
  std::unique_ptr<agent::Supervisor> supervisor_;
  std::unique_ptr<agent::Outbox> outbox_;
  int started_ = 0;
  int done_ = 0;
  bool failed_ = false;
  Instant begun_;
  Instant ended_;
  double stage_seconds_ = 0;
  double encode_seconds_ = 0;
};

}  // namespace
}  // namespace troupe

int main(int argc, char** argv) {
  const int jobs = argc > 1 ? std::atoi(argv[1]) : 60;
  const char* stage_ms = argc > 2 ? argv[2] : "100";
  const int side = argc > 3 ? std::atoi(argv[3]) : 1024;
  if (jobs < 1 || side < 1) {
    std::fputs("bench-overlap [JOBS] [STAGE_MS] [SIDE]\n", stderr);
    return 2;
  }
  ::setenv("TROUPE_FAKE_MS", stage_ms, 1);
  troupe::Worker worker(jobs, side);
  if (!worker.run()) {
    std::fputs("a job or the engine failed\n", stderr);
    return 1;
  }
  worker.print();
  return 0;
}
