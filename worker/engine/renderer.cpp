#include "worker/engine/renderer.h"

namespace troupe::engine {

std::variant<chain::Rendered, chain::Failure> Renderer::render(const std::string& job_json,
                                                               const std::string& pack_folder,
                                                               const chain::StepSink& step) {
  const auto job = chain::from_json(job_json);
  if (!job.ok()) return chain::failure_of(job.status());
  return chain::run_job(*job, pack_folder, device_.numerics_class, *stages_, step);
}

}  // namespace troupe::engine
