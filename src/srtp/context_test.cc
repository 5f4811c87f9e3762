// SPDX-License-Identifier: Apache-2.0
#include "srtp/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "srtp/outgoing.h"
#include "support/allocation_count.h"
#include "support/srtp_stream.h"

namespace godwit::srtp {
namespace {

constexpr std::uint32_t kSsrc = 0x0a0b0c0d;
using Bytes = std::vector<std::byte>;

class ContextTest : public ::testing::TestWithParam<Suite> {
 protected:
  /// Empty where it is refused.
  Bytes protect(Bytes packet, std::uint64_t index) {
    const std::size_t size = packet.size();
    packet.resize(size + Outgoing::kMostAdded);
    packet.resize(context_.protect_rtp(packet, size, index).value_or(0));
    return packet;
  }
  Bytes protect_report(Bytes packet, std::uint32_t index) {
    const std::size_t size = packet.size();
    packet.resize(size + Outgoing::kMostAdded);
    packet.resize(context_.protect_rtcp(packet, size, index).value_or(0));
    return packet;
  }
  Bytes open(Bytes packet, std::uint64_t index) {
    const auto opened = context_.unprotect_rtp(packet, index);
    return opened ? Bytes(opened->begin(), opened->end()) : Bytes{};
  }
  Bytes open_report(Bytes packet) {
    const auto opened = context_.unprotect_rtcp(packet);
    return opened ? Bytes(opened->begin(), opened->end()) : Bytes{};
  }
  /// With two CSRCs and two words of extension in front of the payload.
  static Bytes long_header() {
    Bytes packet = test::rtp_packet(kSsrc, 7);
    packet[0] |= std::byte{0x12};
    packet.insert(packet.begin() + rtp::kHeaderSize, 20, std::byte{0});
    packet[rtp::kHeaderSize + 8 + 3] = std::byte{2};
    return packet;
  }

  Context context_{test::srtp_key(GetParam())};
};

TEST_P(ContextTest, CsrcsAndExtensionStayInClear) {
  const Bytes plain = long_header();
  const std::size_t header = rtp::kHeaderSize + 20;
  const Bytes sent = protect(plain, 7);
  ASSERT_EQ(sent.size(), plain.size() + sizes_of(GetParam()).tag);
  EXPECT_TRUE(std::equal(plain.begin(), plain.begin() + header, sent.begin()));
  EXPECT_FALSE(
      std::equal(plain.begin() + header, plain.begin() + header + 8, sent.begin() + header));
  EXPECT_EQ(open(sent, 7), plain);
}

TEST_P(ContextTest, AHeaderThatIsCutOffIsRefused) {
  Bytes plain = long_header();
  plain.resize(rtp::kHeaderSize + 19);
  EXPECT_TRUE(protect(plain, 7).empty());
  plain.resize(rtp::kHeaderSize + 20);
  const Bytes sent = protect(plain, 7);  // no payload
  EXPECT_EQ(open(sent, 7), plain);
  plain.resize(rtp::kHeaderSize + 19 + sizes_of(GetParam()).tag);
  EXPECT_TRUE(open(plain, 7).empty());
  EXPECT_TRUE(protect_report(Bytes(7), 1).empty());
}

TEST_P(ContextTest, AnotherIndexIsAnotherPacket) {
  const Bytes plain = test::rtp_packet(kSsrc, 7);
  const Bytes sent = protect(plain, 7);
  EXPECT_NE(protect(plain, 0x10007), sent);
  EXPECT_NE(protect(plain, 0x1'0000'0007), sent);
  EXPECT_TRUE(open(sent, 0x10007).empty());
  EXPECT_EQ(open(protect(plain, 0xffff'ffff'0007), 0xffff'ffff'0007), plain);
}

// RFC 4568 §6.3.2: reports in clear are agreed on, and were not.
TEST_P(ContextTest, AReportThatSaysItIsInClearIsRefused) {
  const Bytes plain = test::rtcp_packet(kSsrc);
  Bytes sent = protect_report(plain, 0x7fff'ffff);
  EXPECT_EQ(open_report(sent), plain);
  const std::size_t behind = is_aead(GetParam()) ? 4 : 4 + sizes_of(GetParam()).rtcp_tag;
  ASSERT_EQ(sent[sent.size() - behind], std::byte{0xff});
  sent[sent.size() - behind] = std::byte{0x7f};
  EXPECT_TRUE(open_report(sent).empty());
}

TEST_P(ContextTest, WithoutAValidKeyItIsNotReady) {
  EXPECT_TRUE(context_.ready());
  EXPECT_FALSE(Context().ready());
  EXPECT_FALSE(Context(MasterKey{}).ready());
}

TEST_P(ContextTest, PacketsTakeNothingFromTheHeap) {
  const Bytes plain = test::rtp_packet(kSsrc, 7);
  Bytes buffer(plain.size() + Outgoing::kMostAdded);
  const auto before = allocation_count;
  for (std::uint32_t index = 1; index < 100; ++index) {
    std::ranges::copy(plain, buffer.begin());
    auto size = context_.protect_rtp(buffer, plain.size(), index);
    ASSERT_TRUE(size && context_.unprotect_rtp(std::span{buffer}.first(*size), index));
    size = context_.protect_rtcp(buffer, plain.size(), index);
    ASSERT_TRUE(size && context_.unprotect_rtcp(std::span{buffer}.first(*size)));
  }
  EXPECT_EQ(allocation_count, before);
}

INSTANTIATE_TEST_SUITE_P(Suites, ContextTest,
                         ::testing::Values(Suite::aes_cm_128_hmac_sha1_80,
                                           Suite::aes_cm_128_hmac_sha1_32,
                                           Suite::aes_256_cm_hmac_sha1_80,
                                           Suite::aes_256_cm_hmac_sha1_32, Suite::aead_aes_128_gcm,
                                           Suite::aead_aes_256_gcm),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace godwit::srtp
