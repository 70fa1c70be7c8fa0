// One life of one engine: the process, its socket and its standard error.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/descriptor.h"
#include "common/base/status.h"
#include "worker/agent/engines/engine_log.h"
#include "worker/engine/port.h"

namespace troupe::agent {

struct EngineCommand {
  std::string program;                 // a path
  std::vector<std::string> arguments;  // after "serve --connect ... --agent PID"
};

class EngineProcess {
 public:
  // Binds the socket at `socket_path` and starts the program in a process group of its own, so that a Ctrl-C meant for
  // the agent does not reach it, with standard output and error on a pipe. To be called by the thread that lives as
  // long as the engine shall: the kernel kills the engine when that thread ends.
  static Result<std::unique_ptr<EngineProcess>> start(zmq::context_t& context, const EngineCommand& command,
                                                      const std::string& socket_path, EngineLog& log);
  // Kills it, if it lives, and waits for its end.
  ~EngineProcess();
  EngineProcess(const EngineProcess&) = delete;
  EngineProcess& operator=(const EngineProcess&) = delete;

  engine::Port& port() { return *port_; }
  pid_t pid() const { return pid_; }
  // For poll; -1 once it is closed.
  int output() const { return output_.get(); }
  // Moves what the engine wrote into the log, without waiting.
  void read_output();
  void kill();
  // How it ended, in words ("was killed by signal 9 (Killed)"), or nothing while it lives.
  std::optional<std::string> ended();

 private:
  EngineProcess(std::unique_ptr<engine::Port> port, Descriptor output, EngineLog& log)
      : port_(std::move(port)), output_(std::move(output)), log_(log) {}
  Status spawn(const EngineCommand& command, int output_end);

  std::unique_ptr<engine::Port> port_;
  Descriptor output_;
  EngineLog& log_;
  pid_t pid_ = -1;
  bool killed_ = false;
  std::optional<std::string> ended_;
};

}  // namespace troupe::agent
