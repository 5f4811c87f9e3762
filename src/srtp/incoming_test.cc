// SPDX-License-Identifier: Apache-2.0
#include "srtp/incoming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/fake_clock.h"
#include "support/srtp_stream.h"

namespace godwit::srtp {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kFarSsrc = 0xdecafbad;

class IncomingTest : public ::testing::TestWithParam<Suite> {
 protected:
  IncomingTest() { incoming_.use(key_, clock_.now()); }

  std::optional<Incoming::Opened> hear(const std::vector<std::byte>& packet) {
    return test::open_rtp(incoming_, packet, clock_.now());
  }
  std::optional<Incoming::Opened> hear_report(const std::vector<std::byte>& packet) {
    return test::open_rtcp(incoming_, packet, clock_.now());
  }
  /// So many packets, each heard.
  void talk(test::SrtpSender& sender, std::uint16_t first, int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(hear(sender.rtp(static_cast<std::uint16_t>(first + i)))) << i;
    }
  }
  /// The far end's counter is at 1 and its next sequence number 1.
  void roll_over() {
    talk(sender_, 0xfff0, 16);
    ASSERT_EQ(hear(sender_.rtp(0))->index, 0x10000U);
  }

  FakeClock clock_;
  MasterKey key_ = test::srtp_key(GetParam());
  Incoming incoming_;
  test::SrtpSender sender_{kFarSsrc, key_};
};

TEST_P(IncomingTest, OpensInPlaceWhatWasSent) {
  auto packet = sender_.rtp(5);
  const auto opened = incoming_.open_rtp(packet, clock_.now());
  ASSERT_TRUE(opened);
  EXPECT_TRUE(std::ranges::equal(opened->packet, test::rtp_packet(kFarSsrc, 5)));
  EXPECT_EQ(opened->packet.data(), packet.data());
  EXPECT_EQ(opened->index, 5U);
  EXPECT_EQ(opened->tag, sizes_of(GetParam()).tag * 8);
  EXPECT_TRUE(opened->newest);
  EXPECT_FALSE(opened->reset);
  EXPECT_EQ(incoming_.refused(), 0U);
}

TEST_P(IncomingTest, OpensReports) {
  static_cast<void>(sender_.rtcp());
  auto packet = sender_.rtcp();
  const auto opened = incoming_.open_rtcp(packet, clock_.now());
  ASSERT_TRUE(opened);
  EXPECT_TRUE(std::ranges::equal(opened->packet, test::rtcp_packet(kFarSsrc)));
  EXPECT_EQ(opened->index, 2U);
  EXPECT_EQ(opened->tag, sizes_of(GetParam()).rtcp_tag * 8);
  EXPECT_GE(opened->tag, 80U);
  EXPECT_TRUE(opened->newest);
}

TEST_P(IncomingTest, RefusesEveryFlippedBit) {
  const auto packet = sender_.rtp(5);
  for (std::size_t at = 0; at < packet.size(); ++at) {
    auto forged = packet;
    forged[at] ^= std::byte{4};
    EXPECT_FALSE(hear(forged)) << at;
  }
  EXPECT_EQ(incoming_.refused(), packet.size());
  EXPECT_TRUE(hear(packet));
}

TEST_P(IncomingTest, RefusesEveryFlippedBitOfAReport) {
  const auto packet = sender_.rtcp();
  for (std::size_t at = 0; at < packet.size(); ++at) {
    auto forged = packet;
    forged[at] ^= std::byte{4};
    EXPECT_FALSE(hear_report(forged)) << at;
  }
  EXPECT_TRUE(hear_report(packet));
}

TEST_P(IncomingTest, RefusesWhatIsShortOrLongOrPlain) {
  const auto packet = sender_.rtp(5);
  for (std::size_t size = 0; size < packet.size(); ++size) {
    EXPECT_FALSE(hear({packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)}));
  }
  EXPECT_FALSE(hear(test::rtp_packet(kFarSsrc, 5)));
  const auto report = sender_.rtcp();
  for (std::size_t size = 0; size < report.size(); ++size) {
    EXPECT_FALSE(hear_report({report.begin(), report.begin() + static_cast<std::ptrdiff_t>(size)}));
  }
  EXPECT_FALSE(hear_report(test::rtcp_packet(kFarSsrc)));
  EXPECT_TRUE(hear(packet));
  EXPECT_TRUE(hear_report(report));
}

