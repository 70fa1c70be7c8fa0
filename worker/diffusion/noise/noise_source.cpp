#include "worker/diffusion/noise/noise_source.h"

#include <ATen/ops/cat.h>

#include "worker/diffusion/noise/generator.h"

namespace troupe::diffusion {
namespace {

class NoisePerImage : public NoiseSource {
 public:
  explicit NoisePerImage(const std::vector<std::uint64_t>& seeds) {
    for (std::uint64_t seed : seeds) generators_.push_back(make_generator(seed));
  }

  at::Tensor next(at::IntArrayRef shape) override {
    TORCH_CHECK(!shape.empty() && shape[0] == static_cast<std::int64_t>(generators_.size()), "noise for ",
                generators_.size(), " images was asked for as ", shape);
    std::vector<std::int64_t> one(shape.begin(), shape.end());
    one[0] = 1;
    std::vector<at::Tensor> images;
    for (at::Generator& generator : generators_) images.push_back(normal(one, generator));
    return at::cat(images);
  }

 private:
  std::vector<at::Generator> generators_;
};

class NoisePerBatch : public NoiseSource {
 public:
  explicit NoisePerBatch(std::uint64_t seed) : generator_(make_generator(seed)) {}
  at::Tensor next(at::IntArrayRef shape) override { return normal(shape, generator_); }

 private:
  at::Generator generator_;
};

}  // namespace

std::unique_ptr<NoiseSource> noise_per_image(const std::vector<std::uint64_t>& seeds) {
  return std::make_unique<NoisePerImage>(seeds);
}

std::unique_ptr<NoiseSource> noise_per_batch(std::uint64_t seed) {
  return std::make_unique<NoisePerBatch>(seed);
}

}  // namespace troupe::diffusion
