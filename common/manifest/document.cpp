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

// Bytes of the UTF-8 character that `text` starts with; 0 when it starts with none (Unicode 15, table 3-7).
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
  const auto follows = [&](std::size_t at) { return (byte(at) & 0xc0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool surrogate = first == 0xed && byte(1) >= 0xa0;
    const bool overlong = first == 0xe0 && byte(1) < 0xa0;
    return follows(1) && follows(2) && !surrogate && !overlong ? 3 : 0;
  }
  const bool in_range =
      (first == 0xf0 && byte(1) >= 0x90) || (first > 0xf0 && first < 0xf4) || (first == 0xf4 && byte(1) < 0x90);
  return in_range && follows(1) && follows(2) && follows(3) ? 4 : 0;
}

// A text that is UTF-8 without zeros; JSON and image metadata can hold nothing else.
Status check_text(std::string_view text, const std::string& file) {
  int line = 1;
  std::size_t line_start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = text[at] == '\0' ? 0 : character_bytes(text.substr(at, 4));
    if (bytes == 0) {
      return Status(Code::kInvalid, "this is no text in UTF-8",
                    Place{file, line, static_cast<int>(at - line_start) + 1});
    }
    at += bytes;
    if (text[at - 1] == '\n') {
      ++line;
      line_start = at;
    }
  }
  return {};
}

Status too_long(const std::string& file) {
  return Status(Code::kInvalid,
                "more than " + std::to_string(limits::kMaxManifestBytes >> 20) + " MiB in a file and its includes",
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
  TROUPE_RETURN_IF_ERROR(check_text(text, file));
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
