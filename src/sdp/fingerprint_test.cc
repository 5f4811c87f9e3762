// SPDX-License-Identifier: Apache-2.0
#include "sdp/fingerprint.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

constexpr std::string_view kSha1 = "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB";

TEST(FingerprintTest, ReadsTheExampleOfTheRfc) {
  const auto read = parse_fingerprint("SHA-1 " + std::string(kSha1));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->hash, "sha-1");
  EXPECT_EQ(read->bytes.size(), 20U);
  EXPECT_EQ(read->bytes.front(), 0x4a);
  EXPECT_EQ(to_string(*read), "sha-1 " + std::string(kSha1));
}

TEST(FingerprintTest, PutsUpWithLowerCaseAndUnknownHashes) {
  test::expect_good(parse_fingerprint, {"x-hash 00", "x-hash ab:cd:EF"});
  EXPECT_EQ(to_string(*parse_fingerprint("x ab")), "x AB");
}

TEST(FingerprintTest, SaysWhatIsWrong) {
  const char* const no_digits = "expected two hexadecimal digits";
  test::expect_bad(parse_fingerprint, {{"", 0, "expected a hash function, such as sha-256"},
                                       {"sha-256", 7, no_digits},
                                       {"x A", 2, no_digits},
                                       {"x AB:", 5, no_digits},
                                       {"x AB::CD", 5, no_digits},
                                       {"x ABC", 2, no_digits},
                                       {"x -1", 2, no_digits},
                                       {"x AB:0g", 5, no_digits},
                                       {"sha-256 AB", 8, "expected 32 bytes for sha-256"},
                                       {"MD5 AB", 4, "expected 16 bytes for md5"},
                                       {"x AB CD", 5, "expected nothing after the fingerprint"}});
}

TEST(FingerprintTest, ReadsBackWhateverItHolds) {
  SeededRandom random(9);
  const std::pair<const char*, std::size_t> hashes[] = {
      {"sha-1", 20},   {"sha-224", 28}, {"sha-256", 32}, {"sha-384", 48},
      {"sha-512", 64}, {"md5", 16},     {"md2", 16},     {"other", 7}};
  for (const auto& [hash, size] : hashes) {
    Fingerprint value{hash, std::vector<std::uint8_t>(size)};
    random.fill(std::as_writable_bytes(std::span(value.bytes)));
    test::expect_reads_back(parse_fingerprint, value);
  }
}

}  // namespace
}  // namespace godwit::sdp
