// Infotext: how Stable Diffusion tools write down what a picture was made from, in the PNG text chunk `parameters`.
//
//   photo of mia, at the beach
//   Negative prompt: blurry
//   Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 5, Seed: 7, Size: 128x128, Model: pocket
//
// Source of the form: `create_infotext` and `parse_generation_parameters` of AUTOMATIC1111's WebUI. What it cannot
// carry: a line of the prompt that itself starts with "Negative prompt:", and white space at the ends of lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::picture {

struct InfotextField {
  std::string key;  // a letter or digit, then letters, digits, "_", " ", "-" and "/"; two characters or more
  std::string value;
  bool operator==(const InfotextField&) const = default;
};

struct Infotext {
  std::string prompt;
  std::string negative;
  std::vector<InfotextField> fields;  // in the order of the text
  bool operator==(const Infotext&) const = default;

  // The value of the first field with that key, or null.
  const std::string* find(std::string_view key) const;
  // Appends a field; an empty value is left out.
  void add(std::string_view key, std::string_view value);
};

// What a generated picture says of itself. Empty strings and nullopt are left out.
struct GenerationInfo {
  std::string prompt{};
  std::string negative{};
  int steps = 0;
  std::string sampler{};   // as Troupe names it: euler, euler_a, ddim, dpmpp_2m, ...; written as the WebUI names it
  std::string schedule{};  // as Troupe names it: karras, ...
  double guidance = 0;
  std::uint32_t seed = 0;  // the effective one
  int width = 0;
  int height = 0;
  std::string model_hash{};  // hexadecimal; its first 10 digits are written, as the WebUI does
  std::string model{};
  std::optional<double> denoising_strength{};
  std::optional<int> clip_skip{};
  std::vector<InfotextField> extra{};  // after all these, in order: address, numerics version, reference, ...
};

Infotext make_infotext(const GenerationInfo& info);

// The text. A value that holds ",", ":" or a newline, or that would not be read back as it is, becomes a JSON string;
// characters that a key may not have become "-". Three fields or more are needed for a parser to see them as fields.
std::string build_infotext(const Infotext& infotext);

// Never fails: text of any other form comes back as a prompt without fields.
Infotext parse_infotext(std::string_view text);

}  // namespace troupe::picture
