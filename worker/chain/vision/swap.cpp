#include "worker/chain/vision/swap.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "worker/vision/faces/choose.h"

namespace troupe::chain {
namespace {

// Raised when this stage comes to compute other pixels.
constexpr int kSwapNumerics = 1;

enum class WhenNoFace { kFail, kSkip, kReseed };

struct Parameters {
  std::string face;
  vision::Which which = vision::Which::kLargest;
  std::size_t nth = 0;
  bool all = false;
  vision::SwapOptions options;
  WhenNoFace when_no_face = WhenNoFace::kFail;
  std::string model;
};

template <typename T>
Status choose(const nlohmann::json& json, const char* name, std::initializer_list<std::pair<const char*, T>> choices,
              T& into) {
  if (!json.contains(name)) return {};
  const auto text = json.at(name).get<std::string>();
  for (const auto& [word, value] : choices) {
    if (text != word) continue;
    into = value;
    return {};
  }
  return {Code::kInvalid, std::string(name) + ": there is no \"" + text + "\""};
}

Result<Parameters> read(const nlohmann::json& json) {
  Parameters parameters;
  try {
    parameters.face = json.at("face").get<std::string>();
    parameters.nth = json.value("nth", std::size_t{0});
    parameters.all = json.value("all", false);
    parameters.options.weight = json.value("weight", 0.5);
    parameters.options.boost = json.value("boost", 1);
    parameters.options.colour = json.value("colour", false);
    parameters.model = json.value("model", "");
    using vision::Which;
    TROUPE_RETURN_IF_ERROR(
        choose(json, "which",
               {{"largest", Which::kLargest}, {"left", Which::kLeft}, {"right", Which::kRight}, {"best", Which::kBest}},
               parameters.which));
    TROUPE_RETURN_IF_ERROR(
        choose(json, "when_no_face",
               {{"fail", WhenNoFace::kFail}, {"skip", WhenNoFace::kSkip}, {"reseed", WhenNoFace::kReseed}},
               parameters.when_no_face));
  } catch (const nlohmann::json::exception& error) {
    return Status(Code::kInvalid, std::string("parameters: ") + error.what());
  }
  if (!(parameters.options.weight >= 0 && parameters.options.weight <= 1)) {
    return Status(Code::kInvalid, "weight: takes a number from 0 to 1");
  }
  const int boost = parameters.options.boost;
  if (boost != 1 && boost != 2 && boost != 4) return Status(Code::kInvalid, "boost: takes 1, 2 or 4");
  return parameters;
}

std::string no_face_text(std::size_t faces, std::size_t nth) {
  if (faces == 0) return "no face was found in the picture";
  return "the picture shows " + std::to_string(faces) + (faces == 1 ? " face" : " faces") + ", and number " +
         std::to_string(nth) + " was asked for (they count from 0)";
}

class Swap final : public Stage {
 public:
  Swap(Parameters parameters, FaceDevice& device) : parameters_(std::move(parameters)), device_(device) {}

  Result<StageInputs> inputs(const StageContext& context) const override {
    StageInputs inputs;
    TROUPE_ASSIGN_OR_RETURN(inputs.files,
                            device_.packs.files(context.pack_folder, parameters_.model,
                                                {vision::kDetectorFile, vision::kEmbedderFile, vision::kSwapperFile}));
    TROUPE_ASSIGN_OR_RETURN(const manifest::JobEntry* const entry, entry_of(context));
    inputs.references = {entry->reference->digest};
    inputs.numerics_version = kSwapNumerics;
    inputs.numerics_class = device_.numerics_class;
    return inputs;
  }

  // A reference without a face is known before anything is painted for it.
  Status prepare(StageContext& context) override {
    TROUPE_ASSIGN_OR_RETURN(vision::FaceModels* const models,
                            device_.packs.models(context.pack_folder, parameters_.model));
    TROUPE_ASSIGN_OR_RETURN(const manifest::JobEntry* const entry, entry_of(context));
    return device_.references.get(context, *entry, *models).status();
  }

  Status run(StageContext& context, Frame& frame) override {
    TROUPE_ASSIGN_OR_RETURN(vision::FaceModels* const models,
                            device_.packs.models(context.pack_folder, parameters_.model));
    const Status status = swap_faces(context, *models, frame);
    context.load_seconds += models->take_load_seconds();
    return status;
  }

