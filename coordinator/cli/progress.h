// How far a campaign is: a bar that is drawn over itself on a terminal, plain lines in a pipe.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "coordinator/cli/output.h"

namespace troupe::cli {

// "[=======>      ]": `width` characters between the brackets, for done of all.
std::string bar(std::uint64_t done, std::uint64_t all, int width);

// One line about a campaign_info document: bar, counts of the states that occur, rate and time left.
std::string progress_line(const nlohmann::json& info, bool with_bar);

class Progress {
 public:
  explicit Progress(const Output& output) : output_(output) {}
  ~Progress() { end(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Draws the line anew; in a pipe a line is printed only when a tenth of the campaign more is done or the state
  // changed.
  void show(const nlohmann::json& info);
  // A remark that stays above the bar ("the coordinator is away, trying again").
  void say(const std::string& text);
  // Leaves the last line standing.
  void end();

 private:
  const Output& output_;
  bool drawn_ = false;
  std::string last_key_;
};

}  // namespace troupe::cli
