#include "common/picture/infotext.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace troupe::picture {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";
constexpr std::string_view kNegative = "Negative prompt:";
constexpr std::size_t kLeastFields = 3;
constexpr std::size_t kShortHash = 10;

using Name = std::pair<std::string_view, std::string_view>;
constexpr std::array kSamplers{
    Name{"euler", "Euler"},         Name{"euler_a", "Euler a"},
    Name{"ddim", "DDIM"},           Name{"dpmpp_2m", "DPM++ 2M"},
    Name{"dpmpp_sde", "DPM++ SDE"}, Name{"dpmpp_2m_sde", "DPM++ 2M SDE"},
    Name{"heun", "Heun"},           Name{"lms", "LMS"},
    Name{"unipc", "UniPC"},         Name{"lcm", "LCM"},
};
constexpr std::array kSchedules{
    Name{"karras", "Karras"},
    Name{"exponential", "Exponential"},
    Name{"normal", "Normal"},
    Name{"simple", "Simple"},
};

template <std::size_t size>
std::string_view known_as(const std::array<Name, size>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name, &Name::first);
  return found == names.end() ? name : found->second;
}

std::string_view strip(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string number(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

// Bytes of UTF-8 beyond ASCII count as letters.
bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
         byte == '_';
}

bool is_key_character(char c) {
  return is_word(c) || c == ' ' || c == '-' || c == '/';
}

std::string clean_key(std::string_view key) {
  std::string out(strip(key));
  for (char& c : out) c = is_key_character(c) ? c : '-';
  if (out.empty() || !is_word(out.front())) out.insert(0, "x");
  return out.size() < 2 ? out + "_" : out;
}

bool needs_quotes(std::string_view value) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  return value.find_first_of(",:") != std::string_view::npos || std::ranges::any_of(value, control) ||
         value.starts_with('"') || strip(value) != value;
}

std::string json_quoted(std::string_view value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
  const nlohmann::json parsed = nlohmann::json::parse(value, nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : std::string(value);
}

// Where the quoted string at the start of `text` ends (past its closing quote), or 0 when there is none.
std::size_t quoted_length(std::string_view text) {
  if (!text.starts_with('"')) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i > 1 ? i + 1 : 0;
    }
  }
  return 0;
}

// Every match of \s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$) in one line, in linear time.
std::vector<InfotextField> parse_fields(std::string_view line) {
  std::vector<InfotextField> fields;
  std::size_t at = 0;
  while (at < line.size()) {
    if (!is_word(line[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < line.size() && is_key_character(line[end])) ++end;
    if (end == line.size() || line[end] != ':' || end - at < 2) {
      at = end;  // no start inside this run can match either
      continue;
    }
    std::string_view rest = line.substr(end + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
    std::size_t length = quoted_length(rest);
    if (length == 0 || (length < rest.size() && rest[length] != ',')) length = std::min(rest.find(','), rest.size());
    fields.push_back({std::string(line.substr(at, end - at)), unquoted(rest.substr(0, length))});
    at = line.size() - rest.size() + length + 1;
  }
  return fields;
}

}  // namespace

const std::string* Infotext::find(std::string_view key) const {
  const auto found = std::ranges::find(fields, key, &InfotextField::key);
  return found == fields.end() ? nullptr : &found->value;
}

void Infotext::add(std::string_view key, std::string_view value) {
  if (!value.empty()) fields.push_back({std::string(key), std::string(value)});
}

Infotext make_infotext(const GenerationInfo& info) {
  Infotext out{info.prompt, info.negative, {}};
  out.add("Steps", std::to_string(info.steps));
  out.add("Sampler", known_as(kSamplers, info.sampler));
  out.add("Schedule type", known_as(kSchedules, info.schedule));
  out.add("CFG scale", number(info.guidance));
  out.add("Seed", std::to_string(info.seed));
  out.add("Size", std::to_string(info.width) + "x" + std::to_string(info.height));
  out.add("Model hash", std::string_view(info.model_hash).substr(0, kShortHash));
  out.add("Model", info.model);
  if (info.denoising_strength) out.add("Denoising strength", number(*info.denoising_strength));
  if (info.clip_skip) out.add("Clip skip", std::to_string(*info.clip_skip));
  for (const InfotextField& field : info.extra) out.add(field.key, field.value);
  return out;
}

std::string build_infotext(const Infotext& infotext) {
  std::string text = infotext.prompt;
  if (!infotext.negative.empty()) text.append("\n").append(kNegative).append(" ").append(infotext.negative);
  text += '\n';
  bool first = true;
  for (const InfotextField& field : infotext.fields) {
    if (!std::exchange(first, false)) text += ", ";
    text.append(clean_key(field.key)).append(": ");
    text += needs_quotes(field.value) ? json_quoted(field.value) : field.value;
  }
  return std::string(strip(text));
}

Infotext parse_infotext(std::string_view text) {
  Infotext out;
  text = strip(text);
  const std::size_t last_break = text.rfind('\n');
  const std::size_t last_start = last_break == std::string_view::npos ? 0 : last_break + 1;
  out.fields = parse_fields(text.substr(last_start));
  if (out.fields.size() < kLeastFields) {
    out.fields.clear();
  } else {
    text = text.substr(0, last_start);
  }
  std::string* part = &out.prompt;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = strip(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(kNegative)) {
      part = &out.negative;
      line = strip(line.substr(kNegative.size()));
    }
    if (!part->empty()) *part += '\n';
    *part += line;
  }
  return out;
}

}  // namespace troupe::picture
