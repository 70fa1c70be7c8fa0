#include "tests/worker/agent/session/session_driver.h"

namespace troupe::agent {
namespace {

using namespace testing;

TEST(Link, SaysHelloAtTheStartAndAgainUntilWelcomed) {
  SessionDriver worker;
  EXPECT_EQ(said<Hello>(worker.step(Started{})).size(), 1u);
  EXPECT_TRUE(said<Hello>(worker.pass(Millis(100))).empty());
  EXPECT_EQ(said<Hello>(worker.pass(Millis(1000))).size(), 1u);
  EXPECT_EQ(said<Heartbeat>(worker.hear(Welcome{1, Millis(2000), Millis(30'000)})).size(), 1u);
  EXPECT_TRUE(said<Hello>(worker.pass(Millis(10'000))).empty());
}

TEST(Link, BeatsAsOftenAsTold) {
  SessionDriver worker;
  worker.begin();
  int beats = 0;
  for (int i = 0; i < 20; ++i) beats += static_cast<int>(said<Heartbeat>(worker.pass(Millis(500))).size());
  EXPECT_EQ(beats, 5);
}

TEST(Link, PulsesChangeTheBeat) {
  SessionDriver worker;
  worker.begin();
  const auto beats_in = [&](int halves) {
    int beats = 0;
    for (int i = 0; i < halves; ++i) beats += static_cast<int>(said<Heartbeat>(worker.pass(Millis(500))).size());
    return beats;
  };
  worker.hear(Pulse{Millis(10'000), Millis(60'000)});
  EXPECT_EQ(beats_in(4), 1) << "the one that was planned";
  EXPECT_EQ(beats_in(40), 2);
  worker.hear(Pulse{Millis(1000), Millis(60'000)});
  EXPECT_EQ(beats_in(20), 10);
}

TEST(Link, ACoordinatorOfProtocolOneIsSpokenToInItsOwn) {
  SessionDriver worker;
  const auto hellos = all<Send>(worker.step(Started{}));
  ASSERT_EQ(hellos.size(), 1u);
  EXPECT_EQ(hellos[0].message.protocol, 1u);
  EXPECT_EQ(all<Send>(worker.hear(Welcome{1, Millis(2000), Millis(30'000)})).at(0).message.protocol, 1u);
  worker.step(EngineReady{0});
  EXPECT_EQ(all<StartJob>(worker.lease(0, 1)).size(), 1u) << "a lease that names no pack and no time for a step";
  worker.hear(Pulse{});
  EXPECT_EQ(said<Heartbeat>(worker.pass(Millis(2000))).size(), 1u) << "an empty pulse changes nothing";
}

TEST(Link, FromProtocolTwoOnItSaysWhatIsLoaded) {
  SessionDriver worker;
  worker.step(Started{});
  const auto sends = all<Send>(worker.hear(Welcome{2, Millis(2000), Millis(30'000)}));
  EXPECT_EQ(sends.at(0).message.protocol, 2u);
  worker.step(EngineReady{0});
  Lease lease{LeaseId{1}, CampaignId{1}, kSpec, {{0, 0, 1}}, Millis(600'000), false};
  lease.pack = "pocket";
  worker.hear(lease);
  worker.step(SpecReady{kSpec});
  EXPECT_EQ(said<Heartbeat>(worker.pass(Millis(2000))).at(0).loaded, std::vector<std::string>{"pocket"});
  worker.step(EngineDown{0, "gone"});
  EXPECT_TRUE(said<Heartbeat>(worker.pass(Millis(2000))).at(0).loaded.empty());
}

TEST(Link, WantsOneJobAheadForEachEngineThatIsUp) {
  SessionDriver worker(2);
  worker.step(Started{});
  EXPECT_EQ(said<Heartbeat>(worker.hear(Welcome{1, Millis(2000), Millis(30'000)})).at(0).credits, 0u);
  EXPECT_EQ(said<Heartbeat>(worker.step(EngineReady{0})).at(0).credits, 2u);
  EXPECT_EQ(said<Heartbeat>(worker.step(EngineReady{1})).at(0).credits, 4u);
  worker.lease(0, 3);
  EXPECT_EQ(said<Heartbeat>(worker.pass(Millis(2000))).at(0).credits, 1u);
}

TEST(Link, AnotherLifeOfTheCoordinatorIsGreetedAtOnce) {
  SessionDriver worker;
  worker.begin();
  EXPECT_EQ(said<Hello>(worker.hear(Refused{"unknown_worker", ""}, 2)).size(), 1u);
  // Whatever the former life still had on the way is void.
  EXPECT_TRUE(all<FetchSpec>(worker.hear(Lease{LeaseId{1}, CampaignId{1}, kSpec, {{0, 0, 1}}, {}, false}, 1)).empty());
}

TEST(Link, SilenceMeansAnotherConnectionWhileWorkGoesOn) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  const SessionEffects effects = worker.pass(Millis(30'000));
  EXPECT_EQ(all<Reconnect>(effects).size(), 1u);
  EXPECT_TRUE(all<CancelJob>(effects).empty());
  const auto hellos = said<Hello>(worker.step(Connected{}));
  ASSERT_EQ(hellos.size(), 1u);
  ASSERT_EQ(hellos[0].held.size(), 1u);
  EXPECT_EQ(hellos[0].held[0].state, HeldState::kRunning);
}

TEST(Link, AProtocolThatIsNotSpokenEndsTheWorker) {
  SessionDriver worker;
  worker.step(Started{});
  const auto exits = all<Exit>(worker.hear(Refused{"protocol", "update it"}));
  ASSERT_EQ(exits.size(), 1u);
  EXPECT_FALSE(exits[0].status.ok());
}

TEST(Link, ATwinKeepsAskingWithBackoff) {
  SessionDriver worker;
  worker.step(Started{});
  worker.hear(Refused{"duplicate_worker", "another agent"});
  EXPECT_EQ(said<Hello>(worker.pass(Millis(1000))).size(), 1u);
}

TEST(Drain, ByTheCoordinatorHandsTheQueueBackAndStays) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 2);
  const SessionEffects effects = worker.hear(Drain{true});
  EXPECT_TRUE(said<Heartbeat>(effects).at(0).draining);
  EXPECT_EQ(said<Release>(effects).at(0).tickets, std::vector<Ticket>{ticket(1)});
  EXPECT_EQ(said<Release>(worker.lease(5, 1)).at(0).tickets, std::vector<Ticket>{ticket(5)});
  worker.step(ResultStored{picture(0)});
  worker.step(Uploaded{{sha256("0")}});
  EXPECT_TRUE(all<Exit>(worker.hear(Ack{{ticket(0)}})).empty());
  EXPECT_EQ(said<Heartbeat>(worker.hear(Drain{false})).size(), 1u);
  EXPECT_FALSE(worker.session().draining());
}

TEST(Drain, BySignalEndsWhenTheJobInHandIsDelivered) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 2);
  const SessionEffects effects = worker.step(DrainRequested{});
  EXPECT_EQ(said<Release>(effects).at(0).tickets, std::vector<Ticket>{ticket(1)});
  EXPECT_TRUE(all<CancelJob>(effects).empty());
  EXPECT_TRUE(all<Exit>(worker.step(ResultStored{picture(0)})).empty());
  EXPECT_TRUE(all<StartJob>(worker.step(EngineReady{0})).empty());
  worker.step(Uploaded{{sha256("0")}});
  const SessionEffects end = worker.hear(Ack{{ticket(0)}});
  EXPECT_EQ(said<Goodbye>(end).size(), 1u);
  ASSERT_EQ(all<Exit>(end).size(), 1u);
  EXPECT_TRUE(all<Exit>(end)[0].status.ok());
}

TEST(Drain, BySignalHandsBackWhatOutlastsTheGrace) {
  SessionDriver worker;
  worker.begin();
  worker.lease(0, 1);
  worker.step(DrainRequested{});
  worker.hear(Pulse{});
  const SessionEffects end = worker.pass(Millis(60'000));
  EXPECT_EQ(all<CancelJob>(end).size(), 1u);
  EXPECT_EQ(all<Exit>(end).size(), 1u);
}

}  // namespace
}  // namespace troupe::agent
