#include <sys/epoll.h>

#include <cstdio>
#include <deque>
#include <queue>
#include <zmq.hpp>

#include "common/base/descriptor.h"
#include "common/base/random.h"
#include "common/wire/convert.h"
#include "common/wire/version.h"
#include "tests/bench/crowd.h"
#include "tests/bench/finished_jobs.h"

namespace troupe::bench {
namespace {

constexpr int kReconnectMillis = 100;
constexpr int kReconnectMostMillis = 2000;
constexpr int kHandshakeMillis = 30'000;
constexpr int kQueued = 64;
constexpr int kReadyAtOnce = 512;
constexpr Millis kHelloAgain{10'000};
constexpr Millis kLongestWait{100};
constexpr Millis kSpread{3000};  // first hellos of a crowd

struct Worker {
  WorkerId id;
  std::uint64_t instance = 0;
  std::unique_ptr<zmq::socket_t> socket;
  Epoch epoch;
  bool welcomed = false;
  std::uint32_t protocol = 1;
  Millis heartbeat{2000};
  Instant beat_at;  // or the next hello
  std::deque<Ticket> jobs;
  Instant job_ends;             // of the first of them
  std::vector<Ticket> unacked;  // results on their way
};

class CrowdProcess {
 public:
  CrowdProcess(const CrowdOptions& options, std::size_t first, std::size_t last, CrowdStats& stats)
      : options_(options),
        stats_(stats),
        context_(1, static_cast<int>(last - first) + 16),
        poll_(::epoll_create1(EPOLL_CLOEXEC)),
        sample_(sample_result(options.picture, options.result_bytes)),
        random_(first + 1) {
    const Instant now = clock_.now();
    workers_.resize(last - first);
    const Millis spread = std::min(kSpread, Millis(static_cast<Millis::rep>(workers_.size())));
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      Worker& worker = workers_[i];
      worker.id = {"crowd-" + std::to_string(first + i)};
      worker.instance = SystemRandom().next();
      worker.beat_at = now + Millis(static_cast<Millis::rep>(random_.unit() * static_cast<double>(spread.count())));
      due_.push({worker.beat_at, i});
    }
  }

  void run() {
    std::vector<epoll_event> ready(kReadyAtOnce);
    while (!stats_.stop) {
      const Millis wait =
          due_.empty() ? kLongestWait : std::clamp(due_.top().first - clock_.now(), Millis(0), kLongestWait);
      const int count = ::epoll_wait(poll_.get(), ready.data(), kReadyAtOnce, static_cast<int>(wait.count()));
      for (int i = 0; i < count; ++i) read(workers_[ready[static_cast<std::size_t>(i)].data.u64]);
      const Instant now = clock_.now();
      while (!due_.empty() && due_.top().first <= now) {
        Worker& worker = workers_[due_.top().second];
        due_.pop();
        look_after(worker, now);
      }
    }
  }

 private:
  std::size_t number(const Worker& worker) const { return static_cast<std::size_t>(&worker - workers_.data()); }

  void connect(Worker& worker) {
    worker.socket = std::make_unique<zmq::socket_t>(context_, zmq::socket_type::dealer);
    zmq::socket_t& socket = *worker.socket;
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::sndhwm, kQueued);
    socket.set(zmq::sockopt::rcvhwm, kQueued);
    socket.set(zmq::sockopt::reconnect_ivl, kReconnectMillis);
    socket.set(zmq::sockopt::reconnect_ivl_max, kReconnectMostMillis);
    socket.set(zmq::sockopt::handshake_ivl, kHandshakeMillis);
    if (const auto& curve = options_.coordinator.curve) {
      socket.set(zmq::sockopt::curve_serverkey, curve->server_key);
      socket.set(zmq::sockopt::curve_publickey, curve->keys.public_key);
      socket.set(zmq::sockopt::curve_secretkey, curve->keys.secret_key);
    }
    socket.connect(options_.coordinator.endpoint);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = number(worker);
    ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, socket.get(zmq::sockopt::fd), &event);
  }

  template <typename Body>
  void send(Worker& worker, Body body) {
    FromWorker message;
    message.worker = worker.id;
    message.instance = worker.instance;
    message.epoch = worker.epoch;
    message.protocol = worker.protocol;
    message.body = std::move(body);
    const std::string bytes = wire::encode(message);
    if (worker.socket->send(zmq::buffer(bytes), zmq::send_flags::dontwait)) ++stats_.sent;
  }

  // Whatever of the worker's is due.
  void look_after(Worker& worker, Instant now) {
    if (!worker.socket) connect(worker);
    if (now >= worker.beat_at) {
      worker.welcomed ? beat(worker) : greet(worker);
      worker.beat_at = now + (worker.welcomed ? jittered(worker.heartbeat) : kHelloAgain);
      due_.push({worker.beat_at, number(worker)});
    }
    if (!worker.jobs.empty() && now >= worker.job_ends) finish_one(worker, now);
    read(worker);  // libzmq signals once: what came while something was sent would be missed
  }

  Millis jittered(Millis interval) {
    return Millis(static_cast<Millis::rep>(static_cast<double>(interval.count()) * (0.9 + 0.1 * random_.unit())));
  }

