// Builds a Node from a parser's events, within a budget. Inside this library only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/document.h"

namespace troupe::manifest {

class DocumentBuilder {
 public:
  struct Mark {
    int line = 0;
    int column = 0;
  };

  DocumentBuilder(const std::string& file, DocumentBudget& budget);

  // After an error all further events are ignored; status() says what it was. anchor 0 is none.
  void scalar(Mark mark, Node::Kind kind, std::string text, unsigned long anchor = 0);
  void open(Mark mark, Node::Kind kind, unsigned long anchor = 0);
  void close();
  void alias(Mark mark, unsigned long anchor);

  const Status& status() const { return status_; }
  // The whole tree; call once, when all that was opened is closed.
  Node take() { return std::move(root_); }

 private:
  struct Frame {
    Node node;
    unsigned long anchor = 0;
    bool has_key = false;  // of maps: the next event is a value
    std::size_t nodes_before = 0;
    std::size_t bytes_before = 0;
  };
  struct Anchored {
    Node node;
    std::size_t nodes = 0;
    std::size_t bytes = 0;
  };

  bool spend(Mark mark, std::size_t nodes, std::size_t bytes);
  bool take_key(Mark mark, const std::string& text);
  void add(Node node);
  void fail(Mark mark, std::string message);
  Node make(Mark mark, Node::Kind kind) const;

  std::shared_ptr<const std::string> file_;
  DocumentBudget& budget_;
  Status status_;
  Node root_;
  std::vector<Frame> open_;
  std::map<unsigned long, Anchored> anchors_;
  std::size_t nodes_ = 0;  // spent so far
  std::size_t bytes_ = 0;
};

}  // namespace troupe::manifest
