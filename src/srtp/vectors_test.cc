// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "srtp/incoming.h"
#include "srtp/outgoing.h"

namespace godwit::srtp {
namespace {

// Master keys and salts of RFC 3711 appendix B.3 and RFC 6188 §7.2; AES-GCM takes 12 bytes of the
// salt.
constexpr std::string_view kKey128 = "e1f97a0d3e018be0d64fa32c06de4139";
constexpr std::string_view kSalt128 = "0ec675ad498afeebb6960b3aabe6";
constexpr std::string_view kKey256 =
    "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6";
constexpr std::string_view kSalt256 = "3b04803de51ee7c96423ab5b78d2";

constexpr std::string_view kPlainRtp = "800f1234decafbadcafebabeabababababababababababababababab";
constexpr std::string_view kPlainRtcp = "81c8000bcafebabeabababababababababababababababab";

/// What a second implementation made of these (tests/data/srtp/make_vectors.py), which knows
/// nothing of ours and gets the vectors of RFC 3711 appendix B, RFC 6188 §7 and RFC 7714 §16 and
/// §17 right.
struct Vector {
  Suite suite;
  std::string_view key;
  std::string_view salt;
  std::string_view rtp;
  std::string_view rtp_after_a_rollover;
  std::string_view rtcp;
};

const std::vector<Vector> kVectors{
    {Suite::aes_cm_128_hmac_sha1_80, kKey128, kSalt128,
     "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
     "800f1234decafbadcafebabe179265c8bf303e4c24e7279f739bb5a6f8b3916fd670057bf1dc",
     "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"},
    {Suite::aes_cm_128_hmac_sha1_32, kKey128, kSalt128,
     "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc",
     "800f1234decafbadcafebabe179265c8bf303e4c24e7279f739bb5a6f8b3916f",
     "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"},
    {Suite::aes_256_cm_hmac_sha1_80, kKey256, kSalt256,
     "800f1234decafbadcafebabef1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b",
     "800f1234decafbadcafebabeb07fe476abe1d1f6b9cd5f488cc912e519bb0033e2aba642f88e",
     "81c8000bcafebabeb4d0e7a917d24b9faab9d3b6127b3ba680000001e04ac0ec2846f71bd31c"},
    {Suite::aes_256_cm_hmac_sha1_32, kKey256, kSalt256,
     "800f1234decafbadcafebabef1d9de17ff251ff1aa007774b0b4b40da08d9d9a",
     "800f1234decafbadcafebabeb07fe476abe1d1f6b9cd5f488cc912e519bb0033",
     "81c8000bcafebabeb4d0e7a917d24b9faab9d3b6127b3ba680000001e04ac0ec2846f71bd31c"},
    {Suite::aead_aes_128_gcm, kKey128, kSalt128.substr(0, 24),
     "800f1234decafbadcafebabe0eca0cf95ee955b26cd3d288b49f6ca959171450975f4144da9cdd7ae989a277",
     "800f1234decafbadcafebabe1c863b6d7d988277a563751cf4657b8844a3e0786e21ae80e169745ff99cbe30",
     "81c8000bcafebabeea6e5eb3c75c462000f59ebf9e4ebd4e934239488f02f9ca1580174557117e3780000001"},
    {Suite::aead_aes_256_gcm, kKey256, kSalt256.substr(0, 24),
     "800f1234decafbadcafebabe2cc10892493f417e12ed328ba7064f1ea0d0a64556bb077ee8e0fbd9927cb791",
     "800f1234decafbadcafebabe748025481470821d6cbb42d5d36969da61e4375f470c104793f32d5509fad5b2",
     "81c8000bcafebabeaecfd5bbf06f399b51838f4962ba4da8325d28a3e82171e0991fd3975a1d529d80000001"},
};

template <class Byte>
std::vector<Byte> from_hex(std::string_view text) {
  std::vector<Byte> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<Byte>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

class SrtpVectorTest : public ::testing::TestWithParam<Vector> {
 protected:
  SrtpVectorTest() {
    outgoing_.use(key_);
    incoming_.use(key_, TimePoint{});
  }

  /// The packet that our side makes with this sequence number.
  std::vector<std::byte> sent(std::uint16_t sequence) {
    auto packet = from_hex<std::byte>(kPlainRtp);
    packet[2] = static_cast<std::byte>(sequence >> 8U);
    packet[3] = static_cast<std::byte>(sequence & 0xffU);
    const std::size_t size = packet.size();
    packet.resize(size + Outgoing::kMostAdded);
    packet.resize(outgoing_.protect_rtp(packet, size).value_or(0));
    return packet;
  }

  MasterKey key_{GetParam().suite, from_hex<std::uint8_t>(std::string(GetParam().key) +
                                                          std::string(GetParam().salt))};
  Outgoing outgoing_{0xcafebabe};
  Incoming incoming_;
};

TEST_P(SrtpVectorTest, AnotherImplementationSendsTheSameBytes) {
  EXPECT_EQ(sent(0x1234), from_hex<std::byte>(GetParam().rtp));
  auto report = from_hex<std::byte>(kPlainRtcp);
  const std::size_t size = report.size();
  report.resize(size + Outgoing::kMostAdded);
  report.resize(outgoing_.protect_rtcp(report, size).value_or(0));
  EXPECT_EQ(report, from_hex<std::byte>(GetParam().rtcp));
}

TEST_P(SrtpVectorTest, AnotherImplementationIsUnderstood) {
  auto packet = from_hex<std::byte>(GetParam().rtp);
  const auto opened = incoming_.open_rtp(packet, TimePoint{});
  ASSERT_TRUE(opened);
  EXPECT_TRUE(std::ranges::equal(opened->packet, from_hex<std::byte>(kPlainRtp)));
  auto report = from_hex<std::byte>(GetParam().rtcp);
  const auto opened_report = incoming_.open_rtcp(report, TimePoint{});
  ASSERT_TRUE(opened_report);
  EXPECT_TRUE(std::ranges::equal(opened_report->packet, from_hex<std::byte>(kPlainRtcp)));
}

TEST_P(SrtpVectorTest, AnotherImplementationCountsRolloversTheSameWay) {
  for (const int sequence : {0x1234, 0x8234, 0xf234}) {
    auto packet = sent(static_cast<std::uint16_t>(sequence));
    ASSERT_TRUE(incoming_.open_rtp(packet, TimePoint{}));
  }
  auto packet = from_hex<std::byte>(GetParam().rtp_after_a_rollover);
  EXPECT_EQ(sent(0x1234), packet);
  EXPECT_TRUE(incoming_.open_rtp(packet, TimePoint{}));
}

INSTANTIATE_TEST_SUITE_P(Suites, SrtpVectorTest, ::testing::ValuesIn(kVectors),
                         [](const auto& info) { return std::string(name_of(info.param.suite)); });

}  // namespace
}  // namespace godwit::srtp
