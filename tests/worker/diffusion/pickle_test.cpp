// The reader of pickles and of torch.save's files: on what torch wrote (tests/golden/pickle), and on what nobody
// should.
#include "worker/diffusion/weights/pickle.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "common/base/limits.h"
#include "tests/worker/diffusion/safetensors_builder.h"
#include "worker/diffusion/weights/checkpoint.h"
#include "worker/diffusion/weights/pickle_file.h"

namespace troupe::diffusion {
namespace {

using std::string_literals::operator""s;

const std::string kFolder = TROUPE_SOURCE_DIR "/tests/golden/pickle/";

std::string bytes_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Result<pickle::Pickle> read(const std::string& bytes) {
  return pickle::read(bytes, [](std::string_view module, std::string_view) { return module == "known"; });
}

void expect_refused(const Status& status, Code code, const std::string& part) {
  EXPECT_EQ(status.code(), code) << status.message();
  EXPECT_NE(status.message().find(part), std::string::npos) << status.message();
}

class GoodFile : public ::testing::TestWithParam<const char*> {};

TEST_P(GoodFile, GivesItsTensors) {
  const auto tensors = read_checkpoint(kFolder + GetParam());
  ASSERT_TRUE(tensors.ok()) << tensors.status().to_string();
  const auto at = [&](const std::string& name) { return tensors->at("params_ema/" + name); };
  const at::Tensor base = at::arange(12, at::kFloat);
  EXPECT_TRUE(at::equal(at("plain"), base.view({3, 4})));
  EXPECT_TRUE(at::equal(at("turned"), base.view({3, 4}).t()));
  EXPECT_TRUE(at::equal(at("part"), base.slice(0, 5, 8)));
  EXPECT_TRUE(at::equal(at("half"), at::tensor({0.1F, -2.5F}).to(at::kHalf)));
  EXPECT_TRUE(at::equal(at("brain"), at::tensor({0.1F, -2.5F}).to(at::kBFloat16)));
  EXPECT_TRUE(at::equal(at("double"), at::tensor({1.5}, at::kDouble).view({1, 1})));
  EXPECT_TRUE(at::equal(at("count"), at::tensor({std::int64_t{1} << 40, std::int64_t{-1}}, at::kLong)));
  EXPECT_TRUE(at::equal(at("small"), at::full({1}, -7, at::kShort)));
  EXPECT_TRUE(at::equal(at("flags"), at::tensor({1, 0, 1}, at::kByte).to(at::kBool)));
  EXPECT_EQ(at("scalar").item<float>(), 3.25);
  EXPECT_EQ(at("empty").sizes(), at::IntArrayRef({0, 3}));
  EXPECT_TRUE(at::equal(at("parameter"), at::tensor({4.F, 5.F})));
  EXPECT_EQ(tensors->size(), 12u) << "numbers and texts beside them are passed over, and dicts with numbers as keys";
}

// Cut anywhere, the file is refused; nothing is read beyond its end.
TEST_P(GoodFile, CutShortIsRefused) {
  const std::string whole = bytes_of(kFolder + GetParam());
  const TempFolder folder;
  for (std::size_t length = 1; length < whole.size(); length += 7) {
    write_text(folder.file("cut.pth"), whole.substr(0, length));
    EXPECT_FALSE(read_pickle_file(folder.file("cut.pth")).ok()) << length;
  }
}

// Whatever a flipped byte does, it does not crash, hang or reach outside.
TEST_P(GoodFile, SurvivesDamagedBytes) {
  const std::string whole = bytes_of(kFolder + GetParam());
  const TempFolder folder;
  std::mt19937 random(3);
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    std::string damaged = whole;
    for (int k = 0; k < 3; ++k) damaged[random() % damaged.size()] = static_cast<char>(random());
    write_text(folder.file("damaged.pth"), damaged);
    const auto tensors = read_pickle_file(folder.file("damaged.pth"));
    refused += !tensors.ok();
    if (!tensors.ok()) continue;
    for (const auto& [name, tensor] : *tensors) EXPECT_EQ(tensor.clone().numel(), tensor.numel());
  }
  EXPECT_GT(refused, 10);
}

INSTANTIATE_TEST_SUITE_P(Formats, GoodFile, ::testing::Values("good_zip.pth", "good_old.pth", "cuda_old.pth"),
                         [](const auto& tested) {
                           const std::string name = tested.param;
                           return name.substr(0, name.find('.'));
                         });

TEST(PickleFile, WhatWouldRunIsNamedAndNotRun) {
  for (const char* name : {"hostile_zip.pth", "hostile_old.pth"}) {
    const Status status = read_pickle_file(kFolder + name).status();
    expect_refused(status, Code::kCorrupt, "posix.system");
    EXPECT_NE(status.message().find(name), std::string::npos) << status.message();
  }
  expect_refused(read_pickle_file(kFolder + "whole_model.pth").status(), Code::kCorrupt, "torch.nn.modules");
}

TEST(PickleFile, AViewOutlivesWhatWasRead) {
  at::Tensor tensor;
  {
    const auto tensors = read_pickle_file(kFolder + "good_zip.pth");
    tensor = tensors->at("params_ema/turned");
  }
  EXPECT_EQ(tensor.sum().item<float>(), 66);
}

TEST(PickleFile, OtherFilesAreRefused) {
  const TempFolder folder;
  write_text(folder.file("text"), "hello");
  EXPECT_EQ(read_pickle_file(folder.file("text")).status().code(), Code::kCorrupt);
  write_text(folder.file("empty"), "");
  EXPECT_EQ(read_pickle_file(folder.file("empty")).status().code(), Code::kCorrupt);
  EXPECT_EQ(read_pickle_file(folder.file("none")).status().code(), Code::kNotFound);
  EXPECT_EQ(read_pickle_file(folder.path()).status().code(), Code::kIo);
}

// An old file around one pickle, with one storage "0" of `data` or, where that is empty, none.
std::string old_file(const std::string& object, const std::string& data) {
  const std::string magic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."s;
  const std::string start = magic + "\x80\x02M\xe9\x03.\x80\x02}."s + object;
  return data.empty() ? start + "\x80\x02]." : start + "\x80\x02]U\x01"s + "0a." + std::string(8, '\0') + data;
}

// {"w": a tensor of `sizes` and `strides` (pickled numbers) at `offset` in a storage of `elements` floats}.
std::string tensor_pickle(const std::string& offset, const std::string& sizes, const std::string& strides,
                          const std::string& elements) {
  return "\x80\x02}U\x01wctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\nFloatStorage\nU\x01"s + "0U\x03" +
         "cpu" + elements + "tQ" + offset + "(" + sizes + "t(" + strides + "t\x89}tRs.";
}

Status read_tensor(const std::string& offset, const std::string& sizes, const std::string& strides,
                   const std::string& elements) {
  const TempFolder folder;
  write_text(folder.file("a.pth"), old_file(tensor_pickle(offset, sizes, strides, elements), std::string(16, '\1')));
  return read_pickle_file(folder.file("a.pth")).status();
}

TEST(PickleFile, TensorsStayInsideTheirStorage) {
  const std::string four = "K\x04", two = "K\x02", one = "K\x01", zero = "K\0"s, less = "J\xff\xff\xff\xff";
  const std::string huge = "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f";
  EXPECT_TRUE(read_tensor(zero, two + two, two + one, four).ok());
  EXPECT_TRUE(read_tensor(two, two, one, four).ok());
  expect_refused(read_tensor("K\x03", two, one, four), Code::kCorrupt, "outside");
  expect_refused(read_tensor(less, two, one, four), Code::kCorrupt, "outside");
  expect_refused(read_tensor(zero, less, one, four), Code::kCorrupt, "impossible");
  expect_refused(read_tensor(zero, two, less, four), Code::kCorrupt, "impossible");
  expect_refused(read_tensor(zero, huge, zero, four), Code::kCorrupt, "outside");
  expect_refused(read_tensor(zero, huge + huge, huge + one, four), Code::kCorrupt, "outside");
  expect_refused(read_tensor(zero, two + two, one, four), Code::kCorrupt, "outside");
  expect_refused(read_tensor(huge, two, one, four), Code::kCorrupt, "outside");
  expect_refused(read_tensor(zero, one, one, huge), Code::kCorrupt, "impossible size");
  expect_refused(read_tensor(zero, one, one, "M\x00\x10"s), Code::kCorrupt, "cut short");
  expect_refused(read_tensor(zero, one, one, less), Code::kCorrupt, "storage");
}

TEST(PickleFile, DictsThatHoldThemselvesEnd) {
  const TempFolder folder;
  // d = {}; d["a"] = d
  write_text(folder.file("a.pth"), old_file("\x80\x02}q\x01U\x01"s + "ah\x01s.", ""));
  expect_refused(read_pickle_file(folder.file("a.pth")).status(), Code::kTooLarge, "without an end");
  // Eight dicts, each with the one before it under fifty keys: 50^7 ways to go.
  std::string object = "\x80\x02}q\0"s;
  for (char level = 1; level < 8; ++level) {
    object += "}q"s + level + "(";
    for (char key = 'A'; key < 'A' + 50; ++key) object += "U\x01"s + key + "h" + static_cast<char>(level - 1);
    object += "u";
  }
  write_text(folder.file("b.pth"), old_file(object + ".", ""));
  expect_refused(read_pickle_file(folder.file("b.pth")).status(), Code::kTooLarge, "repeat");
}

TEST(Pickle, ReadsValuesOfEveryKind) {
  const std::string bytes =
      "\x80\x04\x95\x40\0\0\0\0\0\0\0]\x94(NK\x05J\xfe\xff\xff\xff\x88\x89G\x3f\xf8\0\0\0\0\0\0\x8c\x02hi\x94"
      "C\x01x\x8a\x02\x00\x80h\x01\x85"
      "e.tail"s;
  const auto good = read(bytes);
  ASSERT_TRUE(good.ok()) << good.status().message();
  const auto& items = good->root->as<pickle::List>()->items;
  ASSERT_EQ(items.size(), 10u);
  EXPECT_NE(items[0]->as<pickle::None>(), nullptr);
  EXPECT_EQ(*items[1]->as<std::int64_t>(), 5);
  EXPECT_EQ(*items[2]->as<std::int64_t>(), -2);
  EXPECT_TRUE(*items[3]->as<bool>());
  EXPECT_FALSE(*items[4]->as<bool>());
  EXPECT_EQ(*items[5]->as<double>(), 1.5);
  EXPECT_EQ(items[6]->as<pickle::Text>()->utf8, "hi");
  EXPECT_EQ(items[7]->as<pickle::Bytes>()->raw, "x");
  EXPECT_EQ(*items[8]->as<std::int64_t>(), -32768);
  ASSERT_NE(items[9]->as<pickle::Tuple>(), nullptr);
  EXPECT_EQ(items[9]->as<pickle::Tuple>()->items, pickle::Values{items[6]}) << "out of the memo";
  EXPECT_EQ(good->consumed, bytes.size() - 4);
}

TEST(Pickle, CallsAreOnlyWrittenDown) {
  const std::string bytes = "\x80\x02"s + "cknown\nthing\nK\x01\x85R.";
  const auto call = read(bytes);
  ASSERT_TRUE(call.ok()) << call.status().message();
  const auto* made = call->root->as<pickle::Call>();
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->function->name, "thing");
  EXPECT_EQ(*made->arguments->items[0]->as<std::int64_t>(), 1);
  const auto old = read(
      "\x80\x02"
      "ccollections\nOrderedDict\n](]K\x01"
      "aK\x02"
      "a]K\x03"
      "aK\x04"
      "ae\x85R.");
  ASSERT_TRUE(old.ok()) << old.status().message();
  EXPECT_EQ(old->root->as<pickle::Dict>()->items.size(), 2u) << "as Python 2 wrote it";
}

