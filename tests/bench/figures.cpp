#include "tests/bench/figure.h"

namespace troupe::bench {

const std::vector<FigureSpec>& all_figures() {
  static const std::vector<FigureSpec> kFigures = {
      {"completions_plain", "durable completions a second, 2 workers, plain", measure_completions_plain},
      {"completions_curve", "the same with CURVE", measure_completions_curve},
  };
  return kFigures;
}

}  // namespace troupe::bench
