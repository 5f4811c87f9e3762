// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdp/session_description.h"

namespace godwit::sdp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kHead = "v=0\r\no=alice 1 2 IN IP4 192.0.2.1\r\ns=call\r\n";

Result<SessionDescription> parse_after_head(std::string_view rest) {
  return parse(std::string(kHead) + std::string(rest));
}

TEST(ParseSessionDescription, ReadsTheExampleOfTheRfc) {
  const auto d = parse(
      "v=0\r\n"
      "o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\n"
      "s=Call to John Smith\r\n"
      "i=SDP Offer #1\r\n"
      "u=http://www.jdoe.example.com/home.html\r\n"
      "e=Jane Doe <jane@jdoe.example.com>\r\n"
      "p=+1 617 555-6011\r\n"
      "c=IN IP4 198.51.100.1\r\n"
      "t=0 0\r\n"
      "m=audio 49170 RTP/AVP 0\r\n"
      "m=audio 49180 RTP/AVP 0\r\n"
      "m=video 51372 RTP/AVP 99\r\n"
      "c=IN IP6 2001:db8::2\r\n"
      "a=rtpmap:99 h263-1998/90000\r\n");
  ASSERT_TRUE(d) << d.error().detail;
  EXPECT_EQ(d->username, "jdoe");
  EXPECT_EQ(d->session_id, 3724394400U);
  EXPECT_EQ(d->session_version, 3724394405U);
  EXPECT_EQ(d->session_name, "Call to John Smith");
  ASSERT_EQ(d->media.size(), 3U);
  EXPECT_EQ(d->media[1].port, 49180);
  EXPECT_THAT(d->media[2].formats, ElementsAre("99"));
  EXPECT_EQ(to_string(*d->connection_of(d->media[0])->address), "198.51.100.1");
  EXPECT_EQ(to_string(*d->connection_of(d->media[2])->address), "2001:db8::2");
  EXPECT_EQ(d->media[2].attributes[0].value, "99 h263-1998/90000");
}

TEST(ParseSessionDescription, TakesLineFeedsAloneAndBlankLines) {
  const auto d = parse("v=0\no=- 1 1 IN IP6 ::1\ns=\n\nm=audio 4000 RTP/AVP 0\n\n");
  ASSERT_TRUE(d) << d.error().detail;
  EXPECT_EQ(d->session_name, "-");
  EXPECT_EQ(d->media.size(), 1U);
}

