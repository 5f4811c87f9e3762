// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

/// Alice and Carol call Bob, who makes a conference of the two calls. He speaks in Alice's.
class ConferenceTest : public ::testing::Test {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    return options;
  }
  ConferenceTest() {
    AccountOptions account;
    account.address_of_record = "sip:carol@example.test";
    account.password = "singer";
    carol_account_ = carol_.add_account(account);
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    EXPECT_THAT(carol_.faults(), SizeIs(0));
    if (HasFailure()) std::cout << world_.story() << carol_.log();
  }
  static FakeHost& make_carol(FakeNetwork& network) {
    auto& host = network.add_host("carol");
    host.add_interface("eth0", {.delay = 30ms});
    host.attach("eth0", {"10.4.0.2"});
    return host;
  }
  template <class Command>
  auto bob_does(Command command) {
    return world_.bob.run(command);
  }
  void all_call() {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    CallOptions quiet;
    quiet.record_file = "ear";
    world_.bob.auto_answer(quiet);
    ASSERT_TRUE(carol_.dial(carol_account_, kBobUri, world_.speaking(kCarolTone)));
    world_.run_for(1s);
    const auto calls = world_.bob.engine().calls();
    ASSERT_THAT(calls, SizeIs(2));
    alices_ = calls[0];
    carols_ = calls[1];
  }
  void meet() {
    all_call();
    conference_ = bob_does([](ua::Engine& bob, TimePoint) { return bob.open_conference(); });
    join(alices_, conference_);
    join(carols_, conference_);
    world_.run_for(500ms);
  }
  void join(CallId call, ConferenceId conference) {
    EXPECT_TRUE(bob_does([&](ua::Engine& bob, TimePoint now) {
      return bob.join(call, conference, now);
    }));
  }
  [[nodiscard]] std::size_t alice_hears(std::initializer_list<int> tones, TimePoint since) const {
    return world_.alice.ear().heard_together(tones, since);
  }
  [[nodiscard]] std::size_t carol_hears(std::initializer_list<int> tones, TimePoint since) const {
    return carol_.ear().heard_together(tones, since);
  }

  SimWorld world_{options()};
  FakeHost& c_ = make_carol(world_.network);
  SimUserAgent carol_{world_.network, c_};
  AccountId carol_account_;
  CallId alices_, carols_;  // Bob's two calls
  ConferenceId conference_;
};

TEST_F(ConferenceTest, EachHearsTheOthersButNotItself) {
  meet();
  const auto start = world_.now();
  world_.run_for(2s);
  EXPECT_GE(alice_hears({kBobTone, kCarolTone}, start), 98U);
  EXPECT_GE(carol_hears({kBobTone, kAliceTone}, start), 98U);
  EXPECT_EQ(world_.bob.engine().call_info(alices_)->conference, conference_);
}

TEST_F(ConferenceTest, BeforeAndAfterItEachCallIsForItself) {
  all_call();
  auto start = world_.now();
  world_.run_for(1s);
  EXPECT_GE(alice_hears({kBobTone}, start), 48U);
  EXPECT_GE(carol_hears({}, start), 48U);
  conference_ = bob_does([](ua::Engine& bob, TimePoint) { return bob.open_conference(); });
  join(alices_, conference_);
  join(carols_, conference_);
  world_.run_for(1s);
  ASSERT_TRUE(bob_does([&](ua::Engine& bob, TimePoint now) {
    return bob.close_conference(conference_, now);
  }));
  world_.run_for(300ms);
  start = world_.now();
  world_.run_for(1s);
  EXPECT_GE(alice_hears({kBobTone}, start), 48U);
  EXPECT_GE(carol_hears({}, start), 48U);
  EXPECT_FALSE(world_.bob.engine().call_info(alices_)->conference);
}

