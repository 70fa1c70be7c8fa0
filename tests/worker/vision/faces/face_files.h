// The golden face nets as a folder of models, and ONNX files put together by hand.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/picture/load.h"
#include "tests/support/take.h"
#include "tests/support/temp_folder.h"
#include "worker/vision/faces/face_models.h"
#include "worker/vision/faces/onnx_schema.h"

namespace troupe::testing {

inline std::string golden(const std::string& name) {
  return TROUPE_SOURCE_DIR "/tests/golden/faces/" + name;
}

inline std::string golden_bytes(const std::string& name) {
  return take(read_file(golden(name), 1 << 20));
}

inline picture::Picture golden_picture(const std::string& name) {
  return take(picture::load_picture(golden(name)));
}

inline nlohmann::json goldens() {
  return nlohmann::json::parse(golden_bytes("goldens.json"));
}

// The matrix that make.py takes for emap: orthogonal, not symmetric.
inline std::vector<float> golden_emap() {
  std::vector<float> matrix(512 * 512, 0.0f);
  for (std::size_t row = 0; row < 512; ++row) matrix[row * 512 + (row * 5 + 37) % 512] = row % 3 == 0 ? -1.0f : 1.0f;
  return matrix;
}

template <typename T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// A TensorProto whose values are `raw`.
inline std::string raw_tensor(const std::string& name, int type, const std::vector<std::uint64_t>& dims,
                              std::string_view raw) {
  std::string out;
  for (const std::uint64_t dim : dims) vision::append_field(out, 1, dim);
  vision::append_field(out, 2, static_cast<std::uint64_t>(type));
  vision::append_field(out, 8, name);
  vision::append_field(out, 9, raw);
  return out;
}

// The ONNX file with one more part of its graph, at the end.
inline std::string with_graph_part(const std::string& model, std::uint32_t number, std::string_view part) {
  return take(vision::onnx::copy_message(model, [&](const vision::WireField& field, std::string& out) -> Result<bool> {
    if (!field.is(vision::onnx::kModelGraph, vision::WireType::kBytes)) return false;
    std::string graph(field.bytes);
    vision::append_field(graph, number, part);
    vision::append_field(out, field.number, graph);
    return true;
  }));
}

inline std::string golden_swapper() {
  return with_graph_part(golden_bytes("swapper.onnx"), vision::onnx::kGraphInitializer,
                         raw_tensor("emap", 1, {512, 512}, bytes_of(golden_emap())));
}

// A folder as a pack's face model has it.
inline void write_face_models(const TempFolder& folder, const std::string& below = "") {
  folder.write(below + vision::kDetectorFile, golden_bytes("detector.onnx"));
  folder.write(below + vision::kEmbedderFile, golden_bytes("embedder.onnx"));
  folder.write(below + vision::kSwapperFile, golden_swapper());
}

// Faces that make.py found, in pixels of scene.png.
inline std::vector<vision::Face> golden_faces() {
  std::vector<vision::Face> faces;
  const nlohmann::json all = goldens();
  for (const auto& json : all.at("faces")) {
    vision::Face face;
    face.score = json.at("score").get<float>();
    face.left = json.at("box").at(0).get<float>();
    face.top = json.at("box").at(1).get<float>();
    face.right = json.at("box").at(2).get<float>();
    face.bottom = json.at("box").at(3).get<float>();
    for (std::size_t i = 0; i < 5; ++i) {
      face.points[i] = {json.at("points").at(i).at(0).get<float>(), json.at("points").at(i).at(1).get<float>()};
    }
    faces.push_back(face);
  }
  return faces;
}

}  // namespace troupe::testing
