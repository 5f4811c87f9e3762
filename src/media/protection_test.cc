// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "audio/tone_detector.h"
#include "media/packet_kind.h"
#include "rtp/rtcp.h"
#include "srtp/master_key.h"
#include "support/address_of.h"
#include "support/media_wire.h"
#include "support/sdes_key.h"
#include "support/wall_clock.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using test::kLte;
using test::kWifi;
using test::MediaEnd;
using test::MediaWire;
using test::SentPacket;

constexpr PathId kBobPath{3};
const auto kAliceWifi = test::at("10.1.0.2:4000");
const auto kAliceLte = test::at("10.2.0.2:4010");
const auto kBobHome = test::at("10.3.0.2:4020");
const auto kSprayer = test::at("10.9.0.9:6666");

sdp::CryptoAttribute key(std::uint8_t seed) {
  return test::sdes_key(srtp::Suite::aes_cm_128_hmac_sha1_80, seed);
}

/// Alice and Bob talk, 25 ms apart, each with a tone of its own, and SRTP between them.
class SessionProtectionTest : public ::testing::Test {
 protected:
  SessionProtectionTest() {
    wire_.open_path(alice_, kWifi, kAliceWifi);
    wire_.open_path(bob_, kBobPath, kBobHome);
  }
  static std::shared_ptr<const Kit> kit() {
    auto made = std::make_shared<Kit>();
    made->certificate = crypto::DtlsCertificate::make().value();
    return made;
  }
  void configure(MediaEnd& end, sdp::Agreement agreement, PathId path, TimePoint now) const {
    agreement.rtcp_mux = mux_;
    end.session->configure(agreement, now);
    end.session->send_on(path, agreement.remote, now);
  }
  void alice_sdes(std::uint8_t own = 1, std::uint8_t theirs = 2, PathId path = kWifi) {
    auto agreement = test::agree_with(kBobHome);
    agreement.protection = sdp::SdesProtection{key(own), key(theirs)};
    configure(alice_, agreement, path, wire_.now());
  }
  void bob_sdes(const net::SocketAddress& alice, std::uint8_t own = 2, std::uint8_t theirs = 1) {
    auto agreement = test::agree_with(alice);
    agreement.protection = sdp::SdesProtection{key(own), key(theirs)};
    configure(bob_, agreement, kBobPath, wire_.now());
  }
  void dtls(MediaEnd& end, const net::SocketAddress& remote, PathId path, bool client,
            unsigned association = 1) {
    const auto& other = &end == &alice_ ? *bob_kit_ : *alice_kit_;
    auto agreement = test::agree_with(remote);
    agreement.protection = sdp::DtlsProtection{
        .client = client,
        .remote_fingerprints = {{.hash = "sha-256", .bytes = other.certificate->fingerprint()}},
        .local_tls_id = {},
        .remote_tls_id = {},
        .association = association};
    configure(end, agreement, path, wire_.now());
  }
  void both_dtls(unsigned association = 1) {
    dtls(bob_, kAliceWifi, kBobPath, false, association);
    dtls(alice_, kBobHome, kWifi, true, association);
  }
  /// Which of `kind` left by a channel.
  static std::vector<SentPacket> sent_by(const MediaEnd& end, Channel channel, PacketKind kind) {
    std::vector<SentPacket> some;
    std::ranges::copy_if(end.sent, std::back_inserter(some), [&](const SentPacket& packet) {
      return packet.channel == channel && kind_of(packet.bytes) == kind;
    });
    return some;
  }
  static double share(const MediaEnd& end, Duration last, double hz) {
    const auto count = static_cast<std::size_t>(last / 125us);
    return audio::tone_share(std::span{end.heard->samples}.last(count), hz);
  }
  void expect_both_hear(Duration last = 500ms) {
    EXPECT_GT(share(alice_, last, 1000), 0.9);
    EXPECT_GT(share(bob_, last, 440), 0.9);
  }
  /// Sound has the size of an encrypted frame, and reports say nothing of a name.
  static void expect_nothing_plain(const MediaEnd& end) {
    constexpr std::size_t kPlainFrame = 12 + 160;
    for (const SentPacket& packet : end.sent) {
      if (kind_of(packet.bytes) != PacketKind::rtp) continue;
      const bool rtcp = (std::to_integer<int>(packet.bytes[1]) & 0x7f) >= 64;
      if (rtcp) {
        const auto read = rtp::parse_rtcp(packet.bytes);
        EXPECT_FALSE(read && read->size() > 1 &&
                     std::holds_alternative<rtp::SourceDescription>((*read)[1]));
      } else {
        EXPECT_THAT(packet.bytes.size(), ::testing::AnyOf(kPlainFrame + 10, kPlainFrame + 16));
      }
    }
  }
  static std::size_t sent_to(const MediaEnd& end, const net::SocketAddress& to) {
    return static_cast<std::size_t>(
        std::ranges::count_if(end.sent, [&](const SentPacket& packet) { return packet.to == to; }));
  }

