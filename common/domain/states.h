// The words of the farm: states, outcomes and faults, with their names as the CLI and the JSON write them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe {

enum class CampaignState { kActive, kPaused, kCancelling, kCancelled, kFinished, kFailed };
enum class JobState { kWaiting, kLeased, kRunning, kUploading, kDone, kFailed, kCancelled, kRejected };
enum class WorkerState { kStarting, kReady, kBusy, kDraining, kCordoned, kLost, kQuarantined };
enum class Outcome { kDone, kRejected, kFailed };
// Who is to blame: input and model faults fail the job at once; worker, network and coordinator faults never count
// against the job's owner.
enum class Fault { kNone, kInput, kModel, kWorker, kNetwork, kCoordinator };

inline constexpr std::size_t kJobStates = 8;
using JobCounts = std::array<std::uint64_t, kJobStates>;  // indexed by JobState

std::string_view name(CampaignState state);
std::string_view name(JobState state);
std::string_view name(WorkerState state);
std::string_view name(Outcome outcome);
std::string_view name(Fault fault);
std::optional<JobState> job_state(std::string_view name);

// Nothing happens to a job in such a state until somebody requeues it.
bool is_terminal(JobState state);
// Finished, cancelled or failed.
bool is_terminal(CampaignState state);
JobState state_of(Outcome outcome);

}  // namespace troupe
