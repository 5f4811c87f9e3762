// SPDX-License-Identifier: Apache-2.0
#include "sdp/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace godwit::sdp {

/// How GoogleTest shows one.
void PrintTo(const Warning& warning, std::ostream* out) {
  *out << '"' << warning.text << "\" at " << warning.at;
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kInspected = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n";  // 36 bytes
const std::string kTime = "t=0 0\r\n";
const std::string kMedia = "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n";  // 51 bytes

std::vector<Warning> warnings_after_head(const std::string& rest) {
  const Inspection seen = inspect(kInspected + rest);
  EXPECT_EQ(seen.fault, std::nullopt) << rest;
  EXPECT_TRUE(seen.description.has_value()) << rest;
  return seen.warnings;
}

TEST(Inspect, HasNothingToSayOfAGoodDescription) {
  const Inspection seen = inspect(kInspected + kMedia + "a=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n");
  EXPECT_EQ(seen.fault, std::nullopt);
  EXPECT_THAT(seen.warnings, IsEmpty());
  ASSERT_TRUE(seen.description);
  EXPECT_EQ(*seen.description,
            *parse(kInspected + kMedia + "a=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"));
}

TEST(Inspect, TellsTheFaultThatParseTells) {
  for (const char* const text : {"", "v=0\r\nx=1\r\n", "v=0\r\no=- 1 1 IN IP4 h\r\nm=audio\r\n"}) {
    const Inspection seen = inspect(text);
    ASSERT_TRUE(seen.fault) << text;
    EXPECT_EQ(seen.description, std::nullopt) << text;
    EXPECT_EQ(parse(text).error(), to_error(*seen.fault)) << text;
  }
}

// Dual-stack test T73.
TEST(Inspect, WarnsOfALabelThatDisagreesWithItsAddress) {
  EXPECT_THAT(
      warnings_after_head("c=IN IP4 2001:db8::1\r\n" + kTime),
      ElementsAre(Warning{"c=: address type IP4 before an IPv6 address; read by the address", 41}));
  const Inspection seen = inspect("v=0\r\no=- 1 1 IN IP6 192.0.2.1\r\ns=-\r\nt=0 0\r\n");
  EXPECT_THAT(
      seen.warnings,
      ElementsAre(Warning{"o=: address type IP6 before an IPv4 address; read by the address", 16}));
}

TEST(Inspect, WarnsOfAddressesThatAreWrittenInAnotherWay) {
  EXPECT_THAT(warnings_after_head("c=IN IP6 [2001:db8::1]\r\n" + kTime),
              ElementsAre(Warning{"c=: brackets around the address", 45}));
  EXPECT_THAT(warnings_after_head("c=IN IP6 fe80::1%eth0\r\n" + kTime),
              ElementsAre(Warning{"c=: the zone of an address means nothing here; left out", 45}));
  EXPECT_THAT(
      warnings_after_head("c=IN IP4 192.0.2.1/127\r\n" + kTime),
      ElementsAre(Warning{"c=: what follows \"/\" has no meaning for a unicast address", 45}));
  EXPECT_THAT(warnings_after_head("c=IN IP4 233.252.0.1\r\n" + kTime),
              ElementsAre(Warning{"c=: no time to live after an IPv4 multicast address", 45}));
  EXPECT_THAT(warnings_after_head("c=IN IP4 233.252.0.1/9\r\n" + kTime), IsEmpty());
  EXPECT_THAT(
      inspect("v=0\r\no=- 1 99999999999999999999 IN IP4 (null)\r\ns=-\r\nt=0 0\r\n").warnings,
      ElementsAre(Warning{"o=: a number of more than 64 bits", 7},
                  Warning{"o=: the address is neither an IP address nor a host name", 39}));
}

TEST(Inspect, WarnsOfLinesThatAreMissing) {
  EXPECT_THAT(inspect("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n").warnings,
              ElementsAre(Warning{"s=: there is none before the first m=", 0},
                          Warning{"t=: there is none before the first m=", 0}));
  EXPECT_THAT(warnings_after_head(kTime + "m=audio 5004 RTP/AVP 0\r\nm=audio 0 RTP/AVP 0\r\n"),
              ElementsAre(Warning{"m=: no c= line says where the media goes", 43}));
}

TEST(Inspect, WarnsOfLinesOutOfOrderAndGivenAgain) {
  EXPECT_THAT(warnings_after_head("t=0 0\r\nb=AS:1\r\nr=1 1 0\r\n"),
              ElementsAre(Warning{"b=: stands after t=", 43}));
  EXPECT_THAT(warnings_after_head(kTime + "i=a\r\ni=b\r\n"),
              ElementsAre(Warning{"i=: stands after t=", 43}, Warning{"i=: stands after t=", 48},
                          Warning{"i=: given again; the first counts", 48}));
  EXPECT_THAT(warnings_after_head("c=IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\n" + kTime),
              ElementsAre(Warning{"c=: given again; the first counts", 56}));
  EXPECT_THAT(warnings_after_head(kMedia + "c=IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.2\r\nu=x\r\n"),
              ElementsAre(Warning{"u=: stands after an m= line; read as the session's", 127}));
}

TEST(Inspect, WarnsOfLineEndsAndBlanks) {
  EXPECT_THAT(inspect("v=0\no=- 1 1 IN IP4 h\ns=-\nt=0 0\n").warnings,
              ElementsAre(Warning{"a line ends with LF alone", 3}));
  EXPECT_THAT(warnings_after_head("t=0 0"),
              ElementsAre(Warning{"the last line has no line end", 41}));
  EXPECT_THAT(warnings_after_head("t=0 0\r"),
              ElementsAre(Warning{"the last line has no line end", 41}));
  EXPECT_THAT(warnings_after_head("\r\nt=0 0\r\n"),
              ElementsAre(Warning{"a blank line was passed over", 36}));
  EXPECT_THAT(warnings_after_head("t=0 0\r\n\r\n"),
              ElementsAre(Warning{"a blank line was passed over", 43}));
}

TEST(Inspect, WarnsOfWhiteSpaceBeyondOneSpace) {
  const auto wide = [](std::size_t at) {
    return Warning{"t=: white space beyond one space between words", at};
  };
  EXPECT_THAT(warnings_after_head("t=0  0\r\n"), ElementsAre(wide(40)));
  EXPECT_THAT(warnings_after_head("t= 0 0\r\n"), ElementsAre(wide(38)));
  EXPECT_THAT(warnings_after_head("t=0 0 \r\n"), ElementsAre(wide(41)));
  EXPECT_THAT(warnings_after_head("t=0\t0\r\n"), ElementsAre(wide(39)));
}

TEST(Inspect, WarnsOfWhatIsPassedOver) {
  EXPECT_THAT(warnings_after_head("i=\r\n" + kTime + "k=clear:x\r\n"),
              ElementsAre(Warning{"i=: empty", 38},
                          Warning{"k=: obsolete, discarded (RFC 8866 section 5.12)", 47}));
}

TEST(Inspect, WarnsOfAttributes) {
  EXPECT_THAT(
      warnings_after_head(kMedia + "a=rtpmap:0 PCMU\r\na=RTPMAP:0 x\r\na=x y\r\na=group:LS\r\n"
                                   "a=fmtp\r\na=sendonly\r\na=inactive\r\na=own:\x1b\r\n"),
      ElementsAre(Warning{"a=rtpmap: expected \"/\" and a clock rate", 102},
                  Warning{"a=RTPMAP: not understood, names are compared with case", 106},
                  Warning{"a=: the attribute's name is no token", 120},
                  Warning{"a=group: expected it before the first m= line", 133},
                  Warning{"a=fmtp: expected a format", 143},
                  Warning{"a=inactive: a direction was given already; the first counts", 159}));
}

TEST(Inspect, WarnsOfPayloadTypesThatNothingIsSaidOf) {
  EXPECT_THAT(warnings_after_head("c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
                                  "m=audio 1 RTP/AVP 0 96 97 200\r\na=rtpmap:97 x/1\r\n"
                                  "m=image 1 udptl t38\r\nm=audio 0 RTP/AVP 99\r\n"),
              ElementsAre(Warning{"m=: no a=rtpmap says what payload type 96 is", 83},
                          Warning{"m=: RTP has payload types of 0 to 127 only", 89}));
}

TEST(Inspect, TellsNoMoreWarningsThanTheLimit) {
  const auto count = [](std::size_t lines) {
    std::string rest = kTime;
    while (lines-- > 0) rest += "a=RTCP\r\n";
    return warnings_after_head(rest).size();
  };
  EXPECT_EQ(count(limits::kSdpWarnings - 1), limits::kSdpWarnings - 1);
  EXPECT_EQ(count(limits::kSdpWarnings), limits::kSdpWarnings);
  EXPECT_EQ(count(limits::kSdpWarnings + 1), limits::kSdpWarnings);
  EXPECT_EQ(count(limits::kAttributes), limits::kSdpWarnings);
}

}  // namespace
}  // namespace godwit::sdp
