#include "worker/diffusion/samplers/sampler.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "worker/diffusion/samplers/python_json.h"

namespace troupe::diffusion {
namespace {

nlohmann::json stable_diffusion() {
  return {{"beta_start", 0.00085}, {"beta_end", 0.012},    {"beta_schedule", "scaled_linear"},
          {"steps_offset", 1},     {"clip_sample", false}, {"set_alpha_to_one", false},
          {"skip_prk_steps", true}};
}

SamplerConfig config_of(const std::string& name) {
  return sampler_config_from_json(*sampler_kind(name), stable_diffusion()).value();
}

std::unique_ptr<Sampler> sampler_of(const SamplerConfig& config, int steps) {
  return std::move(make_sampler(config, steps)).value();
}

// What a model would say that knows that the picture is `image`: the noise in x.
at::Tensor perfect_output(const at::Tensor& x, const at::Tensor& image, const Sampler& sampler, std::size_t i) {
  const at::Tensor zero = at::zeros_like(image), one = at::ones_like(image);
  const at::Tensor signal = sampler.add_noise(one, zero, i), noise = sampler.add_noise(zero, one, i);
  return (x - signal * image) / noise;
}

class EverySampler : public testing::TestWithParam<std::string> {};

TEST_P(EverySampler, FindsThePictureOfAPerfectModel) {
  const SamplerConfig config = config_of(GetParam());
  const auto image = noise_per_image({1})->next({1, 4, 6, 5});
  const auto noise = noise_per_image({2});
  for (int steps : {4, 20}) {
    const auto sampler = sampler_of(config, steps);
    at::Tensor x = sampler->add_noise(image, noise->next(image.sizes()), 0);
    for (std::size_t i = 0; i < sampler->timesteps().size(); ++i) {
      x = sampler->step(perfect_output(x, image, *sampler, i), i, x, *noise);
    }
    // DDIM and PNDM end at the first training step, which has a little noise left.
    EXPECT_LT((x - image).abs().max().item<double>(), sampler->sigmas().empty() ? 0.15 : 1e-3) << steps;
  }
}

TEST_P(EverySampler, FindsThePictureFromTheMiddleOfARun) {
  const auto image = noise_per_image({1})->next({1, 4, 6, 5});
  const auto noise = noise_per_image({2});
  const auto sampler = sampler_of(config_of(GetParam()), 20);
  at::Tensor x = sampler->add_noise(image, noise->next(image.sizes()), 8);
  for (std::size_t i = 8; i < sampler->timesteps().size(); ++i) {
    x = sampler->step(perfect_output(x, image, *sampler, i), i, x, *noise);
  }
  EXPECT_LT((x - image).abs().max().item<double>(), sampler->sigmas().empty() ? 0.15 : 1e-3);
}

TEST_P(EverySampler, VisitsFallingTimesteps) {
  for (int steps : {1, 2, 3, 17, 50, 999}) {
    const auto sampler = sampler_of(config_of(GetParam()), steps);
    EXPECT_GE(sampler->timesteps().size(), static_cast<std::size_t>(steps));
    EXPECT_TRUE(std::is_sorted(sampler->timesteps().rbegin(), sampler->timesteps().rend())) << steps;
    EXPECT_GE(sampler->timesteps().back(), 0);
    EXPECT_LT(sampler->timesteps().front(), 1000);
  }
}

TEST_P(EverySampler, RefusesStepsThatTheTrainingLacks) {
  for (int steps : {0, -1, 1001}) {
    const Status status = make_sampler(config_of(GetParam()), steps).status();
    EXPECT_EQ(status.code(), Code::kInvalid) << steps;
  }
}

TEST_P(EverySampler, IsDeterministicForOneSeed) {
  const auto run = [&] {
    const auto sampler = sampler_of(config_of(GetParam()), 5);
    const auto noise = noise_per_image({3});
    at::Tensor x = noise->next({1, 4, 6, 5}) * sampler->init_noise_sigma();
    for (std::size_t i = 0; i < sampler->timesteps().size(); ++i) {
      x = sampler->step(at::tanh(sampler->scale_model_input(x, i)), i, x, *noise);
    }
    return x;
  };
  EXPECT_TRUE(run().equal(run()));
}

INSTANTIATE_TEST_SUITE_P(Names, EverySampler, testing::ValuesIn(sampler_names()));

TEST(Sampler, KarrasKeepsTheEndsAndBendsTheMiddle) {
  SamplerConfig config = config_of("dpmpp_2m");
  const auto plain = sampler_of(config, 20);
  config.sigmas = SigmaSchedule::kKarras;
  const auto karras = sampler_of(config, 20);
  EXPECT_NEAR(karras->sigmas().front(), plain->sigmas().front(), 1e-4);
  EXPECT_LT(karras->sigmas()[10], plain->sigmas()[10]);
  EXPECT_EQ(karras->sigmas().back(), 0);
}

TEST(Sampler, KarrasIsRefusedWhereThereAreNoSigmas) {
  SamplerConfig config = config_of("ddim");
  config.sigmas = SigmaSchedule::kKarras;
  EXPECT_EQ(make_sampler(config, 10).status().code(), Code::kInvalid);
}

TEST(Sampler, EtaDrawsNoiseAndZeroDoesNot) {
  for (double eta : {0.0, 1.0}) {
    SamplerConfig config = config_of("ddim");
    config.eta = eta;
    const auto sampler = sampler_of(config, 4);
    const at::Tensor x = noise_per_image({1})->next({1, 4, 4, 4});
    const at::Tensor a = sampler->step(x * 0.5, 0, x, *noise_per_image({1}));
    const at::Tensor b = sampler->step(x * 0.5, 0, x, *noise_per_image({2}));
    EXPECT_EQ(a.equal(b), eta == 0);
  }
}

TEST(SamplerConfig, PassesOverKeysOfOtherClasses) {
  nlohmann::json config = stable_diffusion();
  config["solver_order"] = 3;
  config["use_karras_sigmas"] = true;
  EXPECT_EQ(sampler_config_from_json(SamplerKind::kEulerAncestral, config)->sigmas, SigmaSchedule::kTraining);
  EXPECT_EQ(sampler_config_from_json(SamplerKind::kDpmpp, config)->solver_order, 3);
}

TEST(SamplerConfig, TakesNoDefaultsOfTheClassThatWroteIt) {
  nlohmann::json config = stable_diffusion();
  config["timestep_spacing"] = "leading";
  config["_use_default_values"] = {"timestep_spacing"};
  EXPECT_EQ(sampler_config_from_json(SamplerKind::kEuler, config)->spacing, TimestepSpacing::kLinspace);
}

TEST(SamplerConfig, NamesWhatIsWrong) {
  for (const auto& [key, value] :
       std::initializer_list<std::pair<const char*, nlohmann::json>>{{"beta_schedule", "cosine"},
                                                                     {"num_train_timesteps", 0},
                                                                     {"beta_start", "a"},
                                                                     {"thresholding", true},
                                                                     {"trained_betas", {0.1, 0.2}},
                                                                     {"clip_sample", 1}}) {
    nlohmann::json config = stable_diffusion();
    config[key] = value;
    const Status status = sampler_config_from_json(SamplerKind::kDdim, config).status();
    EXPECT_EQ(status.code(), Code::kInvalid) << key;
    EXPECT_NE(status.message().find(key), std::string::npos) << status.message();
  }
}

TEST(PythonJson, ReadsWhatJsonLacksAsNull) {
  const auto value = parse_python_json(R"({"a": -Infinity, "b": [NaN, Infinity, 1], "c": "NaN \" Infinity"})");
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value, nlohmann::json::parse(R"({"a": null, "b": [null, null, 1], "c": "NaN \" Infinity"})"));
  EXPECT_EQ(parse_python_json("{").status().code(), Code::kCorrupt);
}

}  // namespace
}  // namespace troupe::diffusion
