// SPDX-License-Identifier: Apache-2.0
#include "media/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using Change = Follower::Change;

constexpr std::size_t kPacket = 182;  // 20 ms of PCMU with its tag
constexpr PathId kPath{1};
constexpr Duration kTrip = 100ms;

class FollowerTest : public ::testing::TestWithParam<net::Family> {
 protected:
  FollowerTest() {
    follower_.allow(true);
    follower_.send_on(target(1));
    EXPECT_EQ(hear(1), Change::none);  // symmetric so far
  }

  net::SocketAddress address(int host) const {
    const bool v4 = GetParam() == net::Family::v4;
    const auto text = (v4 ? "192.0.2." : "2001:db8::") + std::to_string(host);
    return {*net::IpAddress::parse(text), 4000};
  }
  Target target(int host) const { return {kPath, address(host)}; }
  Follower::Heard packet_from(int host) const {
    return {.from = target(host), .bytes = kPacket, .newest = true, .reset = false, .tag = 80};
  }
  Change hear(const Follower::Heard& packet) {
    return follower_.on_authentic(packet, kTrip, clock_.now());
  }
  Change hear(int host) { return hear(packet_from(host)); }
  /// One packet leaves.
  Follower::Destinations send() { return follower_.take_destinations(kPacket); }
  Target home() const { return target(1); }

  FakeClock clock_;
  Follower follower_;
};

TEST_P(FollowerTest, MovesAtOnceWithTheFirstAuthenticPacketFromANewAddress) {
  EXPECT_EQ(hear(2), Change::moved);
  EXPECT_EQ(follower_.target(), target(2));
  EXPECT_EQ(follower_.anchor(), home());
}

TEST_P(FollowerTest, StaysWhereItMayNotFollow) {
  follower_.allow(false);
  EXPECT_EQ(hear(2), Change::none);
  EXPECT_EQ(follower_.target(), home());
}

TEST_P(FollowerTest, ATagThatCanBeGuessedMovesNothing) {
  auto packet = packet_from(2);
  packet.tag = 32;
  EXPECT_EQ(hear(packet), Change::none);
  packet.tag = 79;
  EXPECT_EQ(hear(packet), Change::none);
  packet.tag = 128;
  EXPECT_EQ(hear(packet), Change::moved);
}

TEST_P(FollowerTest, AnOlderPacketMovesNothing) {
  auto packet = packet_from(2);
  packet.newest = false;
  EXPECT_EQ(hear(packet), Change::none);
  EXPECT_EQ(follower_.target(), home());
}

TEST_P(FollowerTest, AContextThatWasResetMovesNothing) {
  auto packet = packet_from(2);
  packet.reset = true;
  EXPECT_EQ(hear(packet), Change::none);
  EXPECT_EQ(hear(2), Change::moved);
  packet = packet_from(1);
  packet.reset = true;
  EXPECT_EQ(hear(packet), Change::none);  // nor back
  EXPECT_EQ(follower_.target(), target(2));
}

TEST_P(FollowerTest, AFarEndThatNeverSentFromWhereItReceivesIsNotFollowed) {
  follower_.send_on(target(5));
  EXPECT_EQ(hear(2), Change::none);
  auto packet = packet_from(5);
  packet.reset = true;
  EXPECT_EQ(hear(packet), Change::none);
  EXPECT_EQ(hear(2), Change::none);
  EXPECT_EQ(hear(5), Change::none);
  EXPECT_EQ(hear(2), Change::moved);
}

TEST_P(FollowerTest, AnAddressThatCannotBeSentToIsNotFollowed) {
  auto packet = packet_from(2);
  packet.from.remote.port = 0;
  EXPECT_EQ(hear(packet), Change::none);
  packet.from.remote = {net::IpAddress::any(GetParam()), 4000};
  EXPECT_EQ(hear(packet), Change::none);
}

TEST_P(FollowerTest, WithoutATargetNobodyIsFollowed) {
  follower_.stop();
  EXPECT_EQ(hear(2), Change::none);
  EXPECT_EQ(follower_.target(), std::nullopt);
  follower_.send_on({PathId{7}, home().remote});
  EXPECT_EQ(follower_.target(), (Target{PathId{7}, home().remote}));
  EXPECT_EQ(hear(2), Change::moved);
}

TEST_P(FollowerTest, TheOldAddressGetsMediaTooUntilTheMoveIsConfirmed) {
  EXPECT_EQ(hear(2), Change::moved);
  auto to = send();
  EXPECT_EQ(to.first, target(2));
  EXPECT_EQ(to.second, home());
  follower_.send_on(target(2));  // the refresh names it
  EXPECT_FALSE(follower_.on_probation());
  to = send();
  EXPECT_EQ(to.first, target(2));
  EXPECT_EQ(to.second, std::nullopt);
  clock_.advance(10s);
  EXPECT_EQ(follower_.on_timeout(clock_.now()), Change::none);
  EXPECT_EQ(follower_.target(), target(2));
}

