// fake-engine: what an agent starts instead of troupe-engine where a test is about the farm and not about models. The
// same socket, loop, chain and pictures; only the stage is another (fake_stages.h).
#include "tests/support/fake_engine/fake_stages.h"
#include "worker/engine/serve_command.h"

int main(int argc, char** argv) {
  return troupe::engine::serve_command(argc, argv, [](const troupe::engine::ServeOptions& options) {
    using troupe::engine::Renderer;
    return troupe::Result<std::unique_ptr<Renderer>>(std::make_unique<Renderer>(
        troupe::engine::Device{"a fake " + options.device, "fake/1"}, troupe::testing::make_fake_stages()));
  });
}
