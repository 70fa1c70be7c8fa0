// A worker that does what it should, in a thread of its own, while others do not.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "tests/coordinator/server/support.h"

namespace troupe::server {

class DiligentWorker {
 public:
  explicit DiligentWorker(ScriptedWorker worker) : worker_(std::move(worker)), thread_([this] { work(); }) {}
  ~DiligentWorker() {
    stop_ = true;
    thread_.join();
  }
  // Results that the coordinator answered for.
  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t leased() const { return leased_; }

 private:
  static constexpr Millis kBeat{100};

  void work() {
    worker_.say(worker_.hello());
    SystemClock clock;
    for (Instant beat = clock.now(); !stop_;) {
      wire::Waitable items[] = {{worker_.socket().handle()}};
      EXPECT_TRUE(wire::wait_readable(items, Millis(20)).ok());
      while (const auto message = worker_.next()) std::visit([this](const auto& body) { hear(body); }, message->body);
      if (clock.now() < beat) continue;
      beat = clock.now() + kBeat;
      say_what_is_held();
    }
  }

  void say_what_is_held() {
    Heartbeat heartbeat;
    for (const auto& [ticket, result] : held_) heartbeat.held.push_back({ticket, HeldState::kUploading, "", 0, 0, 0});
    heartbeat.credits = 4;
    worker_.say(heartbeat);
    for (const auto& [ticket, result] : held_) worker_.say(Results{{result}});
  }

  void hear(const Lease& lease) {
    for (std::size_t i = 0; i < lease.jobs.size(); ++i) {
      const std::string picture = "picture " + std::to_string(lease.jobs[i].index);
      const JobResult result = done(lease, i, picture);
      if (!held_.emplace(result.ticket, result).second) continue;
      ++leased_;
      EXPECT_TRUE(worker_.blobs().put(sha256(picture), picture, kPatience).ok());
      worker_.say(Results{{result}});
    }
  }
  void hear(const Ack& ack) {
    for (const Ticket& ticket : ack.tickets) acknowledged_ += held_.erase(ticket);
  }
  void hear(const Refused& refused) {
    EXPECT_EQ(refused.code, "unknown_worker") << refused.message;
    worker_.say(worker_.hello());
  }
  template <typename Other>
  void hear(const Other&) {}

  ScriptedWorker worker_;
  std::map<Ticket, JobResult> held_;
  std::atomic<std::uint64_t> acknowledged_{0}, leased_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace troupe::server
