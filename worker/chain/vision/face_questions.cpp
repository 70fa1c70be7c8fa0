#include "worker/chain/vision/face_questions.h"

#include <algorithm>
#include <cmath>

namespace troupe::chain {
namespace {

Result<FaceScores> scores_of(const StageContext& context, ReferenceFaces& references, vision::FaceModels& models,
                             const picture::Picture& image, const std::vector<manifest::JobEntry>& entries) {
  TROUPE_ASSIGN_OR_RETURN(const std::vector<vision::Face> faces, models.find(image));
  FaceScores scores{static_cast<int>(faces.size()), {}};
  std::vector<vision::Embedding> shown;
  for (const vision::Face& face : faces) {
    if (entries.empty()) break;
    TROUPE_ASSIGN_OR_RETURN(vision::Embedding embedding, models.embed(image, face));
    shown.push_back(std::move(embedding));
  }
  for (const manifest::JobEntry& entry : entries) {
    TROUPE_ASSIGN_OR_RETURN(const vision::Embedding wanted, references.get(context, entry, models));
    double best = -1;
    for (const vision::Embedding& embedding : shown) best = std::max(best, vision::cosine(embedding, wanted));
    scores.likeness.emplace_back(entry.name, best);
  }
  return scores;
}

FaceBox inside(const vision::Face& face, const picture::Picture& image) {
  const auto clamped = [](float value, int most) {
    return static_cast<int>(std::lround(std::clamp(value, 0.0f, static_cast<float>(most))));
  };
  const int left = clamped(face.left, image.width);
  const int top = clamped(face.top, image.height);
  return {left, top, clamped(face.right, image.width) - left, clamped(face.bottom, image.height) - top};
}

}  // namespace

bool PackFaceScorer::can_score(const StageContext& context) const {
  const auto has = device_.packs.has(context.pack_folder);
  return has.ok() && *has;
}

Result<FaceScores> PackFaceScorer::score(StageContext& context, const Frame& frame,
                                         const std::vector<manifest::JobEntry>& entries) {
  TROUPE_ASSIGN_OR_RETURN(vision::FaceModels* const models, device_.packs.models(context.pack_folder, ""));
  auto scores = scores_of(context, device_.references, *models, frame.image, entries);
  context.load_seconds += models->take_load_seconds();
  return scores;
}

Result<std::vector<ModelFile>> PackFaceFinder::files(const StageContext& context) const {
  TROUPE_ASSIGN_OR_RETURN(const bool has, device_.packs.has(context.pack_folder));
  if (!has) return std::vector<ModelFile>();
  return device_.packs.files(context.pack_folder, "", {vision::kDetectorFile});
}

Result<std::vector<FaceBox>> PackFaceFinder::find(StageContext& context, const picture::Picture& image) {
  std::vector<FaceBox> boxes;
  TROUPE_ASSIGN_OR_RETURN(const bool has, device_.packs.has(context.pack_folder));
  if (!has) return boxes;
  TROUPE_ASSIGN_OR_RETURN(vision::FaceModels* const models, device_.packs.models(context.pack_folder, ""));
  const auto faces = models->find(image);
  context.load_seconds += models->take_load_seconds();
  if (!faces.ok()) return faces.status();
  for (const vision::Face& face : *faces) {
    const FaceBox box = inside(face, image);
    if (box.width > 0 && box.height > 0) boxes.push_back(box);
  }
  return boxes;
}

}  // namespace troupe::chain
