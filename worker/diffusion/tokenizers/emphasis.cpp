#include "worker/diffusion/tokenizers/emphasis.h"

#include <cctype>
#include <charconv>
#include <optional>

namespace troupe::diffusion {
namespace {

constexpr double kRound = 1.1;
constexpr double kSquare = 1 / 1.1;

struct Close {
  double weight;
  std::size_t length;
};

// ":1.3)" at the start of `text`, spaces allowed around the number.
std::optional<Close> weighted_close(std::string_view text) {
  std::size_t i = 1;
  const auto skip_spaces = [&] {
    while (i < text.size() && std::isspace(static_cast<unsigned char>(text[i]))) ++i;
  };
  skip_spaces();
  if (i < text.size() && text[i] == '+') ++i;
  Close close{};
  const auto [end, error] =
      std::from_chars(text.data() + i, text.data() + text.size(), close.weight, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  i = static_cast<std::size_t>(end - text.data());
  skip_spaces();
  if (i >= text.size() || text[i] != ')') return std::nullopt;
  close.length = i + 1;
  return close;
}

class EmphasisParser {
 public:
  std::vector<WeightedText> parse(std::string_view prompt) {
    while (!prompt.empty()) prompt.remove_prefix(take(prompt));
    while (!round_.empty()) scale_from(round_, kRound);
    while (!square_.empty()) scale_from(square_, kSquare);
    return merged();
  }

 private:
  // Consumes the start of `text` and returns how much.
  std::size_t take(std::string_view text) {
    const char c = text[0];
    if (c == '\\' && text.size() > 1 && std::string_view("()[]\\").find(text[1]) != std::string_view::npos) {
      pieces_.push_back({std::string(1, text[1]), 1});
      return 2;
    }
    if (c == '(') {
      round_.push_back(pieces_.size());
    } else if (c == '[') {
      square_.push_back(pieces_.size());
    } else if (c == ')' && !round_.empty()) {
      scale_from(round_, kRound);
    } else if (c == ']' && !square_.empty()) {
      scale_from(square_, kSquare);
    } else {
      if (c == ':' && !round_.empty()) {
        if (const auto close = weighted_close(text)) {
          scale_from(round_, close->weight);
          return close->length;
        }
      }
      pieces_.push_back({std::string(1, c), 1});
    }
    return 1;
  }

  void scale_from(std::vector<std::size_t>& open, double weight) {
    for (std::size_t i = open.back(); i < pieces_.size(); ++i) pieces_[i].weight *= weight;
    open.pop_back();
  }

  std::vector<WeightedText> merged() const {
    std::vector<WeightedText> out;
    for (const WeightedText& piece : pieces_) {
      if (!out.empty() && out.back().weight == piece.weight) {
        out.back().text += piece.text;
      } else {
        out.push_back(piece);
      }
    }
    if (out.empty()) out.push_back({});
    return out;
  }

  std::vector<WeightedText> pieces_;         // one character each
  std::vector<std::size_t> round_, square_;  // where the open brackets stand in pieces_
};

}  // namespace

std::vector<WeightedText> parse_emphasis(std::string_view prompt) {
  return EmphasisParser().parse(prompt);
}

std::string without_emphasis(std::string_view prompt) {
  std::string out;
  for (const WeightedText& piece : parse_emphasis(prompt)) out += piece.text;
  return out;
}

}  // namespace troupe::diffusion