TEST_P(IncomingTest, APacketHas4096BytesAtMost) {
  const auto fill = [&](std::size_t size) {
    auto packet = test::rtp_packet(kFarSsrc, 9);
    packet.resize(size - sizes_of(GetParam()).tag);
    return packet;
  };
  EXPECT_TRUE(hear(test::SrtpSender(kFarSsrc, key_).protect(fill(limits::kSrtpPacketBytes))));
  EXPECT_FALSE(
      hear(test::SrtpSender(kFarSsrc + 1, key_).protect(fill(limits::kSrtpPacketBytes + 1))));
  EXPECT_FALSE(
      hear(test::SrtpSender(kFarSsrc + 1, key_).protect(fill(limits::kSrtpPacketBytes * 10))));
}

TEST_P(IncomingTest, HearsEveryPacketOnce) {
  const auto packet = sender_.rtp(5);
  const auto report = sender_.rtcp();
  EXPECT_TRUE(hear(packet));
  EXPECT_FALSE(hear(packet));
  EXPECT_TRUE(hear_report(report));
  EXPECT_FALSE(hear_report(report));
  EXPECT_EQ(incoming_.refused(), 2U);
}

TEST_P(IncomingTest, ALatePacketIsHeardButIsNotTheNewest) {
  const auto late = sender_.rtp(5);
  const auto late_report = sender_.rtcp();
  EXPECT_TRUE(hear(sender_.rtp(6))->newest);
  EXPECT_TRUE(hear_report(sender_.rtcp())->newest);
  EXPECT_FALSE(hear(late)->newest);
  EXPECT_FALSE(hear_report(late_report)->newest);
}

TEST_P(IncomingTest, FollowsTheRolloverCounter) {
  roll_over();
  const auto next = hear(sender_.rtp(1));
  EXPECT_EQ(next->index, 0x10001U);
  EXPECT_TRUE(next->newest);
}

TEST_P(IncomingTest, APacketOfBeforeTheRolloverIsHeardLate) {
  talk(sender_, 0xfff0, 1);
  const auto late = sender_.rtp(0xffff);
  EXPECT_EQ(hear(sender_.rtp(0))->index, 0x10000U);
  const auto opened = hear(late);
  EXPECT_EQ(opened->index, 0xffffU);
  EXPECT_FALSE(opened->newest);
}

TEST_P(IncomingTest, TheCounterSurvivesALossOfHalfARound) {
  talk(sender_, 0xfff0, 1);
  sender_.skip(0xfff1, 0x7f00);
  EXPECT_EQ(hear(sender_.rtp(0x7ef1))->index, 0x17ef1U);
}

TEST_P(IncomingTest, BothKeysAreTakenFor5Seconds) {
  const auto old_packet = sender_.rtp(5);
  const auto old_report = sender_.rtcp();
  const auto last = sender_.rtp(6);
  const auto too_late = sender_.rtp(7);
  incoming_.use(test::srtp_key(GetParam(), 2), clock_.now());
  test::SrtpSender after(kFarSsrc, test::srtp_key(GetParam(), 2));
  EXPECT_TRUE(hear(after.rtp(8)));
  EXPECT_TRUE(hear(old_packet));
  EXPECT_TRUE(hear_report(old_report));
  clock_.advance(5s - 1ns);
  EXPECT_TRUE(hear(last));
  clock_.advance(1ns);
  EXPECT_FALSE(hear(too_late));
  EXPECT_TRUE(hear(after.rtp(9)));
}

TEST_P(IncomingTest, TheSameKeyAgainIsNoNewKey) {
  const auto packet = sender_.rtp(5);
  EXPECT_TRUE(hear(packet));
  incoming_.use(key_, clock_.now());
  EXPECT_FALSE(hear(packet));
  EXPECT_TRUE(hear(sender_.rtp(6)));
}

TEST_P(IncomingTest, AKeyThatComesBackWithin5SecondsGoesOn) {
  roll_over();
  const auto heard = sender_.rtp(1);
  EXPECT_TRUE(hear(heard));
  incoming_.use(test::srtp_key(GetParam(), 2), clock_.now());
  incoming_.use(key_, clock_.advance(1s));
  clock_.advance(10s);
  EXPECT_FALSE(hear(heard));
  EXPECT_EQ(hear(sender_.rtp(2))->index, 0x10002U);
}

TEST_P(IncomingTest, ManyKeysInARowKeepTheLastFour) {
  std::vector<test::SrtpSender> senders;
  for (std::uint8_t seed = 1; seed <= 1 + limits::kSrtpKeys; ++seed) {
    incoming_.use(test::srtp_key(GetParam(), seed), clock_.advance(300ms));
    senders.emplace_back(kFarSsrc, test::srtp_key(GetParam(), seed));
  }
  EXPECT_FALSE(hear(senders[0].rtp(1)));
  for (std::size_t i = 1; i < senders.size(); ++i) EXPECT_TRUE(hear(senders[i].rtp(1))) << i;
}