TEST_P(FollowerTest, ARefreshThatNamesAnotherAddressWins) {
  EXPECT_EQ(hear(2), Change::moved);
  follower_.send_on(target(3));
  EXPECT_EQ(follower_.target(), target(3));
  EXPECT_EQ(hear(2), Change::none);  // not symmetric there yet
}

TEST_P(FollowerTest, AnAcknowledgedReportConfirmsTheMove) {
  EXPECT_EQ(hear(2), Change::moved);
  ASSERT_TRUE(follower_.probe_due(clock_.now()));
  EXPECT_TRUE(follower_.take_probe(0xabcd, 100, clock_.now()));
  EXPECT_EQ(follower_.on_acknowledged(0xabce, clock_.now()), Change::none);
  EXPECT_EQ(follower_.on_acknowledged(0, clock_.now()), Change::none);
  EXPECT_EQ(follower_.on_acknowledged(0xabcd, clock_.now()), Change::confirmed);
  EXPECT_EQ(follower_.anchor(), target(2));
  EXPECT_EQ(send().second, std::nullopt);
  clock_.advance(1s);
  EXPECT_EQ(hear(3), Change::moved);  // and goes on from there
  EXPECT_EQ(follower_.anchor(), target(2));
}

TEST_P(FollowerTest, AReportOfAnEarlierMoveConfirmsNothing) {
  EXPECT_EQ(hear(2), Change::moved);
  EXPECT_TRUE(follower_.take_probe(0xabcd, 100, clock_.now()));
  clock_.advance(kTrip);
  EXPECT_EQ(hear(3), Change::moved);
  EXPECT_EQ(follower_.on_acknowledged(0xabcd, clock_.now()), Change::none);
  EXPECT_TRUE(follower_.on_probation());
}

TEST_P(FollowerTest, ProbesGoOutFourTimesAtMost) {
  EXPECT_EQ(hear(2), Change::moved);
  int probes = 0;
  while (const auto at = follower_.next_deadline()) {
    clock_.advance(*at - clock_.now());
    EXPECT_EQ(hear(2), Change::none);
    if (follower_.probe_due(clock_.now())) {
      probes +=
          follower_.take_probe(static_cast<std::uint32_t>(probes + 1), 100, clock_.now()) ? 1 : 0;
    }
    static_cast<void>(follower_.on_timeout(clock_.now()));
  }
  EXPECT_EQ(probes, 4);
}

TEST_P(FollowerTest, GoesBackWhenNothingConfirmsTheMove) {
  EXPECT_EQ(hear(2), Change::moved);
  clock_.advance(1s - 1ns);
  EXPECT_EQ(follower_.on_timeout(clock_.now()), Change::none);
  clock_.advance(1ns);
  EXPECT_EQ(follower_.on_timeout(clock_.now()), Change::back);
  EXPECT_EQ(follower_.target(), home());
  EXPECT_EQ(send().second, std::nullopt);
  EXPECT_EQ(follower_.next_deadline(), std::nullopt);
}

TEST_P(FollowerTest, WaitsForThreeRoundTripsWhereTheyAreLong) {
  EXPECT_EQ(follower_.on_authentic(packet_from(2), 500ms, clock_.now()), Change::moved);
  clock_.advance(1500ms - 1ns);
  EXPECT_EQ(follower_.on_timeout(clock_.now()), Change::none);
  clock_.advance(1ns);
  EXPECT_EQ(follower_.on_timeout(clock_.now()), Change::back);
}

TEST_P(FollowerTest, AnAddressThatWasNotConfirmedIsNotTriedAgainBeforeSignallingSpeaks) {
  EXPECT_EQ(hear(2), Change::moved);
  clock_.advance(1s);
  EXPECT_EQ(follower_.on_timeout(clock_.now()), Change::back);
  EXPECT_EQ(hear(2), Change::none);
  follower_.send_on(target(4));
  EXPECT_EQ(hear(4), Change::none);
  EXPECT_EQ(hear(2), Change::moved);
}

TEST_P(FollowerTest, OneMovePerRoundTrip) {
  EXPECT_EQ(hear(2), Change::moved);
  clock_.advance(kTrip - 1ns);
  EXPECT_EQ(hear(3), Change::none);
  clock_.advance(1ns);
  EXPECT_EQ(hear(3), Change::moved);
  EXPECT_EQ(follower_.anchor(), home());
}

