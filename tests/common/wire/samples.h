// One of every message that the worker protocol has, with every field set: for the golden bytes and the mutations.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/domain/messages.h"

namespace troupe::wire {

inline Ticket sample_ticket(JobIndex index = 17) {
  return {{3}, index, 2, 5};
}

inline JobResult sample_done() {
  JobResult result;
  result.ticket = sample_ticket();
  result.outcome = Outcome::kDone;
  result.artifacts = {{"image", sha256("picture"), 12345, "image/png"}, {"mask", sha256("mask"), 99, "image/png"}};
  result.pixel_digest = sha256("pixels");
  result.effective_seed = 4294967295;
  result.numerics_class = "1/torch-2.13/avx2/float32/2/1";
  result.timings = {{"generate", 1.5, false}, {"upscale", 0.25, true}};
  result.seconds = 1.75;
  result.metadata_json = R"({"scores":{"blank":0.5}})";
  return result;
}

inline JobResult sample_failed() {
  JobResult result;
  result.ticket = sample_ticket(18);
  result.outcome = Outcome::kFailed;
  result.fault = Fault::kModel;
  result.reason = "unet/config.json: no such file";
  result.log = {"loading the UNet", "caf\xc3\xa9"};
  return result;
}

inline std::vector<Held> sample_held() {
  return {{sample_ticket(1), HeldState::kQueued, "", 0, 0, 0},
          {sample_ticket(2), HeldState::kRunning, "generate", 7, 20, 0.5},
          {sample_ticket(3), HeldState::kUploading, "", 0, 0, 2.5}};
}

inline std::vector<std::pair<std::string, FromWorker>> samples_from_worker() {
  const auto from = [](auto body) { return FromWorker{{"w-1"}, 77, {4}, std::move(body)}; };
  const Hello hello{"node-1",
                    1,
                    1,
                    "0.1.0",
                    {{"cpu", "EPYC", 8ull << 30}, {"cuda:0", "H100", 80ull << 30}},
                    {"gpu", "fast"},
                    {{"pocket", sha256("pack"), 4}},
                    sample_held(),
                    true};
  Hello second = hello;
  second.protocol_max = 2;
  second.pool = "night";
  second.loaded = {"pocket"};
  Heartbeat beat{32, sample_held(), true, "outbox full"};
  beat.loaded = {"pocket"};
  JobResult died = sample_failed();
  died.fault = Fault::kWorker;
  died.peak_memory_bytes = 6ull << 30;
  died.engine_died = true;
  const auto in_two = [&](auto body) {
    FromWorker message = from(std::move(body));
    message.protocol = 2;
    return message;
  };
  return {{"hello_2", in_two(second)},
          {"heartbeat_2", in_two(beat)},
          {"results_2", in_two(Results{{died}})},
          {"hello", from(hello)},
          {"heartbeat", from(Heartbeat{32, sample_held(), true, "outbox full"})},
          {"results", from(Results{{sample_done(), sample_failed()}})},
          {"release", from(Release{{sample_ticket(1), sample_ticket(2)}, "told to stop"})},
          {"goodbye", from(Goodbye{})}};
}

inline std::vector<std::pair<std::string, ToWorker>> samples_to_worker() {
  const auto to = [](auto body) { return ToWorker{{"w-1"}, {4}, std::move(body)}; };
  Lease lease{{9}, {3}, sha256("spec"), {{17, 2, 5}}, Millis(600000), false};
  lease.pack = "pocket";
  lease.stall = Millis(90000);
  const auto in_two = [&](auto body) {
    ToWorker message = to(std::move(body));
    message.protocol = 2;
    return message;
  };
  return {{"welcome_2", in_two(Welcome{2, Millis(2000), Millis(30000)})},
          {"lease_2", in_two(lease)},
          {"pulse_2", in_two(Pulse{Millis(16000), Millis(64000)})},
          {"welcome", to(Welcome{1, Millis(2000), Millis(30000)})},
          {"lease", to(Lease{{9}, {3}, sha256("spec"), {{17, 2, 5}, {18, 0, 1}}, Millis(600000), true})},
          {"ack", to(Ack{{sample_ticket(17), sample_ticket(18)}})},
          {"need", to(Need{{sha256("picture"), sha256("mask")}})},
          {"revoke", to(Revoke{{sample_ticket(1)}, "cancelled"})},
          {"drain", to(Drain{true})},
          {"pulse", to(Pulse{})},
          {"refused", to(Refused{"protocol", "speak 1"})}};
}

}  // namespace troupe::wire
