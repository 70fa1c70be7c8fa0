// The command line `serve`, which every engine program has: what an agent starts.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "worker/engine/renderer.h"

namespace troupe::engine {

struct ServeOptions {
  std::string connect;         // ipc://PATH of the agent's end
  int agent = 0;               // the agent's process id
  std::string device = "cpu";  // "cpu", "cuda", "cuda:1", "auto"
  std::string dtype = "auto";  // "fp32", "bf16", "fp16", "auto"
  int threads = 0;             // of the CPU; 0: as many as it has cores
};

using RendererMaker = std::function<Result<std::unique_ptr<Renderer>>(const ServeOptions& options)>;

// Parses argv ("PROGRAM serve --connect ... --agent PID [--device D] [--dtype D] [--threads N]"), ties this process to
// its agent, makes the renderer and serves. The process's exit code: 0 after a Shutdown, 1 with a line on standard
// error that says why, 2 for a wrong command line.
int serve_command(int argc, char** argv, const RendererMaker& make_renderer);

}  // namespace troupe::engine
