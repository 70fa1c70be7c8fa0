// Enumerations as the database writes them; part of the schema.
#pragma once

#include <optional>
#include <string_view>

#include "common/domain/states.h"

namespace troupe::store {

// campaign.state: the name of the state.
inline std::optional<CampaignState> campaign_state(std::string_view text) {
  for (const CampaignState state : {CampaignState::kActive, CampaignState::kPaused, CampaignState::kCancelling,
                                    CampaignState::kCancelled, CampaignState::kFinished, CampaignState::kFailed}) {
    if (name(state) == text) return state;
  }
  return std::nullopt;
}

// cell_result.outcome: the numbers of troupe.v1.Outcome.
inline int outcome_number(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone: return 1;
    case Outcome::kRejected: return 2;
    case Outcome::kFailed: return 3;
  }
  return 0;
}

inline std::optional<Outcome> outcome_of(std::int64_t number) {
  for (const Outcome outcome : {Outcome::kDone, Outcome::kRejected, Outcome::kFailed}) {
    if (outcome_number(outcome) == number) return outcome;
  }
  return std::nullopt;
}

}  // namespace troupe::store
