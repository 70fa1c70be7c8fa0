// Alignment, detections, choice, mask and colours, each alone.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <opencv2/core.hpp>

#include "tests/worker/vision/faces/face_files.h"
#include "worker/vision/faces/alignment.h"
#include "worker/vision/faces/choose.h"
#include "worker/vision/faces/detections.h"
#include "worker/vision/faces/embedder.h"
#include "worker/vision/faces/paste.h"
#include "worker/vision/faces/swapper.h"

namespace troupe::vision {
namespace {

FacePoints points_of(const nlohmann::json& json) {
  FacePoints points;
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = {json.at(i).at(0), json.at(i).at(1)};
  return points;
}

TEST(Alignment, IsTheLeastSquaresSimilarity) {
  const nlohmann::json goldens = testing::goldens();
  ASSERT_EQ(goldens.at("fits").size(), 8u);
  for (const auto& fit : goldens.at("fits")) {
    const auto found = fit_similarity(points_of(fit.at("from")), points_of(fit.at("to")));
    ASSERT_TRUE(found);
    const auto& matrix = fit.at("matrix");
    EXPECT_NEAR(found->a, matrix[0][0].get<double>(), 1e-6);
    EXPECT_NEAR(-found->b, matrix[0][1].get<double>(), 1e-6);
    EXPECT_NEAR(found->tx, matrix[0][2].get<double>(), 1e-3);  // points are float
    EXPECT_NEAR(found->b, matrix[1][0].get<double>(), 1e-6);
    EXPECT_NEAR(found->a, matrix[1][1].get<double>(), 1e-6);
    EXPECT_NEAR(found->ty, matrix[1][2].get<double>(), 1e-3);  // points are float
  }
}

TEST(Alignment, GoesThereAndBack) {
  const Similarity there{1.5, -0.5, 20, -3};
  const Point back = there.inverse()(there({12, 7}));
  EXPECT_NEAR(back.x, 12, 1e-4);
  EXPECT_NEAR(back.y, 7, 1e-4);
}

TEST(Alignment, RefusesPointsInOnePlace) {
  FacePoints same;
  same.fill({30, 40});
  EXPECT_FALSE(fit_similarity(same, kArcFace112));
  FacePoints broken = kArcFace112;
  broken[2].x = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(fit_similarity(broken, kArcFace112));
}

TEST(Alignment, MovesTheSwappersTemplateAndItsBlocks) {
  EXPECT_FLOAT_EQ(swapper_points(1)[0].x, 46.2946f);
  EXPECT_FLOAT_EQ(swapper_points(1)[0].y, 51.6963f);
  // Pixel p of the small crop is the middle of pixels 2p and 2p + 1.
  EXPECT_FLOAT_EQ(swapper_points(2)[0].x, 2 * 46.2946f + 0.5f);
}

TEST(Crop, OfItsOwnSizeIsThePicture) {
  cv::Mat picture(112, 112, CV_8UC3);
  cv::randu(picture, 0, 256);
  EXPECT_EQ(cv::norm(crop_of(picture, {}, 112), picture, cv::NORM_INF), 0);
}

// A ramp is what it was wherever it is sampled, also through the averaging of a face that shrinks.
TEST(Crop, LiesWhereTheMatrixSaysAlsoWhenItShrinks) {
  cv::Mat picture(600, 700, CV_8UC3);
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      picture.at<cv::Vec3b>(y, x) = {static_cast<std::uint8_t>(x / 3), static_cast<std::uint8_t>(y / 3), 9};
    }
  }
  const Similarity to_crop{0.2, 0.05, -10, -25};
  const cv::Mat crop = crop_of(picture, to_crop, 64);
  const Similarity back = to_crop.inverse();
  for (const Point at : {Point{5, 6}, Point{31, 31}, Point{60, 40}, Point{20, 63}}) {
    const Point source = back(at);
    ASSERT_TRUE(source.x > 8 && source.x < 690 && source.y > 8 && source.y < 590);
    const auto& pixel = crop.at<cv::Vec3b>(static_cast<int>(at.y), static_cast<int>(at.x));
    EXPECT_NEAR(pixel[0], (source.x - 1) / 3, 1.0);
    EXPECT_NEAR(pixel[1], (source.y - 1) / 3, 1.0);
    EXPECT_EQ(pixel[2], 9);
  }
}

// Nine outputs of the form for a side of 32 (strides 8: 16 cells, 16: 4, 32: 1), in an order of their own.
std::vector<Tensor> outputs(float score) {
  std::vector<Tensor> all;
  for (const int width : {10, 1, 4}) {
    for (const int cells : {4, 16, 1}) {
      const int rows = cells * 2;
      all.push_back({{rows, width}, std::vector<float>(static_cast<std::size_t>(rows * width), 0.0f)});
    }
  }
  // Stride 16, row 5: the second anchor of cell 2, at (0, 16).
  all[3].values[5] = score;
  for (std::size_t i = 0; i < 4; ++i) all[6].values[5 * 4 + i] = static_cast<float>(i + 1) / 4;
  for (std::size_t i = 0; i < 10; ++i) all[0].values[50 + i] = static_cast<float>(i) / 16;
  return all;
}

TEST(Detections, AreAssignedByShape) {
  const auto faces = take(faces_of(outputs(0.75f), 32));
  ASSERT_EQ(faces.size(), 1u);
  EXPECT_EQ(faces[0].score, 0.75f);
  EXPECT_EQ(faces[0].left, 0 - 4);
  EXPECT_EQ(faces[0].top, 16 - 8);
  EXPECT_EQ(faces[0].right, 0 + 12);
  EXPECT_EQ(faces[0].bottom, 16 + 16);
  EXPECT_EQ(faces[0].points[1], (Point{2, 19}));
}

