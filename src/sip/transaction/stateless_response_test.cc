// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/stateless_response.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

class StatelessResponseTest : public ::testing::Test {
 protected:
  static Message request(std::string_view via) {
    Message message = Message::request("OPTIONS", "sip:bob@example.com");
    message.add(Field::via, via);
    message.add(Field::from, "<sip:alice@example.com>;tag=a");
    message.add(Field::to, "<sip:bob@example.com>");
    message.add(Field::call_id, "call-1");
    message.add(Field::cseq, "7 OPTIONS");
    return message;
  }
  net::Flow flow_{net::FlowId{1}, net::Transport::udp, *net::SocketAddress::parse("192.0.2.9:5060"),
                  *net::SocketAddress::parse("192.0.2.1:1024")};
};

TEST_F(StatelessResponseTest, SaysWhereTheRequestCameFrom) {
  const Message response =
      make_stateless_response(request("SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx"), flow_, 400);
  EXPECT_EQ(response.status(), 400);
  EXPECT_EQ(response.top_via().received, flow_.remote.address);
  EXPECT_EQ(response.top_via().rport, 1024);
  EXPECT_EQ(response.cseq(), (CSeq{7, "OPTIONS"}));
}

TEST_F(StatelessResponseTest, GivesEachCopyOfARequestTheSameTagAndOthersAnother) {
  const auto tag = [&](std::string_view via) {
    return make_stateless_response(request(via), flow_, 400).to_tag();
  };
  EXPECT_FALSE(tag("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx").empty());
  EXPECT_EQ(tag("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx"),
            tag("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx"));
  EXPECT_NE(tag("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx"),
            tag("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKy"));
}

TEST_F(StatelessResponseTest, ReturnsAViaThatDoesNotReadAsItCame) {
  constexpr std::string_view kVia = "SIP/2.0/UDP 10.0.0.1;branch=;rport";
  EXPECT_EQ(make_stateless_response(request(kVia), flow_, 400).field(Field::via), kVia);
}

}  // namespace
}  // namespace godwit::sip
