// Texts that are meant to hurt a parser.
#include "common/manifest/document.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"

namespace troupe::manifest {
namespace {

Result<Node> yaml(const std::string& text) {
  DocumentBudget budget;
  return parse_yaml(text, "test.yaml", budget);
}

Result<Node> json(const std::string& text) {
  DocumentBudget budget;
  return parse_json(text, "test", budget);
}

TEST(DocumentTest, KnowsPlacesAndQuotes) {
  const Result<Node> root = yaml("a: 1\nb:\n  - \"2\"\n  - ~\n");
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root->find("a")->kind, Node::Kind::kPlain);
  const Node& quoted = root->find("b")->items[0];
  EXPECT_EQ(quoted.kind, Node::Kind::kText);
  EXPECT_EQ(quoted.line, 3);
  EXPECT_EQ(quoted.column, 5);
  EXPECT_EQ(root->find("b")->items[1].kind, Node::Kind::kNull);
}

TEST(DocumentTest, BillionLaughsAreStopped) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
    for (int k = 1; k < 10; ++k) text += ", " + alias;
    text += "]\n";
  }
  const Result<Node> root = yaml(text);
  ASSERT_FALSE(root.ok());
  EXPECT_NE(root.status().message().find("aliases count"), std::string::npos) << root.status().to_string();
}

TEST(DocumentTest, LongTextsThroughAliasesAreStopped) {
  std::string text = "a: &a \"" + std::string(1 << 20, 'x') + "\"\nb: [*a";
  for (int k = 0; k < 20; ++k) text += ", *a";
  EXPECT_FALSE(yaml(text + "]\n").ok());
}

TEST(DocumentTest, DepthIsBounded) {
  const std::string open(5000, '[');
  EXPECT_FALSE(yaml(open).ok());
  EXPECT_FALSE(yaml(open + std::string(5000, ']')).ok());
  EXPECT_FALSE(json(open + std::string(5000, ']')).ok());
}

TEST(DocumentTest, NodesAreBounded) {
  std::string text = "[1";
  for (std::size_t i = 0; i < limits::kMaxManifestNodes; ++i) text += ",1";
  EXPECT_FALSE(json(text + "]").ok());
}

TEST(DocumentTest, RefusesWhatIsNoText) {
  EXPECT_FALSE(yaml(std::string("a: \0b", 5)).ok());
  EXPECT_FALSE(yaml("a: \xff\xfe").ok());
  EXPECT_FALSE(json("{\"a\": \"\xff\"}").ok());
  EXPECT_FALSE(json("").ok());
  EXPECT_FALSE(json("{\"a\": 1} x").ok());
  EXPECT_FALSE(yaml("a: &a [*a]").ok());
  EXPECT_FALSE(yaml("[a]: 1").ok());
}

TEST(DocumentTest, JsonKeysAreDistinctToo) {
  const Result<Node> root = json(R"({"a": {"b": 1, "b": 2}})");
  ASSERT_FALSE(root.ok());
  EXPECT_NE(root.status().message().find("twice"), std::string::npos);
}

TEST(DocumentTest, AnyBrokenEndOfAManifestIsAnError) {
  const std::string whole = "a: [1, {b: \"c\"}]\nd: |\n  text\ne: 'x'\n";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const Result<Node> root = yaml(whole.substr(0, length));
    EXPECT_TRUE(root.ok() || root.status().code() == Code::kInvalid);
  }
}

}  // namespace
}  // namespace troupe::manifest
