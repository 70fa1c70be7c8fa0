#include "worker/engine/messages.h"

#include <type_traits>
#include <utility>

#include "common/base/limits.h"
#include "common/wire/convert.h"
#include "troupe/v1/engine.pb.h"

namespace troupe::engine {
namespace {

Fault fault_of(v1::Fault fault) {
  switch (fault) {
    case v1::FAULT_INPUT: return Fault::kInput;
    case v1::FAULT_MODEL: return Fault::kModel;
    case v1::FAULT_NETWORK: return Fault::kNetwork;
    case v1::FAULT_COORDINATOR: return Fault::kCoordinator;
    default: return Fault::kWorker;
  }
}

v1::Fault proto_of(Fault fault) {
  switch (fault) {
    case Fault::kInput: return v1::FAULT_INPUT;
    case Fault::kModel: return v1::FAULT_MODEL;
    case Fault::kNetwork: return v1::FAULT_NETWORK;
    case Fault::kCoordinator: return v1::FAULT_COORDINATOR;
    default: return v1::FAULT_WORKER;
  }
}

void write(const Run& run, v1::EngineMessage& out) {
  v1::EngineRun& body = *out.mutable_run();
  body.set_run(run.run);
  body.set_job_json(run.job_json);
  body.set_pack_folder(run.pack_folder);
  body.set_timeout_ms(static_cast<std::uint64_t>(run.timeout.count()));
  body.set_reuse(run.reuse);
  for (const auto& [digest, path] : run.references) {
    v1::EngineReference& reference = *body.add_references();
    reference.set_digest(std::string(digest.view()));
    reference.set_path(path);
  }
}
void write(const Cancel& cancel, v1::EngineMessage& out) {
  out.mutable_cancel()->set_run(cancel.run);
}
void write(const Shutdown&, v1::EngineMessage& out) {
  out.mutable_shutdown();
}
void write(const Ready& ready, v1::EngineMessage& out) {
  v1::EngineReady& body = *out.mutable_ready();
  body.set_device(ready.device);
  body.set_numerics_class(ready.numerics_class);
  body.set_pid(ready.pid);
}
void write(const Progress& progress, v1::EngineMessage& out) {
  v1::EngineProgress& body = *out.mutable_progress();
  body.set_run(progress.run);
  body.set_stage(progress.stage);
  body.set_step(progress.step);
  body.set_steps(progress.steps);
}
void write(const Free& free, v1::EngineMessage& out) {
  out.mutable_free()->set_run(free.run);
}
void write(const Done& done, v1::EngineMessage& out) {
  out.mutable_done()->set_run(done.run);
  *out.mutable_done()->mutable_result() = wire::to_proto(done.result);
}
void write(const Failed& failed, v1::EngineMessage& out) {
  v1::EngineFailed& body = *out.mutable_failed();
  body.set_run(failed.run);
  body.set_fault(proto_of(failed.fault));
  body.set_reason(failed.reason);
  body.set_exiting(failed.exiting);
}

Result<Message> read_run(const v1::EngineRun& body) {
  Run run{body.run(), body.job_json(), body.pack_folder(), Millis(static_cast<Millis::rep>(body.timeout_ms()))};
  run.reuse = body.reuse();
  for (const v1::EngineReference& reference : body.references()) {
    const auto digest = Digest::from_bytes(reference.digest());
    if (!digest) return Status(Code::kCorrupt, "a run names a reference without a digest");
    run.references[*digest] = reference.path();
  }
  return Message(std::move(run));
}

Result<Message> read_done(const v1::EngineDone& body, std::vector<std::string> parts) {
  TROUPE_ASSIGN_OR_RETURN(JobResult result, wire::from_proto(body.result(), wire::TicketPart::kLeftOut));
  parts.erase(parts.begin());
  if (parts.size() != result.artifacts.size()) {
    return Status(Code::kCorrupt, "an engine named " + std::to_string(result.artifacts.size()) + " files and sent " +
                                      std::to_string(parts.size()));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].size() != result.artifacts[i].bytes) {
      return Status(Code::kCorrupt, "an engine sent a file of another size than it said: " + result.artifacts[i].name);
    }
  }
  return Message(Done{body.run(), std::move(result), std::move(parts)});
}

}  // namespace

std::vector<std::string> encode(const Message& message) {
  v1::EngineMessage out;
  std::visit([&](const auto& body) { write(body, out); }, message);
  std::vector<std::string> parts{out.SerializeAsString()};
  if (const auto* done = std::get_if<Done>(&message)) {
    parts.insert(parts.end(), done->files.begin(), done->files.end());
  }
  return parts;
}

Result<Message> decode(std::vector<std::string> parts) {
  v1::EngineMessage in;
  if (parts.empty() || !in.ParseFromString(parts.front())) {
    return Status(Code::kCorrupt, "a message between agent and engine could not be read");
  }
  switch (in.body_case()) {
    case v1::EngineMessage::kRun: return read_run(in.run());
    case v1::EngineMessage::kCancel: return Message(Cancel{in.cancel().run()});
    case v1::EngineMessage::kShutdown: return Message(Shutdown{});
    case v1::EngineMessage::kReady:
      return Message(Ready{in.ready().device(), in.ready().numerics_class(), in.ready().pid()});
    case v1::EngineMessage::kProgress:
      return Message(Progress{in.progress().run(), in.progress().stage(), in.progress().step(), in.progress().steps()});
    case v1::EngineMessage::kFree: return Message(Free{in.free().run()});
    case v1::EngineMessage::kDone: return read_done(in.done(), std::move(parts));
    case v1::EngineMessage::kFailed:
      return Message(
          Failed{in.failed().run(), fault_of(in.failed().fault()), in.failed().reason(), in.failed().exiting()});
    case v1::EngineMessage::BODY_NOT_SET: break;
  }
  return Status(Code::kCorrupt, "a message between agent and engine holds nothing");
}

}  // namespace troupe::engine
