// Typed readings of Nodes. Every error has the node's place, the key's path ("chain.generate.steps"), what it takes and
// what was there. Configuration files are read with it, too.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/document.h"

namespace troupe::manifest {

// kInvalid at the node.
Status error_at(const Node& node, std::string message);
// "KEY takes WHAT, not (what the node is)".
Status takes(const Node& node, const std::string& key, const std::string& what);
// What a node is, for people: `the text "big"`, `the number 4.5`, `a list`.
std::string describe(const Node& node);

// ` (did you mean "steps"?)`, or nothing when no known word is close.
std::string did_you_mean(std::string_view word, std::span<const std::string> known);
// "a, b, c"; with more than `most` items "a, b, ... (200)".
std::string join(std::span<const std::string> words, std::size_t most = 20);

// A map, all of whose keys are among `known`; otherwise an error at the first that is not. key is the path of the map
// itself, empty for the root.
Status check_keys(const Node& node, const std::string& key, std::span<const std::string> known);

// Text that is quoted or can be nothing but text (42 and true must be quoted).
Result<std::string> read_text(const Node& node, const std::string& key, std::size_t most);
// A word of letters, digits, "_", "-" and ".", not starting with ".": fit for addresses and file names.
Result<std::string> read_name(const Node& node, const std::string& key);
bool is_name(std::string_view text);
Result<std::int64_t> read_integer(const Node& node, const std::string& key, std::int64_t low, std::int64_t high);
Result<double> read_number(const Node& node, const std::string& key, double low, double high);
Result<bool> read_flag(const Node& node, const std::string& key);
Result<std::string> read_choice(const Node& node, const std::string& key, std::span<const std::string> choices);
// "90s", "10m", "2h", "3d" or several together ("1h30m"), up to `most`.
Result<std::chrono::seconds> read_duration(const Node& node, const std::string& key,
                                           std::chrono::hours most = std::chrono::hours(720));

// A list that is not empty and holds at most `most` items; `what` says what it takes.
Status check_list(const Node& node, const std::string& key, const std::string& what, std::size_t most);

}  // namespace troupe::manifest
