#include "tests/bench/figure.h"

namespace troupe::bench {

const std::vector<FigureSpec>& all_figures() {
  static const std::vector<FigureSpec> kFigures = {
      {"completions_plain", "durable completions a second, 2 workers, plain", measure_completions_plain},
      {"completions_curve", "the same with CURVE", measure_completions_curve},
      {"cost_10m_over_10k", "what a job costs with 10,000,000 finished, against 10,000", measure_cost},
  };
  return kFigures;
}

}  // namespace troupe::bench
