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
    d.connection = Connection{address_of(GetParam()), std::nullopt, 1};
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
  d.connection = Connection{address_of(net::Family::v4), std::nullopt, 1};
  Media plain;
  Media own;
  own.connection = Connection{address_of(net::Family::v6), std::nullopt, 1};
  EXPECT_EQ(d.connection_of(plain)->address, Address(address_of(net::Family::v4)));
  EXPECT_EQ(d.connection_of(own)->address, Address(address_of(net::Family::v6)));
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

TEST(SessionDescription, WritesAConnectionThatIsANameWithItsTypes) {
  SessionDescription d;
  d.connection = Connection{NamedAddress{"IN", "IP4", "media.example.org"}, std::nullopt, 1};
  EXPECT_THAT(write(d), HasSubstr("c=IN IP4 media.example.org\r\n"));
  d.connection = Connection{NamedAddress{"IN", "IP6", "held.invalid"}, std::nullopt, 1};
  EXPECT_THAT(write(d), HasSubstr("c=IN IP6 held.invalid\r\n"));
}

TEST(SessionDescription, WritesTimeToLiveAndNumberOfMulticastAlone) {
  SessionDescription d;
  const auto line = [&](const char* address, std::optional<std::uint8_t> ttl, unsigned count) {
    d.connection = Connection{*net::IpAddress::parse(address), ttl, count};
    const std::string text = write(d);
    const auto at = text.find("c=");
    return text.substr(at, text.find("\r\n", at) - at);
  };
  EXPECT_EQ(line("233.252.0.1", 127, 1), "c=IN IP4 233.252.0.1/127");
  EXPECT_EQ(line("233.252.0.1", 127, 3), "c=IN IP4 233.252.0.1/127/3");
  EXPECT_EQ(line("233.252.0.1", std::nullopt, 3), "c=IN IP4 233.252.0.1/0/3");
  EXPECT_EQ(line("ff15::101", std::nullopt, 3), "c=IN IP6 ff15::101/3");
  EXPECT_EQ(line("192.0.2.1", 127, 3), "c=IN IP4 192.0.2.1");
}

// Nothing that a value holds can add a line or a word of its own.
TEST(SessionDescription, KeepsLineBreaksOutOfEveryLine) {
  SessionDescription d;
  d.username = "a b\r\nc=x";
  d.session_name = "x\r\na=y";
  d.information = std::string("i\0j", 3);
  d.emails = {"e\nm=z"};
  d.origin = NamedAddress{"IN", "IP 4", ""};
  d.attributes = {{"na\nme", "v\ra=x"}, {"", "nameless"}};
  d.media.emplace_back();
  const std::string text = write(d);
  EXPECT_EQ(text,
            "v=0\r\no=a_b__c=x 0 0 IN IP_4 -\r\ns=x__a=y\r\ni=i_j\r\ne=e_m=z\r\nt=0 0\r\n"
            "a=na_me:v_a=x\r\na=-:nameless\r\nm=- 0 RTP/AVP *\r\n");
  EXPECT_TRUE(parse(text));
}

TEST(SessionDescription, WritesWhatMustBeThere) {
  SessionDescription d;
  d.times.clear();
  d.session_name.clear();
  EXPECT_EQ(write(d), "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
}

TEST(SessionDescription, FindsAttributesByNameWithCase) {
  const std::vector<Attribute> attributes = {{"MID", "1"}, {"mid", "2"}, {"mid", "3"}};
  EXPECT_EQ(find_attribute(attributes, "mid")->value, "2");
  EXPECT_EQ(find_attribute(attributes, "Mid"), nullptr);
}

TEST(SessionDescription, NamesDirections) {
  EXPECT_EQ(to_string(Direction::inactive), "inactive");
  EXPECT_EQ(to_string(Direction::sendonly), "sendonly");
  EXPECT_EQ(to_string(Direction::recvonly), "recvonly");
  EXPECT_EQ(to_string(Direction::sendrecv), "sendrecv");
  EXPECT_EQ(direction_from("recvonly"), Direction::recvonly);
  EXPECT_EQ(direction_from("SendRecv"), std::nullopt);
}

}  // namespace
}  // namespace godwit::sdp