  bool mux_ = true;
  MediaWire wire_;
  std::shared_ptr<const Kit> alice_kit_ = wire_.kit = kit();
  MediaEnd& alice_ = wire_.add_end(440);
  std::shared_ptr<const Kit> bob_kit_ = wire_.kit = kit();
  MediaEnd& bob_ = wire_.add_end(1000);
};

TEST_F(SessionProtectionTest, KeysFromSignallingProtectSoundAndReports) {
  alice_sdes();
  bob_sdes(kAliceWifi);
  wire_.run(6s);
  expect_both_hear(5s);
  expect_nothing_plain(alice_);
  expect_nothing_plain(bob_);
  EXPECT_TRUE(alice_.session->statistics(wire_.now()).round_trip_ms) << "reports are understood";
  EXPECT_EQ(alice_.session->statistics(wire_.now()).packets_dropped, 0U);
}

TEST_F(SessionProtectionTest, AHandshakeOnTheMediaPathProtectsSound) {
  dtls(bob_, kAliceWifi, kBobPath, false);
  wire_.run(10ms);
  dtls(alice_, kBobHome, kWifi, true);
  wire_.run(6s);
  expect_both_hear(5s);
  expect_nothing_plain(alice_);
  expect_nothing_plain(bob_);
}

TEST_F(SessionProtectionTest, NothingLeavesBeforeTheHandshakeIsThrough) {
  dtls(alice_, kBobHome, kWifi, true);
  wire_.run(3s);
  EXPECT_GT(alice_.sent.size(), 1U) << "it is tried again";
  for (const SentPacket& packet : alice_.sent) EXPECT_EQ(kind_of(packet.bytes), PacketKind::dtls);
}

TEST_F(SessionProtectionTest, AMoveKeepsTheKeysUntilTheAnswerAndTheOldOneIsUnderstoodAfterIt) {
  alice_sdes();
  bob_sdes(kAliceWifi);
  wire_.run(1s);
  wire_.dead.insert(kAliceWifi.address);
  wire_.open_path(alice_, kLte, kAliceLte);
  alice_.session->send_on(kLte, kBobHome, wire_.now());
  wire_.run(50ms);
  bob_sdes(kAliceLte, 4, 3);  // the offer with Alice's new key has come, Bob answers with one
  wire_.run(50ms);
  alice_sdes(3, 4, kLte);
  wire_.run(2s);
  expect_both_hear(1900ms);
  const auto bob = bob_.session->statistics(wire_.now());
  EXPECT_LE(bob.packets_dropped, 1U) << "the frame that went again; what was under way is opened";
  EXPECT_EQ(bob.packets_lost, 0U);
}

TEST_F(SessionProtectionTest, TheFarEndFollowsBeforeSignallingHasArrived) {
  alice_sdes();
  bob_sdes(kAliceWifi);
  wire_.run(1s);
  wire_.dead.insert(kAliceWifi.address);
  wire_.open_path(alice_, kLte, kAliceLte);
  const TimePoint moved = wire_.now();
  alice_.session->send_on(kLte, kBobHome, moved);
  wire_.run(60ms);
  const auto first = std::ranges::find_if(
      bob_.sent, [&](const SentPacket& packet) { return packet.to == kAliceLte; });
  ASSERT_NE(first, bob_.sent.end());
  EXPECT_EQ(first->at - moved, 25ms) << "with the first packet of Alice's, at once";
  wire_.run(3s);
  EXPECT_GT(share(alice_, 900ms, 1000), 0.9) << "a report confirms it, no signalling needed";
}

TEST_F(SessionProtectionTest, WhoSpraysThePortGetsNothing) {
  alice_sdes();
  bob_sdes(kAliceWifi);
  wire_.run(500ms);
  auto sprayed = alice_.sent.back().bytes;
  for (int i = 0; i < 200; ++i) {
    for (std::byte& byte : std::span{sprayed}.subspan(2)) {
      byte = static_cast<std::byte>(wire_.random().u32());
    }
    bob_.session->on_packet({kBobPath, Channel::rtp, kSprayer, sprayed, wire_.now()}, wire_.now());
    wire_.run(5ms);
  }
  EXPECT_EQ(sent_to(bob_, kSprayer), 0U);
  EXPECT_EQ(bob_.session->statistics(wire_.now()).packets_dropped, 200U);
  expect_both_hear();
}

