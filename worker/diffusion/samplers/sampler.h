// A sampler turns noise into an image in steps: at each it asks the model at a timestep and moves the image on.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/noise/noise_source.h"
#include "worker/diffusion/samplers/sampler_config.h"

namespace troupe::diffusion {

// One run. For i = 0 .. timesteps().size() - 1, in this order and once each:
//   output = model(scale_model_input(x, i), timesteps()[i]);  x = step(output, i, x, noise);
// beginning with x = noise * init_noise_sigma(). A run that starts from a picture x0 begins at a later i, with
// x = add_noise(x0, noise, i), and leaves none out from there. Tensors are [B, ...]; samples are fp32 on any device,
// the same one for x and output. Methods throw what libtorch throws.
class Sampler {
 public:
  virtual ~Sampler() = default;

  // What the model is asked with; whole numbers or, in Euler's methods, fractions. A method may ask for more of them
  // than there are steps.
  const std::vector<double>& timesteps() const { return timesteps_; }
  // One more than timesteps; empty for methods that have none.
  const std::vector<float>& sigmas() const { return sigmas_; }

  virtual double init_noise_sigma() const { return 1; }
  virtual at::Tensor scale_model_input(const at::Tensor& x, std::size_t /*i*/) const { return x; }
  // What the model said at step i of x -> the next x, in fp32. Draws from `noise` where the method is stochastic.
  virtual at::Tensor step(const at::Tensor& output, std::size_t i, const at::Tensor& x, NoiseSource& noise) = 0;
  // A clean x0 with as much noise as x has when step i begins.
  virtual at::Tensor add_noise(const at::Tensor& x0, const at::Tensor& noise, std::size_t i) const = 0;

 protected:
  std::vector<double> timesteps_;
  std::vector<float> sigmas_;
};

// kInvalid when there are not 1 to train_timesteps steps, or when the method lacks an option that `config` asks for.
Result<std::unique_ptr<Sampler>> make_sampler(const SamplerConfig& config, int steps);

}  // namespace troupe::diffusion
