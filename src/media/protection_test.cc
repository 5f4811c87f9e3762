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
  static void configure(MediaEnd& end, sdp::Agreement agreement, PathId path, TimePoint now) {
    agreement.rtcp_mux = true;
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
  void dtls(MediaEnd& end, const net::SocketAddress& remote, PathId path, bool client) {
    const auto& other = &end == &alice_ ? *bob_kit_ : *alice_kit_;
    auto agreement = test::agree_with(remote);
    agreement.protection = sdp::DtlsProtection{
        .client = client,
        .remote_fingerprints = {{.hash = "sha-256", .bytes = other.certificate->fingerprint()}},
        .local_tls_id = {},
        .remote_tls_id = {}};
    configure(end, agreement, path, wire_.now());
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

}  // namespace
}  // namespace godwit::media
