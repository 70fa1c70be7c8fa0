#include <gtest/gtest.h>

#include "tests/worker/diffusion/golden.h"
#include "worker/diffusion/text/clip_text.h"

namespace troupe::diffusion {
namespace {

constexpr double kTolerance = 3e-5;

struct Case {
  const char* golden;
  const char* model;
};

class ClipTextParity : public testing::TestWithParam<Case> {};

TEST_P(ClipTextParity, MatchesTheReference) {
  TROUPE_NEEDS_GOLDENS();
  const Golden golden(GetParam().golden);
  const auto model = ClipText::load(parity_folder() + "/models/" + GetParam().model, Placement{});
  ASSERT_TRUE(model.ok()) << model.status().to_string();
  const ClipText& clip = **model;

  const auto output = clip.forward(golden["input_ids"]);

  ASSERT_EQ(static_cast<std::int64_t>(output.hidden_states.size()), clip.config().layers + 1);
  for (std::size_t i = 0; i < output.hidden_states.size(); ++i) {
    EXPECT_LT(relative_error(output.hidden_states[i], golden["hidden_" + std::to_string(i)]), kTolerance) << i;
  }
  EXPECT_LT(relative_error(output.last_hidden_state, golden["last_hidden_state"]), kTolerance);
  EXPECT_LT(relative_error(output.pooled, golden["pooled"]), kTolerance);
  for (int n = 1; golden.has("clip_skip_" + std::to_string(n)); ++n) {
    EXPECT_LT(relative_error(clip.clip_skip(output, n), golden["clip_skip_" + std::to_string(n)]), kTolerance) << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, ClipTextParity,
                         testing::Values(Case{"clip_text_sd15_text_encoder", "sd15/text_encoder"},
                                         Case{"clip_text_sd15-inpaint_text_encoder", "sd15-inpaint/text_encoder"},
                                         Case{"clip_text_sdxl_text_encoder", "sdxl/text_encoder"},
                                         Case{"clip_text_sdxl_text_encoder_2", "sdxl/text_encoder_2"}));

}  // namespace
}  // namespace troupe::diffusion