TEST_F(SessionProtectionTest, PlainPacketsAreNotHeardInAProtectedCall) {
  alice_sdes();
  bob_sdes(kAliceWifi);
  wire_.run(500ms);
  auto agreement = test::agree_with(kAliceWifi);
  configure(bob_, agreement, kBobPath, wire_.now());  // as if somebody had asked for plain sound
  wire_.run(1s);
  expect_nothing_plain(bob_);
  expect_both_hear();
}

TEST_F(SessionProtectionTest, AHandshakeSurvivesAMoveInItsMiddle) {
  dtls(bob_, kAliceWifi, kBobPath, false);
  dtls(alice_, kBobHome, kWifi, true);
  wire_.run(30ms);
  wire_.dead.insert(kAliceWifi.address);
  wire_.open_path(alice_, kLte, kAliceLte);
  alice_.session->send_on(kLte, kBobHome, wire_.now());
  wire_.run(60ms);
  dtls(bob_, kAliceLte, kBobPath, false);
  wire_.run(3s);
  expect_both_hear();
}

// RFC 5764 §4.2, RFC 8842 §3.2
class ReportsBesideRtpTest : public SessionProtectionTest {
 protected:
  ReportsBesideRtpTest() { mux_ = false; }
  void expect_reports_are_understood() {
    for (const MediaEnd* end : {&alice_, &bob_}) {
      EXPECT_TRUE(end->session->statistics(wire_.now()).round_trip_ms);
      EXPECT_FALSE(sent_by(*end, Channel::rtcp, PacketKind::rtp).empty());
      expect_nothing_plain(*end);
    }
  }
  TimePoint late_;  // before it the handshake of reports is lost
};

TEST_F(ReportsBesideRtpTest, HaveAHandshakeOfTheirOwn) {
  both_dtls();
  wire_.run(15s);
  expect_both_hear(5s);
  expect_reports_are_understood();
  for (const MediaEnd* end : {&alice_, &bob_}) {
    EXPECT_EQ(end->session->statistics(wire_.now()).packets_dropped, 0U);
    const auto shaken = sent_by(*end, Channel::rtcp, PacketKind::dtls);
    EXPECT_EQ(shaken.size(), sent_by(*end, Channel::rtp, PacketKind::dtls).size());
    EXPECT_EQ(shaken.front().to.port, (end == &alice_ ? kBobHome : kAliceWifi).port + 1);
  }
}

TEST_F(ReportsBesideRtpTest, DoNotLeaveBeforeTheirOwnHandshakeIsThrough) {
  wire_.fate = [](const SentPacket& packet, const net::SocketAddress&) -> std::optional<Duration> {
    if (packet.channel == Channel::rtcp) return std::nullopt;
    return MediaWire::kDelay;
  };
  both_dtls();
  wire_.run(15s);
  expect_both_hear(5s);
  for (const MediaEnd* end : {&alice_, &bob_}) {
    EXPECT_TRUE(sent_by(*end, Channel::rtcp, PacketKind::rtp).empty());
  }
  wire_.fate = [](const SentPacket&, const net::SocketAddress&) { return MediaWire::kDelay; };
  wire_.run(30s);
  expect_reports_are_understood();
}

TEST_F(ReportsBesideRtpTest, LeaveSoonAfterAHandshakeThatWasLate) {
  wire_.fate = [this](const SentPacket& packet,
                      const net::SocketAddress&) -> std::optional<Duration> {
    if (packet.channel == Channel::rtcp && wire_.now() < late_) return std::nullopt;
    return MediaWire::kDelay;
  };
  late_ = wire_.now() + 2500ms;
  both_dtls();
  wire_.run(4s);
  for (const MediaEnd* end : {&alice_, &bob_}) {
    EXPECT_FALSE(sent_by(*end, Channel::rtcp, PacketKind::rtp).empty());
  }
}

