#include "common/picture/infotext.h"

#include <gtest/gtest.h>

#include "common/base/random.h"

namespace troupe::picture {
namespace {

GenerationInfo sample_info() {
  GenerationInfo info;
  info.prompt = "photo of mia, at the beach";
  info.negative = "blurry, dark";
  info.steps = 20;
  info.sampler = "dpmpp_2m";
  info.schedule = "karras";
  info.guidance = 5;
  info.seed = 4294967295u;
  info.width = 128;
  info.height = 96;
  info.model_hash = "0123456789abcdef";
  info.model = "pocket";
  info.extra = {{"Troupe address", "character=mia,seed=7"}, {"Troupe numerics", "1"}};
  return info;
}

TEST(Infotext, ReadsAsTheWebUiWritesIt) {
  EXPECT_EQ(build_infotext(make_infotext(sample_info())),
            "photo of mia, at the beach\n"
            "Negative prompt: blurry, dark\n"
            "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 5, Seed: 4294967295, Size: 128x96, "
            "Model hash: 0123456789, Model: pocket, Troupe address: \"character=mia,seed=7\", Troupe numerics: 1");
}

TEST(Infotext, LeavesOutWhatIsNotThere) {
  GenerationInfo info = sample_info();
  info.negative = info.schedule = info.model_hash = "";
  info.guidance = 7.5;
  info.sampler = "my_sampler";
  info.denoising_strength = 0.8;
  info.clip_skip = 2;
  info.extra = {};
  EXPECT_EQ(build_infotext(make_infotext(info)),
            "photo of mia, at the beach\nSteps: 20, Sampler: my_sampler, CFG scale: 7.5, Seed: 4294967295, "
            "Size: 128x96, Model: pocket, Denoising strength: 0.8, Clip skip: 2");
}

TEST(Infotext, RoundTrips) {
  const Infotext infotext = make_infotext(sample_info());
  EXPECT_EQ(parse_infotext(build_infotext(infotext)), infotext);
  EXPECT_EQ(*infotext.find("Seed"), "4294967295");
  EXPECT_EQ(infotext.find("Version"), nullptr);
}

TEST(Infotext, RoundTripsAwkwardValues) {
  for (const std::string& value :
       {std::string("a,b"), std::string("a: b"), std::string("two\nlines"), std::string("\"quoted\""),
        std::string("\"half"), std::string("back\\slash, \"and\" quotes"), std::string(" spaces "),
        std::string("caf\u00E9, \U0001F600"), std::string("tab\there\r"), std::string("\x01"), std::string("a\\"),
        std::string("{\"a\": [1, 2]}")}) {
    const Infotext infotext{"a cup", "", {{"Steps", "1"}, {"Odd", value}, {"Seed", "2"}, {"Model", "m"}}};
    EXPECT_EQ(parse_infotext(build_infotext(infotext)), infotext) << value;
  }
}

TEST(Infotext, RoundTripsPromptsOfSeveralLines) {
  const Infotext infotext{
      "a cup\n\non a table: wood, oak", "blurry\nugly, bad", {{"Steps", "1"}, {"Seed", "2"}, {"Size", "8x8"}}};
  EXPECT_EQ(parse_infotext(build_infotext(infotext)), infotext);
}

TEST(Infotext, RoundTripsAnEmptyPrompt) {
  const Infotext infotext{"", "", {{"Steps", "1"}, {"Seed", "2"}, {"Size", "8x8"}}};
  EXPECT_EQ(build_infotext(infotext), "Steps: 1, Seed: 2, Size: 8x8");
  EXPECT_EQ(parse_infotext(build_infotext(infotext)), infotext);
}

TEST(Infotext, ReadsWhatOtherToolsWrote) {
  const Infotext infotext = parse_infotext(
      "  portrait, (red hair:1.2) <lora:add_detail:0.8>\n"
      "Negative prompt: EasyNegative, (worst quality, low quality:1.4)\n"
      "Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7.0, Seed: 965400086, Size: 512x768, Model hash: 45dee52b2f, "
      "Model: v1-5, Clip skip: 2, Lora hashes: \"add_detail: 7c6bad76eb54, x: 1\", Hires/upscale-by: 2, Version: "
      "v1.9.0\n");
  EXPECT_EQ(infotext.prompt, "portrait, (red hair:1.2) <lora:add_detail:0.8>");
  EXPECT_EQ(infotext.negative, "EasyNegative, (worst quality, low quality:1.4)");
  EXPECT_EQ(infotext.fields.size(), 11u);
  EXPECT_EQ(*infotext.find("Lora hashes"), "add_detail: 7c6bad76eb54, x: 1");
  EXPECT_EQ(*infotext.find("Hires/upscale-by"), "2");
  EXPECT_EQ(*infotext.find("Version"), "v1.9.0");
}

TEST(Infotext, FewerThanThreeFieldsAreAPrompt) {
  const Infotext infotext = parse_infotext("a cup\nSteps: 20, Seed: 7");
  EXPECT_EQ(infotext.prompt, "a cup\nSteps: 20, Seed: 7");
  EXPECT_TRUE(infotext.fields.empty());
  EXPECT_EQ(parse_infotext(""), Infotext());
}

TEST(Infotext, BrokenQuotesEndAtTheComma) {
  const Infotext infotext = parse_infotext("Steps: 1, A b: \"open, Seed: 2, Odd: \"x\"y, Bad: \"\\q\"");
  EXPECT_EQ(*infotext.find("A b"), "\"open");
  EXPECT_EQ(*infotext.find("Seed"), "2");
  EXPECT_EQ(*infotext.find("Odd"), "\"x\"y");
  EXPECT_EQ(*infotext.find("Bad"), "\"\\q\"");
}

TEST(Infotext, KeysAreMadeReadable) {
  const Infotext infotext{"p", "", {{"a:b,c", "1"}, {"x", "2"}, {"-y", "3"}}};
  const Infotext parsed = parse_infotext(build_infotext(infotext));
  ASSERT_EQ(parsed.fields.size(), 3u);
  EXPECT_EQ(*parsed.find("a-b-c"), "1");
}

TEST(Infotext, ArbitraryTextIsReadInLinearTime) {
  SeededRandom random(5);
  constexpr std::string_view kAlphabet = "ab:,\" \\\n-/_\xC3\xA9{}";
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::uint64_t i = random.below(80); i > 0; --i) text += kAlphabet[random.below(kAlphabet.size())];
    const Infotext parsed = parse_infotext(text);
    EXPECT_TRUE(parsed.fields.empty() || parsed.fields.size() >= 3);
    EXPECT_LE(parsed.prompt.size() + parsed.negative.size(), text.size());
  }
  EXPECT_EQ(parse_infotext(std::string(4u << 20, 'a')).prompt.size(), 4u << 20);
  EXPECT_EQ(parse_infotext("Steps: \"" + std::string(4u << 20, '\\')).fields.size(), 0u);
}

TEST(Infotext, ArbitraryValuesRoundTrip) {
  SeededRandom random(6);
  constexpr std::string_view kAlphabet = "ab:,\" \\\n-/_{}\t";
  for (int round = 0; round < 3000; ++round) {
    Infotext infotext{"a cup", "", {{"Steps", "1"}, {"Seed", "2"}}};
    for (int field = 0; field < 3; ++field) {
      std::string value = "v";
      for (std::uint64_t i = random.below(12); i > 0; --i) value += kAlphabet[random.below(kAlphabet.size())];
      infotext.add("key " + std::to_string(field), value);
    }
    EXPECT_EQ(parse_infotext(build_infotext(infotext)), infotext) << build_infotext(infotext);
  }
}

}  // namespace
}  // namespace troupe::picture