TEST(Detections, LeaveOutWhatIsUnsureOrNoNumber) {
  EXPECT_TRUE(take(faces_of(outputs(0.49f), 32)).empty());
  EXPECT_TRUE(take(faces_of(outputs(std::numeric_limits<float>::quiet_NaN()), 32)).empty());
  auto infinite = outputs(0.9f);
  infinite[6].values[5 * 4] = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(take(faces_of(infinite, 32)).empty());
  auto flat = outputs(0.9f);
  for (std::size_t i = 0; i < 10; ++i) flat[0].values[50 + i] = 1;
  EXPECT_TRUE(take(faces_of(flat, 32)).empty());
}

TEST(Detections, OfAnotherFormAreRefused) {
  auto few = outputs(0.9f);
  few.pop_back();
  EXPECT_EQ(faces_of(few, 32).status().code(), Code::kCorrupt);
  EXPECT_EQ(faces_of(outputs(0.9f), 64).status().code(), Code::kCorrupt);
  EXPECT_EQ(faces_of({}, 32).status().code(), Code::kCorrupt);
}

Face face_at(float left, float right, float bottom = 10) {
  Face face;
  face.left = left;
  face.right = right;
  face.bottom = bottom;
  return face;
}

TEST(Choose, OrdersFaces) {
  const std::vector<Face> faces{face_at(50, 60), face_at(0, 10), face_at(20, 45)};
  using Places = std::vector<std::size_t>;
  EXPECT_EQ(ordered(faces, Which::kLargest, {}), (Places{2, 0, 1}));
  EXPECT_EQ(ordered(faces, Which::kLeft, {}), (Places{1, 2, 0}));
  EXPECT_EQ(ordered(faces, Which::kRight, {}), (Places{0, 2, 1}));
  EXPECT_EQ(ordered(faces, Which::kBest, {0.1, 0.9, -0.2}), (Places{1, 0, 2}));
}

TEST(Identity, IsNeutralAtOneHalf) {
  Embedding wanted{1, 0};
  const Embedding there{0, 1};
  EXPECT_EQ(blended_identity(wanted, there, 0.5), wanted);
  const Embedding before = blended_identity(wanted, there, 0);
  EXPECT_NEAR(before[1] / before[0], 0.35 / 0.65, 1e-6);
  const Embedding past = blended_identity(wanted, there, 1);
  EXPECT_NEAR(past[1] / past[0], -0.35 / 1.35, 1e-6);
  EXPECT_NEAR(cosine(past, past), 1, 1e-6);
}

TEST(Mask, IsSoftAtItsBorderAndWholeInside) {
  const cv::Mat mask = soft_mask(128);
  EXPECT_NEAR(mask.at<float>(64, 64), 1, 1e-4);
  for (int i = 0; i < 128; ++i) {
    EXPECT_LT(mask.at<float>(0, i), 1e-3);
    EXPECT_LT(mask.at<float>(i, 127), 1e-3);
  }
  EXPECT_NEAR(mask.at<float>(9, 64), 0.5, 0.06);
  for (int x = 1; x < 64; ++x) EXPECT_GE(mask.at<float>(64, x) + 1e-6f, mask.at<float>(64, x - 1));
}

TEST(Colours, BecomeThoseOfTheOther) {
  cv::Mat crop(64, 64, CV_8UC3);
  cv::Mat like(64, 64, CV_8UC3);
  cv::randn(crop, cv::Scalar(120, 100, 90), cv::Scalar(10, 10, 10));
  cv::randn(like, cv::Scalar(180, 140, 120), cv::Scalar(15, 12, 10));
  const cv::Mat made = with_colours_of(crop, like, soft_mask(64));
  const cv::Scalar difference = cv::mean(made) - cv::mean(like);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(difference[c], 0, 1.5);
  // One colour has no deviation to stretch, and stays one colour.
  const cv::Mat flat(64, 64, CV_8UC3, cv::Scalar(10, 200, 30));
  const cv::Mat shifted = with_colours_of(flat, like, soft_mask(64));
  EXPECT_EQ(shifted.at<cv::Vec3b>(3, 3), shifted.at<cv::Vec3b>(60, 60));
}

TEST(Paste, TouchesItsBoxAlone) {
  cv::Mat picture(200, 220, CV_8UC3, cv::Scalar(10, 20, 30));
  const cv::Mat before = picture.clone();
  const cv::Mat crop(128, 128, CV_8UC3, cv::Scalar(200, 210, 220));
  const Similarity to_crop{2, 0, -100, -60};  // the crop lies at (50, 30) and is 64 pixels wide
  paste(crop, soft_mask(128), to_crop, picture);
  EXPECT_EQ(picture.at<cv::Vec3b>(62, 82), cv::Vec3b(200, 210, 220));
  for (const cv::Rect& outside :
       {cv::Rect(0, 0, 49, 200), cv::Rect(115, 0, 105, 200), cv::Rect(0, 0, 220, 29), cv::Rect(0, 95, 220, 105)}) {
    EXPECT_EQ(cv::norm(picture(outside), before(outside), cv::NORM_INF), 0);
  }
}

TEST(Paste, EndsAtThePicturesBorder) {
  cv::Mat picture(40, 40, CV_8UC3, cv::Scalar(10, 20, 30));
  const cv::Mat crop(128, 128, CV_8UC3, cv::Scalar(200, 210, 220));
  paste(crop, soft_mask(128), {1, 0.3, 50, 40}, picture);
  EXPECT_EQ(picture.at<cv::Vec3b>(10, 10), cv::Vec3b(200, 210, 220));
  const cv::Mat before = picture.clone();
  paste(crop, soft_mask(128), {1, 0, -5000, 40}, picture);
  EXPECT_EQ(cv::norm(picture, before, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace troupe::vision
