// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Where Alice is and how she talks to the server; Bob has both families.
struct CallAccess {
  const char* name;
  const char* address;
  net::Transport transport;
};
void PrintTo(const CallAccess& access, std::ostream* out) {
  *out << access.name;
}

class CallTest : public ::testing::TestWithParam<CallAccess> {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = {GetParam().address};
    options.alice_by = options.bob_by = GetParam().transport;
    return options;
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  CallId dial_bob(const CallOptions& call) {
    const auto dialled = world_.alice.dial(world_.alice_account, kBobUri, call);
    EXPECT_TRUE(dialled.has_value());
    return dialled.value_or(CallId{});
  }
  template <class E>
  bool wait_for(SimUserAgent& agent, Duration limit) {
    return world_.time.run_until([&] { return agent.last<E>().has_value(); }, limit);
  }

  SimWorld world_{options()};
};

TEST_P(CallTest, RegistersWithOneBinding) {
  ASSERT_TRUE(world_.register_both());
  const auto registered = world_.alice.last<RegistrationChanged>();
  EXPECT_THAT(registered->contact, ::testing::HasSubstr(GetParam().address));
  EXPECT_EQ(registered->expires, kDefaultExpires);
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  EXPECT_LE(world_.sent("alice", "REGISTER"), 2U) << "one challenge";
  EXPECT_EQ(world_.unrest_at_the_end(), "");
  EXPECT_THAT(world_.server.bindings("alice"), IsEmpty());
}

TEST_P(CallTest, StaysRegisteredForHours) {
  ASSERT_TRUE(world_.register_both());
  world_.run_for(3h);
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  EXPECT_EQ(world_.alice.last<RegistrationChanged>()->state, RegistrationState::registered);
}

TEST_P(CallTest, WrongPasswordIsToldAndNotTriedForEver) {
  AccountOptions wrong;
  wrong.address_of_record = kAliceUri;
  wrong.password = "guess";
  world_.alice.start_registration(world_.alice.add_account(wrong));
  ASSERT_TRUE(world_.time.run_until(
      [&] {
        const auto changed = world_.alice.last<RegistrationChanged>();
        return changed && changed->state == RegistrationState::failed;
      },
      35s));
  EXPECT_EQ(world_.alice.last<RegistrationChanged>()->who, Who::server);
  world_.run_for(5s);
  EXPECT_LE(world_.sent("alice", "REGISTER"), 3U);
  EXPECT_THAT(world_.server.bindings("alice"), IsEmpty());
}

TEST_P(CallTest, BothHearEachOther) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  const auto start = world_.now();
  world_.run_for(2s);
  EXPECT_GE(world_.alice.ear().heard(kBobTone, start), 98U);
  EXPECT_GE(world_.bob.ear().heard(kAliceTone, start), 98U);
  EXPECT_THAT(world_.alice.all<CallAnswered>(), SizeIs(1));
  EXPECT_THAT(world_.bob.all<CallAnswered>(), SizeIs(1));
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(CallTest, BobCallsAlice) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_alice());
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(CallTest, CallerHangsUp) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  world_.run_for(1s);
  world_.alice.hang_up(world_.alice.engine().calls().front());
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob, 2s));
  EXPECT_EQ(world_.bob.last<CallEnded>()->who, Who::peer);
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 2s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->who, Who::local);
  EXPECT_GE(world_.alice.last<CallEnded>()->duration, 1s);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  EXPECT_THAT(world_.bob.all<CallEnded>(), SizeIs(1));
}

TEST_P(CallTest, CalleeHangsUp) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  world_.bob.hang_up(world_.bob.engine().calls().front());
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 2s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->who, Who::peer);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
  const auto streams = world_.a.tcp().open_streams() + world_.b.tcp().open_streams();
  EXPECT_EQ(world_.a.open_sockets() + world_.b.open_sockets() + streams, 2U) << "one each for SIP";
}