TEST_F(ConferenceTest, AMemberThatMovesStaysAndTheOthersMissNothingElse) {
  meet();
  const auto start = world_.now();
  world_.break_to({"10.2.0.2"}, 300ms);
  world_.run_for(5s);
  std::size_t with_bob = carol_hears({kBobTone, kAliceTone}, start);
  with_bob += carol_hears({kBobTone}, start);
  EXPECT_GE(with_bob, 245U) << "Carol hears Bob through Alice's move";
  const auto after = world_.now();
  world_.run_for(2s);
  EXPECT_GE(alice_hears({kBobTone, kCarolTone}, after), 97U);
  EXPECT_GE(carol_hears({kBobTone, kAliceTone}, after), 97U);
  EXPECT_THAT(world_.alice.all<Reconnected>(), SizeIs(1));
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(0));
}

TEST_F(ConferenceTest, WhoIsOnHoldNeitherHearsNorIsHeard) {
  meet();
  ASSERT_TRUE(bob_does([&](ua::Engine& bob, TimePoint now) { return bob.hold(alices_, now); }));
  world_.run_for(1s);
  auto start = world_.now();
  world_.run_for(1s);
  EXPECT_GE(carol_hears({}, start), 48U) << "nor what Bob plays in Alice's call";
  EXPECT_GE(alice_hears({}, start), 48U);
  ASSERT_TRUE(bob_does([&](ua::Engine& bob, TimePoint now) { return bob.resume(alices_, now); }));
  world_.run_for(1s);
  start = world_.now();
  world_.run_for(1s);
  EXPECT_GE(alice_hears({kBobTone, kCarolTone}, start), 48U);
  EXPECT_GE(carol_hears({kBobTone, kAliceTone}, start), 48U);
}

TEST_F(ConferenceTest, WhoHangsUpLeavesTheOthersTalking) {
  meet();
  world_.alice.hang_up(world_.alice.engine().calls().front());
  world_.run_for(500ms);
  const auto start = world_.now();
  world_.run_for(1s);
  EXPECT_GE(carol_hears({}, start), 48U) << "Bob spoke in Alice's call";
  ASSERT_TRUE(bob_does([&](ua::Engine& bob, TimePoint now) {
    return bob.play(carols_, {.kind = PlaySource::Kind::tone, .tone_hz = kBobTone}, now);
  }));
  world_.run_for(300ms);
  const auto again = world_.now();
  world_.run_for(1s);
  EXPECT_GE(carol_hears({kBobTone}, again), 48U) << "it hears what its own call plays";
}

TEST_F(ConferenceTest, WhatOneCallPlaysAllHear) {
  meet();
  ASSERT_TRUE(bob_does([&](ua::Engine& bob, TimePoint now) { return bob.play(alices_, {}, now); }));
  ASSERT_TRUE(bob_does([&](ua::Engine& bob, TimePoint now) {
    return bob.play(carols_, {.kind = PlaySource::Kind::tone, .tone_hz = kBobTone}, now);
  }));
  world_.run_for(300ms);
  const auto start = world_.now();
  world_.run_for(1s);
  EXPECT_GE(alice_hears({kBobTone, kCarolTone}, start), 48U);
  EXPECT_GE(carol_hears({kBobTone, kAliceTone}, start), 48U);
}

TEST_F(ConferenceTest, OnlyCallsThatAreUpJoinConferencesThatAreThere) {
  all_call();
  bob_does([&](ua::Engine& bob, TimePoint now) {
    EXPECT_EQ(bob.join(alices_, ConferenceId{7}, now).error().code, Errc::invalid_argument);
    EXPECT_EQ(bob.close_conference(ConferenceId{7}, now).error().code, Errc::invalid_argument);
    const auto conference = bob.open_conference();
    EXPECT_EQ(bob.join(CallId{99}, conference, now).error().code, Errc::no_such_call);
    EXPECT_TRUE(bob.join(alices_, {}, now)) << "to be in none";
    EXPECT_TRUE(bob.close_conference(conference, now));
    EXPECT_EQ(bob.join(alices_, conference, now).error().code, Errc::invalid_argument);
    return 0;
  });
}

}  // namespace
}  // namespace godwit::test
