// SPDX-License-Identifier: Apache-2.0
#include "sdp/scan.h"

#include <gtest/gtest.h>

#include "support/value_table.h"

namespace godwit::sdp {
namespace {

using test::expect_bad;

TEST(SdpScan, ReadsAnOriginInPlace) {
  const auto origin = scan_origin("jdoe 3724394400 3724394405 IN IP6 2001:db8::1");
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->username, "jdoe");
  EXPECT_EQ(origin->session_id, 3724394400U);
  EXPECT_EQ(origin->session_version, 3724394405U);
  EXPECT_EQ(origin->address.text, "2001:db8::1");
}

TEST(SdpScan, HoldsAnyNumberOfDigitsInTheSessionId) {
  const auto origin = scan_origin("- 99999999999999999999999 18446744073709551615 IN IP4 h");
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->session_id, ~std::uint64_t{0});
  EXPECT_EQ(origin->session_version, ~std::uint64_t{0});
}

TEST(SdpScan, SaysWhichWordOfAnOriginIsWrong) {
  expect_bad(scan_origin, {{"", 0, "expected a user name or \"-\""},
                           {"- x 1 IN IP4 h", 2, "expected a number as the session id"},
                           {"- 1 -1 IN IP4 h", 4, "expected a number as the session version"},
                           {"- 1 1", 5, "expected a network type: IN"},
                           {"- 1 1 IN", 8, "expected an address type: IP4 or IP6"},
                           {"- 1 1 IN IP4", 12, "expected an address"},
                           {"- 1 1 IN IP4 h x", 15, "expected nothing after the address"}});
}

TEST(SdpScan, ReadsTimeToLiveAndNumberOfAMulticastAddress) {
  const auto v4 = scan_connection("IN IP4 233.252.0.1/127/3");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->address.text, "233.252.0.1");
  EXPECT_EQ(v4->ip, net::IpAddress::parse("233.252.0.1"));
  EXPECT_EQ(v4->ttl, 127);
  EXPECT_EQ(v4->count, 3U);
  EXPECT_EQ(scan_connection("IN IP4 233.252.0.1/127")->count, 1U);
  const auto v6 = scan_connection("IN IP6 ff15::101/3");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->ttl, std::nullopt);
  EXPECT_EQ(v6->count, 3U);
}

TEST(SdpScan, PassesOverWhatASlashHasNoMeaningFor) {
  const auto unicast = scan_connection("IN IP4 192.0.2.1/127/3");
  ASSERT_TRUE(unicast);
  EXPECT_EQ(unicast->ttl, std::nullopt);
  EXPECT_EQ(unicast->count, 1U);
}

TEST(SdpScan, SaysWhatIsWrongWithAConnection) {
  const char* const no_host = "expected an IP address or a host name";
  expect_bad(scan_connection,
             {{"IN IP4", 6, "expected an address"},
              {"IN IP4 /3", 7, no_host},
              {"IN IP4 1.2.3.400", 7, no_host},
              {"IN IP6 2001:::1", 7, no_host},
              {"IN IP4 name/127", 7, no_host},
              {"IN IP4 233.252.0.1/256", 19, "expected a time to live of 0 to 255"},
              {"IN IP4 233.252.0.1/", 19, "expected a time to live of 0 to 255"},
              {"IN IP4 233.252.0.1/1/0", 21, "expected a number of addresses above 0"},
              {"IN IP4 233.252.0.1/1/2/3", 23, "expected nothing after the number of addresses"},
              {"IN IP6 ff15::1/x", 15, "expected a number of addresses above 0"},
              {"IN IP6 ff15::1/1/1", 17, "expected nothing after the number of addresses"},
              {"IN IP4 192.0.2.1 x", 17, "expected nothing after the address"}});
}

TEST(SdpScan, ReadsAMediaLineInPlace) {
  const auto media = scan_media("video  49170/2 UDP/TLS/RTP/SAVPF 96\t97 ");
  ASSERT_TRUE(media);
  EXPECT_EQ(media->type, "video");
  EXPECT_EQ(media->port, 49170);
  EXPECT_EQ(media->port_count, 2);
  EXPECT_EQ(media->protocol, "UDP/TLS/RTP/SAVPF");
  Words formats(media->formats);
  EXPECT_EQ(formats.next(), "96");
  EXPECT_EQ(formats.next(), "97");
  EXPECT_EQ(formats.next(), "");
}

