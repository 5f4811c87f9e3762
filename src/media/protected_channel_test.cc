// SPDX-License-Identifier: Apache-2.0
#include "media/protected_channel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "support/address_of.h"
#include "support/wall_clock.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

const auto kHere = test::at("192.0.2.1:4001");
const auto kThere = test::at("192.0.2.2:4001");
constexpr PathId kPath{1};

/// Two ends of one channel, in one moment.
class ProtectedChannelTest : public ::testing::Test {
 protected:
  static ProtectedChannel::Options options(const crypto::DtlsCertificate& certificate) {
    return {Channel::rtcp, certificate, {}, {}};
  }
  static sdp::DtlsProtection agreed(bool client, const crypto::DtlsCertificate& far_end) {
    return {.client = client,
            .remote_fingerprints = {{"sha-256", far_end.fingerprint()}},
            .local_tls_id = {},
            .remote_tls_id = {}};
  }
  void shake_hands() {
    test::WallClock::set(now_);
    one_.send_on(kPath, kThere, now_);
    one_.configure(agreed(true, theirs_), now_);
    other_.send_on(kPath, kHere, now_);
    other_.configure(agreed(false, ours_), now_);
    exchange();
  }
  /// Until nobody has anything to say.
  void exchange() {
    for (bool said = true; std::exchange(said, false);) {
      while (const auto packet = one_.poll_transmit()) {
        EXPECT_EQ(packet->channel, Channel::rtcp);
        said = other_.on_datagram(kHere, packet->bytes, now_);
      }
      while (const auto packet = other_.poll_transmit()) {
        said = one_.on_datagram(kThere, packet->bytes, now_);
      }
    }
  }
  /// An empty receiver report.
  static std::array<std::byte, 8> report() {
    return {std::byte{0x80}, std::byte{201}, {}, std::byte{1}, {}, {}, {}, std::byte{7}};
  }

  TimePoint now_{1000s};
  crypto::DtlsCertificate ours_ = crypto::DtlsCertificate::make().value();
  crypto::DtlsCertificate theirs_ = crypto::DtlsCertificate::make().value();
  ProtectedChannel one_{7, options(ours_)};
  ProtectedChannel other_{8, options(theirs_)};
};

TEST_F(ProtectedChannelTest, WhatOneSealsTheOtherOpens) {
  EXPECT_FALSE(one_.ready());
  EXPECT_FALSE(one_.seal_rtcp(report()));
  shake_hands();
  ASSERT_TRUE(one_.ready());
  const auto sealed = one_.seal_rtcp(report());
  ASSERT_TRUE(sealed);
  const auto opened = other_.open_rtcp(*sealed, now_);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(std::ranges::equal(opened->packet, report()));
}

TEST_F(ProtectedChannelTest, AnEndIsToldAndTakesTheKeysAway) {
  shake_hands();
  const auto sealed = one_.seal_rtcp(report());
  const std::vector<std::byte> kept(sealed->begin(), sealed->end());
  one_.close(now_);
  exchange();
  EXPECT_FALSE(other_.ready());
  EXPECT_FALSE(other_.open_rtcp(kept, now_));
  std::vector<Notice> notices;
  other_.take_notices(notices);
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<KeyingEnded>(notices[0]));
  other_.take_notices(notices);
  EXPECT_EQ(notices.size(), 1U);
}

TEST_F(ProtectedChannelTest, WithoutACertificateThereIsNoHandshake) {
  ProtectedChannel plain(7, {});
  plain.send_on(kPath, kThere, now_);
  plain.configure(agreed(true, theirs_), now_);
  EXPECT_FALSE(plain.poll_transmit());
  EXPECT_FALSE(plain.on_datagram(kThere, {}, now_));
  EXPECT_EQ(plain.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace godwit::media
