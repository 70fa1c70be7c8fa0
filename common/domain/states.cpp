#include "common/domain/states.h"

namespace troupe {

std::string_view name(CampaignState state) {
  static constexpr std::string_view kNames[] = {"active", "paused", "cancelling", "cancelled", "finished", "failed"};
  return kNames[static_cast<int>(state)];
}

static constexpr std::string_view kJobStateNames[kJobStates] = {"waiting", "leased", "running",   "uploading",
                                                                "done",    "failed", "cancelled", "rejected"};

std::string_view name(JobState state) {
  return kJobStateNames[static_cast<int>(state)];
}

std::optional<JobState> job_state(std::string_view text) {
  for (std::size_t i = 0; i < kJobStates; ++i) {
    if (kJobStateNames[i] == text) return static_cast<JobState>(i);
  }
  return std::nullopt;
}

std::string_view name(WorkerState state) {
  static constexpr std::string_view kNames[] = {"starting", "ready", "busy",       "draining",
                                                "cordoned", "lost",  "quarantined"};
  return kNames[static_cast<int>(state)];
}

std::string_view name(Outcome outcome) {
  static constexpr std::string_view kNames[] = {"done", "rejected", "failed"};
  return kNames[static_cast<int>(outcome)];
}

std::string_view name(Fault fault) {
  static constexpr std::string_view kNames[] = {"none", "input", "model", "worker", "network", "coordinator"};
  return kNames[static_cast<int>(fault)];
}

bool is_terminal(JobState state) {
  return state == JobState::kDone || state == JobState::kFailed || state == JobState::kCancelled ||
         state == JobState::kRejected;
}

bool is_terminal(CampaignState state) {
  return state == CampaignState::kCancelled || state == CampaignState::kFinished || state == CampaignState::kFailed;
}

JobState state_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone: return JobState::kDone;
    case Outcome::kRejected: return JobState::kRejected;
    case Outcome::kFailed: return JobState::kFailed;
  }
  return JobState::kFailed;
}

}  // namespace troupe
