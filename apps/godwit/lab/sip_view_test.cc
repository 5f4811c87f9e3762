// SPDX-License-Identifier: Apache-2.0
#include "lab/sip_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

using ::testing::ElementsAre;

TEST(SipView, ReadsARequest) {
  const auto view = view_sip(
      "UPDATE sip:bob@10.9.0.2:5060 SIP/2.0\r\n"
      "Via: SIP/2.0/UDP 10.2.0.2:5060;branch=z9hG4bKabc;rport\r\n"
      "From: \"Alice\" <sip:alice@godwit.test>;tag=1\r\n"
      "To: <sip:bob@godwit.test>;tag=2\r\n"
      "Call-ID: x@y\r\nCSeq: 4 UPDATE\r\nContact: <sip:alice@10.2.0.2:5060>\r\n"
      "Content-Type: application/sdp\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->request);
  EXPECT_EQ(view->method, "UPDATE");
  EXPECT_EQ(view->cseq, 4U);
  EXPECT_EQ(view->branch, "z9hG4bKabc");
  EXPECT_EQ(view->from_uri, "sip:alice@godwit.test");
  EXPECT_TRUE(view->in_dialog);
  EXPECT_TRUE(view->has_offer);
  EXPECT_FALSE(view->has_credentials);
}

TEST(SipView, ReadsShortNames) {
  const auto view = view_sip(
      "UPDATE sip:bob@10.9.0.2:5060 SIP/2.0\r\n"
      "v: SIP/2.0/UDP 10.2.0.2:5060;branch=z9hG4bKabc;rport\r\nf: <sip:alice@godwit.test>;tag=1\r\n"
      "t: <sip:bob@godwit.test>;tag=2\r\ni: x@y\r\nCSeq: 4 UPDATE\r\nm: <sip:alice@10.2.0.2:5060>\r\n"
      "k: timer\r\nx: 1800\r\nc: application/sdp\r\nl: 0\r\n\r\n");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->call_id, "x@y");
  EXPECT_EQ(view->branch, "z9hG4bKabc");
  EXPECT_EQ(view->from_uri, "sip:alice@godwit.test");
  EXPECT_TRUE(view->in_dialog);
  EXPECT_TRUE(view->has_offer);
  EXPECT_THAT(view->contacts, ElementsAre("sip:alice@10.2.0.2:5060"));
}

TEST(SipView, ReadsWhichWayTheSoundGoes) {
  const auto with = [](const std::string& attribute) {
    return view_sip("UPDATE sip:bob@10.9.0.2 SIP/2.0\r\nCall-ID: x\r\nCSeq: 4 UPDATE\r\n"
                    "Content-Type: application/sdp\r\n\r\nv=0\r\nm=audio 4000 RTP/AVP 0\r\n" +
                    attribute)
        ->direction;
  };
  EXPECT_EQ(with("a=sendonly\r\n"), "sendonly");
  EXPECT_EQ(with("a=inactive\r\na=ptime:20\r\n"), "inactive");
  EXPECT_EQ(with(""), "sendrecv");
  EXPECT_EQ(view_sip("BYE sip:b@x SIP/2.0\r\nCall-ID: x\r\nCSeq: 5 BYE\r\n\r\n")->direction, "");
}

TEST(SipView, ListsTheContactsOfARegistration) {
  const auto view = view_sip(
      "SIP/2.0 200 OK\r\nCall-ID: r\r\nCSeq: 7 REGISTER\r\n"
      "Contact: <sip:alice@10.2.0.2:5060>;expires=300, \"a,b\" <sip:alice@[2001:db8::1]>;q=0.5\r\n"
      "m: sip:alice@10.3.0.2;expires=5\r\n\r\n");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->status, 200);
  EXPECT_EQ(view->method, "REGISTER");
  EXPECT_THAT(view->contacts, ElementsAre("sip:alice@10.2.0.2:5060", "sip:alice@[2001:db8::1]",
                                          "sip:alice@10.3.0.2"));
}

TEST(SipView, SeesNoMessageInOtherBytes) {
  EXPECT_FALSE(view_sip(""));
  EXPECT_FALSE(view_sip(std::string_view("\x80\x00\x01\x02", 4)));
  EXPECT_FALSE(view_sip("GET / HTTP/1.1\r\n\r\n"));
  EXPECT_FALSE(view_sip("SIP/2.0 200 OK\r\n\r\n"));
}

}  // namespace
}  // namespace godwit::lab
