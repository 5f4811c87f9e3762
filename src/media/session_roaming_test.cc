// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "audio/tone_detector.h"
#include "srtp/master_key.h"
#include "support/address_of.h"
#include "support/media_wire.h"
#include "support/sdes_key.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using test::MediaEnd;
using test::MediaWire;
using test::SentPacket;

constexpr PathId kMoverWifi{1};
constexpr PathId kMoverLte{2};
constexpr PathId kStayer{3};
const auto kWifiAt = test::at("10.1.0.2:4000");
const auto kLteAt = test::at("10.2.0.2:4010");
const auto kStayerAt = test::at("10.3.0.2:4020");
const auto kObserverAt = test::at("10.66.0.1:6666");
constexpr auto kOneWay = MediaWire::kDelay;

/// Mover and stayer talk over SRTP, 25 ms apart, each with a tone of its own. No signalling but
/// where a test says so.
class SessionRoamingTest : public ::testing::Test {
 protected:
  void connect(srtp::Suite suite = srtp::Suite::aes_cm_128_hmac_sha1_80, bool mux = true) {
    suite_ = suite;
    mux_ = mux;
    wire_.open_path(mover_, kMoverWifi, kWifiAt);
    wire_.open_path(stayer_, kStayer, kStayerAt);
    agree(mover_, kMoverWifi, kStayerAt, 1, 2);
    wire_.run(3ms);  // clocks of their own
    agree(stayer_, kStayer, kWifiAt, 2, 1);
    wire_.run(1s);
  }
  void agree(MediaEnd& end, PathId path, const net::SocketAddress& remote, std::uint8_t own,
             std::uint8_t theirs) {
    auto agreement = test::agree_with(remote);
    agreement.protection =
        sdp::SdesProtection{test::sdes_key(suite_, own), test::sdes_key(suite_, theirs)};
    agreement.rtcp_mux = mux_;
    end.session->configure(agreement, wire_.now());
    end.session->send_on(path, remote, wire_.now());
  }
  /// The mover's old address dies and another one comes.
  TimePoint move() {
    wire_.dead.insert(kWifiAt.address);
    wire_.open_path(mover_, kMoverLte, kLteAt);
    mover_.session->send_on(kMoverLte, kStayerAt, wire_.now());
    return wire_.now();
  }
  std::vector<SentPacket> sent_to(const net::SocketAddress& to,
                                  TimePoint since = TimePoint{}) const {
    std::vector<SentPacket> out;
    std::ranges::copy_if(stayer_.sent, std::back_inserter(out), [&](const SentPacket& packet) {
      return packet.to == to && packet.at >= since;
    });
    return out;
  }
  std::size_t frames_to(const net::SocketAddress& to, TimePoint since) const {
    const auto sent = sent_to(to, since);
    return static_cast<std::size_t>(std::ranges::count_if(
        sent, [](const SentPacket& packet) { return packet.bytes.size() > 170; }));
  }
  static double share(const MediaEnd& end, Duration last, double hz) {
    const auto count = static_cast<std::size_t>(last / 125us);
    return audio::tone_share(std::span{end.heard->samples}.last(count), hz);
  }
  /// Everything of the mover's reaches the stayer from the observer first.
  void observer_forwards_first(int packets) {
    wire_.fate = [this, packets](const SentPacket& packet, const net::SocketAddress& from) mutable {
      if (packet.to == kStayerAt && from == kWifiAt && packets-- > 0) {
        stayer_.session->on_packet(
            {kStayer, packet.channel, kObserverAt, packet.bytes, wire_.now()}, wire_.now());
      }
      return std::optional<Duration>{kOneWay};
    };
  }

  MediaWire wire_;
  MediaEnd& mover_ = wire_.add_end(440);
  MediaEnd& stayer_ = wire_.add_end(1000);
  srtp::Suite suite_{};
  bool mux_ = true;
};

