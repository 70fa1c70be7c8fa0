// One step of the farm, scheduling pass included, at 10,000 workers and 1,000 campaigns: in this process, on no disk.
#include <deque>
#include <string>

#include "common/base/random.h"
#include "coordinator/core/farm.h"
#include "tests/bench/figure.h"
#include "tests/bench/finished_jobs.h"
#include "tests/bench/machine.h"
#include "tests/support/campaigns.h"

namespace troupe::bench {
namespace {

constexpr double kGoalSeconds = 0.005;
constexpr std::uint64_t kCells = 100'000;
constexpr Millis kBetween{1};  // two events on the farm's clock
constexpr WallMillis kSomeTime = 1'767'225'600'000;

struct Plan {
  std::size_t workers, campaigns, events;
};

class Drive {
 public:
  explicit Drive(const Plan& plan) : plan_(plan), farm_(core::FarmOptions(), Epoch{1}, {}, now_, kSomeTime) {}

  // Seconds of the step.
  double step(const core::Event& event) {
    now_ = now_ + kBetween;
    const Stopwatch watch;
    const core::Effects effects = farm_.step(event, now_, kSomeTime + now_.since_start.count());
    const double seconds = watch.seconds();
    for (const ToWorker& message : effects.sends) {
      const auto* lease = std::get_if<Lease>(&message.body);
      if (!lease) continue;
      for (const LeasedJob& job : lease->jobs) {
        held_.push_back({message.worker, {lease->campaign, job.index, job.generation, job.attempt}});
      }
    }
    return seconds;
  }

  double say(const WorkerId& worker, decltype(FromWorker::body) body) {
    FromWorker message;
    message.worker = worker;
    message.instance = 1;
    message.epoch = Epoch{1};
    message.body = std::move(body);
    return step(core::WorkerSpoke{std::move(message), {}});
  }

  // Every second campaign wants a tag that only every hundredth worker has.
  void submit_all() {
    for (std::size_t i = 0; i < plan_.campaigns; ++i) {
      testing::CampaignPlan campaign;
      campaign.name = "campaign-" + std::to_string(i);
      campaign.seeds = kCells;
      campaign.priority = static_cast<int>(i % 3);
      if (i % 2 == 1) campaign.tags = {"rare"};
      step(core::SubmitCampaign{i + 1, testing::resolved(campaign), campaign.name});
    }
  }

  void greet_all(std::vector<double>& took) {
    for (std::size_t i = 0; i < plan_.workers; ++i) {
      const WorkerId worker{"worker-" + std::to_string(i)};
      Hello hello;
      hello.protocol_min = hello.protocol_max = 1;
      hello.slots = {{"cpu", "fake", 8ull << 30}};
      hello.packs = {{"pocket", sha256("pocket"), 8}};
      if (i % 100 == 0) hello.tags = {"rare"};
      took.push_back(say(worker, std::move(hello)));
      Heartbeat heartbeat;
      heartbeat.credits = 2;
      took.push_back(say(worker, std::move(heartbeat)));
    }
  }

  // The result of a job that was given out; false when there is none.
  bool finish_one(const JobResult& sample, std::vector<double>& took) {
    if (held_.empty()) return false;
    const auto [worker, ticket] = held_.front();
    held_.pop_front();
    Results results{{sample}};
    results.results.front().ticket = ticket;
    took.push_back(say(worker, std::move(results)));
    return true;
  }

  std::size_t held() const { return held_.size(); }

 private:
  Plan plan_;
  Instant now_{Millis(1'000'000)};
  core::Farm farm_;
  std::deque<std::pair<WorkerId, Ticket>> held_;
};

}  // namespace

Result<Figure> measure_pass(const Options& options) {
  const Plan plan = options.small ? Plan{100, 20, 200} : Plan{10'000, 1'000, 50'000};
  Drive drive(plan);
  drive.submit_all();
  std::vector<double> greeting, working, ticking;
  drive.greet_all(greeting);
  const JobResult sample = sample_result("a picture", 1024);
  for (std::size_t i = 0; i < plan.events; ++i) {
    if (!drive.finish_one(sample, working)) return Status(Code::kInternal, "the farm gave out too few jobs");
    if (i % 50 == 0) ticking.push_back(drive.step(core::Tick{}));
  }
  std::vector<double> all = working;
  all.insert(all.end(), ticking.begin(), ticking.end());
  all.insert(all.end(), greeting.begin(), greeting.end());
  const double p99 = quantile(all, 0.99);
  Figure figure;
  figure["value"] = rounded(1000 * p99);
  figure["unit"] = "ms, p99 of a step with its scheduling pass";
  figure["goal"] = "< 5";
  figure["met"] = p99 < kGoalSeconds;
  figure["workers"] = plan.workers;
  figure["campaigns"] = plan.campaigns;
  figure["steps"] = all.size();
  figure["p50_ms"] = rounded(1000 * quantile(all, 0.5));
  figure["longest_ms"] = rounded(1000 * quantile(all, 1));
  figure["result_p99_ms"] = rounded(1000 * quantile(working, 0.99));
  figure["tick_p99_ms"] = rounded(1000 * quantile(ticking, 0.99));
  figure["greeting_p99_ms"] = rounded(1000 * quantile(greeting, 0.99));
  figure["jobs_out"] = drive.held();
  return figure;
}

}  // namespace troupe::bench
