#include "tests/bench/fake_worker.h"

#include <utility>

#include "common/base/log.h"
#include "common/base/random.h"
#include "common/wire/convert.h"
#include "common/wire/version.h"
#include "tests/bench/finished_jobs.h"

namespace troupe::bench {
namespace {

constexpr Millis kLongestWait{50};

agent::SessionOptions session_options(const FakeWorkerOptions& options) {
  agent::SessionOptions session;
  session.worker = {options.name};
  session.instance = SystemRandom().next();
  session.profile.host = "bench";
  session.profile.protocol_min = wire::kProtocolMin;
  session.profile.protocol_max = wire::kProtocolMax;
  session.profile.version = "bench";
  for (std::size_t i = 0; i < options.slots; ++i) session.profile.slots.push_back({"cpu", "fake", 8ull << 30});
  session.profile.packs = {{"pocket", sha256("pocket"), 8}};
  session.ahead = options.ahead;
  session.outbox_results = 8192;
  session.seed = session.instance;
  return session;
}

}  // namespace

Result<std::unique_ptr<FakeWorker>> FakeWorker::start(wire::Context& context, const wire::DealerOptions& coordinator,
                                                      FakeWorkerOptions options, Tally& tally) {
  TROUPE_ASSIGN_OR_RETURN(wire::Socket socket, wire::Socket::connect_dealer(context, coordinator));
  TROUPE_ASSIGN_OR_RETURN(auto file, agent::open_log_file(options.folder + "/" + options.name + ".outbox"));
  TROUPE_ASSIGN_OR_RETURN(auto outbox, agent::Outbox::open(std::move(file)));
  std::unique_ptr<FakeWorker> worker(new FakeWorker(std::move(socket), std::move(outbox), std::move(options), tally));
  worker->thread_ = std::thread([raw = worker.get()] { raw->work(); });
  return worker;
}

FakeWorker::FakeWorker(wire::Socket socket, std::unique_ptr<agent::Outbox> outbox, FakeWorkerOptions options,
                       Tally& tally)
    : options_(std::move(options)),
      tally_(tally),
      socket_(std::move(socket)),
      outbox_(std::move(outbox)),
      session_(session_options(options_)),
      sample_(sample_result(options_.picture, options_.result_bytes)) {}

FakeWorker::~FakeWorker() {
  stop_ = true;
  thread_.join();
}

void FakeWorker::work() {
  tell(agent::Started{});
  for (agent::SlotIndex slot = 0; slot < options_.slots; ++slot) tell(agent::EngineReady{slot});
  while (!stop_) {
    wait();
    Status status = read();
    if (status.ok()) status = store();
    if (!status.ok()) {
      logger("bench")->error("{}: {}", options_.name, status.to_string());
      failed_ = true;
      return;
    }
    tell(agent::Tick{});
  }
}

void FakeWorker::wait() {
  const Instant now = clock_.now();
  const Millis due = session_.next_tick(now) - now;
  wire::Waitable item{socket_.handle()};
  (void)wire::wait_readable({&item, 1}, std::clamp(due, Millis(0), kLongestWait));
}

Status FakeWorker::read() {
  while (to_store_.size() < options_.batch) {
    TROUPE_ASSIGN_OR_RETURN(const auto received, socket_.receive());
    if (!received) return {};
    TROUPE_ASSIGN_OR_RETURN(ToWorker message, wire::decode_to_worker(received->parts.at(0), {options_.name}));
    if (const auto* ack = std::get_if<Ack>(&message.body)) {
      tally_.acked_at = std::chrono::steady_clock::now();
      tally_.acked += ack->tickets.size();
      tally_.acked.notify_all();
    }
    tell(agent::FromCoordinator{std::move(message)});
  }
  return {};
}

Status FakeWorker::store() {
  if (to_store_.empty()) return {};
  TROUPE_RETURN_IF_ERROR(outbox_->store(to_store_));
  ++tally_.syncs;
  std::vector<agent::SessionEvent> stored;
  for (agent::Stored& one : std::exchange(to_store_, {})) {
    stored.push_back(agent::ResultStored{std::move(one.result)});
  }
  for (agent::SessionEvent& event : stored) events_.push_back(std::move(event));
  tell(agent::Tick{});
  return {};
}

// What effects cause waits until the effects before it are done.
void FakeWorker::tell(agent::SessionEvent event) {
  events_.push_back(std::move(event));
  if (std::exchange(telling_, true)) return;
  while (!events_.empty()) {
    const std::vector<agent::SessionEvent> batch = std::exchange(events_, {});
    for (const agent::SessionEffect& effect : session_.step(batch, clock_.now())) {
      std::visit([this](const auto& body) { perform(body); }, effect);
    }
  }
  telling_ = false;
}

void FakeWorker::perform(const agent::Send& effect) {
  ++tally_.messages;
  (void)socket_.send(wire::encode(effect.message));
}

void FakeWorker::perform(const agent::FetchSpec& effect) {
  tell(agent::SpecReady{effect.spec});
}

void FakeWorker::perform(const agent::FetchReferences& effect) {
  tell(agent::ReferencesReady{effect.ticket});
}

void FakeWorker::perform(const agent::StartJob& effect) {
  to_store_.push_back({result_of(effect.ticket), {}});
  to_store_.back().files.assign(1, options_.picture);
  tell(agent::EngineReady{effect.slot});
}

void FakeWorker::perform(const agent::StoreResult& effect) {
  to_store_.push_back({effect.result, {}});
}

void FakeWorker::perform(const agent::UploadArtifacts& effect) {
  tell(agent::Uploaded{effect.digests});
}

void FakeWorker::perform(const agent::ForgetResults& effect) {
  if (!outbox_->forget(effect.tickets).ok()) failed_ = true;
}

JobResult FakeWorker::result_of(const Ticket& ticket) const {
  JobResult result = sample_;
  result.ticket = ticket;
  return result;
}

}  // namespace troupe::bench
