#include "worker/diffusion/weights/safetensors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/worker/diffusion/safetensors_builder.h"

namespace troupe::diffusion {
namespace {

TEST(Safetensors, ReadsTensorsOfEveryDtype) {
  const TempFolder folder;
  const std::string path = folder.file("all.safetensors");
  SafetensorsBuilder builder;
  const at::ScalarType dtypes[] = {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong,
                                   at::kInt,    at::kShort, at::kChar, at::kByte,     at::kBool};
  for (const at::ScalarType dtype : dtypes) builder.add(at::toString(dtype), at::ones({2, 3}, dtype));
  builder.write(path);

  const auto file = SafetensorsFile::open(path);

  ASSERT_TRUE(file.ok()) << file.status().to_string();
  EXPECT_EQ((*file)->names().size(), std::size(dtypes));
  for (const at::ScalarType dtype : dtypes) {
    const auto tensor = (*file)->tensor(at::toString(dtype));
    ASSERT_TRUE(tensor.ok()) << tensor.status().to_string();
    EXPECT_EQ(tensor->scalar_type(), dtype);
    EXPECT_TRUE(at::equal(*tensor, at::ones({2, 3}, dtype)));
  }
}

TEST(Safetensors, TensorsOutliveTheFileObject) {
  const TempFolder folder;
  SafetensorsBuilder().add("a", at::arange(1000, at::kFloat)).write(folder.file("a.safetensors"));
  at::Tensor tensor;
  {
    const auto file = SafetensorsFile::open(folder.file("a.safetensors"));
    ASSERT_TRUE(file.ok());
    tensor = (*file)->tensor("a").value();
  }
  EXPECT_EQ(tensor.sum().item<float>(), 499500.0f);
}

TEST(Safetensors, CopiesTensorsThatAreNotAligned) {
  const TempFolder folder;
  SafetensorsBuilder()
      .add("a", at::ones({3}, at::kByte))
      .add("b", at::arange(5, at::kFloat))
      .write(folder.file("a.safetensors"));
  const auto file = SafetensorsFile::open(folder.file("a.safetensors"));
  ASSERT_TRUE(file.ok()) << file.status().to_string();
  EXPECT_TRUE(at::equal((*file)->tensor("b").value(), at::arange(5, at::kFloat)));
}

TEST(Safetensors, ReadsMetadataAndEmptyTensors) {
  const TempFolder folder;
  write_raw(folder.file("a.safetensors"),
            R"({"__metadata__":{"format":"pt"},"e":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]}})", "");
  const auto file = SafetensorsFile::open(folder.file("a.safetensors"));
  ASSERT_TRUE(file.ok()) << file.status().to_string();
  EXPECT_EQ((*file)->metadata().at("format"), "pt");
  EXPECT_EQ((*file)->tensor("e").value().sizes(), at::IntArrayRef({0, 4}));
}

TEST(Safetensors, AMissingFileIsNotFound) {
  const auto file = SafetensorsFile::open("/nowhere/a.safetensors");
  EXPECT_EQ(file.status().code(), Code::kNotFound);
}

TEST(Safetensors, AMissingTensorNamesTheFile) {
  const TempFolder folder;
  const std::string path = folder.file("a.safetensors");
  SafetensorsBuilder().add("a", at::ones({1})).write(path);
  const auto tensor = SafetensorsFile::open(path).value()->tensor("b");
  EXPECT_EQ(tensor.status().code(), Code::kNotFound);
  EXPECT_NE(tensor.status().message().find(path), std::string::npos);
}

// A file that must be refused: its header, its data, and a word of the message.
struct Hostile {
  const char* title;
  std::string header;
  std::string data;
  const char* says;
};

class HostileSafetensors : public testing::TestWithParam<Hostile> {};

TEST_P(HostileSafetensors, IsCorruptWithPathAndReason) {
  const TempFolder folder;
  const std::string path = folder.file("bad.safetensors");
  write_raw(path, GetParam().header, GetParam().data);
  const auto file = SafetensorsFile::open(path);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.status().code(), Code::kCorrupt);
  EXPECT_NE(file.status().message().find(path), std::string::npos) << file.status().message();
  EXPECT_NE(file.status().message().find(GetParam().says), std::string::npos) << file.status().message();
}

const std::string kFour(4, 'x');

INSTANTIATE_TEST_SUITE_P(
    Cases, HostileSafetensors,
    testing::Values(
        Hostile{"NotJson", "{\"a\": ", kFour, "not a JSON object"}, Hostile{"AList", "[]", "", "not a JSON object"},
        Hostile{"DeepNesting", std::string(100000, '['), "", "not a JSON object"},
        Hostile{"Duplicate",
                R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                R"("a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
                kFour, "twice"},
        Hostile{"EntryIsANumber", R"({"a":1})", "", "is not {dtype"},
        Hostile{"UnknownDtype", R"({"a":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}})", kFour, "dtype F8"},
        Hostile{"NegativeShape", R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", kFour, "is not {dtype"},
        Hostile{"FractionalShape", R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", kFour,
                "is not {dtype"},
        Hostile{"ThreeOffsets", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})", kFour, "is not {dtype"},
        Hostile{"PastTheEnd", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", kFour, "truncated"},
        Hostile{"BackwardsRange", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", kFour, "lies at bytes"},
        Hostile{"WrongSize", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", kFour, "does not fit"},
        Hostile{"OverflowingShape", R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", "",
                "does not fit"},
        Hostile{"HugeSide", R"({"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,4]}})", kFour,
                "impossible shape"},
        Hostile{"ManyDimensions", R"({"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]}})", kFour,
                "too many dimensions"},
        Hostile{"Overlap",
                R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
                R"("b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
                kFour, "overlaps"},
        Hostile{"Gap",
                R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                R"("b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
                kFour, "gap"},
        Hostile{"TrailingBytes", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", kFour, "belong to none"},
        Hostile{"MetadataNumber", R"({"__metadata__":{"a":1}})", "", "not a string"}),
    [](const auto& hostile) { return std::string(hostile.param.title); });

TEST(HostileSafetensorsFile, ShortAndLyingLengths) {
  const TempFolder folder;
  const std::string path = folder.file("bad.safetensors");
  std::ofstream(path) << "abc";
  EXPECT_EQ(SafetensorsFile::open(path).status().code(), Code::kCorrupt);
  std::ofstream(path) << std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10);
  EXPECT_NE(SafetensorsFile::open(path).status().message().find("claims a header"), std::string::npos);
  std::ofstream(path) << std::string("\x64\0\0\0\0\0\0\0{}", 10);
  EXPECT_NE(SafetensorsFile::open(path).status().message().find("inside its header"), std::string::npos);
  EXPECT_FALSE(SafetensorsFile::open(folder.path()).ok());
}

TEST(HostileSafetensorsFile, EveryTruncationOfAGoodFileIsRefused) {
  const TempFolder folder;
  const std::string path = folder.file("a.safetensors");
  SafetensorsBuilder().add("a", at::ones({4})).add("b", at::ones({2, 2})).write(path);
  const auto size = std::filesystem::file_size(path);
  for (std::uintmax_t keep = size; keep-- > 0;) {
    std::filesystem::resize_file(path, keep);
    EXPECT_FALSE(SafetensorsFile::open(path).ok()) << keep;
  }
}

}  // namespace
}  // namespace troupe::diffusion