TEST(Pickle, WhatDataDoesNotNeedIsRefused) {
  expect_refused(read("\x80\x02"
                      "cbuiltins\neval\n.")
                     .status(),
                 Code::kCorrupt, "builtins.eval");
  expect_refused(read("\x80\x04\x8c\x02os\x8c\x06system\x93.").status(), Code::kCorrupt, "os.system");
  expect_refused(read("\x80\x04)\x8c\x06system\x93.").status(), Code::kCorrupt, "no text");
  expect_refused(read("\x80\x02ios\nsystem\n.").status(), Code::kCorrupt, "0x69");
  expect_refused(read("\x80\x02"
                      "NNR.")
                     .status(),
                 Code::kCorrupt, "no function");
  expect_refused(read("\x80\x02"
                      "cknown\nthing\nNb.")
                     .status(),
                 Code::kCorrupt, "attributes");
  expect_refused(read("\x80\x01N.").status(), Code::kCorrupt, "protocol 1");
  expect_refused(read("\x80\x02"
                      "c\x01\x02os\n\xff\n.")
                     .status(),
                 Code::kCorrupt, "??os.?");
}

TEST(Pickle, AStackThatDoesNotFitIsRefused) {
  for (const char* bytes : {".",
                            "(.",
                            "R.",
                            "a.",
                            "s.",
                            "t.",
                            "u.",
                            "e.",
                            "1.",
                            "0.",
                            "2.",
                            "b.",
                            "Q.",
                            "\x85.",
                            "\x94.",
                            "q\x01.",
                            "h\x01.",
                            "(K\x01(a.",
                            "NNa.",
                            "}K\x01"
                            "e.",
                            "}(K\x01u.",
                            "]]s.",
                            "N(.",
                            "NN\x86\x81."}) {
    EXPECT_EQ(read(bytes).status().code(), Code::kCorrupt) << bytes;
  }
}

TEST(Pickle, LengthsAreBelievedNoFurtherThanTheFile) {
  for (const std::string& bytes : {"X\xff\xff\xff\xffhi."s, "\x8d\xff\xff\xff\xff\xff\xff\xff\xffhi."s, "U\x05hi"s,
                                   "K"s, "J\1\2"s, "G\1"s, "c"s, "cos\nsys"s,
                                   "\x8a\x09"
                                   "123456789."s,
                                   "\x8a\xff"s, ""s}) {
    EXPECT_EQ(read(bytes).status().code(), Code::kCorrupt) << bytes;
  }
}

TEST(Pickle, EndlessStepsAreCutOff) {
  expect_refused(read(std::string(limits::kMaxPickleSteps + 1, 'N')).status(), Code::kTooLarge, "steps");
  expect_refused(read(std::string(limits::kMaxPickleSteps, '(')).status(), Code::kTooLarge, "steps");
}

}  // namespace
}  // namespace troupe::diffusion
