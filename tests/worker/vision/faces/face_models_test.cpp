// The golden nets through cv::dnn against onnxruntime and NumPy.
#include "worker/vision/faces/face_models.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/picture/resize.h"
#include "tests/worker/vision/faces/face_files.h"
#include "worker/vision/faces/alignment.h"

namespace troupe::vision {
namespace {

using testing::golden_picture;
using testing::TempFolder;

class FaceModelsTest : public ::testing::Test {
 protected:
  FaceModelsTest() { testing::write_face_models(folder_); }

  TempFolder folder_;
  FaceModels models_{folder_.path(), make_cv_runtime()};
};

Embedding golden_embedding() {
  return testing::goldens().at("embedding").get<Embedding>();
}

// What lies in the middle of the embedder's crop, without a change.
Face as_it_is() {
  Face face;
  face.points = embedder_points();
  return face;
}

picture::Picture corner(const picture::Picture& picture, int side) {
  picture::Picture cut = picture::make_picture({side, side}, 3, 0);
  for (int y = 0; y < side; ++y) std::copy(picture.at(0, y), picture.at(0, y) + side * 3, cut.at(0, y));
  return cut;
}

TEST_F(FaceModelsTest, FindsTheFacesThatNumpyFinds) {
  const auto faces = take(models_.find(golden_picture("scene.png")));
  const auto golden = testing::golden_faces();
  ASSERT_EQ(faces.size(), golden.size());
  for (std::size_t i = 0; i < faces.size(); ++i) {
    EXPECT_NEAR(faces[i].score, golden[i].score, 1e-5);
    EXPECT_NEAR(faces[i].left, golden[i].left, 1e-3);
    EXPECT_NEAR(faces[i].bottom, golden[i].bottom, 1e-3);
    for (std::size_t p = 0; p < 5; ++p) {
      EXPECT_NEAR(faces[i].points[p].x, golden[i].points[p].x, 1e-3);
      EXPECT_NEAR(faces[i].points[p].y, golden[i].points[p].y, 1e-3);
    }
  }
  EXPECT_GT(models_.take_load_seconds(), 0);
  EXPECT_EQ(models_.take_load_seconds(), 0);
}

TEST_F(FaceModelsTest, FindsThemInALargerPictureOfAnotherShape) {
  const auto large = take(picture::resize(golden_picture("scene.png"), {480, 480}));
  picture::Picture wide = picture::make_picture({640, 480}, 3, 128);
  for (int y = 0; y < 480; ++y) std::copy(large.at(0, y), large.at(0, y) + 480 * 3, wide.at(0, y));
  const auto faces = take(models_.find(wide));
  ASSERT_FALSE(faces.empty());
  // At 640 pixels the marks are cells of larger strides: the green one, 48 x 24, has become some of stride 8.
  EXPECT_NEAR(faces[0].top, 3 * 16, 48);
}

TEST_F(FaceModelsTest, FindsNothingWhereThereIsNothing) {
  EXPECT_TRUE(take(models_.find(picture::make_picture({64, 48}, 3, 90))).empty());
  EXPECT_TRUE(take(models_.find(picture::make_picture({1, 1}, 3, 90))).empty());
  EXPECT_TRUE(take(models_.find(picture::make_picture({3, 2000}, 1, 90))).empty());
  EXPECT_EQ(models_.find(picture::Picture()).status().code(), Code::kInvalid);
}

TEST_F(FaceModelsTest, TellsFacesApartAsOnnxruntimeDoes) {
  const Embedding found = take(models_.embed(corner(golden_picture("scene.png"), 112), as_it_is()));
  const Embedding golden = golden_embedding();
  ASSERT_EQ(found.size(), golden.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], golden[i], 2e-6);
}

TEST_F(FaceModelsTest, SwapsAsNumpyDoes) {
  const picture::Picture scene = golden_picture("scene.png");
  const Face face = testing::golden_faces().at(testing::goldens().at("largest").get<std::size_t>());
  for (const int boost : {1, 2}) {
    const picture::Picture golden = golden_picture("swapped_" + std::to_string(boost) + ".png");
    const picture::Picture made = take(models_.swap(scene, face, golden_embedding(), {0.5, boost, false}));
    ASSERT_EQ(made.width, golden.width);
    double sum = 0;
    int most = 0;
    for (std::size_t i = 0; i < made.pixels.size(); ++i) {
      const int difference = std::abs(made.pixels[i] - golden.pixels[i]);
      sum += difference;
      most = std::max(most, difference);
    }
    EXPECT_LT(sum / static_cast<double>(made.pixels.size()), 0.25) << "boost " << boost;
    EXPECT_LE(most, 9) << "boost " << boost;  // OpenCV interpolates in steps of 1/32 of a pixel
    EXPECT_NE(made, scene);
  }
}

TEST_F(FaceModelsTest, SwapKeepsWhatIsAwayFromTheFace) {
  const picture::Picture scene = golden_picture("scene.png");
  const Face face = testing::golden_faces().at(testing::goldens().at("largest").get<std::size_t>());
  const picture::Picture made = take(models_.swap(scene, face, golden_embedding(), {0.9, 1, true}));
  for (int x = 0; x < 160; ++x) {
    for (const int y : {0, 5, 20, 159}) {
      EXPECT_TRUE(std::equal(made.at(x, y), made.at(x, y) + 3, scene.at(x, y))) << x << ", " << y;
    }
  }
}

TEST_F(FaceModelsTest, SaysWhichModelIsMissingOrOfAnotherForm) {
  const auto code_of = [&](const char* file, const std::string& bytes) {
    testing::write_face_models(folder_);
    folder_.write(file, bytes);
    FaceModels models(folder_.path(), make_cv_runtime());
    const picture::Picture scene = golden_picture("scene.png");
    Status status = models.find(scene).status();
    if (status.ok()) status = models.embed(scene, testing::golden_faces().at(0)).status();
    if (status.ok()) status = models.swap(scene, testing::golden_faces().at(0), golden_embedding(), {}).status();
    EXPECT_NE(status.message().find(file), std::string::npos) << status.to_string();
    return status.code();
  };
  EXPECT_EQ(code_of(kDetectorFile, ""), Code::kCorrupt);
  EXPECT_EQ(code_of(kDetectorFile, testing::golden_bytes("embedder.onnx")), Code::kCorrupt);
  EXPECT_EQ(code_of(kEmbedderFile, testing::golden_bytes("detector.onnx")), Code::kCorrupt);
  EXPECT_EQ(code_of(kEmbedderFile, testing::golden_swapper()), Code::kCorrupt);
  EXPECT_EQ(code_of(kSwapperFile, testing::golden_bytes("swapper.onnx")), Code::kCorrupt);  // without emap
  EXPECT_EQ(code_of(kSwapperFile, testing::golden_bytes("embedder.onnx")), Code::kCorrupt);
  const TempFolder empty;
  FaceModels none(empty.path(), make_cv_runtime());
  EXPECT_EQ(none.find(golden_picture("scene.png")).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace troupe::vision
