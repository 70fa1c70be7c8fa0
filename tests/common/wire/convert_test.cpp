#include "common/wire/convert.h"

#include <gtest/gtest.h>

#include <limits>

#include "common/base/limits.h"
#include "common/wire/version.h"
#include "tests/common/wire/samples.h"
#include "troupe/v1/worker.pb.h"

namespace troupe::wire {
namespace {

const WorkerId kSelf{"w-1"};

// What decoding says of a worker's envelope after `change`.
template <typename Change>
Status after(const FromWorker& message, Change change) {
  v1::Envelope envelope;
  EXPECT_TRUE(envelope.ParseFromString(encode(message)));
  change(envelope);
  return decode_from_worker(envelope.SerializeAsString()).status();
}

FromWorker sample(const std::string& kind) {
  for (const auto& [name, message] : samples_from_worker()) {
    if (name == kind) return message;
  }
  return {};
}

TEST(Convert, EveryMessageComesBackEqual) {
  for (const auto& [name, message] : samples_from_worker()) {
    const auto decoded = decode_from_worker(encode(message));
    ASSERT_TRUE(decoded.ok()) << name << ": " << decoded.status().to_string();
    EXPECT_EQ(*decoded, message) << name;
  }
  for (const auto& [name, message] : samples_to_worker()) {
    const auto decoded = decode_to_worker(encode(message), kSelf);
    ASSERT_TRUE(decoded.ok()) << name << ": " << decoded.status().to_string();
    EXPECT_EQ(*decoded, message) << name;
  }
}

TEST(Convert, ResultsComeBackEqualWithAndWithoutTheirTicket) {
  JobResult result = sample_done();
  EXPECT_EQ(*from_proto(to_proto(result), TicketPart::kRequired), result);
  result.ticket = {};
  EXPECT_EQ(*from_proto(to_proto(result), TicketPart::kLeftOut), result);
  EXPECT_EQ(from_proto(to_proto(result), TicketPart::kRequired).status().message(), "ticket: is missing");
}

TEST(Convert, NamesTheFieldThatIsWrong) {
  const auto change_result = [](auto change) {
    return after(sample("results"), [&](v1::Envelope& e) { change(*e.mutable_results()->mutable_results(1)); });
  };
  EXPECT_EQ(change_result([](v1::JobResult& r) { r.clear_ticket(); }).message(),
            "results.results[1].ticket: is missing");
  EXPECT_EQ(change_result([](v1::JobResult& r) { r.set_pixel_digest("short"); }).message(),
            "results.results[1].pixel_digest: has 5 bytes, a SHA-256 has 32");
  EXPECT_EQ(change_result([](v1::JobResult& r) { r.set_outcome(static_cast<v1::Outcome>(9)); }).message(),
            "results.results[1].outcome: is unknown (9)");
  EXPECT_EQ(change_result([](v1::JobResult& r) { r.set_fault(static_cast<v1::Fault>(77)); }).message(),
            "results.results[1].fault: is unknown (77)");
  EXPECT_EQ(change_result([](v1::JobResult& r) { r.set_seconds(std::numeric_limits<double>::quiet_NaN()); }).message(),
            "results.results[1].seconds: is no duration");
  EXPECT_EQ(change_result([](v1::JobResult& r) { r.add_artifacts()->set_name("a\nb"); }).message(),
            "results.results[1].artifacts[0].name: has a control character");
  EXPECT_EQ(after(sample("hello"), [](v1::Envelope& e) { e.mutable_hello()->clear_worker(); }).message(),
            "hello.worker: is empty");
}

TEST(Convert, HoldsSizesAgainstTheLimits) {
  const auto too_large = [](const Status& status) { return status.code() == Code::kTooLarge; };
  EXPECT_TRUE(too_large(after(sample("goodbye"), [](v1::Envelope& e) {
    e.mutable_goodbye()->set_worker(std::string(limits::kMaxNameBytes + 1, 'w'));
  })));
  EXPECT_TRUE(too_large(after(sample("heartbeat"), [](v1::Envelope& e) {
    for (std::size_t i = 0; i < limits::kMaxHeldJobs; ++i) *e.mutable_heartbeat()->add_held() = e.heartbeat().held(0);
  })));
  EXPECT_TRUE(too_large(after(sample("results"), [](v1::Envelope& e) {
    e.mutable_results()->mutable_results(0)->set_metadata_json(std::string(limits::kMaxResultBytes + 1, ' '));
  })));
  EXPECT_TRUE(too_large(after(sample("results"), [](v1::Envelope& e) {
    e.mutable_results()->mutable_results(0)->mutable_ticket()->set_index(limits::kMaxCells);
  })));
  EXPECT_TRUE(too_large(after(sample("results"), [](v1::Envelope& e) {
    e.mutable_results()->mutable_results(0)->mutable_artifacts(0)->set_bytes(limits::kMaxBlobBytes + 1);
  })));
}

TEST(Convert, RefusesWhatIsOnlyAWorkersToSay) {
  EXPECT_FALSE(decode_from_worker(encode(ToWorker{kSelf, {1}, Pulse{}})).ok());
  EXPECT_FALSE(decode_to_worker(encode(FromWorker{kSelf, 1, {1}, Goodbye{}}), kSelf).ok());
  EXPECT_FALSE(decode_from_worker("").ok());
  EXPECT_FALSE(decode_from_worker("not a message").ok());
}

TEST(Convert, ReadsHelloAndRefusedOfAnyVersion) {
  const auto at_version = [](std::string bytes, std::uint32_t version) {
    v1::Envelope envelope;
    EXPECT_TRUE(envelope.ParseFromString(bytes));
    envelope.set_protocol(version);
    return envelope.SerializeAsString();
  };
  const ToWorker refused{kSelf, {1}, Refused{"protocol", "speak 1"}};
  EXPECT_TRUE(decode_from_worker(at_version(encode(sample("hello")), 9)).ok());
  EXPECT_FALSE(decode_from_worker(at_version(encode(sample("goodbye")), 9)).ok());
  EXPECT_TRUE(decode_to_worker(at_version(encode(refused), 9), kSelf).ok());
  EXPECT_FALSE(decode_to_worker(at_version(encode(ToWorker{kSelf, {1}, Pulse{}}), 0), kSelf).ok());
}

TEST(Convert, MakesTextForPeopleFit) {
  JobResult result = sample_failed();
  result.reason = std::string(limits::kMaxReasonBytes + 10, 'x');
  result.log.assign(limits::kMaxLogLines + 1, "line \xff");
  result.log.back() = "the last one";
  ASSERT_TRUE(validate(result).ok());
  const JobResult decoded = *from_proto(to_proto(result), TicketPart::kRequired);
  EXPECT_EQ(decoded.reason.size(), limits::kMaxReasonBytes);
  ASSERT_EQ(decoded.log.size(), limits::kMaxLogLines);
  EXPECT_EQ(decoded.log.front(), "line \xef\xbf\xbd");
  EXPECT_EQ(decoded.log.back(), "the last one");
}

TEST(Convert, ValidateTellsWhatDecodingWouldSay) {
  EXPECT_TRUE(validate(sample_done()).ok());
  JobResult result = sample_done();
  result.metadata_json = "\xc3(";
  EXPECT_EQ(validate(result).code(), Code::kInvalid);
  result = sample_done();
  result.artifacts.push_back(result.artifacts.front());
  EXPECT_EQ(validate(result).message(), "artifacts[2].name: is there twice");
  result = sample_done();
  result.fault = Fault::kInput;
  EXPECT_EQ(validate(result).code(), Code::kInvalid);
}

TEST(Convert, EncodedBytesBoundsAResultsShareOfAMessage) {
  const FromWorker empty{kSelf, 1, {1}, Results{}};
  const FromWorker one{kSelf, 1, {1}, Results{{sample_done()}}};
  EXPECT_LE(encode(one).size(), encode(empty).size() + encoded_bytes(sample_done()));
}

TEST(Version, TheNewestOfBothIsSpoken) {
  EXPECT_EQ(negotiate(1, 1), 1u);
  EXPECT_EQ(negotiate(0, 9), kProtocolMax);
  EXPECT_FALSE(negotiate(kProtocolMax + 1, 9));
  EXPECT_FALSE(negotiate(0, 0));
}

}  // namespace
}  // namespace troupe::wire