TEST_F(ReportsBesideRtpTest, AreNotUnderTheKeysOfSound) {
  both_dtls();
  wire_.run(15s);
  const auto before = bob_.session->statistics(wire_.now()).packets_dropped;
  const auto report = sent_by(alice_, Channel::rtcp, PacketKind::rtp).back();
  mux_ = true;  // from now on Bob opens them with those of RTP
  dtls(bob_, kAliceWifi, kBobPath, false);
  bob_.session->on_packet({kBobPath, Channel::rtcp, kAliceWifi, report.bytes, wire_.now()},
                          wire_.now());
  EXPECT_EQ(bob_.session->statistics(wire_.now()).packets_dropped, before + 1);
}

TEST_F(ReportsBesideRtpTest, GoOnWithTheirKeysAfterAMove) {
  both_dtls();
  wire_.run(10s);
  wire_.dead.insert(kAliceWifi.address);
  wire_.open_path(alice_, kLte, kAliceLte);
  alice_.session->send_on(kLte, kBobHome, wire_.now());
  wire_.run(50ms);
  dtls(bob_, kAliceLte, kBobPath, false);
  dtls(alice_, kBobHome, kLte, true);
  alice_.sent.clear();
  bob_.sent.clear();
  wire_.run(15s);
  expect_both_hear(5s);
  expect_reports_are_understood();
  for (const MediaEnd* end : {&alice_, &bob_}) {
    EXPECT_TRUE(sent_by(*end, Channel::rtcp, PacketKind::dtls).empty()) << "no other handshake";
  }
}

class ReportsOfAMoverTest : public ReportsBesideRtpTest, public ::testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(AfterMilliseconds, ReportsOfAMoverTest,
                         ::testing::Values(0, 20, 30, 60, 80, 110, 140, 170));

TEST_P(ReportsOfAMoverTest, ShakeHandsAlsoWhereAnEndMovesInItsMiddle) {
  both_dtls();
  wire_.run(std::chrono::milliseconds{GetParam()});
  wire_.dead.insert(kAliceWifi.address);
  wire_.open_path(alice_, kLte, kAliceLte);
  alice_.session->send_on(kLte, kBobHome, wire_.now());
  wire_.run(60ms);
  dtls(bob_, kAliceLte, kBobPath, false);
  wire_.run(15s);
  expect_both_hear();
  expect_reports_are_understood();
}

TEST_F(ReportsBesideRtpTest, BeginAndEndTheirAssociationWithThatOfRtp) {
  both_dtls();
  wire_.run(10s);
  both_dtls(2);
  alice_.sent.clear();
  wire_.run(10s);
  expect_both_hear(5s);
  expect_reports_are_understood();
  EXPECT_FALSE(sent_by(alice_, Channel::rtcp, PacketKind::dtls).empty()) << "both are made anew";
  EXPECT_FALSE(sent_by(alice_, Channel::rtp, PacketKind::dtls).empty());
  alice_.sent.clear();
  alice_.session->finish(wire_.now());
  wire_.flush();
  ASSERT_EQ(alice_.sent.size(), 3U) << "BYE, and close_notify by each channel";
  EXPECT_EQ(kind_of(alice_.sent[0].bytes), PacketKind::rtp);
  EXPECT_EQ(kind_of(alice_.sent[1].bytes), PacketKind::dtls);
  EXPECT_EQ(alice_.sent[1].channel, Channel::rtp);
  EXPECT_EQ(kind_of(alice_.sent[2].bytes), PacketKind::dtls);
  EXPECT_EQ(alice_.sent[2].channel, Channel::rtcp);
}

TEST_F(ReportsBesideRtpTest, ThatGoWithRtpLaterHaveItsKeys) {
  both_dtls();
  wire_.run(10s);
  mux_ = true;
  both_dtls();
  alice_.sent.clear();
  bob_.sent.clear();
  wire_.run(10s);
  expect_both_hear(5s);
  expect_nothing_plain(alice_);
  EXPECT_TRUE(sent_by(alice_, Channel::rtcp, PacketKind::rtp).empty());
  EXPECT_EQ(alice_.session->statistics(wire_.now()).packets_dropped, 0U);
}

