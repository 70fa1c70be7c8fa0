#include "worker/chain/gates.h"

#include <gtest/gtest.h>

#include "tests/support/jobs.h"
#include "tests/support/temp_folder.h"
#include "worker/chain/picture_scores.h"

namespace troupe::chain {
namespace {

using troupe::testing::make_job;
using troupe::testing::TempFolder;

// Says what it is told to.
class ScriptedScorer final : public FaceScorer {
 public:
  bool can_score(const StageContext&) const override { return able; }
  Result<FaceScores> score(StageContext&, const Frame&, const std::vector<manifest::JobEntry>& entries) override {
    asked = entries;
    if (!status.ok()) return status;
    return scores;
  }
  bool able = true;
  Status status;
  FaceScores scores{1, {{"mia", 0.6}}};
  std::vector<manifest::JobEntry> asked;
};

ChainJob job_of_mia() {
  ChainJob job = make_job();
  job.job.entries[0].reference = manifest::Reference{"refs/mia.png", sha256("mia")};
  return job;
}

struct Judged {
  Status status;
  std::optional<std::string> refusal;
  nlohmann::ordered_json scores;
};

Frame checkers() {
  Frame frame;
  frame.image = picture::make_picture({8, 8}, 3, 0);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) std::fill_n(frame.image.at(x, y), 3, static_cast<std::uint8_t>((x + y) % 2 * 255));
  }
  return frame;
}

Judged judge(const ChainJob& job, FaceScorer* faces = nullptr, Frame frame = checkers(), const std::string& pack = "") {
  StageContext context{job, pack, 7, {}, "", 0, "", 0, {}};
  Packs packs;
  const auto rules = gate_rules(context, faces, packs);
  if (!rules.ok()) return {rules.status(), {}, {}};
  auto refusal = refused(*rules, context, frame);
  if (!refusal.ok()) return {refusal.status(), {}, {}};
  score_pixels(frame);
  return {{}, *refusal, frame.metadata.at("gates")};
}

TEST(PictureScores, AreWhatTheySay) {
  picture::Picture flat = picture::make_picture({8, 8}, 3, 77);
  EXPECT_EQ(deviation(flat), 0);
  EXPECT_EQ(sharpness(flat), 0);
  EXPECT_NEAR(deviation(checkers().image), 127.5, 1e-9);
  // Every pixel is a spike: the Laplacian is +-4 * 255 in equal parts.
  EXPECT_NEAR(sharpness(checkers().image), 1020.0 * 1020.0, 1e-6);
  EXPECT_EQ(sharpness(picture::make_picture({2, 2}, 1, 0)), 0);
  picture::Picture mask = picture::make_picture({4, 1}, 1, 0);
  mask.pixels = {0, 127, 128, 255};
  EXPECT_EQ(covered_share(mask), 0.5);
}

TEST(Gates, ScoreAlsoWhatNoGateAsksFor) {
  ScriptedScorer scorer;
  Frame frame = checkers();
  frame.masks["cup"] = picture::make_picture({8, 8}, 1, 255);
  const Judged judged = judge(job_of_mia(), &scorer, frame);
  ASSERT_TRUE(judged.status.ok()) << judged.status.to_string();
  EXPECT_FALSE(judged.refusal);
  EXPECT_GT(judged.scores.at("blank"), 2.0);
  EXPECT_GT(judged.scores.at("sharpness"), 1000.0);
  EXPECT_EQ(judged.scores.at("coverage").at("cup"), 1.0);
  EXPECT_EQ(judged.scores.at("faces"), 1);
  EXPECT_EQ(judged.scores.at("identity"), 0.6);
  EXPECT_EQ(judged.scores.at("likeness").at("mia"), 0.6);
  ASSERT_EQ(scorer.asked.size(), 1u);
}

