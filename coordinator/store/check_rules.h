// What must be true of the tables, as questions whose answers are what is wrong.
#pragma once

#include <span>

namespace troupe::store {

struct CheckRule {
  const char* what;  // what a row of the answer is: "a result without a body"
  const char* sql;   // each row: one text that says where
};

std::span<const CheckRule> check_rules();

// Views that the rules use, of a connection that is not the writer's.
extern const char* const kCheckViews;

}  // namespace troupe::store
