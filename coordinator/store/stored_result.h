// A committed result between a row and a value.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "coordinator/store/store.h"

namespace troupe::store {

// A troupe.v1.StoredResult, without the ticket and the rank: they are the row's key. `bytes` is overwritten.
void encode_result(const core::ResultCommitted& edit, std::string& bytes);

// The row of `key` that encode_result gave these bytes; kCorrupt.
Result<ResultRow> decode_result(std::string_view bytes, const Ticket& key, Rank rank);

// The artifacts that these bytes name; kCorrupt.
Status visit_artifacts(std::string_view bytes, const std::function<void(const Artifact& artifact)>& visit);

}  // namespace troupe::store
