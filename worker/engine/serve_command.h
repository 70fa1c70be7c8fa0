// The command line `serve`, which every engine program has: what an agent starts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "worker/engine/renderer.h"

namespace troupe::engine {

struct ServeOptions {
  std::string connect;                           // ipc://PATH of the agent's end
  int agent = 0;                                 // the agent's process id
  std::string device = "cpu";                    // "cpu", "cuda", "cuda:1", "auto"
  std::string dtype = "auto";                    // "fp32", "bf16", "fp16", "auto"
  int threads = 0;                               // of the CPU; 0: as many as it has cores
  std::string stage_cache;                       // folder of the outputs of stages; empty: none are kept
  std::uint64_t stage_cache_bytes = 2ull << 30;  // that it may hold; 0: none are kept
};

using RendererMaker = std::function<Result<std::unique_ptr<Renderer>>(const ServeOptions& options)>;

// Gives the renderer the cache that the options name. One that cannot be opened is done without: a line in the log says
// why.
void use_stage_cache(Renderer& renderer, const ServeOptions& options);

// Parses argv ("PROGRAM serve --connect ... --agent PID [--device D] [--dtype D] [--threads N]
// [--stage-cache DIR] [--stage-cache-bytes N]"), ties this process to
// its agent, makes the renderer and serves. The process's exit code: 0 after a Shutdown, 1 with a line on standard
// error that says why, 2 for a wrong command line.
int serve_command(int argc, char** argv, const RendererMaker& make_renderer);

}  // namespace troupe::engine
