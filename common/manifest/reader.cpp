#include "common/manifest/reader.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/base/limits.h"
#include "common/manifest/number.h"

namespace troupe::manifest {
namespace {

template <typename Number>
std::optional<Number> number_of(const Node& node) {
  return node.kind == Node::Kind::kPlain ? parse_number<Number>(node.text) : std::nullopt;
}

// 0 of what is no unit.
std::int64_t seconds_of_unit(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 24 * 3600;
    default: return 0;
  }
}

bool is_flag(const Node& node) {
  return node.kind == Node::Kind::kPlain && (node.text == "true" || node.text == "false");
}

std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 60;
  std::string shown = text.substr(0, kMost);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text.size() > kMost ? shown + "..." : shown;
}

// Edits (insert, delete, replace, swap of neighbours) from one word to another.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) best[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) best[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      best[i][j] = std::min({best[i - 1][j] + 1, best[i][j - 1] + 1, best[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        best[i][j] = std::min(best[i][j], best[i - 2][j - 2] + 1);
      }
    }
  }
  return best[a.size()][b.size()];
}

}  // namespace

Status error_at(const Node& node, std::string message) {
  return Status(Code::kInvalid, std::move(message), node.place());
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull: return "nothing";
    case Node::Kind::kList: return "a list";
    case Node::Kind::kMap: return "a map";
    case Node::Kind::kText: return "the text \"" + shortened(node.text) + "\"";
    case Node::Kind::kPlain: break;
  }
  if (number_of<double>(node)) return node.text;
  return is_flag(node) ? node.text : "the text \"" + shortened(node.text) + "\"";
}

Status takes(const Node& node, const std::string& key, const std::string& what) {
  return error_at(node, key + " takes " + what + ", not " + describe(node));
}

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  if (word.size() > limits::kMaxNameBytes) return "";
  const std::string* closest = nullptr;
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : known.first(std::min<std::size_t>(known.size(), 1000))) {
    if (candidate.size() > limits::kMaxNameBytes) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      closest = &candidate;
    }
  }
  return closest ? " (did you mean \"" + *closest + "\"?)" : "";
}

std::string join(std::span<const std::string> words, std::size_t most) {
  std::string joined;
  for (std::size_t i = 0; i < std::min(words.size(), most); ++i) joined += (i ? ", " : "") + words[i];
  if (words.size() > most) joined += ", ... (" + std::to_string(words.size()) + ")";
  return joined;
}

Status check_keys(const Node& node, const std::string& key, std::span<const std::string> known) {
  const std::string here = key.empty() ? "this file" : key;
  if (node.kind != Node::Kind::kMap) return takes(node, here, "a map of " + join(known));
  for (const MapEntry& entry : node.map) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    const std::string name = (key.empty() ? "" : key + ".") + shortened(entry.key);
    return Status(
        Code::kInvalid,
        "unknown key \"" + name + "\"" + did_you_mean(entry.key, known) + "; " + here + " takes " + join(known),
        entry.place());
  }
  return {};
}

Result<std::string> read_text(const Node& node, const std::string& key, std::size_t most) {
  if (!node.is_scalar()) return takes(node, key, "a text");
  if (is_flag(node) || number_of<double>(node)) return takes(node, key, "a text (in quotes)");
  if (node.text.size() > most) {
    return error_at(node,
                    key + " has " + std::to_string(node.text.size()) + " bytes; the most is " + std::to_string(most));
  }
  return node.text;
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > limits::kMaxNameBytes || text.front() == '.') return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

Result<std::string> read_name(const Node& node, const std::string& key) {
  if (!node.is_scalar() || !is_name(node.text)) {
    return takes(node, key,
                 "a name (letters, digits, \"_\", \"-\" and \".\", at most " + std::to_string(limits::kMaxNameBytes) +
                     ", not starting with \".\")");
  }
  return node.text;
}

Result<std::int64_t> read_integer(const Node& node, const std::string& key, std::int64_t low, std::int64_t high) {
  const auto number = number_of<std::int64_t>(node);
  if (!number || *number < low || *number > high) {
    return takes(node, key, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return *number;
}

Result<double> read_number(const Node& node, const std::string& key, double low, double high) {
  const auto number = number_of<double>(node);
  if (!number || *number < low || *number > high) {
    return takes(node, key, "a number from " + number_text(low) + " to " + number_text(high));
  }
  return *number;
}

Result<bool> read_flag(const Node& node, const std::string& key) {
  if (!is_flag(node)) return takes(node, key, "true or false");
  return node.text == "true";
}

Result<std::string> read_choice(const Node& node, const std::string& key, std::span<const std::string> choices) {
  if (node.is_scalar() && std::ranges::find(choices, node.text) != choices.end()) return node.text;
  const std::string hint = node.is_scalar() ? did_you_mean(node.text, choices) : "";
  return error_at(node, key + " takes one of " + join(choices) + ", not " + describe(node) + hint);
}

Result<std::chrono::seconds> read_duration(const Node& node, const std::string& key, std::chrono::hours most) {
  const std::int64_t most_seconds = std::chrono::seconds(most).count();
  const auto wrong = [&] {
    return takes(node, key,
                 "a time such as 90s, 10m, 1h30m or 2d, from 1s to " + std::to_string(most.count() / 24) + "d");
  };
  if (!node.is_scalar() || node.text.empty() || node.text.size() > 32) return wrong();
  std::int64_t total = 0;
  const char* at = node.text.data();
  const char* end = at + node.text.size();
  while (at != end) {
    std::int64_t count = 0;
    const auto [stopped, error] = std::from_chars(at, end, count);
    if (error != std::errc() || stopped == end || count < 0 || count > most_seconds) return wrong();
    const std::int64_t unit = seconds_of_unit(*stopped);
    if (unit == 0) return wrong();
    total += count * unit;
    at = stopped + 1;
  }
  if (total < 1 || total > most_seconds) return wrong();
  return std::chrono::seconds(total);
}

Status check_list(const Node& node, const std::string& key, const std::string& what, std::size_t most) {
  if (node.kind != Node::Kind::kList) return takes(node, key, what);
  if (node.items.empty()) return error_at(node, key + " is empty; it takes " + what);
  if (node.items.size() > most) {
    return error_at(node,
                    key + " has " + std::to_string(node.items.size()) + " items; the most is " + std::to_string(most));
  }
  return {};
}

}  // namespace troupe::manifest