  std::vector<Held> held(const Worker& worker) const {
    std::vector<Held> all;
    for (const Ticket& ticket : worker.jobs) all.push_back(Held{.ticket = ticket, .stage = {}});
    if (!all.empty()) all.front().state = HeldState::kRunning;
    for (const Ticket& ticket : worker.unacked) {
      all.push_back(Held{.ticket = ticket, .state = HeldState::kUploading, .stage = {}});
    }
    return all;
  }

  void greet(Worker& worker) {
    Hello hello;
    hello.host = "crowd";
    hello.protocol_min = wire::kProtocolMin;
    hello.protocol_max = wire::kProtocolMax;
    hello.version = "bench";
    hello.slots = {{"cpu", "fake", 8ull << 30}};
    hello.packs = {{"pocket", sha256("pocket"), 8}};
    hello.held = held(worker);
    send(worker, std::move(hello));
  }

  void beat(Worker& worker) {
    Heartbeat heartbeat;
    heartbeat.held = held(worker);
    const std::size_t busy = worker.jobs.size();
    heartbeat.credits = options_.jobs_held > busy ? options_.jobs_held - static_cast<std::uint32_t>(busy) : 0;
    send(worker, std::move(heartbeat));
  }

  void finish_one(Worker& worker, Instant now) {
    Results results;
    results.results.push_back(sample_);
    results.results.back().ticket = worker.jobs.front();
    worker.unacked.push_back(worker.jobs.front());
    worker.jobs.pop_front();
    if (!worker.jobs.empty()) begin_job(worker, now);
    send(worker, std::move(results));
  }

  void begin_job(Worker& worker, Instant now) {
    worker.job_ends = now + options_.job;
    due_.push({worker.job_ends, number(worker)});
  }

  void read(Worker& worker) {
    zmq::message_t message;
    while (worker.socket->recv(message, zmq::recv_flags::dontwait)) {
      ++stats_.received;
      const auto decoded = wire::decode_to_worker(message.to_string_view(), worker.id);
      if (!decoded.ok() || decoded->epoch < worker.epoch) continue;
      std::visit([&](const auto& body) { on(worker, *decoded, body); }, decoded->body);
    }
  }

  void on(Worker& worker, const ToWorker& message, const Welcome& welcome) {
    if (message.epoch > worker.epoch) {
      ++stats_.welcomes;
      if (stats_.epoch < message.epoch.value) stats_.epoch = message.epoch.value;
    }
    worker.epoch = message.epoch;
    worker.welcomed = true;
    worker.protocol = welcome.protocol;
    worker.heartbeat = welcome.heartbeat;
    worker.beat_at = clock_.now();
    due_.push({worker.beat_at, number(worker)});
    // What was on its way to a former life is sent again.
    Results again;
    for (const Ticket& ticket : worker.unacked) {
      again.results.push_back(sample_);
      again.results.back().ticket = ticket;
    }
    if (!again.results.empty()) send(worker, std::move(again));
  }
  void on(Worker& worker, const ToWorker&, const Lease& lease) {
    ++stats_.leases;
    const bool idle = worker.jobs.empty();
    for (const LeasedJob& job : lease.jobs) {
      const Ticket ticket{lease.campaign, job.index, job.generation, job.attempt};
      const bool known = std::find(worker.jobs.begin(), worker.jobs.end(), ticket) != worker.jobs.end() ||
                         std::find(worker.unacked.begin(), worker.unacked.end(), ticket) != worker.unacked.end();
      if (!known) worker.jobs.push_back(ticket);
    }
    if (idle && !worker.jobs.empty()) begin_job(worker, clock_.now());
  }
  void on(Worker& worker, const ToWorker&, const Ack& ack) {
    for (const Ticket& ticket : ack.tickets) stats_.acked += std::erase(worker.unacked, ticket);
  }
  void on(Worker& worker, const ToWorker&, const Revoke& revoke) {
    for (const Ticket& ticket : revoke.tickets) std::erase(worker.jobs, ticket);
  }
  // The interval follows the size of the farm.
  void on(Worker& worker, const ToWorker&, const Pulse& pulse) {
    if (pulse.heartbeat.count() > 0) worker.heartbeat = pulse.heartbeat;
  }
  void on(Worker& worker, const ToWorker&, const Refused& refused) {
    if (refused.code != "unknown_worker") ++stats_.refused;
    if (!worker.welcomed) return;
    worker.welcomed = false;
    worker.beat_at = clock_.now();
    due_.push({worker.beat_at, number(worker)});
  }
  template <typename Other>
  void on(Worker&, const ToWorker&, const Other&) {}

  const CrowdOptions& options_;
  CrowdStats& stats_;
  zmq::context_t context_;
  Descriptor poll_;
  JobResult sample_;
  SystemClock clock_;
  SeededRandom random_;
  std::vector<Worker> workers_;
  using Due = std::pair<Instant, std::size_t>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace

void run_crowd(const CrowdOptions& options, std::size_t first, std::size_t last, CrowdStats& stats) {
  wire::raise_descriptor_limit();
  try {
    CrowdProcess(options, first, last, stats).run();
  } catch (const zmq::error_t& error) {
    std::fprintf(stderr, "troupe-bench: a crowd of workers ended: %s\n", error.what());
    ++stats.refused;
  }
}

}  // namespace troupe::bench