TEST_P(FollowerTest, OnlyThreeTimesWhatCameFromThereIsSentThere) {
  EXPECT_EQ(hear(2), Change::moved);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send().first, target(2));
  auto to = send();
  EXPECT_EQ(to.first, home());
  EXPECT_EQ(to.second, std::nullopt);
  EXPECT_FALSE(follower_.take_probe(1, 100, clock_.now()));
  EXPECT_EQ(hear(2), Change::none);  // counts, though it is no move
  EXPECT_EQ(send().first, target(2));
}

TEST_P(FollowerTest, TheOldAddressLosesNothingToTheLimit) {
  EXPECT_EQ(hear(2), Change::moved);
  for (int i = 0; i < 50; ++i) {
    const auto to = send();
    EXPECT_TRUE(to.first == home() || to.second == home());
  }
}

TEST_P(FollowerTest, ANewerPacketFromTheOldAddressEndsTheProbation) {
  EXPECT_EQ(hear(2), Change::moved);
  auto late = packet_from(1);
  late.newest = false;  // was under way on the old path
  EXPECT_EQ(hear(late), Change::none);
  EXPECT_EQ(follower_.target(), target(2));
  EXPECT_EQ(hear(1), Change::back);
  EXPECT_EQ(follower_.target(), home());
}

TEST_P(FollowerTest, AnotherPathOfOursIsNoMoveOfTheFarEnd) {
  EXPECT_EQ(hear(2), Change::moved);
  follower_.send_on({PathId{7}, address(1)});
  EXPECT_TRUE(follower_.on_probation());
  EXPECT_EQ(follower_.target(), (Target{PathId{7}, address(2)}));
  EXPECT_EQ(follower_.anchor(), (Target{PathId{7}, address(1)}));
}

TEST_P(FollowerTest, SignallingThatSaysNothingNewDoesNotUndoAConfirmedMove) {
  EXPECT_EQ(hear(2), Change::moved);
  EXPECT_TRUE(follower_.take_probe(0xabcd, 100, clock_.now()));
  EXPECT_EQ(follower_.on_acknowledged(0xabcd, clock_.now()), Change::confirmed);
  follower_.send_on({PathId{7}, home().remote});  // we moved, and the refresh has not come yet
  EXPECT_EQ(follower_.target(), (Target{PathId{7}, address(2)}));
  follower_.send_on(target(2));
  EXPECT_EQ(hear(3), Change::none);  // one move per round trip
  clock_.advance(kTrip);
  EXPECT_EQ(hear(3), Change::moved);  // symmetric all the time
}

TEST_P(FollowerTest, FollowsAcrossFamiliesByThePathThatHeardIt) {
  const net::SocketAddress other{
      *net::IpAddress::parse(GetParam() == net::Family::v4 ? "2001:db8::9" : "192.0.2.9"), 4000};
  auto packet = packet_from(2);
  packet.from = {PathId{2}, other};
  EXPECT_EQ(hear(packet), Change::moved);
  EXPECT_EQ(follower_.target(), (Target{PathId{2}, other}));
  follower_.send_on({PathId{7}, address(1)});
  EXPECT_EQ(follower_.target(), (Target{PathId{2}, other}));
}

// security.md §2, "Roaming hijack": an observer forwards each packet from elsewhere before it
// arrives, so that the far end's own copies are replays and never heard.
TEST_P(FollowerTest, AnObserverThatForwardsEverythingFirstGetsASecondAndTheFarEndLosesNothing) {
  int to_observer = 0;
  std::size_t bytes_to_observer = 0;
  for (int tick = 0; tick < 500; ++tick) {
    clock_.advance(20ms);
    static_cast<void>(hear(9));
    static_cast<void>(follower_.on_timeout(clock_.now()));
    if (follower_.probe_due(clock_.now()) && follower_.take_probe(7, 100, clock_.now())) {
      bytes_to_observer += 100;
    }
    const auto to = send();
    ASSERT_TRUE(to.first == home() || to.second == home()) << tick;
    if (to.first != home()) {
      ++to_observer;
      bytes_to_observer += kPacket;
    }
  }
  EXPECT_EQ(to_observer, 50);  // its second
  EXPECT_LE(bytes_to_observer, 3 * 51 * kPacket);
  EXPECT_EQ(follower_.target(), home());
}

TEST_P(FollowerTest, AnObserverThatForwardsOnePacketFirstHasOneFrame) {
  EXPECT_EQ(hear(9), Change::moved);
  EXPECT_EQ(send().second, home());
  clock_.advance(20ms);
  EXPECT_EQ(hear(1), Change::back);
  EXPECT_EQ(send().first, home());
}

INSTANTIATE_TEST_SUITE_P(Families, FollowerTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& info) { return std::string(net::to_string(info.param)); });

}  // namespace
}  // namespace godwit::media
