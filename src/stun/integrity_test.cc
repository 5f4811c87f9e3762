// SPDX-License-Identifier: Apache-2.0
#include "stun/integrity.h"

#include <gtest/gtest.h>

#include "crypto/hmac.h"
#include "stun/message.h"
#include "support/stun_samples.h"

namespace godwit::stun {
namespace {

using test::kLongTermRequest;
using test::kSha256Request;

// RFC 5769 §2.1 to §2.3
constexpr std::string_view kShortTermKey = "VOkJxbRl1RmTxUk/WvJxBt";
// RFC 5769 §2.4, RFC 8489 appendix B.1, prepared.
constexpr Credentials kMatrix{.username = "\u30de\u30c8\u30ea\u30c3\u30af\u30b9",
                              .realm = "example.org",
                              .password = "TheMatrIX"};

/// A binding request whose last attribute is a proof of `key`, cut to `size` bytes.
std::string proven_by_sha256(std::string_view key, std::size_t size) {
  std::string bytes = write_message(Message{});
  bytes[3] = static_cast<char>(4 + size);
  const std::string proof = crypto::hmac_sha256(key, bytes) + std::string(8, 'x');
  return bytes + std::string{0, 0x1c, 0, static_cast<char>(size)} + proof.substr(0, size);
}

TEST(StunIntegrityTest, TheSamplesOfRfc5769WereWrittenWithTheirPassword) {
  for (const std::string& sample :
       {test::kSampleRequest, test::kSampleResponseV4, test::kSampleResponseV6}) {
    EXPECT_EQ(check_integrity(sample, kShortTermKey), Integrity::right);
    EXPECT_EQ(check_integrity(sample, "another"), Integrity::wrong);
  }
}

TEST(StunIntegrityTest, TheSamplesWithLongTermCredentialsToo) {
  const std::string md5 = long_term_key(kMatrix);
  const std::string sha256 = long_term_key(kMatrix, PasswordAlgorithm::sha256);
  EXPECT_EQ(check_integrity(kLongTermRequest, md5), Integrity::right);
  EXPECT_EQ(check_integrity(kLongTermRequest, sha256), Integrity::wrong);
  EXPECT_EQ(check_integrity(kSha256Request, sha256), Integrity::right);
  EXPECT_EQ(check_integrity(kSha256Request, md5), Integrity::wrong);
}

TEST(StunIntegrityTest, EveryChangedBitBeforeTheProofIsFound) {
  const std::string key = long_term_key(kMatrix, PasswordAlgorithm::sha256);
  for (std::size_t bit = 0; bit < 8 * kSha256Request.size(); ++bit) {
    if (bit / 8 == 2 || bit / 8 == 3) continue;  // the length: `parse_message` sees to it
    std::string bytes = kSha256Request;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(check_integrity(bytes, key), Integrity::right) << bit;
  }
}

TEST(StunIntegrityTest, WithoutAProofThereIsNone) {
  EXPECT_EQ(check_integrity(write_message(Message{}), kShortTermKey), Integrity::absent);
  EXPECT_EQ(check_integrity("", kShortTermKey), Integrity::absent);
  for (std::size_t size = 0; size < kSha256Request.size(); ++size) {
    EXPECT_EQ(check_integrity(kSha256Request.substr(0, size), kShortTermKey), Integrity::absent);
  }
}

// RFC 8489 §14.6
TEST(StunIntegrityTest, TheProofBySha256MayBeCutOffByFoursTo16Bytes) {
  for (const std::size_t size : {16U, 20U, 24U, 28U, 32U}) {
    EXPECT_EQ(check_integrity(proven_by_sha256("key", size), "key"), Integrity::right) << size;
  }
  for (const std::size_t size : {0U, 4U, 12U, 18U, 36U}) {
    EXPECT_EQ(check_integrity(proven_by_sha256("key", size), "key"), Integrity::wrong) << size;
  }
}

// RFC 8489 §14.5
TEST(StunIntegrityTest, TheBetterProofCountsAlsoBehindTheOther) {
  std::string both = kLongTermRequest;
  const std::string behind = std::string{0, 0x1c, 0, 32} + std::string(32, 'x');
  both += behind;
  EXPECT_EQ(check_integrity(both, long_term_key(kMatrix)), Integrity::wrong);
  std::string before = proven_by_sha256("key", 32);
  before += std::string{0, 8, 0, 20} + std::string(20, 'x');
  EXPECT_EQ(check_integrity(before, "key"), Integrity::right);
}

}  // namespace
}  // namespace godwit::stun