TEST_P(CallTest, BusyPeerRefuses) {
  ASSERT_TRUE(world_.register_both());
  world_.bob.on_event([&](const Event& event) {
    if (const auto* incoming = std::get_if<IncomingCall>(&event)) {
      EXPECT_TRUE(world_.bob.run([&](ua::Engine& engine, TimePoint now) {
        return engine.decline(incoming->call, 486, now);
      }));
    }
  });
  dial_bob(world_.speaking(kAliceTone));
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 5s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->status, 486);
  EXPECT_EQ(world_.alice.last<CallEnded>()->who, Who::peer);
  EXPECT_THAT(world_.alice.all<CallAnswered>(), IsEmpty());
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(CallTest, UnknownUserIsNotFound) {
  ASSERT_TRUE(world_.register_both());
  (void)world_.alice.dial(world_.alice_account, "sip:nobody@example.test", {});
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 5s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->status, 404);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(CallTest, GivesUpWhenNobodyAnswers) {
  ASSERT_TRUE(world_.register_both());
  auto options = world_.speaking(kAliceTone);
  options.answer_timeout = 5s;
  dial_bob(options);
  ASSERT_TRUE(wait_for<CallRinging>(world_.alice, 2s));
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 10s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->who, Who::timeout);
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob, 2s)) << "stops ringing";
  EXPECT_EQ(world_.sent("alice", "CANCEL"), 1U);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(CallTest, CallerCancelsWhileItRings) {
  ASSERT_TRUE(world_.register_both());
  const auto call = dial_bob(world_.speaking(kAliceTone));
  ASSERT_TRUE(wait_for<CallRinging>(world_.alice, 2s));
  world_.alice.hang_up(call);
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob, 2s));
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 2s));
  EXPECT_EQ(world_.sent("alice", "CANCEL"), 1U);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
}

TEST_P(CallTest, CallerHangsUpAtOnce) {
  ASSERT_TRUE(world_.register_both());
  world_.alice.hang_up(dial_bob(world_.speaking(kAliceTone)));
  EXPECT_EQ(world_.unrest_at_the_end(), "");
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  EXPECT_EQ(world_.bob.all<IncomingCall>().size(), world_.bob.all<CallEnded>().size());
}

TEST_P(CallTest, DigitsAreHeard) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  const auto call = world_.alice.engine().calls().front();
  ASSERT_TRUE(world_.alice.run([&](ua::Engine& engine, TimePoint now) {
    return engine.send_dtmf(call, {"42#", 100ms}, now);
  }));
  world_.run_for(2s);
  std::string digits;
  for (const auto& heard : world_.bob.all<DtmfReceived>()) digits += heard.digit;
  EXPECT_EQ(digits, "42#");
}

TEST_P(CallTest, ServerAnswersOptions) {
  ASSERT_TRUE(world_.alice.run([](ua::Engine& engine, TimePoint now) {
    return engine.query_options("sip:example.test", now);
  }));
  ASSERT_TRUE(wait_for<OptionsAnswered>(world_.alice, 2s));
  EXPECT_EQ(world_.alice.last<OptionsAnswered>()->status, 200);
}

// F59: the six kinds of transport.
constexpr CallAccess kAccesses[] = {
    {"udp_v4", "10.1.0.2", net::Transport::udp}, {"udp_v6", "2001:db8:1::2", net::Transport::udp},
    {"tcp_v4", "10.1.0.2", net::Transport::tcp}, {"tcp_v6", "2001:db8:1::2", net::Transport::tcp},
    {"tls_v4", "10.1.0.2", net::Transport::tls}, {"tls_v6", "2001:db8:1::2", net::Transport::tls},
};
INSTANTIATE_TEST_SUITE_P(Kinds, CallTest, ::testing::ValuesIn(kAccesses),
                         [](const auto& row) { return std::string(row.param.name); });

class LossyCallTest : public ::testing::TestWithParam<int> {};

TEST_P(LossyCallTest, CallsThroughTwentyPerCentLoss) {
  WorldOptions options;
  options.seed = static_cast<std::uint64_t>(GetParam());
  // Each way crosses two links.
  options.access = {.delay = 25ms, .jitter = 10ms, .loss = 0.1, .duplication = 0.02};
  SimWorld world(options);
  ASSERT_TRUE(world.register_both()) << world.story();
  ASSERT_TRUE(world.call_bob()) << world.story();
  world.run_for(5s);
  world.alice.hang_up(world.alice.engine().calls().front());
  EXPECT_EQ(world.unrest_at_the_end(), "") << world.story();
  EXPECT_THAT(world.alice.all<CallEnded>(), SizeIs(1));
  EXPECT_THAT(world.bob.all<CallEnded>(), SizeIs(1));
  EXPECT_EQ(world.faults(), "");
}

INSTANTIATE_TEST_SUITE_P(Seeds, LossyCallTest, ::testing::Range(1, 21));

}  // namespace
}  // namespace godwit::test
