// People who are owed word of how a campaign ended.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/clock.h"

namespace troupe::core {

struct Notice {
  std::string campaign;  // its label
  std::string webhook;   // one of these two
  std::vector<std::string> command;
  std::string body;  // a JSON object
  std::uint32_t tries = 0;
  Instant due;
  bool on_its_way = false;  // the server has it
};

struct Notices {
  std::uint64_t last = 0;  // the highest number given
  std::map<std::uint64_t, Notice> owed;
};

}  // namespace troupe::core
