#include "coordinator/cli/references.h"

#include <algorithm>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/picture/load.h"

namespace troupe::cli {
namespace {

Status check(const manifest::ReferenceFile& file) {
  TROUPE_ASSIGN_OR_RETURN(const std::string bytes, read_file(file.path, limits::kMaxPictureFileBytes));
  TROUPE_ASSIGN_OR_RETURN(const picture::Picture picture, picture::decode_picture(bytes));
  if (std::min(picture.width, picture.height) >= limits::kMinReferenceSide) return {};
  return Status(Code::kInvalid, "it has " + std::to_string(picture.width) + " x " + std::to_string(picture.height) +
                                    " pixels; a reference needs at least " + std::to_string(limits::kMinReferenceSide) +
                                    " on each side");
}

}  // namespace

Status check_references(const manifest::Manifest& manifest) {
  for (const manifest::ReferenceFile& file : manifest.reference_files()) {
    const Status status = check(file);
    if (status.ok()) continue;
    return Status(Code::kInvalid, file.key + ": " + file.path + ": " + status.message(), file.place);
  }
  return {};
}

}  // namespace troupe::cli
