// Finds the faces of a picture.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/picture/picture.h"
#include "worker/vision/faces/face.h"
#include "worker/vision/faces/net.h"

namespace troupe::vision {

// A network of the SCRFD form: RGB (value - 127.5) / 128 in, detections.h out. A file whose input leaves height and
// width open is tried at several sizes until a face is found: the least of 160, 320 and 640 that holds the picture,
// then the others; a file with a fixed square input at that size alone. One network a size is kept.
class Detector {
 public:
  // kCorrupt: not one input [1, 3, side, side] with a side of a multiple of 32 up to 1280, or open. `what` begins
  // messages: the file's path. `runtime` outlives the detector.
  static Result<Detector> make(OnnxFile file, NetRuntime& runtime, std::string what);

  // Faces in pixels of the picture, the surest first; boxes and points may lie outside of it. Needs a picture that
  // passes check_picture.
  Result<std::vector<Face>> find(const picture::Picture& picture);

  const Digest& digest() const { return file_.digest(); }

 private:
  Detector(OnnxFile file, NetRuntime& runtime, std::string what)
      : file_(std::move(file)), runtime_(&runtime), what_(std::move(what)) {}
  Result<std::vector<Face>> find_at(const picture::Picture& rgb, int side);

  OnnxFile file_;
  NetRuntime* runtime_;
  std::string what_;
  std::string input_;                         // the input's name
  int fixed_side_ = 0;                        // 0: open
  std::map<int, std::unique_ptr<Net>> nets_;  // by side; as many as there are sizes
};

}  // namespace troupe::vision
