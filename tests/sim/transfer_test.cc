// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct TransferAccess {
  const char* name;
  const char* alice;

  LinkOptions link;
};
void PrintTo(const TransferAccess& access, std::ostream* out) {
  *out << access.name;
}

/// Alice, Bob and Carol at our proxy. Bob is the one who is transferred.
class TransferTest : public ::testing::TestWithParam<TransferAccess> {
 protected:
  TransferTest()
      : c_(add_carol()), carol_(world_.network, c_), carol_account_(carol_.add_account(carols())) {}
  void SetUp() override {
    ASSERT_TRUE(world_.register_both());
    carol_.start_registration(carol_account_);
    ASSERT_TRUE(wait([&] {
      const auto changed = carol_.last<RegistrationChanged>();
      return changed && changed->state == RegistrationState::registered;
    }));
    carol_.auto_answer(world_.speaking(kCarolTone));
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    for (const auto& fault : carol_.faults()) ADD_FAILURE() << "carol: " << fault;
    if (HasFailure()) std::cout << world_.story() << "-- carol\n" << carol_.log();
  }
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.access = GetParam().link;
    options.alice_at = {GetParam().alice};
    return options;
  }
  FakeHost& add_carol() {
    auto& host = world_.network.add_host("carol");
    host.add_interface("eth0", GetParam().link);
    host.add_interface("lte0", GetParam().link);
    host.attach("eth0", {"10.5.0.2", "2001:db8:5::2"});
    return host;
  }
  static AccountOptions carols() {
    AccountOptions options;
    options.address_of_record = kCarolUri;
    options.password = "singer";
    return options;
  }
  template <class Condition>
  bool wait(Condition condition, Duration limit = 40s) {
    return world_.time.run_until(condition, limit);
  }
  /// What comes of a transfer is recorded by nobody, unless somebody asks for it.
  static void listen(SimUserAgent& agent) {
    agent.on_event([&agent](const Event& event) {
      const auto* answered = std::get_if<CallAnswered>(&event);
      if (answered == nullptr) return;
      static_cast<void>(agent.run([&](ua::Engine& engine, TimePoint now) {
        return engine.start_recording(answered->call, {"ear", RecordOptions::Tracks::heard}, now);
      }));
    });
  }
  /// Alice calls Bob.
  void call_up() {
    ASSERT_TRUE(world_.call_bob());
    alices_ = world_.alice.engine().calls().front();
    bobs_ = world_.bob.engine().calls().front();
    listen(world_.bob);
  }
  Result<void> transfer(std::string_view target) {
    return world_.alice.run([&](ua::Engine& engine, TimePoint now) {
      return engine.transfer(alices_, target, now);
    });
  }
  bool told_final(int status, Duration limit = 40s) {
    return wait(
        [&] {
          const auto last = world_.alice.last<TransferProgress>();
          return last && last->final && last->status == status;
        },
        limit);
  }
  bool bob_and_carol_hear(TimePoint since) {
    return wait([&] {
      return world_.bob.ear().heard(kCarolTone, since) >= 10 &&
             carol_.ear().heard(kBobTone, since) >= 10;
    });
  }
  std::string end_all() {
    carol_.shut_down();
    auto unrest = world_.unrest_at_the_end();
    if (!wait([&] { return carol_.at_rest(); }, 120s)) unrest += carol_.unrest();
    return unrest;
  }

  SimWorld world_{options()};
  FakeHost& c_;
  SimUserAgent carol_;
  AccountId carol_account_;
  CallId alices_;
  CallId bobs_;
};

TEST_P(TransferTest, BlindToSomebodyWhoAnswers) {
  call_up();
  const auto start = world_.now();
  ASSERT_TRUE(transfer(kCarolUri));
  ASSERT_TRUE(told_final(200));
  EXPECT_TRUE(wait([&] { return !world_.alice.all<CallEnded>().empty(); }));
  EXPECT_TRUE(wait([&] { return !world_.bob.all<CallEnded>().empty(); }));
  EXPECT_TRUE(bob_and_carol_hear(start));

  const auto requested = world_.bob.all<TransferRequested>();
  ASSERT_THAT(requested, SizeIs(1));
  EXPECT_EQ(requested[0].call, bobs_);
  EXPECT_EQ(requested[0].target, kCarolUri);
  EXPECT_THAT(requested[0].referred_by, HasSubstr(kAliceUri));
  EXPECT_THAT(world_.bob.engine().calls(), SizeIs(1));
  EXPECT_EQ(world_.bob.engine().calls().front(), requested[0].new_call);
  EXPECT_EQ(world_.bob.last<CallEnded>()->who, Who::peer);
  EXPECT_EQ(end_all(), "");
}

TEST_P(TransferTest, WhoIsBusyIsToldAndTheCallGoesOn) {
  carol_.auto_answer({}, 24h);
  call_up();
  carol_.on_event([this](const Event& event) {
    const auto* incoming = std::get_if<IncomingCall>(&event);
    if (incoming == nullptr) return;
    static_cast<void>(carol_.run([&](ua::Engine& engine, TimePoint now) {
      return engine.decline(incoming->call, 486, now);
    }));
  });
  ASSERT_TRUE(transfer(kCarolUri));
  ASSERT_TRUE(told_final(486));
  const auto start = world_.now();
  EXPECT_TRUE(world_.both_hear(start, 5s));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
  EXPECT_TRUE(transfer("sip:nobody@example.test")) << "and another transfer may be tried";
  ASSERT_TRUE(told_final(404));
  EXPECT_TRUE(world_.both_hear(world_.now(), 5s));
  EXPECT_EQ(end_all(), "");
}

