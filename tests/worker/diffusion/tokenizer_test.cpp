#include "worker/diffusion/tokenizers/clip_tokenizer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/worker/diffusion/tiny_tokenizer.h"
#include "worker/diffusion/tokenizers/prompt_windows.h"

namespace troupe::diffusion {
namespace {

using Ids = std::vector<std::int64_t>;

class TokenizerTest : public testing::Test {
 protected:
  TokenizerTest() { write_tiny_tokenizer(folder_.path(), merges_); }

  ClipTokenizer load() { return ClipTokenizer::load(folder_.path()).value(); }
  std::int64_t id(const std::string& symbol) { return tiny_vocabulary(merges_).at(symbol).get<std::int64_t>(); }
  Ids ids(const std::vector<std::string>& symbols) {
    Ids out;
    for (const std::string& symbol : symbols) out.push_back(id(symbol));
    return out;
  }

  TempFolder folder_;
  const std::vector<std::string> merges_ = {"c a", "ca t</w>", "a t</w>", "l l</w>", "' ll</w>"};
};

TEST_F(TokenizerTest, MergesInTheOrderOfTheList) {
  EXPECT_EQ(load().encode("cat"), ids({"cat</w>"}));
  EXPECT_EQ(load().encode("bat"), ids({"b", "at</w>"}));
  EXPECT_EQ(load().encode("cats"), ids({"ca", "t", "s</w>"}));
  EXPECT_EQ(load().encode("tac"), ids({"t", "a", "c</w>"}));
}

TEST_F(TokenizerTest, CleansTheTextFirst) {
  EXPECT_EQ(load().encode("  CAT\t\n cat  "), ids({"cat</w>", "cat</w>"}));
  EXPECT_EQ(load().encode("cat\xC2\xA0"
                          "cat"),
            ids({"cat</w>", "cat</w>"}));
  EXPECT_TRUE(load().encode("").empty());
  EXPECT_TRUE(load().encode(" \n ").empty());
}

TEST_F(TokenizerTest, CutsContractionsNumbersAndPunctuation) {
  EXPECT_EQ(load().encode("i'll"), ids({"i</w>", "'ll</w>"}));
  EXPECT_EQ(load().encode("42"), ids({"4</w>", "2</w>"}));
  EXPECT_EQ(load().encode("a,b"), ids({"a</w>", ",</w>", "b</w>"}));
  EXPECT_EQ(load().encode("?'ll"), ids({"?", "'</w>", "ll</w>"}));
}

TEST_F(TokenizerTest, SpecialTokensAreThePacksOwn) {
  const ClipTokenizer tokenizer = load();
  EXPECT_EQ(tokenizer.bos(), id("<start>"));
  EXPECT_EQ(tokenizer.eos(), id("<end>"));
  EXPECT_EQ(tokenizer.pad(), id("!"));
  EXPECT_EQ(tokenizer.max_length(), 8);
  EXPECT_EQ(tokenizer.encode("cat<END>cat"), ids({"cat</w>", "<end>", "cat</w>"}));
}

TEST_F(TokenizerTest, WhatTheVocabularyLacksBecomesUnknown) {
  EXPECT_EQ(load().encode("\xC3\xA9"), Ids(2, id("<end>")));  // the two bytes of an e with an accent
  EXPECT_EQ(load().encode("\xFF").size(), 3u);                // no UTF-8: the three bytes of U+FFFD
}

TEST_F(TokenizerTest, AWordOfThousandsOfLettersIsNoTrouble) {
  EXPECT_EQ(load().encode(std::string(16'000, 'x')).size(), 16'000u);
  std::string cats;
  for (int i = 0; i < 5'000; ++i) cats += "cat";
  EXPECT_EQ(load().encode(cats).size(), 2u * 4'999 + 1);  // "ca" "t" ..., and "cat</w>" at the end
}

TEST_F(TokenizerTest, PromptsAreCutOrGoOnInWindows) {
  const ClipTokenizer tokenizer = load();
  const PromptTokens cut = prompt_windows(tokenizer, "a b c d e f g h", 5, LongPrompt::kCut);
  ASSERT_EQ(cut.windows.size(), 1u);
  EXPECT_EQ(cut.windows[0].ids, ids({"<start>", "a</w>", "b</w>", "c</w>", "<end>"}));
  EXPECT_EQ(cut.dropped, 5);

  const PromptTokens windows = prompt_windows(tokenizer, "a b c d", 5, LongPrompt::kWindows);
  ASSERT_EQ(windows.windows.size(), 2u);
  EXPECT_EQ(windows.windows[1].ids, ids({"<start>", "d</w>", "<end>", "!", "!"}));
  EXPECT_EQ(windows.windows[1].used, 3);
  EXPECT_EQ(windows.dropped, 0);

  const PromptTokens none = prompt_windows(tokenizer, "", 5, LongPrompt::kWindows);
  ASSERT_EQ(none.windows.size(), 1u);
  EXPECT_EQ(none.windows[0].ids, ids({"<start>", "<end>", "!", "!", "!"}));
}

TEST_F(TokenizerTest, DamagedFilesAreNamed) {
  write_text(folder_.file("merges.txt"), "#version: 0.2\nc a\nca t x\n");
  Status status = ClipTokenizer::load(folder_.path()).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.to_string().find("merges.txt:3"), std::string::npos) << status.to_string();

  write_text(folder_.file("vocab.json"), R"({"a": 1, "b": -1})");
  EXPECT_EQ(ClipTokenizer::load(folder_.path()).status().code(), Code::kCorrupt);

  write_text(folder_.file("vocab.json"), R"({"a": 1})");
  status = ClipTokenizer::load(folder_.path()).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find("<start>"), std::string::npos) << status.message();

  std::filesystem::remove(folder_.file("vocab.json"));
  EXPECT_EQ(ClipTokenizer::load(folder_.path()).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace troupe::diffusion
