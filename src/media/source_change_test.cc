// SPDX-License-Identifier: Apache-2.0
#include "media/source_change.h"

#include <gtest/gtest.h>

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kRingback = 1;
constexpr std::uint32_t kTalk = 2;
const net::SocketAddress kGateway{net::IpAddress::v4({192, 0, 2, 9}), 4000};
const net::SocketAddress kElsewhere{net::IpAddress::v4({198, 51, 100, 1}), 4000};

/// Who is heard, of those that speak.
class SourceChangeTest : public ::testing::Test {
 protected:
  struct Speaks {
    std::uint32_t ssrc = kTalk;
    Proof proof = Proof::address;
    net::SocketAddress from = kGateway;
  };
  /// One packet, of the next number of its source. @return whether its source is heard.
  bool say(const Speaks& said) {
    const auto sequence = next_[said.ssrc]++;
    if (said.ssrc != heard_.ssrc) {
      if (!change_.takes_over({said.ssrc, sequence, said.from, said.proof, now_}, heard_)) {
        return false;
      }
      ++changes_;
    }
    heard_.ssrc = said.ssrc;
    heard_.from = said.from;
    heard_.at = now_;
    return true;
  }
  /// For so long, a packet each 20 ms.
  void talk(const Speaks& who, Duration length) {
    for (const TimePoint end = now_ + length; now_ < end; now_ += 20ms) say(who);
  }
  /// From now on until its source is heard, a packet each 20 ms; at most 3 s.
  Duration until_heard(const Speaks& who) {
    const TimePoint begin = now_;
    while (!say(who) && now_ - begin < 3s) now_ += 20ms;
    return now_ - begin;
  }

  TimePoint now_{100s};
  SourceChange change_;
  SourceChange::Heard heard_{.ssrc = kRingback, .from = kGateway, .at = now_, .packet_time = 20ms};
  std::uint16_t next_[4] = {65'534, 65'534, 65'534, 65'534};
  int changes_ = 0;
};

TEST_F(SourceChangeTest, AGatewayThatChangesItsSourceIsHeardAgainAtOnce) {
  for (const auto proof : {Proof::address, Proof::key}) {
    change_.start_over();
    talk({.ssrc = kRingback, .proof = proof}, 200ms);
    EXPECT_EQ(until_heard({.ssrc = kTalk, .proof = proof}), 40ms);
    talk({.ssrc = kTalk, .proof = proof}, 5s);
    EXPECT_EQ(until_heard({.ssrc = kRingback, .proof = proof}), 40ms) << "and back";
    talk({.ssrc = kRingback, .proof = proof}, 5s);
  }
  EXPECT_EQ(changes_, 4);
}

TEST_F(SourceChangeTest, OnePacketDoesItOnlyWhereItIsAuthentic) {
  now_ += 100ms;
  EXPECT_FALSE(say({.proof = Proof::address}));
  EXPECT_TRUE(say({.proof = Proof::key}));
}

TEST_F(SourceChangeTest, APacketOutOfOrderBeginsTheProbationAnew) {
  now_ += 100ms;
  EXPECT_FALSE(say({}));
  ++next_[kTalk];
  EXPECT_FALSE(say({}));
  EXPECT_FALSE(say({.ssrc = 3}));
  EXPECT_FALSE(say({}));
  EXPECT_TRUE(say({}));
}

TEST_F(SourceChangeTest, AStrangerWinsNothing) {
  now_ += 980ms;
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(say({.proof = Proof::none, .from = kElsewhere}));
}

TEST_F(SourceChangeTest, AForgedAddressDoesNotGetInWhileNobodyMeansToSpeak) {
  heard_.silent_by_intent = true;
  now_ += 980ms;
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(say({.proof = Proof::address}));
  EXPECT_TRUE(say({.proof = Proof::key})) << "that is no forgery";
}

TEST_F(SourceChangeTest, TwoThatSpeakAtTheSameTimeDoNotTakeTurns) {
  for (const auto proof : {Proof::address, Proof::key}) {
    for (int i = 0; i < 500; ++i) {
      say({.ssrc = kRingback, .proof = proof});
      now_ += 10ms;
      say({.ssrc = kTalk, .proof = proof});
      now_ += 10ms;
    }
  }
  EXPECT_EQ(changes_, 0);
}

TEST_F(SourceChangeTest, WhoWasOnlyLateIsBackAtOnceAndStays) {
  talk({.ssrc = kRingback}, 200ms);
  talk({.ssrc = kTalk}, 300ms);
  EXPECT_EQ(heard_.ssrc, kTalk);
  for (int i = 0; i < 500; ++i) {
    say({.ssrc = kTalk});
    now_ += 10ms;
    if (i % 20 != 0) say({.ssrc = kRingback});  // now and then 60 ms of it are lost
    if (i % 20 == 1) now_ += 40ms;
    now_ += 10ms;
  }
  EXPECT_EQ(changes_, 2);
  EXPECT_EQ(heard_.ssrc, kRingback);
}

TEST_F(SourceChangeTest, OnePacketThatWasLongUnderWayUndoesNothing) {
  talk({.ssrc = kRingback}, 200ms);
  talk({.ssrc = kTalk}, 300ms);
  EXPECT_FALSE(say({.ssrc = kRingback}));
  talk({.ssrc = kTalk}, 1s);
  EXPECT_EQ(changes_, 1);
}

TEST_F(SourceChangeTest, WhoComesBackNeedsNoMoreProofThanItHadBefore) {
  heard_.from = kElsewhere;
  now_ += 100ms;
  EXPECT_FALSE(say({}));
  EXPECT_TRUE(say({}));
  EXPECT_FALSE(say({.ssrc = kRingback, .proof = Proof::none, .from = kElsewhere}));
  EXPECT_TRUE(say({.ssrc = kRingback, .proof = Proof::none, .from = kElsewhere}));
}

TEST_F(SourceChangeTest, OfLongPacketsThreeAreWaitedFor) {
  heard_.packet_time = 60ms;
  talk({.ssrc = kRingback}, 200ms);
  EXPECT_EQ(until_heard({}), 160ms);
}

}  // namespace
}  // namespace godwit::media
