// SPDX-License-Identifier: Apache-2.0
#include "support/early_call.h"
#include "ua/own_fields.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

class ReliableResponsesTest : public EarlyCallTest {
 protected:
  [[nodiscard]] CallOptions with(ReliableResponses use) const {
    auto options = alice_speaks();
    options.reliable_responses = use;
    return options;
  }
  /// Datagrams that begin with this are lost until the time is over.
  void swallow(std::string start, Duration span) {
    const auto until = world_.now() + span;
    world_.network.set_swallower([this, start, until](const FakePacket& packet) {
      return world_.now() < until && packet.bytes.starts_with(start);
    });
  }
};

TEST_P(ReliableResponsesTest, RingingArrivesWhereTheCallerRequiresIt) {
  world_.bob.auto_answer(bob_speaks(), 20s);
  dial_bob(with(ReliableResponses::required));
  ASSERT_TRUE(world_.time.run_until([&] { return world_.sent("bob", "INVITE") == 0 &&
                                                 world_.sent("alice", "PRACK") != 0; }, 15s));
  const auto ringing = first_sent("bob", "INVITE", 180);
  EXPECT_EQ(ringing.field(sip::Field::require), "100rel");
  EXPECT_TRUE(ringing.field(sip::Field::rseq));
  EXPECT_EQ(ringing.body(), "");
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice));
  EXPECT_TRUE(world_.both_hear(world_.now(), 5s, 50));
  EXPECT_THAT(world_.alice.all<CallRinging>(), SizeIs(1)) << "copies are not told";
}

TEST_P(ReliableResponsesTest, WhoDoesNotKnowThemIsToldPlainly) {
  std::vector<bool> required;
  on_incoming(world_.bob, [&](CallId call) {
    auto options = bob_speaks();
    options.reliable_responses = ReliableResponses::required;
    const auto told = progress(world_.bob, call, 183, options);
    required.push_back(told.has_value());
    EXPECT_EQ(told.error().code, make_error_code(Errc::unsupported));
    EXPECT_TRUE(progress(world_.bob, call, 183, bob_speaks()));
    EXPECT_TRUE(answer(world_.bob, call, bob_speaks()));
  });
  dial_bob(with(ReliableResponses::off));
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice));
  EXPECT_THAT(required, ::testing::ElementsAre(false));
  EXPECT_EQ(world_.sent("alice", "PRACK"), 0U);
  EXPECT_FALSE(ua::lists_option(first_sent("alice", "INVITE"), sip::Field::supported, "100rel"));
}

TEST_P(ReliableResponsesTest, TheAnswerWaitsUntilTheDescriptionHasArrived) {
  if (GetParam().transport != net::Transport::udp) GTEST_SKIP() << "only datagrams are swallowed";
  on_incoming(world_.bob, [this](CallId call) {
    EXPECT_TRUE(progress(world_.bob, call, 183, bob_speaks()));
    EXPECT_TRUE(answer(world_.bob, call, bob_speaks()));
  });
  swallow("PRACK", 5s);
  dial_bob(alice_speaks());
  world_.run_for(4900ms);
  EXPECT_EQ(answered("bob", 200), 0U) << "RFC 3262 §3";
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice));
  EXPECT_TRUE(world_.both_hear(world_.now(), 5s, 50));
}

TEST_P(ReliableResponsesTest, WhoNeverAcknowledgesIsRefusedAfter64T1) {
  if (GetParam().transport != net::Transport::udp) GTEST_SKIP() << "only datagrams are swallowed";
  on_incoming(world_.bob, [this](CallId call) {
    EXPECT_TRUE(progress(world_.bob, call, 183, bob_speaks()));
  });
  swallow("PRACK", 5min);
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob, 50s));
  EXPECT_EQ(world_.bob.last<CallEnded>()->status, 504);
  EXPECT_EQ(world_.bob.last<CallEnded>()->who, Who::timeout);
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 50s));
  EXPECT_GE(answered("bob", 183), 7U) << "sent at doubling intervals";
}

TEST_P(ReliableResponsesTest, ALongRingIsRemindedOfEveryMinute) {
  on_incoming(world_.bob, [](CallId) {});
  auto options = alice_speaks();
  options.answer_timeout = 150s;
  dial_bob(options);
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 200s));
  EXPECT_GE(answered("bob", 180), 3U) << "RFC 3261 §13.3.1.1";
}

INSTANTIATE_TEST_SUITE_P(Runs, ReliableResponsesTest, ::testing::ValuesIn(kEarlyRuns), name_of_run);

}  // namespace
}  // namespace godwit::test
