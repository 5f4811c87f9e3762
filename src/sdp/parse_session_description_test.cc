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
  EXPECT_EQ(to_string(d->connection_of(d->media[0])->address), "IN IP4 198.51.100.1");
  EXPECT_EQ(to_string(d->connection_of(d->media[2])->address), "IN IP6 2001:db8::2");
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
  EXPECT_EQ(to_string(d->connection->address), "IN IP6 2001:db8::1");
}

TEST(ParseSessionDescription, KeepsAHostNameAsText) {
  const auto d = parse_after_head("c=IN IP6 nowhere.invalid\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(d->connection->address, Address(NamedAddress{"IN", "IP6", "nowhere.invalid"}));
}

TEST(ParseSessionDescription, AcceptsANameInTheOrigin) {
  EXPECT_TRUE(parse("v=0\r\no=a 1 1 IN IP4 pc.example.org\r\ns=-\r\n"));
}

TEST(ParseSessionDescription, KeepsNumbersOfAddressesAndPorts) {
  const auto d = parse_after_head("c=IN IP4 233.252.0.1/127/3\r\nm=audio 5000/2 RTP/AVP 0\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(d->connection, (Connection{*net::IpAddress::parse("233.252.0.1"), 127, 3}));
  EXPECT_EQ(d->media[0].port, 5000);
  EXPECT_EQ(d->media[0].port_count, 2);
}

TEST(ParseSessionDescription, KeepsEveryConnectionOfALineTheFirstInFront) {
  const auto d = parse_after_head(
      "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.2\r\n"
      "a=sendonly\r\na=inactive\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(to_string(d->media[0].connection->address), "IN IP4 192.0.2.1");
  ASSERT_EQ(d->media[0].layers.size(), 1U);
  EXPECT_EQ(to_string(d->media[0].layers[0].address), "IN IP4 192.0.2.2");
  EXPECT_EQ(d->media[0].direction, Direction::sendonly);
}

TEST(ParseSessionDescription, ReadsEveryLineOfTheRfcAndWritesItInItsOrder) {
  const auto d = parse(
      "v=0\r\no=- 1 1 ATM NSAP 47.0091\r\ns=x\r\ni=about\r\nu=http://x/\r\ne=a\r\ne=b\r\np=+1\r\n"
      "c=IN IP4 192.0.2.1\r\nb=CT:1\r\nb=X-Y: 2\r\nt=10 20\r\nr=7d 1h 0\r\nr=1 2 3\r\nz=15 -1h\r\n"
      "t=30 40\r\nk=clear:x\r\na=x:1\r\na=y\r\na=recvonly\r\na=x:2\r\n"
      "m=audio 1 udp 0\r\ni=sound\r\nb=AS:64\r\nk=x\r\na=z:\r\n");
  ASSERT_TRUE(d) << d.error().detail;
  EXPECT_EQ(write(*d),
            "v=0\r\no=- 1 1 ATM NSAP 47.0091\r\ns=x\r\ni=about\r\nu=http://x/\r\ne=a\r\ne=b\r\n"
            "p=+1\r\nc=IN IP4 192.0.2.1\r\nb=CT:1\r\nb=X-Y:2\r\nt=10 20\r\nr=604800 3600 0\r\n"
            "r=1 2 3\r\nz=15 -3600\r\nt=30 40\r\na=x:1\r\na=y\r\na=x:2\r\na=recvonly\r\n"
            "m=audio 1 udp 0\r\ni=sound\r\nb=AS:64\r\na=z\r\n");
  EXPECT_EQ(d->times[0].repeats.size(), 2U);
  EXPECT_EQ(d->times[1].repeats.size(), 0U);
  EXPECT_EQ(d->media[0].bandwidths, (std::vector<Bandwidth>{{"AS", 64}}));
}

TEST(ParseSessionDescription, TakesLinesOutOfOrder) {
  const auto d = parse(
      "v=0\r\ns=-\r\no=- 1 1 IN IP4 192.0.2.1\r\nt=0 0\r\nb=AS:1\r\nc=IN IP4 192.0.2.1\r\n"
      "i=first\r\ni=second\r\nm=audio 1 RTP/AVP 0\r\na=x\r\nt=1 2\r\nu=late\r\n");
  ASSERT_TRUE(d) << d.error().detail;
  EXPECT_EQ(d->information, "first");
  EXPECT_EQ(d->uri, "late");
  EXPECT_EQ(d->times.size(), 2U);
  EXPECT_EQ(d->media.size(), 1U);
}

TEST(ParseSessionDescription, TakesADescriptionWithoutNameAndTimes) {
  const auto d = parse("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(d->session_name, "-");
  EXPECT_EQ(d->times, std::vector<Timing>{Timing{}});
}

TEST(ParseSessionDescription, ComparesAttributeNamesWithCase) {
  const auto d = parse_after_head("a=SendOnly\r\n");
  ASSERT_TRUE(d);
  EXPECT_EQ(d->direction, std::nullopt);
  EXPECT_EQ(d->attributes, (std::vector<Attribute>{{"SendOnly", ""}}));
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

struct BadDescription {
  const char* text;
  const char* complaint;
};
class BadDescriptionTest : public ::testing::TestWithParam<BadDescription> {};

TEST_P(BadDescriptionTest, IsRefusedWithLineAndExpectation) {
  const auto d = parse(GetParam().text);
  ASSERT_FALSE(d);
  EXPECT_EQ(d.error().code, Errc::malformed_message);
  EXPECT_THAT(d.error().detail, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadDescriptionTest,
    ::testing::Values(
        BadDescription{"", "SDP line 1: v=: expected v=0 at byte 0"},
        BadDescription{"v=0\r\ns=-\r\n", "SDP line 3: o=: expected an o= line at byte 10"},
        BadDescription{"v=0\r\no=- 1 IN IP4 1.2.3.4\r\n",
                       "SDP line 2: o=: expected a number as the session"},
        BadDescription{"v=0\r\no=- x 1 IN IP4 1.2.3.4\r\n", "session id at byte 9"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nc=IN IP4\n",
                       "line 3: c=: expected an address at byte 29"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nc=IN IP4 /3\n",
                       "line 3: c=: expected an IP address or"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nb=AS\n",
                       "line 3: b=: expected \":\" and a bandwidth at byte 25"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nb=:1\n", "line 3: b=: expected a type of bandwidth"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nb=AS:x\n",
                       "b=: expected a number as the bandwidth at byte 26"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nt=0\n",
                       "line 3: t=: expected a number as the stop time"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nr=1 1 0\n",
                       "line 3: r=: expected a t= line before it"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nt=0 0\nr=x\n",
                       "line 4: r=: expected a repeat interval"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nt=0 0\nz=x\n", "line 4: z=: expected a number"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\na=:1\n",
                       "line 3: a=: expected the name of an attribute at"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nm=audio 1 RTP/AVP\n",
                       "line 3: m=: expected a format after"},
        BadDescription{"v=0\no=- 1 1 IN IP4 h\nm=audio 65536 RTP/AVP 0\n",
                       "m=: expected a port of 0 to 65535"}));

std::string lines(std::size_t count, const std::string& line) {
  std::string text;
  while (count-- > 0) text += line;
  return text;
}

TEST(ParseSessionDescriptionLimits, FormatsOfALine) {
  const auto text_of = [](std::size_t count) {
    return "m=audio 1 RTP/AVP" + lines(count, " 0") + "\r\n";
  };
  EXPECT_EQ(parse_after_head(text_of(limits::kFormats))->media[0].formats.size(), limits::kFormats);
  EXPECT_THAT(parse_after_head(text_of(limits::kFormats + 1)).error().detail,
              HasSubstr("m=: expected at most 128 formats at byte 317"));
  EXPECT_FALSE(parse_after_head(text_of(10 * limits::kFormats)));
}

TEST(ParseSessionDescriptionLimits, CryptosAndCandidatesOfASection) {
  for (const auto& [line, limit] : {std::pair{"a=crypto:1\r\n", limits::kCryptos},
                                    {"a=candidate:1\r\n", limits::kCandidates}}) {
    const std::string media = "m=audio 1 RTP/AVP 0\r\n";
    EXPECT_TRUE(parse_after_head(lines(limit, line) + media + lines(limit, line))) << line;
    EXPECT_FALSE(parse_after_head(lines(limit + 1, line))) << line;
    EXPECT_FALSE(parse_after_head(media + lines(limit + 1, line))) << line;
    EXPECT_FALSE(parse_after_head(media + lines(10 * limit, line))) << line;
  }
}

}  // namespace
}  // namespace godwit::sdp
