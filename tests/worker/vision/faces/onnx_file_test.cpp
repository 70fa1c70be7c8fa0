#include "worker/vision/faces/onnx_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/base/random.h"
#include "tests/worker/vision/faces/face_files.h"
#include "worker/vision/faces/net.h"
#include "worker/vision/faces/onnx_tensor.h"

namespace troupe::vision {
namespace {

using testing::bytes_of;
using testing::golden_bytes;
using testing::raw_tensor;
using testing::TempFolder;
using testing::with_graph_part;

constexpr int kFloat = 1;
constexpr int kHalf = 10;

Code parse_code(std::string bytes) {
  return OnnxFile::parse(std::move(bytes)).status().code();
}

std::string with_initializer(std::string_view tensor) {
  return with_graph_part(golden_bytes("detector.onnx"), onnx::kGraphInitializer, tensor);
}

TEST(Wire, ReadsWhatItWrites) {
  std::string text;
  append_field(text, 3, std::uint64_t{300});
  append_field(text, 200, std::string_view("abc"));
  append_field(text, 1, std::numeric_limits<std::uint64_t>::max());
  WireReader reader(text);
  const WireField number = take(reader.next());
  EXPECT_TRUE(number.is(3, WireType::kVarint));
  EXPECT_EQ(number.value, 300u);
  const WireField bytes = take(reader.next());
  EXPECT_TRUE(bytes.is(200, WireType::kBytes));
  EXPECT_EQ(bytes.bytes, "abc");
  EXPECT_EQ(take(reader.next()).value, std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(reader.done());
}

TEST(Wire, RefusesWhatIsNoField) {
  using namespace std::string_literals;
  for (const std::string& text : {"\x08"s, "\x80"s, "\x0a\x05"s, "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,
                                  "\x09\x01"s, "\x0d\x01\x02"s, "\x0b\x0c"s, "\x0e"s, "\x0f"s, "\x00\x01"s,
                                  std::string(11, '\xff'), "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s}) {
    EXPECT_EQ(WireReader(text).next().status().code(), Code::kCorrupt) << ::testing::PrintToString(text);
  }
}

TEST(OnnxFile, KnowsItsInputs) {
  const OnnxFile swapper = take(OnnxFile::load(testing::golden("swapper.onnx")));
  ASSERT_EQ(swapper.inputs().size(), 2u);
  EXPECT_EQ(swapper.inputs()[0].name, "target");
  EXPECT_EQ(swapper.inputs()[0].dims, (std::vector<std::int64_t>{1, 3, 128, 128}));
  EXPECT_EQ(swapper.inputs()[1].dims, (std::vector<std::int64_t>{1, 512}));
  EXPECT_EQ(swapper.digest(), sha256(golden_bytes("swapper.onnx")));

  const OnnxFile detector = take(OnnxFile::load(testing::golden("detector.onnx")));
  EXPECT_EQ(detector.inputs().at(0).dims, (std::vector<std::int64_t>{1, 3, 0, 0}));
}

TEST(OnnxFile, GivesTheLastInitializerInEachForm) {
  const std::vector<float> values{1, -2, 0.5f, 65504, 0, -0.25f};
  const std::vector<std::uint16_t> halves{0x3C00, 0xC000, 0x3800, 0x7BFF, 0x0000, 0xB400};
  std::string typed;  // float_data instead of raw_data
  for (const std::uint64_t dim : {2, 3}) append_field(typed, 1, dim);
  append_field(typed, 2, std::uint64_t{kFloat});
  append_field(typed, 4, bytes_of(values));
  std::string packed;
  for (const std::uint16_t half : halves) append_varint(packed, half);
  std::string half_ints;  // FLOAT16 as int32_data
  for (const std::uint64_t dim : {2, 3}) append_field(half_ints, 1, dim);
  append_field(half_ints, 2, std::uint64_t{kHalf});
  append_field(half_ints, 5, packed);
  for (const std::string& tensor : {raw_tensor("m", kFloat, {2, 3}, bytes_of(values)), typed,
                                    raw_tensor("m", kHalf, {2, 3}, bytes_of(halves)), half_ints}) {
    const OnnxFile file = take(OnnxFile::parse(with_initializer(tensor)));
    const OnnxMatrix matrix = take(file.last_initializer());
    EXPECT_EQ(matrix.rows, 2);
    EXPECT_EQ(matrix.columns, 3);
    EXPECT_EQ(matrix.values, values);
  }
  const OnnxFile row = take(OnnxFile::parse(with_initializer(raw_tensor("m", kFloat, {6}, bytes_of(values)))));
  EXPECT_EQ(row.last_initializer().status().code(), Code::kCorrupt);
}

TEST(OnnxFile, WidensHalves) {
  EXPECT_EQ(half_to_float(0x3555), 0.333251953125f);
  EXPECT_EQ(half_to_float(0x0001), std::ldexp(1.0f, -24));
  EXPECT_EQ(half_to_float(0x83FF), -std::ldexp(1023.0f, -24));
  EXPECT_TRUE(std::isinf(half_to_float(0x7C00)));
  EXPECT_TRUE(std::isnan(half_to_float(0x7E00)));
}

TEST(OnnxFile, IsHandedOverAsItIsWhereNothingIsInTheWay) {
  const std::vector<float> values(4, 1.0f);
  OnnxFile open = take(OnnxFile::load(testing::golden("detector.onnx")));
  std::string closed;
  const std::string_view copied = take(open.for_runtime({64, 96}, closed));
  EXPECT_EQ(copied.data(), closed.data());
  const OnnxFile file = take(OnnxFile::parse(closed));
  EXPECT_EQ(file.inputs().at(0).dims, (std::vector<std::int64_t>{1, 3, 64, 96}));
  std::string unused;
  const std::string_view bytes = take(file.for_runtime({1, 1}, unused));
  EXPECT_EQ(bytes, closed);
  EXPECT_TRUE(unused.empty());
}

TEST(OnnxFile, RefusesTensorsThatAreNotAsLargeAsTheySay) {
  const std::vector<float> values(6, 1.0f);
  const std::uint64_t huge = std::uint64_t{1} << 62;
  const std::uint64_t below_zero = ~std::uint64_t{0};
  for (const std::vector<std::uint64_t>& dims : std::vector<std::vector<std::uint64_t>>{
           {7}, {5}, {2, 4}, {huge, 4}, {huge, huge}, {below_zero, 6}, std::vector<std::uint64_t>(9, 1)}) {
    EXPECT_EQ(parse_code(with_initializer(raw_tensor("m", kFloat, dims, bytes_of(values)))), Code::kCorrupt);
  }
  std::string twice = raw_tensor("m", kFloat, {6}, bytes_of(values));
  append_field(twice, 4, bytes_of(std::vector<float>{1}));
  std::string elsewhere = raw_tensor("m", kFloat, {6}, bytes_of(values));
  append_field(elsewhere, 14, std::uint64_t{1});
  std::string late;  // the type comes behind the values
  append_field(late, 1, std::uint64_t{2});
  append_field(late, 5, std::string_view("\x01\x02"));
  append_field(late, 2, std::uint64_t{kHalf});
  for (const std::string& tensor : {twice, elsewhere, late, raw_tensor("m", 8, {1}, "a"), raw_tensor("m", 0, {}, "")}) {
    EXPECT_EQ(parse_code(with_initializer(tensor)), Code::kCorrupt);
  }
}

TEST(OnnxFile, RefusesGraphsThatItCannotAnswerFor) {
  const std::string model = golden_bytes("detector.onnx");
  for (const std::string& bytes : {std::string(), std::string("no onnx"), std::string("\x3a\x00", 2), model + model}) {
    EXPECT_EQ(parse_code(bytes), Code::kCorrupt);
  }
  std::string attribute;  // a node with a graph inside
  append_field(attribute, onnx::kAttributeGraph, std::string_view());
  std::string node;
  append_field(node, onnx::kNodeAttribute, attribute);
  EXPECT_EQ(parse_code(with_graph_part(model, onnx::kGraphNode, node)), Code::kCorrupt);
  EXPECT_EQ(parse_code(with_graph_part(model, onnx::kGraphSparseInitializer, "")), Code::kCorrupt);
}

TEST(OnnxFile, RefusesWhatIsCutShort) {
  const std::string model = golden_bytes("detector.onnx");
  for (std::size_t size = 0; size + 64 < model.size(); size += 61) {
    EXPECT_EQ(parse_code(model.substr(0, size)), Code::kCorrupt) << size;
  }
}

// Whatever bytes are turned over, the reader gives an answer, and what it lets through does not bring the runtime down.
TEST(OnnxFile, SurvivesDamage) {
  SeededRandom random(3);
  const std::string model = golden_bytes("detector.onnx");
  const auto runtime = make_cv_runtime();
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    std::string damaged = model;
    for (int k = 0; k < 1 + i % 4; ++k) damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    const auto file = OnnxFile::parse(damaged);
    refused += !file.ok();
    if (file.ok()) (void)runtime->load(*file, {32, 32}, "damaged.onnx");
  }
  EXPECT_GT(refused, 20);
}

TEST(OnnxFile, NamesTheFile) {
  const TempFolder folder;
  const std::string path = folder.write("detector.onnx", "not at all");
  const Status status = OnnxFile::load(path).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find(path), std::string::npos);
  EXPECT_EQ(OnnxFile::load(folder / "none.onnx").status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace troupe::vision
