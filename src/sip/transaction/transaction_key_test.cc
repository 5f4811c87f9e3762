// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/transaction_key.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

Message request(std::string_view method, std::string_view via, std::string_view to_tag = "",
                std::string_view call_id = "c") {
  Message message = Message::request(method, "sip:bob@example.com");
  message.add(Field::via, via);
  message.add(Field::from, "<sip:alice@example.com>;tag=a");
  message.add(Field::to, "<sip:bob@example.com>" +
                             (to_tag.empty() ? std::string() : ";tag=" + std::string(to_tag)));
  message.add(Field::call_id, call_id);
  message.add(Field::cseq, "1 " + std::string(method));
  return message;
}

constexpr std::string_view kVia = "SIP/2.0/UDP host.example:5070;branch=z9hG4bKx";
constexpr std::string_view kOldVia = "SIP/2.0/UDP host.example:5070";

TEST(ServerKeyTest, BranchSentByAndMethodDecide) {
  const std::string key = server_key(request("INVITE", kVia));
  EXPECT_EQ(key, server_key(request("INVITE", kVia, "b", "other")));
  EXPECT_EQ(key, server_key(request("INVITE", "SIP/2.0/UDP HOST.example:5070;branch=z9hG4bKx")));
  EXPECT_NE(key, server_key(request("INVITE", "SIP/2.0/UDP host.example:5070;branch=z9hG4bKy")));
  EXPECT_NE(key, server_key(request("INVITE", "SIP/2.0/UDP host.example:5071;branch=z9hG4bKx")));
  EXPECT_NE(key, server_key(request("INVITE", "SIP/2.0/UDP mean.example:5070;branch=z9hG4bKx")));
  EXPECT_NE(key, server_key(request("BYE", kVia)));
}

TEST(ServerKeyTest, AMissingPortIsTheUsualOne) {
  EXPECT_EQ(server_key(request("BYE", "SIP/2.0/UDP h:5060;branch=z9hG4bKx")),
            server_key(request("BYE", "SIP/2.0/UDP h;branch=z9hG4bKx")));
  EXPECT_EQ(server_key(request("BYE", "SIP/2.0/TLS h:5061;branch=z9hG4bKx")),
            server_key(request("BYE", "SIP/2.0/TLS h;branch=z9hG4bKx")));
}

TEST(ServerKeyTest, AnAckHasTheKeyOfItsInvite) {
  EXPECT_EQ(server_key(request("INVITE", kVia)), server_key(request("ACK", kVia, "b")));
  EXPECT_EQ(server_key(request("INVITE", kOldVia)), server_key(request("ACK", kOldVia, "b")));
}

TEST(ServerKeyTest, ACancelHasItsOwnAndKnowsThatOfItsInvite) {
  EXPECT_NE(server_key(request("INVITE", kVia)), server_key(request("CANCEL", kVia)));
  EXPECT_EQ(server_key(request("INVITE", kVia)), cancelled_key(request("CANCEL", kVia)));
  EXPECT_EQ(server_key(request("INVITE", kOldVia)), cancelled_key(request("CANCEL", kOldVia)));
}

TEST(ServerKeyTest, WithoutTheCookieTheWholeRequestDecides) {
  const std::string key = server_key(request("INVITE", kOldVia));
  EXPECT_EQ(key, server_key(request("INVITE", kOldVia)));
  EXPECT_NE(key, server_key(request("INVITE", kOldVia, "", "other")));
  EXPECT_NE(key, server_key(request("INVITE", "SIP/2.0/UDP host.example:5071")));
  EXPECT_NE(server_key(request("BYE", kOldVia, "b")), server_key(request("BYE", kOldVia, "c")));
  EXPECT_NE(server_key(request("INVITE", "SIP/2.0/UDP h;branch=1", "", "c1")),
            server_key(request("INVITE", "SIP/2.0/UDP h;branch=1", "", "c2")));
}

TEST(ServerKeyTest, TheCookieAloneIsNoBranch) {
  EXPECT_NE(server_key(request("BYE", "SIP/2.0/UDP h;branch=z9hG4bK", "", "c1")),
            server_key(request("BYE", "SIP/2.0/UDP h;branch=z9hG4bK", "", "c2")));
}

// RFC 3261 §8.2.2.2
TEST(MergeKeyTest, FromTagCallIdAndCSeqDecideAndNoBranch) {
  const Message invite = request("INVITE", kVia);
  EXPECT_EQ(merge_key(invite), merge_key(request("INVITE", kOldVia)));
  EXPECT_NE(merge_key(invite), merge_key(request("INVITE", kVia, "", "other")));
  EXPECT_NE(merge_key(invite), merge_key(request("OPTIONS", kVia)));
  Message other = invite;
  other.set(Field::cseq, "2 INVITE");
  EXPECT_NE(merge_key(invite), merge_key(other));
  other = invite;
  other.set(Field::from, "<sip:alice@example.com>;tag=b");
  EXPECT_NE(merge_key(invite), merge_key(other));
}

TEST(MergeKeyTest, WithinADialogAndForACancelThereIsNone) {
  EXPECT_EQ(merge_key(request("INVITE", kVia, "b")), "");
  EXPECT_EQ(merge_key(request("CANCEL", kVia)), "");
}

TEST(ClientKeyTest, BranchAndMethodDecide) {
  EXPECT_EQ(client_key("b", "INVITE"), client_key("b", "INVITE"));
  EXPECT_NE(client_key("b", "INVITE"), client_key("b", "CANCEL"));
  EXPECT_NE(client_key("b", "INVITE"), client_key("c", "INVITE"));
}

}  // namespace
}  // namespace godwit::sip