// Authentic, and so from wherever it comes.
TEST_F(SessionRoamingTest, AnotherSourceUnderTheSameKeyIsHeardOn) {
  connect();
  MediaEnd& talk = wire_.add_end(660);
  wire_.open_path(talk, kMoverLte, kLteAt);
  mover_.session->stop_sending(wire_.now());
  agree(talk, kMoverLte, kStayerAt, 1, 2);
  wire_.run(500ms);
  EXPECT_GT(share(stayer_, 250ms, 660), 0.99);
  EXPECT_LE(stayer_.session->statistics(wire_.now()).packets_dropped, 3U);
}

TEST_F(SessionRoamingTest, SoundIsBackAfterOneRoundTripWithoutAnySignalling) {
  connect();
  const auto t0 = move();
  wire_.run(100ms);
  const auto sent = sent_to(kLteAt);
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent.front().at - t0, kOneWay);  // the latest frame, at once
  const auto heard = mover_.told<FirstPacketReceived>();
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.back().path, kMoverLte);
  EXPECT_EQ(heard.back().at - t0, 2 * kOneWay);
}

TEST_F(SessionRoamingTest, AReportConfirmsTheMoveAfterARoundTripAndOneCopyIsSentFromThenOn) {
  connect();
  const auto t0 = move();
  wire_.run(kOneWay + 60ms);
  EXPECT_GT(frames_to(kWifiAt, t0 + kOneWay), 0U);  // both meanwhile
  wire_.run(kOneWay);
  const auto confirmed = wire_.now();
  wire_.run(3s);
  EXPECT_EQ(frames_to(kWifiAt, confirmed), 0U);
  EXPECT_NEAR(static_cast<double>(frames_to(kLteAt, confirmed)), 150, 1);
  EXPECT_GT(share(mover_, 2s, 1000), 0.9);
  EXPECT_GT(share(stayer_, 2s, 440), 0.9);
}

// Signalling may not get through for long: nothing but the reports tells that the new address is right.
TEST_F(SessionRoamingTest, WhoHadNoNetworkForAMomentIsFollowedForGoodAsWell) {
  connect();
  wire_.dead.insert(kWifiAt.address);
  mover_.session->stop_sending(wire_.now());
  wire_.run(200ms);
  move();
  wire_.run(2 * kOneWay + 60ms);
  const auto confirmed = wire_.now();
  wire_.run(4s);
  EXPECT_EQ(frames_to(kWifiAt, confirmed), 0U);
  EXPECT_NEAR(static_cast<double>(frames_to(kLteAt, confirmed)), 200, 1);
  EXPECT_GT(share(mover_, 2s, 1000), 0.9);
}

TEST_F(SessionRoamingTest, WithReportsBlockedTheRefreshConfirmsTheMove) {
  connect(srtp::Suite::aead_aes_128_gcm);
  wire_.fate = [](const SentPacket& packet, const net::SocketAddress&) {
    const bool report = packet.bytes.size() < 170;
    return report ? std::nullopt : std::optional<Duration>{kOneWay};
  };
  const auto t0 = move();
  wire_.run(200ms);
  EXPECT_GT(frames_to(kWifiAt, t0 + 150ms), 0U);
  agree(stayer_, kStayer, kLteAt, 4, 3);
  wire_.run(kOneWay);
  agree(mover_, kMoverLte, kStayerAt, 3, 4);
  const auto confirmed = wire_.now();
  wire_.run(2s);
  EXPECT_EQ(frames_to(kWifiAt, confirmed), 0U);
  EXPECT_GT(share(mover_, 1900ms, 1000), 0.9);
  EXPECT_GT(share(stayer_, 1900ms, 440), 0.9);
  EXPECT_EQ(mover_.session->statistics(wire_.now()).packets_dropped, 0U);
}

