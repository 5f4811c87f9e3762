// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/canonical.h"

#include <gmock/gmock.h>

#include "sip/verdict/verdict.h"

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;

constexpr const char* kOdd =
    "OPTIONS sip:bob@example.org SIP/2.0\r\n"
    "v  : SIP /2.0/ UDP  192.0.2.1 : 5070 ; branch = z9hG4bK1 ,\r\n"
    "  SIP/2.0/TCP [2001:DB8::0:1] ;branch=z9hG4bK2\r\n"
    "f:Alice<sip:alice@example.net> ; tag\r\n"
    "  = a1\r\n"
    "t: sip:bob@example.org;mood=\"so so\"\r\n"
    "i: 1\r\n"
    "cseq: 0007\r\n"
    " OPTIONS\r\n"
    "MAX-FORWARDS: 070\r\n"
    "X-Kept:  as it\r\n"
    "   came\r\n"
    "l:0\r\n"
    "\r\n";

TEST(CanonicalForm, LeavesNoWhiteSpaceAndNoShortNames) {
  EXPECT_EQ(canonical_form(parse_message(kOdd).value()),
            "OPTIONS sip:bob@example.org SIP/2.0\r\n"
            "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1\r\n"
            "Via: SIP/2.0/TCP [2001:db8::1];branch=z9hG4bK2\r\n"
            "From: \"Alice\" <sip:alice@example.net>;tag=a1\r\n"
            "To: <sip:bob@example.org>;mood=\"so so\"\r\n"
            "Call-ID: 1\r\n"
            "CSeq: 7 OPTIONS\r\n"
            "Max-Forwards: 70\r\n"
            "X-Kept: as it     came\r\n"
            "Content-Length: 0\r\n"
            "\r\n");
}

TEST(CanonicalForm, IsItsOwnCanonicalForm) {
  const std::string once = canonical_form(parse_message(kOdd).value());
  EXPECT_EQ(canonical_form(parse_message(once).value()), once);
  EXPECT_TRUE(judge(once).valid);
}

TEST(CanonicalForm, KeepsWhatOnlyAQuotedPairCanHold) {
  std::string text = kOdd;
  const std::string pair("\"\\\0\" <sip:alice@example.net>;tag=a1\r\n", 37);
  const auto at = text.find("Alice");
  text.replace(at, text.find("t: sip") - at, pair);
  const auto message = parse_message(text);
  ASSERT_TRUE(message) << message.error().detail;
  EXPECT_THAT(canonical_form(*message), HasSubstr("From: " + pair));
}

}  // namespace
}  // namespace godwit::sip
