// SPDX-License-Identifier: Apache-2.0
#include "io/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "io/tls_pointers.h"
#include "support/certificates.h"

namespace godwit::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using CertificatePtr = std::unique_ptr<X509, FreedBy<X509_free>>;

CertificatePtr read(const std::string& name) {
  const auto file = test::Certificates::get().pem(name);
  const BioPtr in(BIO_new_file(file.c_str(), "r"));
  EXPECT_TRUE(in) << file;
  return CertificatePtr(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
}

TEST(CertificateTest, AlternativeNamesAreReadByKind) {
  const auto domain = names_of(read("domain").get());
  EXPECT_THAT(domain.uris, ElementsAre("sip:example.org"));
  EXPECT_THAT(domain.dns_names, ElementsAre("sip.example.org"));
  EXPECT_TRUE(domain.has_alternative_names);
  EXPECT_EQ(domain.subject, "O = Example, CN = sip.example.org");
  EXPECT_THAT(names_of(read("addresses").get()).addresses, ElementsAre("127.0.0.1", "::1"));
}

TEST(CertificateTest, CommonNameAloneIsNoAlternativeName) {
  const auto names = names_of(read("common_name").get());
  EXPECT_EQ(names.common_name, "sip.example.org");
  EXPECT_FALSE(names.has_alternative_names);
  EXPECT_THAT(names.dns_names, IsEmpty());
}

TEST(CertificateTest, NulInANameIsAByteLikeAnyOther) {
  const auto names = names_of(read("nul").get());
  const std::string whole("sip.example.org\0.example.net", 28);
  EXPECT_THAT(names.dns_names, ElementsAre(whole));
  EXPECT_FALSE(sip::proves(names, "sip.example.org", sip::Wildcards::refused));
}

TEST(CertificateTest, NameThatIsMissingIsSaidInOneSentence) {
  EXPECT_EQ(why_not_named(read("domain").get(), "example.net"),
            "certificate of example.net (O = Example, CN = sip.example.org, issued by O = Example, "
            "CN = Example test authority) names sip:example.org, sip.example.org, not example.net");
  EXPECT_THAT(why_not_named(read("nul").get(), "sip.example.org"),
              HasSubstr("names sip.example.org\\x00.example.net, not sip.example.org"));
  EXPECT_THAT(why_not_named(read("common_name").get(), "a.example.org"),
              HasSubstr("names sip.example.org, not a.example.org"));
}

TEST(CertificateTest, DaysOfUseAreLookedAt) {
  EXPECT_TRUE(is_current(read("server").get()));
  EXPECT_FALSE(is_current(read("expired").get()));
  EXPECT_FALSE(is_current(read("future").get()));
}

}  // namespace
}  // namespace godwit::io
