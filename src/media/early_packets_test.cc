// SPDX-License-Identifier: Apache-2.0
#include "media/early_packets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/media_wire.h"
#include "support/sdes_key.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EarlyPacketsTest : public ::testing::Test {
 protected:
  bool comes(int mark, Duration at, std::size_t size = 172) {
    const std::vector<std::byte> bytes(size, static_cast<std::byte>(mark));
    return early_.keep({.path = PathId{1}, .from = {}, .bytes = bytes, .arrived = kStart + at});
  }
  std::vector<int> heard(Duration at) {
    std::vector<int> marks;
    early_.take(kStart + at, [&](const Received& packet) {
      marks.push_back(std::to_integer<int>(packet.bytes.front()));
    });
    return marks;
  }

  static constexpr TimePoint kStart{1000s};
  EarlyPackets early_;
};

TEST_F(EarlyPacketsTest, AreHeardInTheirOrderAndOnce) {
  for (const int mark : {1, 2, 3}) comes(mark, mark * 20ms);
  EXPECT_THAT(heard(70ms), ElementsAre(1, 2, 3));
  EXPECT_THAT(heard(70ms), IsEmpty());
}

TEST_F(EarlyPacketsTest, OldOnesAreLeftOut) {
  comes(1, 0ms);
  comes(2, 300ms);
  EXPECT_THAT(heard(EarlyPackets::kLife + 100ms), ElementsAre(2));
}

TEST_F(EarlyPacketsTest, OnlyTheNewestAreKept) {
  const int most = static_cast<int>(EarlyPackets::kMost);
  for (int mark = 0; mark < most + 5; ++mark) comes(mark, 0ms);
  const auto marks = heard(0ms);
  ASSERT_EQ(marks.size(), EarlyPackets::kMost);
  EXPECT_EQ(marks.front(), 5);
  EXPECT_EQ(marks.back(), most + 4);
}

TEST_F(EarlyPacketsTest, WhatIsLongerThanAnyPacketOfSoundIsNotKept) {
  EXPECT_FALSE(comes(1, 0ms, EarlyPackets::kMostBytes + 1));
  EXPECT_THAT(heard(0ms), IsEmpty());
}

/// Alice has answered Bob's offer and speaks; her answer is under way for as long again.
class OvertakenAnswerTest : public ::testing::TestWithParam<bool> {
 protected:
  sdp::Agreement agreement(const net::SocketAddress& remote, std::uint8_t own,
                           std::uint8_t theirs) const {
    auto agreed = test::agree_with(remote);
    agreed.rtcp_mux = true;
    if (GetParam()) agreed.protection = sdp::SdesProtection{test::sdes_key(kSuite, own), test::sdes_key(kSuite, theirs)};
    return agreed;
  }
  static constexpr srtp::Suite kSuite = srtp::Suite::aes_cm_128_hmac_sha1_80;
  const net::SocketAddress at_alice_{net::IpAddress::v4({10, 1, 0, 2}), 4000};
  const net::SocketAddress at_bob_{net::IpAddress::v4({10, 3, 0, 2}), 4020};
  test::MediaWire wire_;
  test::MediaEnd& alice_ = wire_.add_end(440);
  test::MediaEnd& bob_ = wire_.add_end(1000);
};

INSTANTIATE_TEST_SUITE_P(PlainAndProtected, OvertakenAnswerTest, ::testing::Bool(),
                         [](const auto& param) { return param.param ? "sdes" : "plain"; });

TEST_P(OvertakenAnswerTest, WhatIsSaidBeforeTheAnswerIsHeard) {
  constexpr PathId path{3};
  wire_.open_path(alice_, test::kWifi, at_alice_);
  wire_.open_path(bob_, path, at_bob_);
  alice_.session->configure(agreement(at_bob_, 1, 2), wire_.now());
  alice_.session->send_on(test::kWifi, at_bob_, wire_.now());
  wire_.run(2 * test::MediaWire::kDelay + 60ms);
  EXPECT_EQ(bob_.session->statistics(wire_.now()).packets_received, 0U);
  bob_.session->configure(agreement(at_alice_, 2, 1), wire_.now());
  alice_.session->stop_sending(wire_.now());
  wire_.run(1s);
  const auto heard = bob_.session->statistics(wire_.now());
  EXPECT_EQ(heard.packets_received, alice_.session->statistics(wire_.now()).packets_sent);
  EXPECT_EQ(heard.packets_dropped, 0U);
}

}  // namespace
}  // namespace godwit::media
