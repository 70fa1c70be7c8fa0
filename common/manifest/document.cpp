#include "common/manifest/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "common/base/limits.h"
#include "common/manifest/document_builder.h"

namespace troupe::manifest {
namespace {

class YamlEvents final : public YAML::EventHandler {
 public:
  explicit YamlEvents(DocumentBuilder& builder) : builder_(builder) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    step(mark, [&](auto at) { builder_.scalar(at, Node::Kind::kNull, "", anchor); });
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    step(mark, [&](auto at) { builder_.alias(at, anchor); });
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag == "?" && (value.empty() || value == "~" || value == "null")) return OnNull(mark, anchor);
    const Node::Kind kind = tag == "?" ? Node::Kind::kPlain : Node::Kind::kText;
    step(mark, [&](auto at) { builder_.scalar(at, kind, value, anchor); });
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    step(mark, [&](auto at) { builder_.open(at, Node::Kind::kList, anchor); });
  }
  void OnSequenceEnd() override { builder_.close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    step(mark, [&](auto at) { builder_.open(at, Node::Kind::kMap, anchor); });
  }
  void OnMapEnd() override { builder_.close(); }

 private:
  template <typename Event>
  void step(const YAML::Mark& mark, Event event) {
    event(DocumentBuilder::Mark{mark.line + 1, mark.column + 1});
    // The parser knows no other way to be stopped; parse_yaml catches this and reports the builder's status.
    if (!builder_.status().ok()) throw YAML::Exception(mark, "stopped");
  }
  DocumentBuilder& builder_;
};

class JsonEvents final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonEvents(DocumentBuilder& builder) : builder_(builder) {}

  bool null() override { return scalar(Node::Kind::kNull, ""); }
  bool boolean(bool value) override { return scalar(Node::Kind::kPlain, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return scalar(Node::Kind::kPlain, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(Node::Kind::kPlain, std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return scalar(Node::Kind::kPlain, text); }
  bool string(string_t& value) override { return scalar(Node::Kind::kText, std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Node::Kind::kMap); }
  bool key(string_t& value) override { return scalar(Node::Kind::kText, std::move(value)); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Node::Kind::kList); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    error_at_ = position;
    return false;
  }
  std::size_t error_at() const { return error_at_; }

 private:
  bool scalar(Node::Kind kind, std::string text) {
    builder_.scalar({}, kind, std::move(text));
    return builder_.status().ok();
  }
  bool open(Node::Kind kind) {
    builder_.open({}, kind);
    return builder_.status().ok();
  }
  bool close() {
    builder_.close();
    return builder_.status().ok();
  }
  DocumentBuilder& builder_;
  std::size_t error_at_ = 0;
};

Status too_long(const std::string& file) {
  return Status(
      Code::kInvalid,
      "the manifest has more than " + std::to_string(limits::kMaxManifestBytes >> 20) + " MiB with its includes",
      Place{file});
}

}  // namespace

DocumentBudget::DocumentBudget() : nodes(limits::kMaxManifestNodes), bytes(limits::kMaxManifestBytes) {}

const Node* Node::find(std::string_view key) const {
  for (const MapEntry& entry : map) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Result<Node> parse_yaml(std::string_view text, const std::string& file, DocumentBudget& budget) {
  if (text.size() > limits::kMaxManifestBytes) return too_long(file);
  if (const std::size_t zero = text.find('\0'); zero != text.npos) {
    return Status(Code::kInvalid, "this is no text: byte " + std::to_string(zero) + " is zero", Place{file});
  }
  DocumentBuilder builder(file, budget);
  YamlEvents events(builder);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(events)) return Status(Code::kInvalid, "the file is empty", Place{file, 1, 1});
    if (!builder.status().ok()) return builder.status();
    Node root = builder.take();
    DocumentBuilder second(file, budget);
    YamlEvents ignored(second);
    if (parser.HandleNextDocument(ignored)) {
      return Status(Code::kInvalid, "a second document starts here (---); a file holds one",
                    Place{file, second.take().line, 1});
    }
    return root;
  } catch (const YAML::Exception& error) {
    if (!builder.status().ok()) return builder.status();
    return Status(Code::kInvalid, "not YAML: " + error.msg, Place{file, error.mark.line + 1, error.mark.column + 1});
  } catch (const std::exception& error) {
    return Status(Code::kInvalid, std::string("not YAML: ") + error.what(), Place{file});
  }
}

Result<Node> parse_json(std::string_view text, const std::string& what, DocumentBudget& budget) {
  if (text.size() > limits::kMaxManifestBytes) return too_long(what);
  DocumentBuilder builder(what, budget);
  JsonEvents events(builder);
  try {
    const bool whole = nlohmann::json::sax_parse(text.begin(), text.end(), &events);
    if (!builder.status().ok()) return builder.status();
    if (!whole) {
      return Status(Code::kInvalid, "not JSON: bad at byte " + std::to_string(events.error_at()), Place{what});
    }
    return builder.take();
  } catch (const std::exception& error) {
    return Status(Code::kInvalid, std::string("not JSON: ") + error.what(), Place{what});
  }
}

}  // namespace troupe::manifest