 private:
  // What is known of the faces of one picture.
  struct Seen {
    std::vector<vision::Face> faces;
    std::vector<std::size_t> places;  // of those to swap
    vision::Embedding wanted;
  };

  Result<const manifest::JobEntry*> entry_of(const StageContext& context) const {
    const manifest::JobEntry* entry = manifest::find_reference(context.job.job, parameters_.face);
    if (entry != nullptr) return entry;
    return Status(Code::kInvalid, "face: \"" + parameters_.face + "\" has no reference in this cell");
  }

  Status swap_faces(StageContext& context, vision::FaceModels& models, Frame& frame) const {
    TROUPE_RETURN_IF_ERROR(progress(context, 0, 1));
    TROUPE_ASSIGN_OR_RETURN(const Seen seen, look(context, models, frame.image));
    nlohmann::ordered_json& said = frame.metadata["stages"][context.stage];
    said["result"] = seen.places.empty() ? "no_face" : "swapped";
    said["faces"] = seen.faces.size();
    if (seen.places.empty()) return no_face(seen.faces.size(), frame);
    double before = 1;
    double after = 1;
    picture::Picture image = frame.image;
    for (std::size_t i = 0; i < seen.places.size(); ++i) {
      TROUPE_RETURN_IF_ERROR(progress(context, i, seen.places.size()));
      const vision::Face& face = seen.faces[seen.places[i]];
      TROUPE_ASSIGN_OR_RETURN(const vision::Embedding there, models.embed(image, face));
      TROUPE_ASSIGN_OR_RETURN(image, models.swap(image, face, seen.wanted, parameters_.options));
      TROUPE_ASSIGN_OR_RETURN(const vision::Embedding made, models.embed(image, face));
      before = std::min(before, vision::cosine(there, seen.wanted));
      after = std::min(after, vision::cosine(made, seen.wanted));
    }
    TROUPE_RETURN_IF_ERROR(progress(context, seen.places.size(), seen.places.size()));
    said["swapped"] = seen.places.size();
    said["identity_before"] = before;
    said["identity"] = after;
    frame.image = std::move(image);
    return {};
  }

  Result<Seen> look(const StageContext& context, vision::FaceModels& models, const picture::Picture& image) const {
    Seen seen;
    TROUPE_ASSIGN_OR_RETURN(const manifest::JobEntry* const entry, entry_of(context));
    TROUPE_ASSIGN_OR_RETURN(seen.wanted, device_.references.get(context, *entry, models));
    TROUPE_ASSIGN_OR_RETURN(seen.faces, models.find(image));
    std::vector<double> likeness;
    for (std::size_t i = 0; parameters_.which == vision::Which::kBest && i < seen.faces.size(); ++i) {
      TROUPE_ASSIGN_OR_RETURN(const vision::Embedding embedding, models.embed(image, seen.faces[i]));
      likeness.push_back(vision::cosine(embedding, seen.wanted));
    }
    const std::vector<std::size_t> places = vision::ordered(seen.faces, parameters_.which, likeness);
    if (parameters_.all) {
      seen.places = places;
    } else if (parameters_.nth < places.size()) {
      seen.places = {places[parameters_.nth]};
    }
    return seen;
  }

  Status no_face(std::size_t faces, Frame& frame) const {
    const std::string why = no_face_text(faces, parameters_.nth);
    if (parameters_.when_no_face == WhenNoFace::kFail) {
      return {Code::kInvalid, why + "; when_no_face: skip or reseed go on without one"};
    }
    if (parameters_.when_no_face == WhenNoFace::kReseed) frame.refused = why;
    return {};
  }

  static Status progress(const StageContext& context, std::size_t step, std::size_t steps) {
    const bool on = context.step(context.stage, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(steps));
    return on ? Status() : Status(Code::kCancelled, "stopped");
  }

  Parameters parameters_;
  FaceDevice& device_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_swap(const nlohmann::json& json, FaceDevice& device) {
  TROUPE_ASSIGN_OR_RETURN(Parameters parameters, read(json));
  return std::unique_ptr<Stage>(std::make_unique<Swap>(std::move(parameters), device));
}

}  // namespace troupe::chain
