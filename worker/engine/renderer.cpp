#include "worker/engine/renderer.h"

namespace troupe::engine {

std::variant<chain::Drawn, chain::Failure> Renderer::draw(const std::string& job_json, const chain::JobFiles& files,
                                                          const chain::StepSink& step) {
  auto job = chain::from_json(job_json);
  if (!job.ok()) return chain::failure_of(job.status());
  device_.take_peak_memory();
  auto drawn = chain::draw_job(std::move(job).value(), files,
                               {*stages_, *packs_, device_.numerics_class, faces_.get(), cache_.get()}, step);
  if (auto* done = std::get_if<chain::Drawn>(&drawn)) done->peak_memory_bytes = device_.take_peak_memory();
  return drawn;
}

std::variant<chain::Rendered, chain::Failure> Renderer::finish(chain::Drawn drawn) const {
  return chain::finish_job(std::move(drawn), cache_.get());
}

}  // namespace troupe::engine
