#include "tests/bench/figure.h"

namespace troupe::bench {

const std::vector<FigureSpec>& all_figures() {
  static const std::vector<FigureSpec> kFigures = {
      {"completions_plain", "durable completions a second, 2 workers, plain", measure_completions_plain},
      {"completions_curve", "the same with CURVE", measure_completions_curve},
      {"latency", "one job at a time, from submit to the ack of its result", measure_latency},
      {"workers_10k", "10,000 workers that beat and work", measure_workers},
      {"reconnect_10k", "10,000 workers come back after a restart, with CURVE", measure_reconnect},
      {"submit_10m", "submit of a campaign of 10,000,000 cells", measure_submit},
      {"restart_1m", "restart with 1,000,000 finished jobs to the first lease", measure_restart},
      {"pass_p99", "a scheduling pass with 10,000 workers and 1,000 campaigns", measure_pass},
      {"million_jobs", "memory and disk after 1,000,000 jobs", measure_million_jobs},
      {"cost_10m_over_10k", "what a job costs with 10,000,000 finished, against 10,000", measure_cost},
  };
  return kFigures;
}

}  // namespace troupe::bench