TEST_F(SessionRoamingTest, AShortTagIsNotFollowedButSignallingIs) {
  connect(srtp::Suite::aes_cm_128_hmac_sha1_32, false);
  move();
  wire_.run(500ms);
  EXPECT_THAT(sent_to(kLteAt), ::testing::IsEmpty());
  agree(stayer_, kStayer, kLteAt, 4, 3);
  wire_.run(50ms);
  EXPECT_THAT(sent_to(kLteAt), ::testing::Not(::testing::IsEmpty()));
}

TEST_F(SessionRoamingTest, WithoutMultiplexingTheFirstFrameIsFollowed) {
  connect(srtp::Suite::aes_cm_128_hmac_sha1_80, false);
  const auto t0 = move();
  wire_.run(100ms);
  const auto sent = sent_to(kLteAt);
  ASSERT_FALSE(sent.empty());
  EXPECT_LE(sent.front().at - t0, kOneWay + 20ms);
}

TEST_F(SessionRoamingTest, TwoMovesInARowAreFollowedToTheLast) {
  connect();
  move();
  wire_.run(150ms);
  const auto third = test::at("10.4.0.2:4030");
  wire_.dead.insert(kLteAt.address);
  wire_.open_path(mover_, PathId{5}, third);
  mover_.session->send_on(PathId{5}, kStayerAt, wire_.now());
  const auto t1 = wire_.now();
  wire_.run(2s);
  ASSERT_FALSE(sent_to(third).empty());
  EXPECT_LE(sent_to(third).front().at - t1, kOneWay + 60ms);  // one move per round trip
  EXPECT_GT(share(mover_, 1800ms, 1000), 0.9);
}

TEST_F(SessionRoamingTest, AnObserverThatForwardsOnePacketFirstTakesNothingAway) {
  connect();
  observer_forwards_first(1);
  const auto t0 = wire_.now();
  wire_.run(2s);
  EXPECT_LE(frames_to(kObserverAt, t0), 4U);  // until the mover's next packet has come
  EXPECT_GE(frames_to(kWifiAt, t0), 99U);
  EXPECT_GT(share(mover_, 1900ms, 1000), 0.9);
  EXPECT_GT(share(stayer_, 1900ms, 440), 0.9);
}

TEST_F(SessionRoamingTest, AnObserverThatAlwaysForwardsFirstIsGivenUpAfterASecond) {
  connect();
  observer_forwards_first(1'000'000);
  const auto t0 = wire_.now();
  wire_.run(10s);
  EXPECT_LE(frames_to(kObserverAt, t0), 51U);
  EXPECT_THAT(sent_to(kObserverAt, t0 + 1100ms), ::testing::IsEmpty());
  EXPECT_GE(frames_to(kWifiAt, t0), 499U);  // the mover has had every frame
  EXPECT_GT(share(mover_, 9900ms, 1000), 0.9);
}

TEST_F(SessionRoamingTest, ReplaysFromElsewhereMoveNothing) {
  connect();
  const auto recorded = mover_.sent;
  for (const SentPacket& packet : recorded) {
    stayer_.session->on_packet({kStayer, packet.channel, kObserverAt, packet.bytes, wire_.now()},
                               wire_.now());
    wire_.run(1ms);
  }
  EXPECT_THAT(sent_to(kObserverAt), ::testing::IsEmpty());
}

TEST_F(SessionRoamingTest, WhatTheKernelRefusedGoesOutUnderItsNumberAndIsHeard) {
  connect();
  wire_.run(1s);
  mover_.refusing.insert(kMoverWifi);
  wire_.run(70ms);
  const auto t0 = move();
  wire_.run(2s);
  EXPECT_EQ(stayer_.session->statistics(wire_.now()).packets_lost, 0U);
  EXPECT_GT(share(stayer_, 1900ms, 440), 0.9);
  EXPECT_EQ(sent_to(kLteAt).front().at - t0, kOneWay);
}

}  // namespace
}  // namespace godwit::media
