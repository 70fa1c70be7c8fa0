// What `job list` and `job info` answer: the farm's view of a cell and, from the store, what came of it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "coordinator/core/views.h"
#include "coordinator/store/store.h"

namespace troupe::server {

// A page of rows: "schema", "campaign", "jobs", "next", "more". Cut short where it would not fit into one message.
nlohmann::json job_list_json(const std::string& campaign, const core::JobPage& page);

// One job: "schema", "campaign", what the row says and what its last committed result says (null without one).
// `path` is where `troupe results` puts its picture.
nlohmann::json job_info_json(const std::string& campaign, const core::JobRow& row, const std::string& path,
                             const std::optional<store::ResultRow>& result);

// What a worker said about a result; null for whatever is no object, or nested deeper than anybody means.
nlohmann::json parse_metadata(const std::string& text);

}  // namespace troupe::server
