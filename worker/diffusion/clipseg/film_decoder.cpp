#include "worker/diffusion/clipseg/film_decoder.h"

#include <ATen/ATen.h>

#include <utility>

namespace troupe::diffusion {

Result<Enlarge> Enlarge::load(Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                              std::int64_t kernel) {
  Enlarge layer;
  layer.kernel = kernel;
  TROUPE_ASSIGN_OR_RETURN(layer.weight, weights.take(name + ".weight", {in, out, kernel, kernel}));
  TROUPE_ASSIGN_OR_RETURN(layer.bias, weights.take(name + ".bias", {out}));
  return layer;
}

at::Tensor Enlarge::operator()(const at::Tensor& map) const {
  return at::conv_transpose2d(map, weight, bias, {kernel, kernel});
}

Result<FilmDecoder> FilmDecoder::load(Weights& weights, const std::string& name, const ClipSegConfig& config) {
  const std::int64_t width = config.reduce_dim, patch = config.vision.patch_size;
  FilmDecoder decoder;
  decoder.conditional_layer = config.conditional_layer;
  TROUPE_ASSIGN_OR_RETURN(decoder.film_mul, Linear::load(weights, name + ".film_mul", config.projection_dim, width));
  TROUPE_ASSIGN_OR_RETURN(decoder.film_add, Linear::load(weights, name + ".film_add", config.projection_dim, width));
  // Whatever decoder_hidden_act says: the reference overrules it.
  const ClipLayer::Options options{width, config.decoder_heads, config.decoder_intermediate, config.vision.eps,
                                   Activation::kRelu};
  for (std::size_t i = 0; i < config.extract_layers.size(); ++i) {
    const std::string number = std::to_string(i);
    TROUPE_ASSIGN_OR_RETURN(Linear reduce,
                            Linear::load(weights, name + ".reduces." + number, config.vision.hidden_size, width));
    TROUPE_ASSIGN_OR_RETURN(ClipLayer layer, ClipLayer::load(weights, name + ".layers." + number, options));
    decoder.reduces.push_back(std::move(reduce));
    decoder.layers.push_back(std::move(layer));
  }
  const std::string up = name + ".transposed_convolution";
  if (!config.complex_upsampling) {
    TROUPE_ASSIGN_OR_RETURN(Enlarge whole, Enlarge::load(weights, up, width, 1, patch));
    decoder.enlarge.push_back(std::move(whole));
    return decoder;
  }
  TROUPE_ASSIGN_OR_RETURN(Conv2d smooth, Conv2d::load(weights, up + ".0", width, width, kConv3x3));
  TROUPE_ASSIGN_OR_RETURN(Enlarge first, Enlarge::load(weights, up + ".2", width, width / 2, patch / 4));
  TROUPE_ASSIGN_OR_RETURN(Enlarge second, Enlarge::load(weights, up + ".4", width / 2, 1, patch / 4));
  decoder.smooth.push_back(std::move(smooth));
  decoder.enlarge.push_back(std::move(first));
  decoder.enlarge.push_back(std::move(second));
  return decoder;
}

at::Tensor FilmDecoder::forward(const std::vector<at::Tensor>& activations, const at::Tensor& condition,
                                std::int64_t rows, std::int64_t columns) const {
  at::Tensor tokens;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const at::Tensor reduced = reduces[i](activations[activations.size() - 1 - i]);
    tokens = tokens.defined() ? reduced + tokens : reduced;
    if (static_cast<std::int64_t>(i) == conditional_layer) {
      tokens = film_mul(condition).unsqueeze(1) * tokens + film_add(condition).unsqueeze(1);
    }
    tokens = layers[i].forward_norm_last(tokens);
  }
  at::Tensor map = tokens_to_map(tokens.slice(1, 1).contiguous(), rows, columns);
  for (const Conv2d& convolution : smooth) map = convolution(map);
  for (std::size_t i = 0; i < enlarge.size(); ++i) {
    map = enlarge[i](i == 0 && smooth.empty() ? map : at::relu(map));
  }
  return map.squeeze(1);
}

}  // namespace troupe::diffusion
