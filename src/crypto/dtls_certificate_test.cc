// SPDX-License-Identifier: Apache-2.0
#include "crypto/dtls_certificate.h"

#include <gtest/gtest.h>

namespace godwit::crypto {
namespace {

TEST(DtlsCertificateTest, EachHasAFingerprintOfItsOwnAndCopiesHaveTheSame) {
  const auto one = DtlsCertificate::make();
  const auto other = DtlsCertificate::make();
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->fingerprint().size(), 32U);
  EXPECT_NE(one->fingerprint(), other->fingerprint());
  const DtlsCertificate copy = *one;
  EXPECT_EQ(copy.fingerprint(), one->fingerprint());
}

// RFC 8122 §5
TEST(DtlsCertificateTest, FingerprintsAreThoseOfStrongHashes) {
  const auto certificate = DtlsCertificate::make();
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->fingerprint("sha-256"), certificate->fingerprint());
  EXPECT_EQ(certificate->fingerprint("SHA-256"), certificate->fingerprint());
  EXPECT_EQ(certificate->fingerprint("sha-384").size(), 48U);
  EXPECT_EQ(certificate->fingerprint("sha-512").size(), 64U);
  for (const char* hash : {"sha-1", "sha-224", "md5", "md2", "sha256", ""}) {
    EXPECT_TRUE(certificate->fingerprint(hash).empty()) << hash;
    EXPECT_FALSE(is_fingerprint_hash(hash)) << hash;
  }
  EXPECT_TRUE(is_fingerprint_hash("sha-384"));
}

}  // namespace
}  // namespace godwit::crypto
