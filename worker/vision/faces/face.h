// A face in a picture, and what tells people apart.
#pragma once

#include <array>
#include <vector>

namespace troupe::vision {

// Pixels of a picture: pixel (0, 0) has its centre at (0, 0).
struct Point {
  float x = 0;
  float y = 0;
  bool operator==(const Point&) const = default;
};

// Eyes (left of the picture first), tip of the nose, corners of the mouth (left first).
using FacePoints = std::array<Point, 5>;

struct Face {
  float left = 0;
  float top = 0;
  float right = 0;
  float bottom = 0;
  float score = 0;  // 0..1
  FacePoints points;

  float width() const { return right - left; }
  float height() const { return bottom - top; }
  float area() const { return width() * height(); }
};

// Of length 1: 512 numbers in the networks that this is made for.
using Embedding = std::vector<float>;

// -1..1; 0 where they are of different lengths.
double cosine(const Embedding& a, const Embedding& b);

}  // namespace troupe::vision
