#include "coordinator/cli/states.h"

namespace troupe::cli {

Result<std::set<JobState>> parse_states(const std::vector<std::string>& names) {
  std::set<JobState> states;
  for (const std::string& text : names) {
    const auto state = job_state(text);
    if (!state) {
      std::string known;
      for (std::size_t i = 0; i < kJobStates; ++i)
        known += (i ? ", " : "") + std::string(name(static_cast<JobState>(i)));
      return Status(Code::kInvalid, "\"" + text + "\" is no job state; there are " + known);
    }
    states.insert(*state);
  }
  return states;
}

}  // namespace troupe::cli
