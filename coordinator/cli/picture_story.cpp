#include "coordinator/cli/picture_story.h"

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/picture/infotext.h"
#include "common/picture/load.h"
#include "common/picture/png.h"
#include "common/picture/xmp.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

constexpr char kTroupeKey[] = "troupe";

json infotext_json(const picture::TextChunks& chunks) {
  const std::string* text = picture::find_text(chunks, picture::kParametersKey);
  if (!text) return nullptr;
  const picture::Infotext info = picture::parse_infotext(*text);
  json fields = json::array();
  for (const picture::InfotextField& field : info.fields)
    fields.push_back({{"key", field.key}, {"value", field.value}});
  return {{"prompt", info.prompt}, {"negative", info.negative}, {"fields", std::move(fields)}};
}

json troupe_json(const picture::TextChunks& chunks) {
  const std::string* text = picture::find_text(chunks, kTroupeKey);
  if (!text) return nullptr;
  bool too_deep = false;
  const auto look = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > static_cast<int>(limits::kMaxJsonDepth);
    return !too_deep;
  };
  json told = json::parse(*text, look, false);
  return too_deep || !told.is_object() ? json(nullptr) : told;
}

json xmp_json(const picture::TextChunks& chunks) {
  const std::string* text = picture::find_text(chunks, picture::kXmpKey);
  if (!text) return nullptr;
  const picture::XmpFacts facts = picture::read_xmp(*text);
  return {{"digital_source_type", facts.digital_source_type.empty() ? json(nullptr) : json(facts.digital_source_type)},
          {"consents", facts.consents}};
}

// One stage of the chain, on one line: its seed and its parameters.
void print_stage(const Output& output, const json& stage) {
  if (!stage.is_object()) return;
  std::string words;
  if (stage.contains("seed")) words = "seed " + cell_text(stage["seed"]);
  const json parameters = stage.value("parameters", json::object());
  for (const auto& [name, value] : parameters.items()) {
    if (value.is_null() || value == "") continue;
    words += (words.empty() ? "" : ", ") + name + " " + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  output.field("  " + cell_text(stage.value("stage", json())), words);
}

void print_troupe(const Output& output, const json& told) {
  for (const char* key : {"campaign", "address", "index", "seed", "effective_seed", "pack", "numerics_version"}) {
    output.field(key, cell_text(told.value(key, json())));
  }
  for (const char* map : {"scores", "references", "models"}) {
    const json values = told.value(map, json());
    if (!values.is_object() || values.empty()) continue;
    output.heading(map);
    for (const auto& [name, value] : values.items()) output.field("  " + name, cell_text(value));
  }
  const json chain = told.value("chain", json());
  if (!chain.is_array() || chain.empty()) return;
  output.heading("chain");
  for (const json& stage : chain) print_stage(output, stage);
}

}  // namespace

Result<json> picture_story(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const std::string bytes, read_file(path, limits::kMaxPictureFileBytes));
  const auto silent = [&] {
    return Status(Code::kNotFound, path + " says nothing of how it was made: it carries no text");
  };
  if (!bytes.starts_with("\x89PNG")) {
    const Status status = picture::decode_picture(bytes).status();
    return status.ok() ? silent() : status.with_context(path);
  }
  const auto chunks = picture::read_png_text(bytes);
  if (!chunks.ok()) return chunks.status().with_context(path);
  if (chunks->empty()) return silent();
  json texts = json::array();
  for (const picture::TextChunk& chunk : *chunks) texts.push_back({{"key", chunk.key}, {"text", chunk.text}});
  return json{{"schema", 1},
              {"file", path},
              {"infotext", infotext_json(*chunks)},
              {"troupe", troupe_json(*chunks)},
              {"xmp", xmp_json(*chunks)},
              {"texts", std::move(texts)}};
}

void print_story(const Output& output, const json& story) {
  const json& info = story.at("infotext");
  if (!info.is_null()) {
    output.field("prompt", cell_text(info.at("prompt")));
    output.field("negative", cell_text(info.at("negative")));
    for (const json& field : info.at("fields"))
      output.field(field.at("key").get<std::string>(), cell_text(field.at("value")));
  }
  if (!story.at("troupe").is_null()) print_troupe(output, story.at("troupe"));
  if (const json& xmp = story.at("xmp"); !xmp.is_null()) {
    output.field("source type", cell_text(xmp.at("digital_source_type")));
    for (const json& consent : xmp.at("consents")) output.field("consent", cell_text(consent));
  }
  for (const json& text : story.at("texts")) {
    const std::string key = text.at("key");
    if (key != picture::kParametersKey && key != kTroupeKey && key != picture::kXmpKey)
      output.field(key, cell_text(text.at("text")));
  }
}

}  // namespace troupe::cli
