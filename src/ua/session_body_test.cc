// SPDX-License-Identifier: Apache-2.0
#include "ua/session_body.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

const std::string kSdp =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 0\r\n";

sip::Message message(std::string_view type, std::string_view body) {
  auto response = sip::Message::response(200);
  response.set_body(type, body);
  return response;
}

std::string in_two_parts(std::string_view body) {
  return "--x\r\nContent-Type: application/isup\r\n\r\n\x01\x02\r\n--x\r\n"
         "Content-Type: application/sdp\r\n\r\n" +
         std::string(body) + "\r\n--x--\r\n";
}

TEST(SessionBody, IsTheBodyOrAPartOfIt) {
  const auto alone = read_session(message("application/sdp", kSdp));
  const auto part = read_session(message("multipart/mixed;boundary=x", in_two_parts(kSdp)));
  ASSERT_TRUE(alone && *alone);
  ASSERT_TRUE(part && *part);
  EXPECT_EQ((*alone)->media.size(), 1U);
  EXPECT_EQ((*part)->media.size(), 1U);
}

TEST(SessionBody, IsNoneWhereThereIsNoBodyOrAnother) {
  const auto empty = read_session(sip::Message::response(200));
  ASSERT_TRUE(empty);
  EXPECT_FALSE(*empty);
  const auto text = read_session(message("text/plain", "hello"));
  ASSERT_TRUE(text);
  EXPECT_FALSE(*text);
}

TEST(SessionBody, TellsWhatDoesNotRead) {
  EXPECT_FALSE(read_session(message("application/sdp", "hello")));
  EXPECT_FALSE(read_session(message("multipart/mixed;boundary=x", in_two_parts("hello"))));
  EXPECT_FALSE(read_session(message("multipart/mixed;boundary=x", "--y")));
  EXPECT_FALSE(read_session(message("multipart/mixed", in_two_parts(kSdp))));
}

// Seen from NAT64 servers and SIPp.
TEST(SessionBody, T73_AnIpv6AddressAfterIp4IsReadAndToldOf) {
  const std::string odd =
      "v=0\r\no=- 1 1 IN IP4 2001:db8::1\r\ns=-\r\nc=IN IP4 2001:db8::1\r\nt=0 0\r\n"
      "m=audio 4000 RTP/AVP 0\r\n";
  const auto session = read_session(message("application/sdp", odd));
  ASSERT_TRUE(session && *session);
  EXPECT_EQ(sdp::to_string((*session)->connection->address), "IN IP6 2001:db8::1");
  EXPECT_EQ(session_warnings(message("application/sdp", odd)).size(), 2U);
  EXPECT_TRUE(session_warnings(message("application/sdp", kSdp)).empty());
  EXPECT_TRUE(session_warnings(message("text/plain", "hello")).empty());
}

}  // namespace
}  // namespace godwit::ua
