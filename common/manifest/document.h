// A YAML or JSON text as a tree whose every node knows its place.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"

namespace troupe::manifest {

struct MapEntry;

struct Node {
  enum class Kind {
    kNull,
    kPlain,  // an unquoted scalar: a number, a flag or a word
    kText,   // a quoted scalar
    kList,
    kMap,
  };
  Kind kind = Kind::kNull;
  int line = 0;  // of the node's first character, from 1; 0 in JSON
  int column = 0;
  std::string text;           // of scalars
  std::vector<Node> items;    // of kList
  std::vector<MapEntry> map;  // of kMap, in the order of the text; keys are distinct
  std::shared_ptr<const std::string> file;

  Place place() const { return {file ? *file : std::string(), line, column}; }
  bool is_scalar() const { return kind == Kind::kPlain || kind == Kind::kText; }
  // The value of `key`; null when there is none or this is no map.
  const Node* find(std::string_view key) const;
};

struct MapEntry {
  std::string key;
  int line = 0;
  int column = 0;
  Node value;
  // Where the key stands.
  Place place() const { return {value.file ? *value.file : std::string(), line, column}; }
};

// What all documents of one manifest may take together.
struct DocumentBudget {
  std::size_t nodes;
  std::size_t bytes;  // of texts, aliases expanded
  DocumentBudget();   // kMaxManifestNodes and kMaxManifestBytes
};

// One document. kInvalid with a place for bad YAML, two equal keys, several documents, or more than the budget holds.
Result<Node> parse_yaml(std::string_view text, const std::string& file, DocumentBudget& budget);
// The same of JSON; places are unknown.
Result<Node> parse_json(std::string_view text, const std::string& what, DocumentBudget& budget);

}  // namespace troupe::manifest
