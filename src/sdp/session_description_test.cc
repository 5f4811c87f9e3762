// SPDX-License-Identifier: Apache-2.0
#include "sdp/session_description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sdp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

net::IpAddress address_of(net::Family family) {
  return *net::IpAddress::parse(family == net::Family::v4 ? "192.0.2.1" : "2001:db8::1");
}

class SessionDescriptionTest : public ::testing::TestWithParam<net::Family> {
 protected:
  SessionDescription description() const {
    SessionDescription d;
    d.session_id = 7;
    d.session_version = 2;
    d.origin = address_of(GetParam());
    d.connection = Connection{address_of(GetParam()), ""};
    Media audio;
    audio.type = "audio";
    audio.port = 40000;
    audio.formats = {"0", "101"};
    audio.attributes = {{"rtpmap", "101 telephone-event/8000"}, {"rtcp-mux", ""}};
    audio.direction = Direction::recvonly;
    d.media.push_back(audio);
    return d;
  }
};

TEST_P(SessionDescriptionTest, WritesEveryLineInTheOrderOfTheRfc) {
  const bool v4 = GetParam() == net::Family::v4;
  const std::string where = v4 ? "IN IP4 192.0.2.1" : "IN IP6 2001:db8::1";
  EXPECT_EQ(write(description()), "v=0\r\no=- 7 2 " + where + "\r\ns=-\r\nc=" + where +
                                      "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 101\r\n"
                                      "a=rtpmap:101 telephone-event/8000\r\na=rtcp-mux\r\n"
                                      "a=recvonly\r\n");
}

TEST_P(SessionDescriptionTest, ReadsBackWhatItWrote) {
  EXPECT_EQ(parse(write(description())), description());
}

TEST_P(SessionDescriptionTest, PutsNoBracketsAroundAnAddress) {
  EXPECT_THAT(write(description()), Not(HasSubstr("[")));
}

INSTANTIATE_TEST_SUITE_P(Families, SessionDescriptionTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST(SessionDescription, ConnectionOfALineOverridesTheSessions) {
  SessionDescription d;
  d.connection = Connection{address_of(net::Family::v4), ""};
  Media plain;
  Media own;
  own.connection = Connection{address_of(net::Family::v6), ""};
  EXPECT_EQ(d.connection_of(plain)->address, address_of(net::Family::v4));
  EXPECT_EQ(d.connection_of(own)->address, address_of(net::Family::v6));
  d.connection.reset();
  EXPECT_EQ(d.connection_of(plain), nullptr);
}

TEST(SessionDescription, DirectionComesFromLineThenSessionThenDefault) {
  SessionDescription d;
  Media line;
  EXPECT_EQ(d.direction_of(line), Direction::sendrecv);
  d.direction = Direction::sendonly;
  EXPECT_EQ(d.direction_of(line), Direction::sendonly);
  line.direction = Direction::inactive;
  EXPECT_EQ(d.direction_of(line), Direction::inactive);
}

TEST(SessionDescription, WritesAConnectionThatIsAName) {
  SessionDescription d;
  d.connection = Connection{std::nullopt, "media.example.org"};
  EXPECT_THAT(write(d), HasSubstr("c=IN IP4 media.example.org\r\n"));
}

TEST(SessionDescription, NamesDirections) {
  EXPECT_EQ(to_string(Direction::inactive), "inactive");
  EXPECT_EQ(to_string(Direction::sendonly), "sendonly");
  EXPECT_EQ(to_string(Direction::recvonly), "recvonly");
  EXPECT_EQ(to_string(Direction::sendrecv), "sendrecv");
}

}  // namespace
}  // namespace godwit::sdp
