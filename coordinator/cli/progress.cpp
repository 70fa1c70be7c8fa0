#include "coordinator/cli/progress.h"

#include <algorithm>
#include <cstdio>

namespace troupe::cli {
namespace {

std::uint64_t ended(const nlohmann::json& counts) {
  return counts.at("done").get<std::uint64_t>() + counts.at("failed").get<std::uint64_t>() +
         counts.at("cancelled").get<std::uint64_t>() + counts.at("rejected").get<std::uint64_t>();
}

}  // namespace

std::string bar(std::uint64_t done, std::uint64_t all, int width) {
  const int filled = all == 0 ? width : static_cast<int>(static_cast<double>(done) / static_cast<double>(all) * width);
  std::string text = "[" + std::string(static_cast<std::size_t>(filled), '=');
  if (filled < width) text += ">" + std::string(static_cast<std::size_t>(width - filled - 1), ' ');
  return text + "]";
}

std::string progress_line(const nlohmann::json& info, bool with_bar) {
  const auto& counts = info.at("counts");
  const auto cells = info.at("cells").get<std::uint64_t>();
  const std::uint64_t over = ended(counts);
  std::string line = info.at("name").get<std::string>() + " ";
  if (with_bar) line += bar(over, cells, 28) + " ";
  line += count_text(over) + "/" + count_text(cells);
  for (const char* state : {"running", "uploading", "failed", "rejected", "cancelled"}) {
    const auto count = counts.at(state).get<std::uint64_t>();
    if (count > 0) line += ", " + count_text(count) + " " + state;
  }
  for (const auto& [key, word] : {std::pair{"reused", " taken over"}, std::pair{"held", " held"}}) {
    const auto count = info.find(key);
    if (count != info.end() && count->is_number() && *count != 0) {
      line += ", " + count_text(count->get<std::uint64_t>()) + word;
    }
  }
  if (info.at("state") != "active") line += ", " + info.at("state").get<std::string>();
  if (info.at("eta_seconds").is_number() && over < cells)
    line += ", " + duration_text(info.at("eta_seconds")) + " left";
  return line;
}

void Progress::show(const nlohmann::json& info) {
  if (!output_.table()) return;
  if (output_.interactive()) {
    std::fprintf(stderr, "\r\x1b[K%s", progress_line(info, true).c_str());
    std::fflush(stderr);
    drawn_ = true;
    return;
  }
  const auto cells = std::max<std::uint64_t>(1, info.at("cells").get<std::uint64_t>());
  const std::string key = info.at("state").get<std::string>() + std::to_string(ended(info.at("counts")) * 10 / cells);
  if (key == last_key_) return;
  last_key_ = key;
  std::fprintf(stderr, "%s\n", progress_line(info, false).c_str());
}

void Progress::say(const std::string& text) {
  if (!output_.table()) return;
  std::fprintf(stderr, drawn_ ? "\r\x1b[K%s\n" : "%s\n", text.c_str());
}

void Progress::end() {
  if (drawn_) std::fprintf(stderr, "\n");
  drawn_ = false;
}

}  // namespace troupe::cli
