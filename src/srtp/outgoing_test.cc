// SPDX-License-Identifier: Apache-2.0
#include "srtp/outgoing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/srtp_stream.h"

namespace godwit::srtp {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::uint32_t kOwnSsrc = 0xdecafbad;
constexpr std::size_t kPlain = rtp::kHeaderSize + test::kSrtpPayload;

class OutgoingTest : public ::testing::TestWithParam<Suite> {
 protected:
  MasterKey key_ = test::srtp_key(GetParam());
  test::SrtpSender sender_{kOwnSsrc, key_};
};

TEST_P(OutgoingTest, AddsTheTagAndHidesThePayload) {
  const auto sizes = sizes_of(GetParam());
  const auto plain = test::rtp_packet(kOwnSsrc, 1);
  const auto sent = sender_.rtp(1);
  ASSERT_THAT(sent, SizeIs(kPlain + sizes.tag));
  EXPECT_TRUE(std::ranges::equal(std::span(sent).first(rtp::kHeaderSize),
                                 std::span(plain).first(rtp::kHeaderSize)));
  const auto shown = std::span(sent).subspan(rtp::kHeaderSize, test::kSrtpPayload);
  EXPECT_LT(std::ranges::count(shown, plain.back()), 16);
  EXPECT_THAT(sender_.rtcp(), SizeIs(8 + 4 + sizes.rtcp_tag));
}

TEST_P(OutgoingTest, ThePacketOfASecondPathIsTheSame) {
  const auto first = sender_.rtp(7);
  EXPECT_EQ(sender_.rtp(7), first);
  EXPECT_THAT(sender_.rtp(8), SizeIs(first.size()));
  EXPECT_EQ(sender_.rtp(7), first);
}

TEST_P(OutgoingTest, AnotherPacketWithTheSameNumberIsRefused) {
  static_cast<void>(sender_.rtp(7));
  auto other = test::rtp_packet(kOwnSsrc, 7);
  other.back() ^= std::byte{1};
  EXPECT_THAT(sender_.protect(other), IsEmpty());
  auto marked = test::rtp_packet(kOwnSsrc, 7);
  marked[1] |= std::byte{0x80};
  EXPECT_THAT(sender_.protect(marked), IsEmpty());
  auto shorter = test::rtp_packet(kOwnSsrc, 7);
  shorter.pop_back();
  EXPECT_THAT(sender_.protect(shorter), IsEmpty());
}

TEST_P(OutgoingTest, NothingOfARefusedPacketIsLeftInItsBuffer) {
  static_cast<void>(sender_.rtp(7));
  auto other = test::rtp_packet(kOwnSsrc, 7);
  other.back() ^= std::byte{1};
  const std::size_t size = other.size();
  other.resize(size + Outgoing::kMostAdded);
  ASSERT_FALSE(sender_.outgoing().protect_rtp(other, size));
  EXPECT_THAT(other, ::testing::Each(std::byte{0}));
}

TEST_P(OutgoingTest, TheNumberOfAPacketThatNeverLeftMayBeAnothers) {
  static_cast<void>(sender_.rtp(7));
  sender_.outgoing().never_left(7);
  auto other = test::rtp_packet(kOwnSsrc, 7);
  other.back() ^= std::byte{1};
  EXPECT_THAT(sender_.protect(other), Not(IsEmpty()));
  EXPECT_THAT(sender_.rtp(7), IsEmpty());
}

TEST_P(OutgoingTest, ANumberOfLongAgoIsRefused) {
  for (std::uint16_t sequence = 0; sequence < 40; ++sequence) {
    EXPECT_THAT(sender_.rtp(sequence), Not(IsEmpty()));
  }
  EXPECT_THAT(sender_.rtp(24), Not(IsEmpty()));
  EXPECT_THAT(sender_.rtp(23), IsEmpty());
}

TEST_P(OutgoingTest, WhatIsAnotherSsrcsIsRefused) {
  EXPECT_THAT(sender_.protect(test::rtp_packet(kOwnSsrc + 1, 7)), IsEmpty());
  auto report = test::rtcp_packet(kOwnSsrc + 1);
  const std::size_t size = report.size();
  report.resize(size + Outgoing::kMostAdded);
  EXPECT_FALSE(sender_.outgoing().protect_rtcp(report, size));
}

TEST_P(OutgoingTest, WithoutAKeyNothingIsSent) {
  test::SrtpSender sender(kOwnSsrc, MasterKey{});
  EXPECT_FALSE(sender.outgoing().ready());
  EXPECT_THAT(sender.rtp(1), IsEmpty());
  EXPECT_THAT(sender.rtcp(), IsEmpty());
}

TEST_P(OutgoingTest, ASpentKeyEncryptsNothingUntilThereIsAnother) {
  test::SrtpSender sender(kOwnSsrc, key_, {.rtp = 2, .rtcp = 100});
  EXPECT_THAT(sender.rtp(1), Not(IsEmpty()));
  EXPECT_THAT(sender.rtp(1), Not(IsEmpty()));  // the same: it uses nothing up
  EXPECT_FALSE(sender.outgoing().spent());
  EXPECT_THAT(sender.rtp(2), Not(IsEmpty()));
  EXPECT_TRUE(sender.outgoing().spent());
  EXPECT_THAT(sender.rtp(3), IsEmpty());
  EXPECT_THAT(sender.rtcp(), IsEmpty());
  sender.outgoing().use(test::srtp_key(GetParam(), 2));
  EXPECT_FALSE(sender.outgoing().spent());
  EXPECT_THAT(sender.rtp(3), Not(IsEmpty()));
}

// While the last sixteenth is used up there is time to agree on another one.
TEST_P(OutgoingTest, AKeyWearsOutBeforeItIsSpent) {
  for (const KeyLimits limits : {KeyLimits{.rtp = 32, .rtcp = 100}, KeyLimits{.rtp = 100, .rtcp = 32}}) {
    test::SrtpSender sender(kOwnSsrc, key_, limits);
    const bool by_reports = limits.rtcp < limits.rtp;
    for (std::uint16_t count = 0; count < 32; ++count) {
      EXPECT_EQ(sender.outgoing().wears_out(), count >= 30) << count;
      EXPECT_THAT(by_reports ? sender.rtcp() : sender.rtp(count), Not(IsEmpty()));
    }
    EXPECT_TRUE(sender.outgoing().spent());
    sender.outgoing().use(test::srtp_key(GetParam(), 2));
    EXPECT_FALSE(sender.outgoing().wears_out());
  }
}

TEST_P(OutgoingTest, AKeyIsSpentByReportsToo) {
  test::SrtpSender sender(kOwnSsrc, key_, {.rtp = 100, .rtcp = 2});
  EXPECT_THAT(sender.rtcp(), Not(IsEmpty()));
  EXPECT_THAT(sender.rtcp(), Not(IsEmpty()));
  EXPECT_TRUE(sender.outgoing().spent());
  EXPECT_THAT(sender.rtcp(), IsEmpty());
  EXPECT_THAT(sender.rtp(1), IsEmpty());
}

// RFC 3711 §3.3.1: the rollover counter is part of what encrypts, so 65,536 packets later the same
// packet looks different.
TEST_P(OutgoingTest, TheSameKeyAgainKeepsTheCountersAndANewOneBeginsAtZero) {
  const auto first = sender_.rtp(0);
  sender_.skip(1, 0xffff);
  const auto rolled_over = sender_.rtp(0);
  EXPECT_NE(rolled_over, first);
  sender_.outgoing().use(key_);
  EXPECT_EQ(sender_.rtp(0), rolled_over);
  sender_.outgoing().use(test::srtp_key(GetParam(), 2));
  sender_.outgoing().use(key_);
  EXPECT_EQ(sender_.rtp(0), first);
}

INSTANTIATE_TEST_SUITE_P(Suites, OutgoingTest, ::testing::ValuesIn(test::kSrtpSuites),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace godwit::srtp
