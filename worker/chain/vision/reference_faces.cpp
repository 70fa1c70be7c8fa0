#include "worker/chain/vision/reference_faces.h"

#include <algorithm>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/picture/load.h"
#include "worker/vision/faces/choose.h"

namespace troupe::chain {
namespace {

// The picture comes from a person: whatever is wrong with it is the input's fault.
Status of_input(const Status& status) {
  const bool wrong = status.code() == Code::kCorrupt || status.code() == Code::kTooLarge;
  return wrong ? Status(Code::kInvalid, status.message()) : status;
}

Result<picture::Picture> load(const std::string& file, const Digest& digest) {
  auto bytes = read_file(file, limits::kMaxPictureFileBytes);
  if (bytes.status().code() == Code::kNotFound) return Status(Code::kInternal, "its file is gone from this machine");
  if (!bytes.ok()) return of_input(bytes.status());
  if (sha256(*bytes) != digest) return Status(Code::kInvalid, "its file was changed after the manifest was read");
  auto picture = picture::decode_picture(*bytes);
  return picture.ok() ? std::move(picture) : of_input(picture.status());
}

Result<vision::Embedding> face_in(const picture::Picture& picture, vision::FaceModels& models) {
  TROUPE_ASSIGN_OR_RETURN(const std::vector<vision::Face> faces, models.find(picture));
  if (faces.empty()) {
    return Status(Code::kInvalid, "no face was found in it (" + std::to_string(picture.width) + "x" +
                                      std::to_string(picture.height) +
                                      " pixels); take a picture that shows the face large and from the front");
  }
  return models.embed(picture, faces[vision::ordered(faces, vision::Which::kLargest, {}).front()]);
}

}  // namespace

Result<vision::Embedding> ReferenceFaces::get(const StageContext& context, const manifest::JobEntry& entry,
                                              vision::FaceModels& models) {
  const manifest::Reference& reference = *entry.reference;
  TROUPE_ASSIGN_OR_RETURN(const Digest embedder, models.embedder_digest());
  const Key key(reference.digest, embedder);
  const auto found = std::ranges::find(known_, key, &std::pair<Key, vision::Embedding>::first);
  if (found != known_.end()) {
    known_.splice(known_.begin(), known_, found);
    return found->second;
  }
  const auto file = context.references.find(reference.digest);
  if (file == context.references.end()) {
    return Status(Code::kInternal, reference.path + ": the picture has not come to this machine");
  }
  const auto picture = load(file->second, reference.digest);
  if (!picture.ok()) return picture.status().with_context(reference.path);
  auto embedding = face_in(*picture, models);
  if (embedding.status().code() == Code::kInvalid) return embedding.status().with_context(reference.path);
  if (!embedding.ok()) return embedding.status();
  while (known_.size() >= kKept) known_.pop_back();
  known_.emplace_front(key, *embedding);
  return embedding;
}

}  // namespace troupe::chain
