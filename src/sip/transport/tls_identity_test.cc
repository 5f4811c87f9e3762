// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/tls_identity.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace godwit::sip {
namespace {

CertificateNames with_uris(std::vector<std::string> uris) {
  CertificateNames names;
  names.uris = std::move(uris);
  names.has_alternative_names = true;
  return names;
}
CertificateNames with_dns(std::vector<std::string> dns_names) {
  CertificateNames names;
  names.dns_names = std::move(dns_names);
  names.has_alternative_names = true;
  return names;
}
CertificateNames with_addresses(std::vector<std::string> addresses) {
  CertificateNames names;
  names.addresses = std::move(addresses);
  names.has_alternative_names = true;
  return names;
}
CertificateNames with_common_name(std::string common_name) {
  CertificateNames names;
  names.common_name = std::move(common_name);
  return names;
}

bool strictly(const CertificateNames& names, std::string_view domain) {
  return proves(names, domain, Wildcards::refused);
}
bool widely(const CertificateNames& names, std::string_view domain) {
  return proves(names, domain, Wildcards::allowed);
}

// RFC 5922 §7.1, step 1, URI
TEST(TlsIdentityTest, ASipUriWithoutUserPartProvesItsHost) {
  EXPECT_TRUE(strictly(with_uris({"sip:example.org"}), "example.org"));
  EXPECT_TRUE(strictly(with_uris({"SIP:Example.ORG"}), "example.org"));
  EXPECT_TRUE(strictly(with_uris({"sip:other.example", "sip:example.org"}), "example.org"));
  EXPECT_TRUE(strictly(with_uris({"sip:example.org:5061"}), "example.org"));
  EXPECT_TRUE(strictly(with_uris({"sip:example.org;transport=tls"}), "example.org"));
  EXPECT_FALSE(strictly(with_uris({"sip:example.org"}), "sip.example.org"));
  EXPECT_FALSE(strictly(with_uris({"sip:sip.example.org"}), "example.org"));
}

TEST(TlsIdentityTest, AUriWithUserPartOrOfAnotherSchemeIsNoDomain) {
  for (const char* uri :
       {"sip:alice@example.org", "sips:example.org", "https:example.org", "https://example.org",
        "example.org", "sip:", "sip", "", "sip://example.org", "sip:@example.org"}) {
    EXPECT_FALSE(strictly(with_uris({uri}), "example.org")) << uri;
  }
}

TEST(TlsIdentityTest, DnsNamesCountOnlyWhereNoSipUriIsADomain) {
  CertificateNames names = with_dns({"example.org"});
  EXPECT_TRUE(strictly(names, "example.org"));
  EXPECT_TRUE(strictly(names, "EXAMPLE.org"));
  names.uris = {"sip:alice@example.org", "https://example.net"};
  EXPECT_TRUE(strictly(names, "example.org"));
  names.uris.emplace_back("sip:example.net");
  EXPECT_FALSE(strictly(names, "example.org"));
  EXPECT_TRUE(strictly(names, "example.net"));
}

// Whoever asked for it meant it to decide.
TEST(TlsIdentityTest, ASipUriThatNamesNothingStillKeepsDnsNamesOut) {
  CertificateNames names = with_dns({"example.org"});
  for (const std::string& uri : {std::string("sip:"), std::string("sip:exa\0mple.org", 16),
                                 std::string("sip:192.0.2.1"), std::string("sip:*.org")}) {
    names.uris = {uri};
    EXPECT_FALSE(widely(names, "example.org")) << uri;
  }
}

// RFC 5922 §7.1, step 2
TEST(TlsIdentityTest, TheCommonNameCountsOnlyWithoutAnyAlternativeName) {
  CertificateNames names = with_common_name("example.org");
  EXPECT_TRUE(strictly(names, "example.org"));
  EXPECT_FALSE(strictly(names, "example.net"));
  names.has_alternative_names = true;  // an e-mail address, for example
  EXPECT_FALSE(strictly(names, "example.org"));
  EXPECT_FALSE(strictly(with_common_name("Example Organisation"), "example.org"));
  EXPECT_FALSE(strictly(with_common_name("Example Organisation"), "Example Organisation"));
}

TEST(TlsIdentityTest, WhatStandsUnderAnotherFieldIsNotLookedAt) {
  CertificateNames names = with_dns({"example.net"});
  names.common_name = "example.org";
  names.subject = "CN = example.org";
  EXPECT_FALSE(strictly(names, "example.org"));
  EXPECT_FALSE(strictly(CertificateNames{}, "example.org"));
}

// RFC 5922 §7.2
TEST(TlsIdentityTest, NamesAreComparedWholeAndNoSuffixIsEnough) {
  for (const char* said : {"ample.org", "www.example.org", "example.or", "example.org.evil.test",
                           ".example.org", "example..org", "org", "*", ""}) {
    EXPECT_FALSE(widely(with_dns({said}), "example.org")) << said;
  }
}

TEST(TlsIdentityTest, AWildcardCountsOnlyByTheNamedSetting) {
  const auto names = with_dns({"*.example.org"});
  EXPECT_FALSE(strictly(names, "sip.example.org"));
  EXPECT_TRUE(widely(names, "sip.example.org"));
  EXPECT_TRUE(widely(names, "SIP.Example.Org"));
  EXPECT_TRUE(widely(with_common_name("*.example.org"), "sip.example.org"));
}

// RFC 6125 §6.4.3
TEST(TlsIdentityTest, AWildcardStandsForOneWholeFirstLabel) {
  EXPECT_FALSE(widely(with_dns({"*.example.org"}), "example.org"));
  EXPECT_FALSE(widely(with_dns({"*.example.org"}), "a.b.example.org"));
  EXPECT_FALSE(widely(with_dns({"*.example.org"}), ".example.org"));
  EXPECT_FALSE(widely(with_dns({"*.org"}), "example.org"));
  EXPECT_FALSE(widely(with_dns({"s*.example.org"}), "sip.example.org"));
  EXPECT_FALSE(widely(with_dns({"sip.*.org"}), "sip.example.org"));
  EXPECT_FALSE(widely(with_dns({"*.*.org"}), "sip.example.org"));
  EXPECT_FALSE(widely(with_uris({"sip:*.example.org"}), "sip.example.org"));
  EXPECT_FALSE(widely(with_dns({"*.example.org"}), "*.example.org"));
}

TEST(TlsIdentityTest, ANameWithANulIsNobodys) {
  const std::string said("example.org\0.evil.test", 22);
  const std::string behind("evil.test\0example.org", 21);
  for (const std::string& name : {said, behind, std::string("example.org\0", 12)}) {
    EXPECT_FALSE(widely(with_dns({name}), "example.org"));
    EXPECT_FALSE(widely(with_dns({name}), name));
    EXPECT_FALSE(widely(with_uris({"sip:" + name}), "example.org"));
    EXPECT_FALSE(widely(with_common_name(name), "example.org"));
  }
}

TEST(TlsIdentityTest, ANameBeyond253OctetsOrALabelBeyond63IsNobodys) {
  std::string name;
  for (const std::size_t size : {63, 63, 63, 61}) name += std::string(size, 'a') + '.';
  name.pop_back();
  ASSERT_EQ(name.size(), 253U);
  EXPECT_TRUE(strictly(with_dns({name}), name));
  name += 'a';
  EXPECT_FALSE(strictly(with_dns({name}), name));
  std::string ten_times = "a";
  while (ten_times.size() < 2'530) ten_times += ".a";
  EXPECT_FALSE(strictly(with_dns({ten_times}), ten_times));

  const std::string label(63, 'b');
  EXPECT_TRUE(strictly(with_dns({label + ".org"}), label + ".org"));
  EXPECT_FALSE(strictly(with_dns({label + "b.org"}), label + "b.org"));
}

TEST(TlsIdentityTest, TheRootMayBeSaidOfTheDomainButNotByACertificate) {
  EXPECT_TRUE(strictly(with_dns({"example.org"}), "example.org."));
  EXPECT_FALSE(strictly(with_dns({"example.org."}), "example.org"));
  EXPECT_FALSE(strictly(with_dns({"example.org"}), "example.org.."));
  EXPECT_FALSE(strictly(with_dns({"", "."}), "."));
  EXPECT_FALSE(strictly(with_dns({""}), ""));
}

TEST(TlsIdentityTest, ALiteralAddressIsProvenByAnAddressOnly) {
  EXPECT_TRUE(strictly(with_addresses({"192.0.2.1"}), "192.0.2.1"));
  EXPECT_TRUE(strictly(with_addresses({"2001:db8::1"}), "[2001:DB8:0::1]"));
  EXPECT_TRUE(strictly(with_addresses({"192.0.2.9", "2001:db8::1"}), "2001:db8::1"));
  EXPECT_FALSE(strictly(with_addresses({"192.0.2.2"}), "192.0.2.1"));
  EXPECT_FALSE(strictly(with_addresses({"nonsense", ""}), "192.0.2.1"));
  EXPECT_FALSE(strictly(with_dns({"192.0.2.1"}), "192.0.2.1"));
  EXPECT_FALSE(strictly(with_uris({"sip:192.0.2.1"}), "192.0.2.1"));
  EXPECT_FALSE(strictly(with_common_name("192.0.2.1"), "192.0.2.1"));
  EXPECT_FALSE(widely(with_dns({"*.0.2.1"}), "192.0.2.1"));
  EXPECT_FALSE(strictly(with_addresses({"192.0.2.1"}), "example.org"));
}

// What was generated to differ never matches; what was changed in case only always does.
TEST(TlsIdentityTest, RandomNamesMatchThemselvesAndNothingElse) {
  SeededRandom random(5922);
  constexpr std::string_view kBytes("ab.*-A\0\n@:;%\xc3\xa9", 15);
  for (int round = 0; round < 20'000; ++round) {
    std::string said;
    for (auto count = random.below(12); count > 0; --count) said += kBytes[random.below(15)];
    std::string domain = "ab.a-b.aa";
    const bool same = said == domain;
    EXPECT_EQ(strictly(with_dns({said}), domain), same) << said;
    EXPECT_EQ(strictly(with_common_name(said), domain), same) << said;
    EXPECT_EQ(strictly(with_dns({domain}), said), same) << said;
    EXPECT_EQ(widely(with_dns({said}), domain), same || said == "*.a-b.aa") << said;
    for (char& c : domain) {
      if (c >= 'a' && random.below(2) == 0) c = static_cast<char>(c - 'a' + 'A');
    }
    EXPECT_TRUE(strictly(with_dns({domain}), "ab.a-b.aa"));
  }
}

}  // namespace
}  // namespace godwit::sip
