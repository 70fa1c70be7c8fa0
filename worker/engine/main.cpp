// troupe-engine: the models and the chain of one slot.
#include <cstdio>
#include <string_view>

#include "worker/chain/packs.h"
#include "worker/chain/stage_makers.h"
#include "worker/chain/torch/device_memory.h"
#include "worker/chain/torch/torch_stages.h"
#include "worker/chain/vision/vision_stages.h"
#include "worker/engine/bench_command.h"
#include "worker/engine/memory.h"
#include "worker/engine/render_command.h"
#include "worker/engine/serve_command.h"

namespace {

constexpr char kUsage[] =
    "troupe-engine: the models of one slot\n"
    "  troupe-engine render --pack DIR --manifest FILE --to DIR   render a campaign here, without a farm\n"
    "  troupe-engine bench --pack DIR                             time the networks of a pack\n"
    "  troupe-engine serve --connect ipc://PATH --agent PID       take jobs from an agent, which starts it so\n"
    "  troupe-engine COMMAND --help\n";

using namespace troupe::chain;

troupe::Result<std::unique_ptr<troupe::engine::Renderer>> make_renderer(const troupe::engine::ServeOptions& options) {
  const auto packs = std::make_shared<Packs>();
  const std::shared_ptr<VisionStages> vision = VisionStages::make({options.threads}, packs);
  TROUPE_ASSIGN_OR_RETURN(std::shared_ptr<TorchStages> torch,
                          TorchStages::make({options.device, options.dtype, options.threads}, packs,
                                            std::shared_ptr<FaceFinder>(vision, &vision->face_finder())));
  troupe::engine::Device device{torch->device_name(), torch->numerics_class(),
                                [name = options.device] { return take_peak_memory(name); }};
  auto stages = std::make_unique<StageMakers>(std::vector<std::shared_ptr<StageMaker>>{torch, vision});
  return std::make_unique<troupe::engine::Renderer>(std::move(device), std::move(stages),
                                                    std::shared_ptr<FaceScorer>(vision, &vision->face_scorer()), packs);
}

}  // namespace

int main(int argc, char** argv) {
  troupe::engine::keep_freed_memory();
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "serve") return troupe::engine::serve_command(argc, argv, make_renderer);
  if (command == "bench") return troupe::engine::bench_command(argc, argv);
  if (command == "render") return troupe::engine::render_command(argc, argv, make_renderer);
  std::fputs(kUsage, stderr);
  return command == "--help" || command == "-h" ? 0 : 2;
}