TEST_P(IncomingTest, APacketOfTheOldKeyIsNotTheNewestOnceTheNewOneWasHeard) {
  incoming_.use(test::srtp_key(GetParam(), 2), clock_.now());
  test::SrtpSender after(kFarSsrc, test::srtp_key(GetParam(), 2));
  EXPECT_TRUE(hear(sender_.rtp(5))->newest);
  EXPECT_TRUE(hear(after.rtp(7))->newest);
  EXPECT_FALSE(hear(sender_.rtp(6))->newest);
}

TEST_P(IncomingTest, APacketOfAnEarlierSourceIsNotTheNewest) {
  test::SrtpSender other(kFarSsrc + 1, key_);
  EXPECT_TRUE(hear(sender_.rtp(5))->newest);
  EXPECT_TRUE(hear(other.rtp(100))->newest);
  EXPECT_FALSE(hear(sender_.rtp(6))->newest);
}

TEST_P(IncomingTest, TakesAtMost64SourcesUnderOneKey) {
  for (std::uint32_t i = 0; i < limits::kSrtpSources; ++i) {
    EXPECT_TRUE(hear(test::SrtpSender(i, key_).rtp(1)));
  }
  EXPECT_FALSE(hear(test::SrtpSender(limits::kSrtpSources, key_).rtp(1)));
  EXPECT_FALSE(hear_report(test::SrtpSender(10 * limits::kSrtpSources, key_).rtcp()));
  EXPECT_TRUE(hear_report(test::SrtpSender(0, key_).rtcp()));
}

TEST_P(IncomingTest, TheNewKeysCounterIsFoundWhenItRolledOverUnheard) {
  talk(sender_, 0xffe0, 8);
  incoming_.use(test::srtp_key(GetParam(), 2), clock_.now());
  test::SrtpSender after(kFarSsrc, test::srtp_key(GetParam(), 2));
  after.skip(0xfff0, 0x20);  // lost in the gap
  const auto opened = hear(after.rtp(0x10));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->index, 0x10010U);
  EXPECT_TRUE(opened->newest);
  EXPECT_FALSE(opened->reset);
  talk(after, 0x11, 200);
}

TEST_P(IncomingTest, JunkLeavesTheSearchForTheNewKeysCounterInPlace) {
  talk(sender_, 0xffe0, 8);
  incoming_.use(test::srtp_key(GetParam(), 2), clock_.now());
  test::SrtpSender after(kFarSsrc, test::srtp_key(GetParam(), 2));
  test::SrtpSender stranger(kFarSsrc, test::srtp_key(GetParam(), 3));
  for (std::uint16_t i = 0; i < 10; ++i) EXPECT_FALSE(hear(stranger.rtp(i)));
  after.skip(0xfff0, 0x20);
  EXPECT_TRUE(hear(after.rtp(0x10)));
}

TEST_P(IncomingTest, AResetCountsWithin10PacketsAfterAChangeOfAddress) {
  roll_over();
  test::SrtpSender anew(kFarSsrc, key_);
  EXPECT_FALSE(hear(anew.rtp(100)));  // nobody expects it
  incoming_.expect_reset();
  talk(sender_, 1, 9);
  const auto opened = hear(anew.rtp(101));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->reset);
  EXPECT_EQ(opened->index, 101U);
  EXPECT_TRUE(hear(anew.rtp(102))->reset);
}

TEST_P(IncomingTest, AResetDoesNotCountAfter10Packets) {
  roll_over();
  test::SrtpSender anew(kFarSsrc, key_);
  incoming_.expect_reset();
  talk(sender_, 1, 10);
  EXPECT_FALSE(hear(anew.rtp(100)));
}

TEST_P(IncomingTest, JunkDoesNotUseUpTheTenPackets) {
  roll_over();
  test::SrtpSender anew(kFarSsrc, key_);
  test::SrtpSender stranger(kFarSsrc, test::srtp_key(GetParam(), 3));
  incoming_.expect_reset();
  for (std::uint16_t i = 0; i < 30; ++i) EXPECT_FALSE(hear(stranger.rtp(i)));
  EXPECT_TRUE(hear(anew.rtp(100)));
}

TEST_P(IncomingTest, AResetCountsOnlyForwardFromTheFirstPacketThatProvedIt) {
  roll_over();
  test::SrtpSender anew(kFarSsrc, key_);
  const auto before = anew.rtp(99);
  const auto first = anew.rtp(100);
  const auto late = anew.rtp(101);
  incoming_.expect_reset();
  EXPECT_TRUE(hear(first));
  EXPECT_TRUE(hear(anew.rtp(102)));
  EXPECT_FALSE(hear(before));
  EXPECT_FALSE(hear(first));
  EXPECT_TRUE(hear(late));
}

