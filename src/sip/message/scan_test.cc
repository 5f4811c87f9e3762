// SPDX-License-Identifier: Apache-2.0
#include "sip/message/scan.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace godwit::sip {
namespace {

TEST(ScanTest, AnAddressIsGivenInPartsOfTheText) {
  const std::string_view text = R"("A \" B" <SIPS:bob:pw@[2001:db8::1]:5061;lr?a=b>;q=1;TAG=x7)";
  const auto parts = scan_name_addr(text).value();
  EXPECT_EQ(parts.display_name, R"("A \" B")");
  EXPECT_EQ(parts.uri.scheme, "SIPS");
  EXPECT_EQ(parts.uri.user, "bob");
  EXPECT_EQ(parts.uri.password, "pw");
  EXPECT_EQ(parts.uri.host, "[2001:db8::1]");
  EXPECT_EQ(parts.uri.port, 5061);
  EXPECT_EQ(parts.uri.parameters, ";lr");
  EXPECT_EQ(parts.uri.headers, "a=b");
  EXPECT_EQ(parts.parameters, ";q=1;TAG=x7");
  EXPECT_EQ(parts.tag, "x7");
}

TEST(ScanTest, AViaIsGivenInPartsOfTheText) {
  const auto parts =
      scan_via("SIP/2.0/TLS h:5061;branch=z9hG4bKa;received=192.0.2.1;rport=9;x;branch=b").value();
  EXPECT_EQ(parts.transport, "TLS");
  EXPECT_EQ(parts.host, "h");
  EXPECT_EQ(parts.port, 5061);
  EXPECT_EQ(parts.branch, "z9hG4bKa");
  EXPECT_EQ(parts.received, "192.0.2.1");
  EXPECT_EQ(parts.rport, 9);
  EXPECT_EQ(parts.parameters, ";branch=z9hG4bKa;received=192.0.2.1;rport=9;x;branch=b");
}

// RFC 3261 §20: a comma, question mark or semicolon needs angle brackets.
TEST(ScanTest, AUriWithHeadersMustStandInAngleBrackets) {
  const auto bare = scan_name_addr("sip:a@h?Route=x;tag=1");
  ASSERT_FALSE(bare);
  EXPECT_EQ(bare.error(), (Fault{"a URI with \"?\" must stand in angle brackets", 7}));
  EXPECT_TRUE(scan_name_addr("<sip:a@h?Route=x>;tag=1"));
}

TEST(ScanTest, ALongUriEndsAtItsLimit) {
  const auto uri_of = [](std::size_t bytes) { return "sip:" + std::string(bytes - 4, 'h'); };
  EXPECT_TRUE(scan_uri(uri_of(limits::kUriBytes)));
  EXPECT_FALSE(scan_uri(uri_of(limits::kUriBytes + 1)));
  EXPECT_FALSE(scan_uri(uri_of(limits::kUriBytes * 10)));
  EXPECT_EQ(scan_name_addr("<" + uri_of(limits::kUriBytes + 1) + ">").error(),
            (Fault{"URI longer than 2048 bytes", 1}));
}

TEST(ScanTest, ParametersEndAtTheirLimit) {
  const auto many = [](std::size_t count, std::string_view one) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += one;
    return text;
  };
  for (const std::size_t count :
       {limits::kParameters, limits::kParameters + 1, limits::kParameters * 10}) {
    const bool good = count == limits::kParameters;
    EXPECT_EQ(scan_name_addr("<sip:h>" + many(count, ";a")).has_value(), good);
    EXPECT_EQ(scan_via("SIP/2.0/UDP h" + many(count, ";a")).has_value(), good);
    EXPECT_EQ(scan_uri("sip:h" + many(count, ";a")).has_value(), good);
    EXPECT_EQ(scan_uri("sip:h?a=1" + many(count - 1, "&a=1")).has_value(), good);
  }
}

// Whatever is cut off ends in a verdict, and reads nothing behind its end.
TEST(ScanTest, TextsCutOffAnywhereAreReadToTheirEndOnly) {
  for (const std::string_view text :
       {R"("A \" B" <sips:bob:pw@[2001:db8::1]:5061;lr?a=b>;q="1\"";tag=x7)",
        "SIP / 2.0 / TLS  h : 5061 ;branch=z9hG4bKa;received=[::1];rport=9", "42 INVITE"}) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::string cut(text.substr(0, size));
      static_cast<void>(scan_name_addr(cut));
      static_cast<void>(scan_via(cut));
      static_cast<void>(scan_uri(cut));
      static_cast<void>(scan_cseq(cut));
    }
  }
}

}  // namespace
}  // namespace godwit::sip
