#include "worker/engine/serve_command.h"

#include <CLI/CLI.hpp>
#include <zmq.hpp>

#include "common/base/log.h"
#include "worker/engine/serve.h"

namespace troupe::engine {
namespace {

Status run(const ServeOptions& options, const RendererMaker& make_renderer) {
  if (!die_with(options.agent)) return Status(Code::kUnavailable, "the agent that started this engine is gone");
  zmq::context_t context;
  TROUPE_ASSIGN_OR_RETURN(const auto port, Port::connect(context, options.connect));
  TROUPE_ASSIGN_OR_RETURN(const auto renderer, make_renderer(options));
  use_stage_cache(*renderer, options);
  return serve(*port, *renderer, options.agent);
}

}  // namespace

void use_stage_cache(Renderer& renderer, const ServeOptions& options) {
  if (options.stage_cache.empty() || options.stage_cache_bytes == 0) return;
  auto cache = chain::StageCache::open(options.stage_cache, options.stage_cache_bytes);
  if (cache.ok()) {
    renderer.use_cache(std::move(cache).value());
  } else {
    logger("engine")->warn("no outputs of stages are kept: {}", cache.status().to_string());
  }
}

int serve_command(int argc, char** argv, const RendererMaker& make_renderer) {
  CLI::App app("Renders the jobs of one slot for its agent");
  ServeOptions options;
  CLI::App& serve = *app.add_subcommand("serve", "Take jobs from an agent");
  serve.add_option("--connect", options.connect, "The agent's socket, ipc://PATH")->required();
  serve.add_option("--agent", options.agent, "The agent's process id")->required();
  serve.add_option("--device", options.device, "cpu, cuda, cuda:1 or auto");
  serve.add_option("--dtype", options.dtype, "fp32, bf16, fp16 or auto");
  serve.add_option("--threads", options.threads, "Threads of the CPU; 0 takes all cores")->check(CLI::Range(0, 1024));
  serve.add_option("--stage-cache", options.stage_cache, "Folder of the outputs of stages, shared by all slots");
  serve.add_option("--stage-cache-bytes", options.stage_cache_bytes, "Bytes that it may hold; 0 keeps nothing");
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const Status status = run(options, make_renderer);
  if (status.ok()) return 0;
  logger("engine")->error("{}", status.to_string());
  return 1;
}

}  // namespace troupe::engine