TEST_P(IncomingTest, ReplaysThatLookLikeAResetAreMarkedAndSilenceNobody) {
  std::vector<std::vector<std::byte>> recorded;
  test::SrtpSender earlier(kFarSsrc, key_);
  for (std::uint16_t i = 100; i < 120; ++i) recorded.push_back(earlier.rtp(i));
  talk(sender_, 100, 20);
  sender_.skip(120, 0x7fff);
  talk(sender_, 0x7fff + 120, 1);
  sender_.skip(0x8077, 0x7f00);
  talk(sender_, 0xff77, 0x100);
  for (const auto& packet : recorded) EXPECT_FALSE(hear(packet));
  incoming_.expect_reset();
  for (const auto& packet : recorded) {
    const auto opened = hear(packet);
    EXPECT_TRUE(opened && opened->reset);  // one that began anew would sound like this
    EXPECT_FALSE(hear(packet));
  }
  for (std::uint16_t i = 0x77; i < 0xa0; ++i) {
    const auto opened = hear(sender_.rtp(i));
    EXPECT_TRUE(opened && opened->newest && !opened->reset);
  }
}

TEST_P(IncomingTest, AStreamThatNeverRolledOverHasNothingToReset) {
  const auto recorded = sender_.rtp(100);
  EXPECT_TRUE(hear(recorded));
  talk(sender_, 101, 50);
  incoming_.expect_reset();
  EXPECT_FALSE(hear(recorded));
  EXPECT_FALSE(hear(test::SrtpSender(kFarSsrc, key_).rtp(100)));
}

TEST_P(IncomingTest, ReportsFollowAResetAndProveNone) {
  roll_over();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(hear_report(sender_.rtcp()));
  test::SrtpSender anew(kFarSsrc, key_);
  incoming_.expect_reset();
  EXPECT_FALSE(hear_report(anew.rtcp()));
  EXPECT_TRUE(hear(anew.rtp(100)));
  const auto skipped = anew.rtcp();
  const auto opened = hear_report(anew.rtcp());
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->reset);
  EXPECT_FALSE(hear_report(skipped));
  EXPECT_TRUE(hear_report(sender_.rtcp()));
}

TEST_P(IncomingTest, ASecondResetIsUnderstoodLikeTheFirst) {
  roll_over();
  for (int move = 0; move < 3; ++move) {
    test::SrtpSender anew(kFarSsrc, key_);
    incoming_.expect_reset();
    EXPECT_TRUE(hear(anew.rtp(static_cast<std::uint16_t>(100 + move))));
    EXPECT_TRUE(hear(anew.rtp(200)));
  }
}

/// As one sends whose key has the identifier 00 01 02 (RFC 3711 §3.1, RFC 7714 §9).
std::vector<std::byte> identified(std::vector<std::byte> packet, Suite suite, std::size_t tag) {
  const auto place = packet.end() - static_cast<std::ptrdiff_t>(is_aead(suite) ? 0 : tag);
  packet.insert(place, {std::byte{0}, std::byte{1}, std::byte{2}});
  return packet;
}

TEST_P(IncomingTest, AnIdentifierOfTheKeyIsTakenOff) {
  const auto sizes = sizes_of(GetParam());
  test::SrtpSender sender(kFarSsrc, test::srtp_key(GetParam(), 4));
  incoming_.use(test::srtp_key(GetParam(), 4, {.value = 0x0102, .length = 3}), clock_.now());
  EXPECT_FALSE(hear(sender.rtp(4)));  // has none
  auto packet = identified(sender.rtp(5), GetParam(), sizes.tag);
  const auto opened = incoming_.open_rtp(packet, clock_.now());
  ASSERT_TRUE(opened);
  EXPECT_TRUE(std::ranges::equal(opened->packet, test::rtp_packet(kFarSsrc, 5)));
  const auto report = hear_report(identified(sender.rtcp(), GetParam(), sizes.rtcp_tag));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->index, 1U);
  EXPECT_TRUE(hear(sender_.rtp(7)));  // the key before it has none
}

TEST_P(IncomingTest, WithoutAKeyNothingIsHeard) {
  Incoming none;
  EXPECT_FALSE(none.ready());
  none.use(MasterKey{}, clock_.now());
  EXPECT_FALSE(none.ready());
  EXPECT_FALSE(test::open_rtp(none, sender_.rtp(1), clock_.now()));
  EXPECT_EQ(none.refused(), 1U);
  EXPECT_TRUE(incoming_.ready());
}

INSTANTIATE_TEST_SUITE_P(Suites, IncomingTest, ::testing::ValuesIn(test::kSrtpSuites),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace godwit::srtp