TEST(Gates, SayWhichOneRefusesAndWhy) {
  ScriptedScorer scorer;
  const auto refusal = [&](auto set) {
    ChainJob job = job_of_mia();
    job.job.stages.push_back({"segment", "segment", {{"find", "x"}, {"as", "cup"}}});
    set(job.gates);
    Frame frame = checkers();
    frame.masks["cup"] = picture::make_picture({8, 8}, 1, 0);
    const Judged judged = judge(job, &scorer, frame);
    EXPECT_TRUE(judged.status.ok()) << judged.status.to_string();
    return judged.refusal.value_or("");
  };
  EXPECT_EQ(refusal([](manifest::Gates& gates) { gates.identity = 0.6; }), "");
  EXPECT_NE(refusal([](manifest::Gates& gates) { gates.identity = 0.61; }).find("gate identity"), std::string::npos);
  EXPECT_NE(refusal([](manifest::Gates& gates) { gates.sharpness = 2e6; }).find("gate sharpness"), std::string::npos);
  EXPECT_EQ(refusal([](manifest::Gates& gates) { gates.faces = {1, 1}; }), "");
  EXPECT_NE(refusal([](manifest::Gates& gates) {
              gates.faces = {2, 3};
            }).find("1 faces, not 2 to 3"),
            std::string::npos);
  EXPECT_NE(refusal([](manifest::Gates& gates) {
              gates.coverage["cup"] = {0.01, 0.5};
            }).find("\"cup\" covers 0"),
            std::string::npos);
  EXPECT_EQ(refusal([](manifest::Gates& gates) { gates.coverage["cup"] = {0, 0.5}; }), "");
}

TEST(Gates, IdentityIsThatOfTheCharacterLeastLike) {
  ScriptedScorer scorer;
  scorer.scores = {2, {{"mia", 0.7}, {"leo", 0.3}}};
  ChainJob job = job_of_mia();
  job.gates.identity = 0.5;
  const Judged judged = judge(job, &scorer);
  EXPECT_EQ(judged.scores.at("identity"), 0.3);
  EXPECT_TRUE(judged.refusal);
}

TEST(Gates, AutoTakesThePacksThreshold) {
  const TempFolder folder;
  folder.write("pack/model_index.json", "{}");
  folder.write("pack/vae/config.json", R"({"block_out_channels": [24, 48, 64]})");
  folder.write("pack/unet/config.json", R"({"sample_size": 32})");
  ScriptedScorer scorer;
  ChainJob job = job_of_mia();
  job.gates.identity_auto = true;
  const Judged none = judge(job, &scorer, checkers(), folder.path() + "/pack");
  EXPECT_EQ(none.status.code(), Code::kInvalid);
  EXPECT_NE(none.status.message().find("identity_threshold"), std::string::npos);
  folder.write("pack/pack.yaml",
               "troupe_pack: 1\nname: pack\nlicense: MIT\nmodels:\n  sd: {kind: diffusion, path: .}\n"
               "identity_threshold: 0.65\n");
  const Judged judged = judge(job, &scorer, checkers(), folder.path() + "/pack");
  ASSERT_TRUE(judged.status.ok()) << judged.status.to_string();
  EXPECT_NE(judged.refusal.value_or("").find("below 0.65"), std::string::npos);
}

TEST(Gates, ThatCannotBeJudgedAreRefusedBeforeAnythingRuns) {
  ScriptedScorer scorer;
  const auto code = [&](auto set, FaceScorer* faces) {
    ChainJob job = job_of_mia();
    set(job);
    return judge(job, faces).status.code();
  };
  const auto identity = [](ChainJob& job) { job.gates.identity = 0.5; };
  EXPECT_EQ(code(identity, nullptr), Code::kInvalid);
  EXPECT_EQ(code([](ChainJob& job) { job.gates.faces = {1, 1}; }, nullptr), Code::kInvalid);
  EXPECT_EQ(code([](ChainJob& job) { job.gates.coverage["hat"] = {0, 1}; }, &scorer), Code::kInvalid);
  EXPECT_EQ(code(
                [&](ChainJob& job) {
                  identity(job);
                  job.job.entries[0].reference.reset();
                },
                &scorer),
            Code::kInvalid);
  scorer.able = false;
  EXPECT_EQ(code(identity, &scorer), Code::kInvalid);
}

TEST(Gates, FacesThatCannotBeScoredMatterOnlyWhereAGateAsks) {
  ScriptedScorer scorer;
  scorer.status = Status(Code::kInvalid, "no face in refs/mia.png");
  ChainJob job = job_of_mia();
  const Judged open = judge(job, &scorer);
  ASSERT_TRUE(open.status.ok());
  EXPECT_EQ(open.scores.at("trouble"), "no face in refs/mia.png");
  job.gates.identity = 0.5;
  EXPECT_EQ(judge(job, &scorer).status.code(), Code::kInvalid);
  scorer.status = Status(Code::kCorrupt, "detector.onnx");
  EXPECT_EQ(judge(job, &scorer).status.code(), Code::kCorrupt);
  job.gates.identity.reset();
  EXPECT_EQ(judge(job, &scorer).scores.at("trouble"), "detector.onnx");
}

}  // namespace
}  // namespace troupe::chain