TEST_P(TransferTest, WhoDoesNotWantToBeTransferredStays) {
  AccountOptions options;
  options.address_of_record = kBobUri;
  options.password = "builder";
  options.transfers = TransferPolicy::refuse;
  static_cast<void>(world_.bob.run([&](ua::Engine& engine, TimePoint now) {
    return engine.remove_account(world_.bob_account, now);
  }));
  world_.bob_account = world_.bob.add_account(options);
  world_.bob.start_registration(world_.bob_account);
  world_.run_for(2s);
  call_up();
  ASSERT_TRUE(transfer(kCarolUri));
  ASSERT_TRUE(told_final(603));
  EXPECT_EQ(world_.bob.last<TransferRequested>()->new_call, CallId{});
  EXPECT_TRUE(world_.both_hear(world_.now(), 5s));
  EXPECT_EQ(end_all(), "");
}

TEST_P(TransferTest, AttendedToSomebodyWhoIsCalledAlready) {
  call_up();
  const auto second = world_.alice.dial(world_.alice_account, kCarolUri, world_.speaking(440));
  ASSERT_TRUE(second);
  ASSERT_TRUE(wait([&] { return world_.alice.all<CallAnswered>().size() == 2; }));
  world_.run_for(500ms);
  listen(carol_);
  const auto start = world_.now();
  ASSERT_TRUE(world_.alice.run([&](ua::Engine& engine, TimePoint now) {
    return engine.transfer_to(alices_, *second, now);
  }));
  ASSERT_TRUE(told_final(200));
  EXPECT_TRUE(wait([&] { return world_.alice.all<CallEnded>().size() == 2; }));
  EXPECT_TRUE(bob_and_carol_hear(start));

  const auto incoming = carol_.all<IncomingCall>();
  ASSERT_THAT(incoming, SizeIs(2));
  EXPECT_EQ(incoming[1].replaces, incoming[0].call);
  const auto replaced = carol_.all<CallReplaced>();
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_EQ(replaced[0].call, incoming[0].call);
  EXPECT_EQ(replaced[0].by, incoming[1].call);
  EXPECT_THAT(carol_.engine().calls(), SizeIs(1));
  EXPECT_TRUE(wait([&] { return world_.bob.engine().calls().size() == 1; }));
  EXPECT_THAT(world_.alice.engine().calls(), IsEmpty());
  EXPECT_EQ(end_all(), "");
}

TEST_P(TransferTest, LostNotificationsComeAgain) {
  call_up();
  int swallowed = 0;
  world_.network.set_swallower([&](const FakePacket& packet) {
    return packet.bytes.starts_with("NOTIFY") && ++swallowed <= 3;
  });
  ASSERT_TRUE(transfer(kCarolUri));
  EXPECT_TRUE(told_final(200));
  EXPECT_TRUE(wait([&] { return !world_.bob.all<CallEnded>().empty(); }));
  EXPECT_EQ(end_all(), "");
}

TEST_P(TransferTest, WithoutAnyNotificationItEndsUntold) {
  call_up();
  world_.network.set_swallower(
      [](const FakePacket& packet) { return packet.bytes.starts_with("NOTIFY"); });
  ASSERT_TRUE(transfer(kCarolUri));
  ASSERT_TRUE(told_final(0, 5min));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
  world_.network.set_swallower({});
  EXPECT_EQ(end_all(), "");
}

TEST_P(TransferTest, SurvivesANetworkChangeOfEachAtEachStep) {
  // What Alice does at each 20 ms from the transfer on: her address goes, another comes.
  for (Duration at = 0ms; at <= 300ms; at += 20ms) {
    SCOPED_TRACE(std::chrono::duration_cast<std::chrono::milliseconds>(at).count());
    SimWorld world(options());
    auto& host = world.network.add_host("carol");
    host.add_interface("eth0", GetParam().link);
    host.attach("eth0", {"10.5.0.2", "2001:db8:5::2"});
    SimUserAgent carol(world.network, host);
    const auto account = carol.add_account(carols());
    ASSERT_TRUE(world.register_both());
    carol.start_registration(account);
    carol.auto_answer(world.speaking(kCarolTone));
    ASSERT_TRUE(world.call_bob());
    const auto call = world.alice.engine().calls().front();
    ASSERT_TRUE(world.alice.run([&](ua::Engine& engine, TimePoint now) {
      return engine.transfer(call, kCarolUri, now);
    }));
    world.run_for(at);
    world.break_to({"10.2.0.7", "2001:db8:2::7"}, 100ms);
    // A defined end: told how it went, or the call was over before.
    EXPECT_TRUE(world.time.run_until(
        [&] {
          const auto last = world.alice.last<TransferProgress>();
          return last && last->final;
        },
        5min));
    world.run_for(40s);
    const auto last = world.alice.last<TransferProgress>();
    if (last && last->status == 200) {
      EXPECT_THAT(world.alice.all<CallEnded>(), SizeIs(1));
      EXPECT_THAT(carol.engine().calls(), SizeIs(1));
    }
    EXPECT_EQ(world.faults(), "");
    carol.shut_down();
    EXPECT_EQ(world.unrest_at_the_end(), "");
    if (HasFailure()) {
      std::cout << world.story() << "-- carol\n" << carol.log();
      return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    TransferAccess, TransferTest,
    ::testing::Values(TransferAccess{"v4", "10.1.0.2", {.delay = 25ms}},
                      TransferAccess{"v6", "2001:db8:1::2", {.delay = 25ms}},
                      TransferAccess{
                          "rough", "10.1.0.2", {.delay = 25ms, .loss = 0.1, .duplication = 0.1}}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace godwit::test
