#include "common/manifest/document_builder.h"

#include <algorithm>
#include <utility>

#include "common/base/limits.h"

namespace troupe::manifest {

DocumentBuilder::DocumentBuilder(const std::string& file, DocumentBudget& budget)
    : file_(std::make_shared<const std::string>(file)), budget_(budget) {}

void DocumentBuilder::fail(Mark mark, std::string message) {
  if (status_.ok()) status_ = Status(Code::kInvalid, std::move(message), Place{*file_, mark.line, mark.column});
}

Node DocumentBuilder::make(Mark mark, Node::Kind kind) const {
  Node node;
  node.kind = kind;
  node.line = mark.line;
  node.column = mark.column;
  node.file = file_;
  return node;
}

bool DocumentBuilder::spend(Mark mark, std::size_t nodes, std::size_t bytes) {
  if (nodes > budget_.nodes) {
    fail(mark, "more than " + std::to_string(limits::kMaxManifestNodes) +
                   " values in a file and its includes (aliases count as often as they are used)");
    return false;
  }
  if (bytes > budget_.bytes) {
    fail(mark, "more than " + std::to_string(limits::kMaxManifestBytes >> 20) +
                   " MiB of text in a file and its includes (aliases count as often as they are used)");
    return false;
  }
  budget_.nodes -= nodes;
  budget_.bytes -= bytes;
  nodes_ += nodes;
  bytes_ += bytes;
  return true;
}

bool DocumentBuilder::take_key(Mark mark, const std::string& text) {
  Frame& frame = open_.back();
  frame.node.map.push_back({text, mark.line, mark.column, {}});
  frame.has_key = true;
  return true;
}

void DocumentBuilder::add(Node node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = open_.back();
  if (frame.node.kind == Node::Kind::kList) {
    frame.node.items.push_back(std::move(node));
  } else {
    frame.node.map.back().value = std::move(node);
    frame.has_key = false;
  }
}

void DocumentBuilder::scalar(Mark mark, Node::Kind kind, std::string text, unsigned long anchor) {
  if (!status_.ok() || !spend(mark, 1, text.size())) return;
  if (!open_.empty() && open_.back().node.kind == Node::Kind::kMap && !open_.back().has_key) {
    if (kind == Node::Kind::kNull) return fail(mark, "an empty key");
    take_key(mark, text);
    return;
  }
  Node node = make(mark, kind);
  node.text = std::move(text);
  if (anchor != 0) anchors_[anchor] = {node, 1, node.text.size()};
  add(std::move(node));
}

void DocumentBuilder::open(Mark mark, Node::Kind kind, unsigned long anchor) {
  if (!status_.ok() || !spend(mark, 1, 0)) return;
  if (!open_.empty() && open_.back().node.kind == Node::Kind::kMap && !open_.back().has_key) {
    return fail(mark, "a key must be a word, not a list or a map");
  }
  if (open_.size() >= limits::kMaxManifestDepth) {
    return fail(mark, "more than " + std::to_string(limits::kMaxManifestDepth) + " lists and maps inside each other");
  }
  open_.push_back({make(mark, kind), anchor, false, nodes_ - 1, bytes_});
}

void DocumentBuilder::close() {
  if (!status_.ok()) return;
  Frame frame = std::move(open_.back());
  open_.pop_back();
  if (frame.node.kind == Node::Kind::kMap) {
    std::vector<const MapEntry*> sorted;
    for (const MapEntry& entry : frame.node.map) sorted.push_back(&entry);
    std::ranges::stable_sort(sorted, {}, &MapEntry::key);
    const auto twice = std::ranges::adjacent_find(sorted, {}, &MapEntry::key);
    if (twice != sorted.end()) {
      const MapEntry& second = **std::next(twice);
      return fail({second.line, second.column},
                  "the key \"" + second.key + "\" stands here twice" +
                      ((*twice)->line > 0 ? "; first in line " + std::to_string((*twice)->line) : std::string()));
    }
  }
  if (frame.anchor != 0) {
    anchors_[frame.anchor] = {frame.node, nodes_ - frame.nodes_before, bytes_ - frame.bytes_before};
  }
  add(std::move(frame.node));
}

void DocumentBuilder::alias(Mark mark, unsigned long anchor) {
  if (!status_.ok()) return;
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) return fail(mark, "an alias inside the value that it names");
  if (!open_.empty() && open_.back().node.kind == Node::Kind::kMap && !open_.back().has_key) {
    return fail(mark, "a key must be a word, not an alias");
  }
  if (!spend(mark, found->second.nodes, found->second.bytes)) return;
  add(found->second.node);
}

}  // namespace troupe::manifest
