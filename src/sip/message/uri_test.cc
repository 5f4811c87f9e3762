// SPDX-License-Identifier: Apache-2.0
#include "sip/message/uri.h"

#include <gmock/gmock.h>

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

class UriTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(UriTest, IsWrittenAsItWasRead) {
  const auto uri = parse_uri(GetParam());
  ASSERT_TRUE(uri) << uri.error().detail;
  EXPECT_EQ(to_string(*uri), GetParam());
  EXPECT_EQ(parse_uri(to_string(*uri)).value(), *uri);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, UriTest,
    ::testing::Values("sip:example.com", "sips:alice@example.com:5061", "sip:192.0.2.1:5060",
                      "sip:[2001:db8::1]", "sip:alice@[2001:db8::1]:5070;transport=tcp;lr",
                      "sip:alice:secret@example.com", "sip:+15551212@example.com;user=phone",
                      "sip:a@example.com;lr?Subject=x&Route=%3Csip:b%3E&Empty",
                      "sip:user;par=u%40example.net@example.com",
                      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/"
                      ";;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
                      "tel:+15551212;phone-context=example", "urn:service:sos",
                      "soap.beep://192.0.2.103:3002"));

TEST(UriTest, PartsAreWhereTheyBelong) {
  const auto uri = parse_uri("SIPS:bob:pw@EXAMPLE.com:5061;Transport=TLS;lr?a=b").value();
  EXPECT_EQ(uri.scheme, "sips");
  EXPECT_EQ(uri.user, "bob");
  EXPECT_EQ(uri.password, "pw");
  EXPECT_EQ(uri.host, Host(std::string("EXAMPLE.com")));
  EXPECT_EQ(uri.port, 5061);
  EXPECT_THAT(uri.parameters,
              ElementsAre(Parameter{"Transport", "TLS"}, Parameter{"lr", std::nullopt}));
  EXPECT_THAT(uri.headers, ElementsAre(Parameter{"a", "b"}));
}

TEST(UriTest, OtherSchemesStayOpaque) {
  const auto uri = parse_uri("TEL:+1@x;y").value();
  EXPECT_FALSE(uri.is_sip());
  EXPECT_EQ(uri.scheme, "tel");
  EXPECT_EQ(uri.opaque, "+1@x;y");
}

struct BadUri {
  std::string_view text;
  std::string_view detail;
};
class BadUriTest : public ::testing::TestWithParam<BadUri> {};

TEST_P(BadUriTest, IsRefusedWithItsPlace) {
  const auto uri = parse_uri(GetParam().text);
  ASSERT_FALSE(uri);
  EXPECT_EQ(uri.error().code, Errc::malformed_message);
  EXPECT_EQ(uri.error().detail, GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadUriTest,
    ::testing::Values(
        BadUri{"", "URI: expected a URI scheme at byte 0"},
        BadUri{"example.com", "URI: expected a URI scheme at byte 0"},
        BadUri{"1sip:a", "URI: expected a URI scheme at byte 0"},
        BadUri{"tel:", "URI: URI ends after its scheme at byte 4"},
        BadUri{"sip:", "URI: expected a host at byte 4"},
        BadUri{"sip:@host", "URI: expected a user before \"@\" at byte 4"},
        BadUri{"sip:a@", "URI: expected a host at byte 6"},
        BadUri{"sip:a@b c", "URI: character not allowed in a URI at byte 7"},
        BadUri{"<sip:a@b>", "URI: character not allowed in a URI at byte 0"},
        BadUri{"sip:2001:db8::10", "URI: expected a port number after \":\" at byte 9"},
        BadUri{"sip:[fe80::1%25eth0]", "URI: expected an IPv6 address in brackets at byte 4"},
        BadUri{"sip:a@b:", "URI: expected a port number after \":\" at byte 8"},
        BadUri{"sip:a@b:99999", "URI: port above 65535 at byte 8"},
        BadUri{"sip:a@b/c", "URI: unexpected character after host at byte 7"},
        BadUri{"sip:a@b;", "URI: expected a parameter name at byte 8"},
        BadUri{"sip:a@b;x;;y", "URI: expected a parameter name at byte 10"},
        BadUri{"sip:a@b;=x", "URI: expected a parameter name at byte 8"},
        BadUri{"sip:a@b?", "URI: expected a header name at byte 8"},
        BadUri{"sip:a@b?x=y&", "URI: expected a header name at byte 12"}));

}  // namespace
}  // namespace godwit::sip