// RFC 5246 §7.2.1: an association that the far end ends takes its keys with it.
TEST_F(SessionProtectionTest, WhatTheFarEndHasEndedIsHeardNoMoreAndSignallingMayBeginAnew) {
  both_dtls();
  wire_.run(2s);
  alice_.session->finish(wire_.now());
  wire_.flush();
  ASSERT_GE(alice_.sent.size(), 2U);
  EXPECT_EQ(kind_of(alice_.sent.back().bytes), PacketKind::dtls);
  EXPECT_EQ(kind_of(alice_.sent[alice_.sent.size() - 2].bytes), PacketKind::rtp) << "BYE is before it";
  const auto last_sound = *std::find_if(
      alice_.sent.rbegin() + 2, alice_.sent.rend(),
      [](const SentPacket& packet) { return kind_of(packet.bytes) == PacketKind::rtp; });
  wire_.run(100ms);
  EXPECT_EQ(bob_.told<KeyingEnded>().size(), 1U);
  EXPECT_EQ(kind_of(bob_.sent.back().bytes), PacketKind::dtls) << "it is answered";
  const auto sent = bob_.sent.size();
  const auto before = bob_.session->statistics(wire_.now()).packets_dropped;
  wire_.run(1s);
  EXPECT_EQ(bob_.sent.size(), sent) << "nothing is said to nobody";
  auto forged = last_sound.bytes;
  forged[3] = static_cast<std::byte>(std::to_integer<int>(forged[3]) + 1);
  bob_.session->on_packet({kBobPath, Channel::rtp, kAliceWifi, forged, wire_.now()}, wire_.now());
  EXPECT_EQ(bob_.session->statistics(wire_.now()).packets_dropped, before + 1);
  dtls(bob_, kAliceWifi, kBobPath, true, 2);
  wire_.run(100ms);
  EXPECT_GT(bob_.sent.size(), sent) << "another handshake";
}

TEST_F(SessionProtectionTest, WithoutAProfileInCommonBothAreToldOnce) {
  wire_.suites = {srtp::Suite::aes_cm_128_hmac_sha1_80};
  MediaEnd& carol = wire_.add_end(700);
  wire_.open_path(carol, PathId{4}, kSprayer);
  wire_.suites = {srtp::Suite::aead_aes_256_gcm, srtp::Suite::aes_256_cm_hmac_sha1_80};
  MediaEnd& dave = wire_.add_end(700);
  wire_.open_path(dave, PathId{5}, kAliceLte);
  const auto shakes = [this](MediaEnd& end, PathId path, const net::SocketAddress& remote,
                             bool client) {
    auto agreement = test::agree_with(remote);
    agreement.protection = sdp::DtlsProtection{
        .client = client,
        .remote_fingerprints = {{.hash = "sha-256", .bytes = bob_kit_->certificate->fingerprint()}},
        .local_tls_id = {},
        .remote_tls_id = {}};
    configure(end, agreement, path, wire_.now());
  };
  shakes(carol, PathId{4}, kAliceLte, true);
  shakes(dave, PathId{5}, kSprayer, false);
  wire_.run(20s);
  for (const MediaEnd* end : {&carol, &dave}) {
    const auto told = end->told<KeyingFailed>();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].without_profile);
    EXPECT_THAT(told[0].reason, ::testing::HasSubstr("no protection profile"));
    for (const SentPacket& packet : end->sent) EXPECT_EQ(kind_of(packet.bytes), PacketKind::dtls);
  }
}

// RFC 3711 §9.2
TEST_F(SessionProtectionTest, AKeyThatWearsOutIsToldOnceAndSendsNoMoreThanItMay) {
  auto few = std::make_shared<Kit>();
  few->key_limits.rtp = 160;
  wire_.kit = few;
  MediaEnd& carol = wire_.add_end(500);
  wire_.open_path(carol, PathId{4}, kSprayer);
  const auto use = [&](std::uint8_t own) {
    auto agreement = test::agree_with(kBobHome);
    agreement.protection = sdp::SdesProtection{key(own), key(9)};
    configure(carol, agreement, PathId{4}, wire_.now());
  };
  use(5);
  wire_.run(2s);
  EXPECT_TRUE(carol.told<KeyWearsOut>().empty());
  wire_.run(1080ms);
  EXPECT_EQ(carol.told<KeyWearsOut>().size(), 1U) << "while the last ten may still be sent";
  wire_.run(2s);
  EXPECT_EQ(carol.session->statistics(wire_.now()).packets_received, 0U);
  const auto sound = [&] {
    return std::ranges::count_if(carol.sent, [](const SentPacket& packet) {
      return (std::to_integer<int>(packet.bytes[1]) & 0x7f) < 64;
    });
  };
  EXPECT_EQ(sound(), 160);
  use(6);
  wire_.run(1s);
  EXPECT_GE(sound(), 209);
  EXPECT_EQ(carol.told<KeyWearsOut>().size(), 1U);
  wire_.run(3s);
  EXPECT_EQ(sound(), 320);
  EXPECT_EQ(carol.told<KeyWearsOut>().size(), 2U);
}

}  // namespace
}  // namespace godwit::media
