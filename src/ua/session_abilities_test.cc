// SPDX-License-Identifier: Apache-2.0
#include "ua/session_abilities.h"

#include <gtest/gtest.h>

#include "ua/sound_terms.h"

namespace godwit::ua {
namespace {

class SessionAbilitiesTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::string body_for(std::initializer_list<const char*> accept,
                       const std::string& origin_username = {}) const {
    auto request = sip::Message::request("OPTIONS", "sip:alice@example.org");
    for (const char* const value : accept) request.add(sip::Field::accept, value);
    net::Flow flow;
    flow.local = {*net::IpAddress::parse(GetParam()), 5070};
    auto response = sip::Message::response(200);
    add_session_abilities(response, request, flow,
                          {sound_terms(CallOptions{}, SoundMeans{}).formats, origin_username});
    return std::string(response.body());
  }
};
INSTANTIATE_TEST_SUITE_P(Families, SessionAbilitiesTest,
                         ::testing::Values("192.0.2.7", "2001:db8::7"));

TEST_P(SessionAbilitiesTest, WhoTakesSdpIsToldEveryCodecWithoutAPort) {  // RFC 3264 section 9
  const bool v4 = std::string(GetParam()).find(':') == std::string::npos;
  const std::string where = (v4 ? "IN IP4 " : "IN IP6 ") + std::string(GetParam());
  EXPECT_EQ(body_for({"application/sdp"}),
            "v=0\r\no=- 0 0 " + where + "\r\ns=-\r\nc=" + where +
                "\r\nt=0 0\r\nm=audio 0 RTP/AVP 96 9 0 8 101 97\r\na=rtpmap:96 opus/48000/2\r\n"
                "a=fmtp:96 useinbandfec=1\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\n"
                "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
                "a=rtpmap:97 telephone-event/48000\r\na=fmtp:97 0-16\r\n");
}

TEST_P(SessionAbilitiesTest, TheOriginHasTheNameThatOffersHave) {
  EXPECT_EQ(body_for({"application/sdp"}, "godwit").rfind("v=0\r\no=godwit 0 0 ", 0), 0U);
}

TEST_P(SessionAbilitiesTest, AnyRangeThatCoversSdpWillDo) {
  EXPECT_NE(body_for({"text/plain, application/*;q=0.2"}), "");
  EXPECT_NE(body_for({"text/plain", "*/*"}), "");
}

TEST_P(SessionAbilitiesTest, WhoNamesNothingOrSomethingElseGetsNoBody) {
  EXPECT_EQ(body_for({}), "");
  EXPECT_EQ(body_for({""}), "");
  EXPECT_EQ(body_for({"text/plain"}), "");
  EXPECT_EQ(body_for({"*/*, application/sdp;q=0"}), "");
}

}  // namespace
}  // namespace godwit::ua
