#include "worker/engine/port.h"

#include <gtest/gtest.h>

#include <zmq.hpp>

#include "tests/support/temp_folder.h"

namespace troupe::engine {
namespace {

using testing::TempFolder;

struct Pair {
  TempFolder folder;
  zmq::context_t context;
  std::unique_ptr<Port> agent = std::move(Port::bind(context, folder.path() + "/e.sock")).value();
  std::unique_ptr<Port> engine = std::move(Port::connect(context, agent->endpoint())).value();
};

Message receive(Port& port) {
  auto message = port.receive(Millis{10000});
  if (!message.ok() || !*message) {
    ADD_FAILURE() << message.status().to_string();
    return Shutdown{};
  }
  return std::move(**message);
}

Done make_done() {
  Done done;
  done.run = 4;
  done.result.artifacts = {{"image", sha256("pixels"), 6, "image/png"}, {"mask", sha256(""), 0, "image/png"}};
  done.result.effective_seed = 7;
  done.result.metadata_json = "{}";
  done.files = {"pixels", ""};
  return done;
}

TEST(Port, CarriesEveryMessage) {
  Pair pair;
  const std::vector<Message> messages{
      Ready{"a CPU", "n1", 42},
      Progress{4, "generate", 3, 20},
      Free{4},
      make_done(),
      Failed{5, Fault::kModel, "why", true},
      engine::Run{4, "{}", "/packs/a", Millis{600000}, {{sha256("mia"), "/refs/mia"}}, false},
      Cancel{4},
      Shutdown{}};
  for (const Message& message : messages) ASSERT_TRUE(pair.engine->send(message).ok());
  for (const Message& message : messages) EXPECT_EQ(receive(*pair.agent), message);
  const auto nothing = pair.agent->receive();
  ASSERT_TRUE(nothing.ok());
  EXPECT_FALSE(nothing->has_value());
}

TEST(Port, SaysWhenNobodyListens) {
  const TempFolder folder;
  zmq::context_t context;
  const auto agent = std::move(Port::bind(context, folder.path() + "/e.sock")).value();
  EXPECT_EQ(agent->send(Shutdown{}).code(), Code::kUnavailable);
}

TEST(Port, RefusesAPathThatTheSystemWouldCut) {
  zmq::context_t context;
  EXPECT_EQ(Port::bind(context, "/tmp/" + std::string(kMaxSocketPath, 'x')).status().code(), Code::kInvalid);
}

TEST(Port, DropsGarbageAndReadsOn) {
  const TempFolder folder;
  zmq::context_t context;
  const auto agent = std::move(Port::bind(context, folder.path() + "/e.sock")).value();
  zmq::socket_t raw(context, zmq::socket_type::pair);
  raw.set(zmq::sockopt::linger, 0);
  raw.connect(agent->endpoint());
  for (int i = 0; i < 100; ++i)
    raw.send(zmq::buffer(std::string("x")), i < 99 ? zmq::send_flags::sndmore : zmq::send_flags::none);
  raw.send(zmq::buffer(std::string("\xff\xff not protobuf")), zmq::send_flags::none);
  raw.send(zmq::buffer(std::string()), zmq::send_flags::none);
  raw.send(zmq::buffer(encode(Cancel{9}).front()), zmq::send_flags::none);
  EXPECT_EQ(agent->receive(Millis{10000}).status().code(), Code::kTooLarge);
  EXPECT_EQ(agent->receive(Millis{10000}).status().code(), Code::kCorrupt);
  EXPECT_EQ(agent->receive(Millis{10000}).status().code(), Code::kCorrupt);
  EXPECT_EQ(receive(*agent), Message(Cancel{9}));
}

TEST(Messages, FilesMustFitTheResult) {
  std::vector<std::string> parts = encode(make_done());
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_TRUE(decode(parts).ok());
  parts[1] += "more";
  EXPECT_EQ(decode(parts).status().code(), Code::kCorrupt);
  parts.pop_back();
  EXPECT_EQ(decode(parts).status().code(), Code::kCorrupt);
  EXPECT_EQ(decode({}).status().code(), Code::kCorrupt);
}

}  // namespace
}  // namespace troupe::engine