// T73: a label that disagrees with its address loses.
TEST(ParseSessionDescription, ReadsAnAddressByWhatItIsNotByItsLabel) {
  const auto d = parse_after_head("c=IN IP4 2001:db8::1\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(d->connection->address->family(), net::Family::v6);
}

TEST(ParseSessionDescription, KeepsAHostNameAsText) {
  const auto d = parse_after_head("c=IN IP6 nowhere.invalid\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(d->connection->address, std::nullopt);
  EXPECT_EQ(d->connection->name, "nowhere.invalid");
}

TEST(ParseSessionDescription, AcceptsANameInTheOrigin) {
  EXPECT_TRUE(parse("v=0\r\no=a 1 1 IN IP4 pc.example.org\r\ns=-\r\n"));
}

TEST(ParseSessionDescription, LeavesOutTimeToLiveAndNumberOfPorts) {
  const auto d = parse_after_head("c=IN IP4 233.252.0.1/127/3\r\nm=audio 5000/2 RTP/AVP 0\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(to_string(*d->connection->address), "233.252.0.1");
  EXPECT_EQ(d->media[0].port, 5000);
}

TEST(ParseSessionDescription, FirstOfSeveralConnectionsAndDirectionsCounts) {
  const auto d = parse_after_head(
      "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.2\r\n"
      "a=sendonly\r\na=inactive\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(to_string(*d->media[0].connection->address), "192.0.2.1");
  EXPECT_EQ(d->media[0].direction, Direction::sendonly);
}

TEST(ParseSessionDescription, ReadsEveryDirectionOfSessionAndLine) {
  for (const Direction direction :
       {Direction::inactive, Direction::sendonly, Direction::recvonly, Direction::sendrecv}) {
    const std::string line = "a=" + std::string(to_string(direction)) + "\r\n";
    const auto d = parse_after_head(line + "m=audio 5000 RTP/AVP 0\r\n" + line);
    ASSERT_TRUE(d);
    EXPECT_EQ(d->direction, direction);
    EXPECT_EQ(d->media[0].direction, direction);
    EXPECT_TRUE(d->attributes.empty());
  }
}

TEST(ParseSessionDescription, HoldsAnyNumberOfDigitsInTheSessionId) {
  const auto d = parse("v=0\r\no=- 99999999999999999999999 1 IN IP4 192.0.2.1\r\ns=-\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(d->session_id, ~std::uint64_t{0});
}

struct Bad {
  const char* text;
  const char* complaint;
};
class BadDescriptionTest : public ::testing::TestWithParam<Bad> {};

TEST_P(BadDescriptionTest, IsRefusedWithLineAndExpectation) {
  const auto d = parse(GetParam().text);
  ASSERT_FALSE(d);
  EXPECT_EQ(d.error().code, Errc::malformed_message);
  EXPECT_THAT(d.error().detail, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadDescriptionTest,
    ::testing::Values(Bad{"", "line 0: expected v=0"},
                      Bad{"hello", "line 1: expected a letter and '='"},
                      Bad{"o=- 1 1 IN IP4 1.2.3.4\r\n", "line 1: expected v=0"},
                      Bad{"v=1\r\n", "line 1: expected v=0, once"},
                      Bad{"v=0\nv=0\n", "line 2: expected v=0"},
                      Bad{"v=0\r\ns=-\r\n", "expected an o= line"},
                      Bad{"v=0\r\no=- 1 IN IP4 1.2.3.4\r\n", "line 2: expected one o= line"},
                      Bad{"v=0\r\no=- x 1 IN IP4 1.2.3.4\r\n", "line 2: expected numbers"},
                      Bad{"v=0\r\no=- 1 -1 IN IP4 1.2.3.4\r\n", "line 2: expected numbers"},
                      Bad{"v=0\r\nx=1\r\n", "line 2: expected a known type letter"},
                      Bad{"v=0\r\nc=IN IP4\r\n", "line 2: expected IN"},
                      Bad{"v=0\r\nc=ATM NSAP 1\r\n", "line 2: expected IN"},
                      Bad{"v=0\r\nc=IN IP4 /3\r\n", "line 2: expected an address"},
                      Bad{"v=0\r\na=:1\r\n", "line 2: expected a name in a="},
                      Bad{"v=0\r\nm=audio 1 RTP/AVP\r\n", "line 2: expected media, port"},
                      Bad{"v=0\r\nm=audio 65536 RTP/AVP 0\r\n", "line 2: expected a port"},
                      Bad{"v=0\r\nm=audio -1 RTP/AVP 0\r\n", "line 2: expected a port"},
                      Bad{"v=0\r\nm=audio 1 RTP/AVP 0\r\ns=-\r\n", "line 3: expected s= before"}));

TEST(ParseSessionDescription, RefusesMoreLinesThanTheLimits) {
  std::string lines;
  for (std::size_t i = 0; i < kMaxMediaLines; ++i) lines += "m=audio 1 RTP/AVP 0\r\n";
  EXPECT_TRUE(parse_after_head(lines));
  EXPECT_FALSE(parse_after_head(lines + "m=audio 1 RTP/AVP 0\r\n"));

  std::string attributes;
  for (std::size_t i = 0; i < kMaxAttributes; ++i) attributes += "a=x\r\n";
  EXPECT_TRUE(parse_after_head(attributes));
  EXPECT_FALSE(parse_after_head(attributes + "a=x\r\n"));
}

}  // namespace
}  // namespace godwit::sdp
