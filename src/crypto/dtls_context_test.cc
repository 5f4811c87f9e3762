// SPDX-License-Identifier: Apache-2.0
#include "crypto/dtls_context.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <string>

namespace godwit::crypto {
namespace {

std::string common_name(const X509& certificate) {
  std::array<char, 64> text{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(&certificate), NID_commonName, text.data(),
                            static_cast<int>(text.size()));
  return text.data();
}

TEST(DtlsContextTest, ACertificateIsSelfSignedByP256) {
  const auto context = make_dtls_context();
  ASSERT_TRUE(context);
  X509& certificate = *context->certificate;
  EXPECT_EQ(X509_verify(&certificate, context->key.get()), 1);
  EXPECT_EQ(X509_NAME_cmp(X509_get_subject_name(&certificate), X509_get_issuer_name(&certificate)),
            0);
  EXPECT_EQ(EVP_PKEY_get_bits(context->key.get()), 256);
  EXPECT_EQ(X509_get_signature_nid(&certificate), NID_ecdsa_with_SHA256);
}

TEST(DtlsContextTest, ACertificateTellsNothingOfUsOrOfTheTime) {
  const auto one = make_dtls_context();
  const auto other = make_dtls_context();
  ASSERT_TRUE(one && other);
  X509& first = *one->certificate;
  X509& second = *other->certificate;
  EXPECT_EQ(common_name(first).size(), 16U);
  EXPECT_NE(common_name(first), common_name(second));
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(&first), X509_get0_serialNumber(&second)), 0);
  EXPECT_EQ(X509_NAME_entry_count(X509_get_subject_name(&first)), 1);
  EXPECT_EQ(ASN1_STRING_cmp(X509_get0_notBefore(&first), X509_get0_notBefore(&second)), 0);
  EXPECT_EQ(ASN1_STRING_cmp(X509_get0_notAfter(&first), X509_get0_notAfter(&second)), 0);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(&first)), 0);
  EXPECT_GT(X509_cmp_current_time(X509_get0_notAfter(&first)), 0);
}

TEST(DtlsContextTest, OnlyDtls12WithForwardSecrecyAndAesGcmIsSpoken) {
  const auto context = make_dtls_context();
  ASSERT_TRUE(context);
  SSL_CTX* const settings = context->settings.get();
  EXPECT_EQ(SSL_CTX_get_min_proto_version(settings), DTLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_get_max_proto_version(settings), DTLS1_2_VERSION);
  const OpenSslPointer<SSL, SSL_free> ssl(SSL_new(settings));
  const STACK_OF(SSL_CIPHER)* const ciphers = SSL_get_ciphers(ssl.get());
  bool has_mandatory = false;
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(ciphers, i);
    const std::string name = SSL_CIPHER_get_name(cipher);
    if (name.starts_with("TLS_")) continue;  // of TLS 1.3: not spoken here
    EXPECT_TRUE(name.starts_with("ECDHE-")) << name;
    EXPECT_NE(name.find("-GCM-"), std::string::npos) << name;
    has_mandatory |= name == "ECDHE-ECDSA-AES128-GCM-SHA256";  // RFC 8827 §6.5
  }
  EXPECT_TRUE(has_mandatory);
}

}  // namespace
}  // namespace godwit::crypto
