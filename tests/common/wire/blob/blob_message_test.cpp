#include "common/wire/blob/blob_message.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "troupe/v1/blob.pb.h"

namespace troupe::wire {
namespace {

std::vector<BlobMessage> one_of_each() {
  const Digest digest = sha256("a"), other = sha256("b");
  return {{1, BlobHave{{digest, other}}},
          {2, BlobMissing{{other}}},
          {3, BlobPut{digest, 1u << 30}},
          {4, BlobGet{digest, 7}},
          {5, BlobReady{7, 0, 4}},
          {6, BlobChunk{1u << 20, std::string("\0\1\2", 3)}},
          {7, BlobCredit{1}},
          {8, BlobDone{digest}},
          {~0ull, BlobError{Code::kNoSpace, "the disk is full"}}};
}

v1::BlobMessage proto(const BlobMessage& message) {
  v1::BlobMessage proto;
  EXPECT_TRUE(proto.ParseFromString(encode(message)));
  return proto;
}

TEST(BlobMessage, SurvivesTheWire) {
  for (const BlobMessage& message : one_of_each()) {
    const auto read = decode_blob_message(encode(message));
    ASSERT_TRUE(read.ok()) << read.status().to_string();
    EXPECT_EQ(*read, message);
  }
}

TEST(BlobMessage, AChunkFitsAMessage) {
  const BlobMessage message{~0ull, BlobChunk{limits::kMaxBlobBytes, std::string(limits::kBlobChunkBytes, 'c')}};
  EXPECT_LT(encode(message).size(), limits::kMaxMessageBytes);
  EXPECT_TRUE(decode_blob_message(encode(message)).ok());
  const BlobMessage have{1, BlobHave{std::vector<Digest>(limits::kMaxBlobHave)}};
  EXPECT_TRUE(decode_blob_message(encode(have)).ok());
}

TEST(BlobMessage, RefusesWhatIsTooMuch) {
  const BlobMessage chunk{1, BlobChunk{0, std::string(limits::kBlobChunkBytes + 1, 'c')}};
  EXPECT_EQ(decode_blob_message(encode(chunk)).status().code(), Code::kTooLarge);
  const BlobMessage have{1, BlobHave{std::vector<Digest>(limits::kMaxBlobHave + 1)}};
  EXPECT_EQ(decode_blob_message(encode(have)).status().code(), Code::kTooLarge);
  EXPECT_FALSE(decode_blob_message(encode({1, BlobChunk{limits::kMaxBlobBytes + 1, "x"}})).ok());
  EXPECT_FALSE(decode_blob_message(encode({1, BlobChunk{0, ""}})).ok());
}

TEST(BlobMessage, RefusesOtherVersionsAndWrongDigests) {
  v1::BlobMessage message = proto({1, BlobGet{sha256("a")}});
  message.set_protocol(77);
  EXPECT_EQ(decode_blob_message(message.SerializeAsString()).status().code(), Code::kInvalid);
  message = proto({1, BlobGet{sha256("a")}});
  message.mutable_get()->set_digest("short");
  const auto read = decode_blob_message(message.SerializeAsString());
  EXPECT_EQ(read.status().code(), Code::kInvalid);
  EXPECT_NE(read.status().message().find("get.digest"), std::string::npos) << read.status().message();
  message.clear_body();
  EXPECT_FALSE(decode_blob_message(message.SerializeAsString()).ok());
  EXPECT_FALSE(decode_blob_message("").ok());
}

TEST(BlobMessage, ReadsAnErrorOfANewerProgram) {
  v1::BlobMessage message = proto({1, BlobError{Code::kIo, "x"}});
  message.mutable_error()->set_code("newer_than_this");
  const auto read = decode_blob_message(message.SerializeAsString());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(std::get<BlobError>(read->body).code, Code::kInternal);
  message.mutable_error()->set_code("ok");
  EXPECT_EQ(std::get<BlobError>(decode_blob_message(message.SerializeAsString())->body).code, Code::kInternal);
}

TEST(BlobMessage, MutatedBytesNeverHarm) {
  SeededRandom random(7);
  for (const BlobMessage& message : one_of_each()) {
    const std::string whole = encode(message);
    for (int i = 0; i < 2000; ++i) {
      std::string bytes = whole;
      for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      }
      if (random.chance(0.3)) bytes.resize(random.below(bytes.size() + 1));
      const auto read = decode_blob_message(bytes);
      if (!read.ok()) continue;
      EXPECT_TRUE(decode_blob_message(encode(*read)).ok());
    }
  }
}

// What version 1 wrote stays readable.
TEST(BlobMessage, GoldenBytes) {
  const std::string digest(32, 'd');
  const std::string put = std::string("\x08\x01\x10\x05\x62\x25\x0a\x20", 8) + digest + "\x10\xac\x02";
  const BlobMessage message{5, BlobPut{*Digest::from_bytes(digest), 300}};
  EXPECT_EQ(encode(message), put);
  EXPECT_EQ(*decode_blob_message(put), message);
  const std::string chunk("\x08\x01\x10\x05\x7a\x06\x08\x07\x12\x02hi", 12);
  EXPECT_EQ(encode({5, BlobChunk{7, "hi"}}), chunk);
}

}  // namespace
}  // namespace troupe::wire