TEST(SdpScan, SaysWhatIsWrongWithAMediaLine) {
  const char* const no_port = "expected a port of 0 to 65535";
  const char* const no_count = "expected a number of ports after \"/\"";
  const char* const no_protocol = "expected a protocol, such as RTP/AVP";
  expect_bad(scan_media, {{"", 0, "expected a media type, such as audio"},
                          {"a/b 1 RTP/AVP 0", 0, "expected a media type, such as audio"},
                          {"audio", 5, no_port},
                          {"audio 65536 RTP/AVP 0", 6, no_port},
                          {"audio -1 RTP/AVP 0", 6, no_port},
                          {"audio 1x RTP/AVP 0", 6, no_port},
                          {"audio 1/ RTP/AVP 0", 8, no_count},
                          {"audio 1/0 RTP/AVP 0", 8, no_count},
                          {"audio 1/2/3 RTP/AVP 0", 8, no_count},
                          {"audio 1", 7, no_protocol},
                          {"audio 1 RTP/ 0", 8, no_protocol},
                          {"audio 1 RTP//AVP 0", 8, no_protocol},
                          {"audio 1 R(P 0", 8, no_protocol},
                          {"audio 1 RTP/AVP ", 16, "expected a format after the protocol"}});
}

TEST(SdpScan, SplitsAnAttributeAtItsFirstColon) {
  EXPECT_EQ(scan_attribute("fmtp:96 a:b")->name, "fmtp");
  EXPECT_EQ(scan_attribute("fmtp:96 a:b")->value, "96 a:b");
  EXPECT_EQ(scan_attribute("recvonly")->name, "recvonly");
  EXPECT_EQ(scan_attribute("x:")->value, "");
  expect_bad(scan_attribute, {{"", 0, "expected the name of an attribute"}, {":1", 0}});
}

TEST(SdpScan, ReadsAnRtpmapInPlace) {
  const auto opus = scan_rtpmap(" 96  opus/48000/2 ");
  ASSERT_TRUE(opus);
  EXPECT_EQ(opus->payload_type, 96);
  EXPECT_EQ(opus->encoding, "opus");
  EXPECT_EQ(opus->clock_rate, 48000U);
  EXPECT_EQ(opus->parameters, "2");
  EXPECT_EQ(scan_rtpmap("0 PCMU/8000")->parameters, "");
}

TEST(SdpScan, SaysWhatIsWrongWithAnRtpmap) {
  expect_bad(scan_rtpmap, {{"", 0, "expected a payload type of 0 to 127"},
                           {"128 x/1", 0, "expected a payload type of 0 to 127"},
                           {"9x x/1", 0, "expected a payload type of 0 to 127"},
                           {"96", 2, "expected the name of an encoding"},
                           {"96 /8000", 3, "expected the name of an encoding"},
                           {"96 noclock", 10, "expected \"/\" and a clock rate"},
                           {"96 x/", 5, "expected a clock rate above 0 after \"/\""},
                           {"96 x/0", 5, "expected a clock rate above 0 after \"/\""},
                           {"96 x/4294967296", 5, "expected a clock rate above 0 after \"/\""},
                           {"96 x/8000/", 10, "expected the number of channels after \"/\""},
                           {"96 x/8000/1/2", 11, "expected nothing after the encoding"},
                           {"96 x/8000 y", 10, "expected nothing after the encoding"},
                           {"96 x/8000y", 9, "expected nothing after the encoding"}});
}

TEST(SdpScan, ReadsAnFmtpInPlace) {
  const auto fmtp = scan_fmtp("101  0-15, 16 ");
  ASSERT_TRUE(fmtp);
  EXPECT_EQ(fmtp->format, "101");
  EXPECT_EQ(fmtp->parameters, "0-15, 16");
  expect_bad(scan_fmtp, {{"", 0, "expected a format"},
                         {"9(6 x", 0, "expected a format"},
                         {"96 ", 3, "expected parameters after the format"}});
}

}  // namespace
}  // namespace godwit::sdp
