// The bytes of one entry of the stage cache:
//   magic, SHA-256 of the rest, then blobs, each after its length (8 bytes, little-endian): JSON, image, masks.
#include <cstdint>

#include "common/picture/png.h"
#include "worker/chain/stage_cache.h"

namespace troupe::chain {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMagic = "troupe stage 1\n";
constexpr int kFastLevel = 1;

Json info_json(const picture::GenerationInfo& info) {
  Json json{{"prompt", info.prompt},   {"negative", info.negative},     {"steps", info.steps},
            {"sampler", info.sampler}, {"schedule", info.schedule},     {"guidance", info.guidance},
            {"seed", info.seed},       {"width", info.width},           {"height", info.height},
            {"model", info.model},     {"model_hash", info.model_hash}, {"extra", Json::array()}};
  if (info.denoising_strength) json["denoising_strength"] = *info.denoising_strength;
  if (info.clip_skip) json["clip_skip"] = *info.clip_skip;
  for (const picture::InfotextField& field : info.extra) json["extra"].push_back({field.key, field.value});
  return json;
}

picture::GenerationInfo info_of(const Json& json) {
  picture::GenerationInfo info;
  json.at("prompt").get_to(info.prompt);
  json.at("negative").get_to(info.negative);
  json.at("steps").get_to(info.steps);
  json.at("sampler").get_to(info.sampler);
  json.at("schedule").get_to(info.schedule);
  json.at("guidance").get_to(info.guidance);
  json.at("seed").get_to(info.seed);
  json.at("width").get_to(info.width);
  json.at("height").get_to(info.height);
  json.at("model").get_to(info.model);
  json.at("model_hash").get_to(info.model_hash);
  if (json.contains("denoising_strength")) info.denoising_strength = json.at("denoising_strength").get<double>();
  if (json.contains("clip_skip")) info.clip_skip = json.at("clip_skip").get<int>();
  for (const Json& field : json.at("extra")) {
    info.extra.push_back({field.at(0).get<std::string>(), field.at(1).get<std::string>()});
  }
  return info;
}

Json frame_json(const Frame& frame) {
  Json json{{"image", !frame.image.empty()}, {"masks", Json::array()}, {"models", Json::array()}};
  for (const auto& [name, mask] : frame.masks) json["masks"].push_back(name);
  for (const ModelFile& model : frame.models) json["models"].push_back({model.path, model.digest.hex()});
  json["info"] = info_json(frame.info);
  json["metadata"] = frame.metadata;
  if (frame.refused) json["refused"] = *frame.refused;
  return json;
}

void append_blob(std::string& bytes, std::string_view blob) {
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(blob.size() >> shift & 255);
  bytes += blob;
}

Result<std::string_view> take_blob(std::string_view& rest) {
  std::uint64_t length = 0;
  if (rest.size() < 8) return Status(Code::kCorrupt, "the entry is cut short");
  for (std::size_t i = 0; i < 8; ++i) length |= std::uint64_t{static_cast<unsigned char>(rest[i])} << (8 * i);
  rest.remove_prefix(8);
  if (length > rest.size()) return Status(Code::kCorrupt, "the entry is cut short");
  const std::string_view blob = rest.substr(0, length);
  rest.remove_prefix(length);
  return blob;
}

Result<picture::Picture> take_picture(std::string_view& rest) {
  TROUPE_ASSIGN_OR_RETURN(const std::string_view blob, take_blob(rest));
  TROUPE_ASSIGN_OR_RETURN(picture::DecodedPng png, picture::decode_png(blob));
  return std::move(png.picture);
}

Result<Frame> read_frame(std::string_view rest) {
  TROUPE_ASSIGN_OR_RETURN(const std::string_view text, take_blob(rest));
  Frame frame;
  const Json json = Json::parse(text);
  if (json.at("image").get<bool>()) {
    TROUPE_ASSIGN_OR_RETURN(frame.image, take_picture(rest));
  }
  for (const Json& name : json.at("masks")) {
    TROUPE_ASSIGN_OR_RETURN(frame.masks[name.get<std::string>()], take_picture(rest));
  }
  for (const Json& model : json.at("models")) {
    const auto digest = Digest::from_hex(model.at(1).get<std::string>());
    if (!digest) return Status(Code::kCorrupt, "the entry names a model without a digest");
    frame.models.push_back({model.at(0).get<std::string>(), *digest});
  }
  frame.info = info_of(json.at("info"));
  frame.metadata = json.at("metadata");
  if (json.contains("refused")) frame.refused = json.at("refused").get<std::string>();
  return frame;
}

}  // namespace

Result<std::string> pack_frame(const Frame& frame) {
  std::string rest;
  append_blob(rest, frame_json(frame).dump(-1, ' ', false, Json::error_handler_t::replace));
  if (!frame.image.empty()) {
    TROUPE_ASSIGN_OR_RETURN(const std::string png, picture::encode_png(frame.image, {}, {kFastLevel}));
    append_blob(rest, png);
  }
  for (const auto& [name, mask] : frame.masks) {
    TROUPE_ASSIGN_OR_RETURN(const std::string png, picture::encode_png(mask, {}, {kFastLevel}));
    append_blob(rest, png);
  }
  return std::string(kMagic) + std::string(sha256(rest).view()) + rest;
}

Result<Frame> unpack_frame(std::string_view bytes) {
  const std::size_t head = kMagic.size() + sizeof(Digest::bytes);
  if (bytes.size() < head || !bytes.starts_with(kMagic)) return Status(Code::kCorrupt, "the entry is none");
  const auto digest = Digest::from_bytes(bytes.substr(kMagic.size(), sizeof(Digest::bytes)));
  const std::string_view rest = bytes.substr(head);
  if (sha256(rest) != *digest) return Status(Code::kCorrupt, "the entry's bytes are not those that were written");
  try {
    return read_frame(rest);
  } catch (const nlohmann::json::exception& error) {
    return Status(Code::kCorrupt, std::string("the entry: ") + error.what());
  }
}

}  // namespace troupe::chain
