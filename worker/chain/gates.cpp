#include "worker/chain/gates.h"

#include <algorithm>
#include <cstdio>

#include "worker/chain/chain_checks.h"
#include "worker/chain/picture_scores.h"

namespace troupe::chain {
namespace {

using Json = nlohmann::ordered_json;

// Below this spread, in levels, a picture is of one colour for the eye.
constexpr double kBlankDeviation = 2.0;
constexpr char kCharacterAxis[] = "character";

std::vector<manifest::JobEntry> characters_of(const manifest::Job& job) {
  std::vector<manifest::JobEntry> characters;
  for (const manifest::JobEntry& entry : job.entries) {
    const bool there = std::ranges::find(characters, entry.name, &manifest::JobEntry::name) != characters.end();
    if (entry.axis == kCharacterAxis && entry.reference && !there) characters.push_back(entry);
  }
  return characters;
}

Status check_coverage(const manifest::Gates& gates, const manifest::Job& job) {
  const std::vector<std::string> made = masks_made(job.stages);
  for (const auto& [mask, share] : gates.coverage) {
    if (std::ranges::find(made, mask) != made.end()) continue;
    return Status(Code::kInvalid, "gates.coverage: no stage makes the mask \"" + mask + "\"");
  }
  return {};
}

Status resolve_identity(const StageContext& context, Packs& packs, GateRules& rules) {
  if (!rules.gates.wants_identity()) return {};
  if (rules.characters.empty()) {
    return Status(Code::kInvalid, "gates.identity: no character of this cell has a reference to compare with");
  }
  if (!rules.gates.identity_auto) return {};
  TROUPE_ASSIGN_OR_RETURN(const auto pack, packs.get(context.pack_folder));
  if (!pack->identity_threshold) {
    return Status(Code::kInvalid, "gates.identity: auto needs a pack with an identity_threshold, and " + pack->name +
                                      " has none: give a number");
  }
  rules.gates.identity = pack->identity_threshold;
  return {};
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

Status score_faces(const GateRules& rules, StageContext& context, const Frame& frame, Json& scores) {
  if (!rules.faces || (!rules.gates.faces && rules.characters.empty())) return {};
  const auto faces = rules.faces->score(context, frame, rules.characters);
  // Scores that nobody asked for fail no job.
  const bool needed = rules.gates.faces || rules.gates.identity || faces.status().code() == Code::kCancelled;
  if (!faces.ok() && needed) return faces.status();
  if (!faces.ok()) {
    scores["trouble"] = faces.status().to_string();
    return {};
  }
  scores["faces"] = faces->faces;
  for (const auto& [name, cosine] : faces->likeness) {
    scores["identity"] = std::min(cosine, scores.value("identity", 1.0));
    scores["likeness"][name] = cosine;
  }
  return {};
}

// The first gate that says no.
std::optional<std::string> judge(const manifest::Gates& gates, const Json& scores) {
  const auto below = [&](const char* name, double least) {
    return "its " + std::string(name) + " is " + number(scores.at(name).get<double>()) + ", below " + number(least) +
           " (gate " + name + ")";
  };
  if (gates.blank && scores.at("blank").get<double>() < kBlankDeviation) {
    return "the picture is of one colour (gate blank)";
  }
  if (gates.sharpness && scores.at("sharpness").get<double>() < *gates.sharpness) {
    return below("sharpness", *gates.sharpness);
  }
  for (const auto& [mask, share] : gates.coverage) {
    const double covered = scores.at("coverage").at(mask).get<double>();
    if (covered >= share.least && covered <= share.most) continue;
    return "the mask \"" + mask + "\" covers " + number(covered) + " of the picture, not " + number(share.least) +
           " to " + number(share.most) + " (gate coverage)";
  }
  if (gates.faces) {
    const int faces = scores.at("faces").get<int>();
    if (faces < gates.faces->least || faces > gates.faces->most) {
      return "it shows " + std::to_string(faces) + " faces, not " + std::to_string(gates.faces->least) + " to " +
             std::to_string(gates.faces->most) + " (gate faces)";
    }
  }
  if (gates.identity && scores.at("identity").get<double>() < *gates.identity) {
    return below("identity", *gates.identity);
  }
  return std::nullopt;
}

}  // namespace

Result<GateRules> gate_rules(const StageContext& context, FaceScorer* faces, Packs& packs) {
  GateRules rules{context.job.gates, faces, characters_of(context.job.job)};
  if (faces && !faces->can_score(context)) rules.faces = nullptr;
  if (!rules.faces && (rules.gates.faces || rules.gates.wants_identity())) {
    return Status(Code::kInvalid, std::string("gates.") + (rules.gates.faces ? "faces" : "identity") +
                                      ": there are no models of faces in the pack \"" + context.job.pack + "\"");
  }
  TROUPE_RETURN_IF_ERROR(resolve_identity(context, packs, rules));
  TROUPE_RETURN_IF_ERROR(check_coverage(rules.gates, context.job.job));
  return rules;
}

Result<std::optional<std::string>> refused(const GateRules& rules, StageContext& context, Frame& frame) {
  Json scores = Json::object();
  TROUPE_RETURN_IF_ERROR(score_faces(rules, context, frame, scores));
  frame.metadata["gates"] = std::move(scores);
  if (!rules.gates.any()) return std::optional<std::string>();
  score_pixels(frame);
  return judge(rules.gates, frame.metadata.at("gates"));
}

void score_pixels(Frame& frame) {
  Json& scores = frame.metadata["gates"];
  if (scores.contains("blank")) return;
  scores["blank"] = deviation(frame.image);
  scores["sharpness"] = sharpness(frame.image);
  for (const auto& [name, mask] : frame.masks) scores["coverage"][name] = covered_share(mask);
}

}  // namespace troupe::chain
