// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "sip/message/message.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ChangeMessageTest : public ::testing::Test {
 protected:
  Message message_ = Message::request("INVITE", "sip:bob@h");
};

TEST_F(ChangeMessageTest, AddGoesBehindTheLastOfItsKind) {
  message_.add(Field::route, "<sip:r1;lr>");
  message_.add(Field::subject, "x");
  message_.add(Field::route, " <sip:r2;lr> ,\"a, b\" <sip:r3;lr>");
  EXPECT_THAT(message_.values(Field::route),
              ElementsAre("<sip:r1;lr>", "<sip:r2;lr>", "\"a, b\" <sip:r3;lr>"));
  EXPECT_EQ(message_.write(),
            "INVITE sip:bob@h SIP/2.0\r\nRoute: <sip:r1;lr>\r\nRoute: <sip:r2;lr>\r\n"
            "Route: \"a, b\" <sip:r3;lr>\r\nSubject: x\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(ChangeMessageTest, PrependGoesInFrontOfAll) {
  message_.add(Field::subject, "x");
  message_.prepend(Field::via, "SIP/2.0/UDP h1;branch=1, SIP/2.0/UDP h2");
  message_.prepend(Field::via, "SIP/2.0/UDP h0");
  EXPECT_THAT(message_.values(Field::via),
              ElementsAre("SIP/2.0/UDP h0", "SIP/2.0/UDP h1;branch=1", "SIP/2.0/UDP h2"));
  EXPECT_THAT(message_.write(), HasSubstr("SIP/2.0\r\nVia: SIP/2.0/UDP h0\r\n"));
}

TEST_F(ChangeMessageTest, SetReplacesAllValuesWhereTheFirstStood) {
  message_.add(Field::contact, "<sip:a>, <sip:b>");
  message_.add(Field::subject, "x");
  message_.set(Field::contact, "<sip:c>");
  EXPECT_THAT(message_.values(Field::contact), ElementsAre("<sip:c>"));
  message_.set(Field::expires, "60");
  EXPECT_EQ(message_.write(),
            "INVITE sip:bob@h SIP/2.0\r\nContact: <sip:c>\r\nSubject: x\r\nExpires: 60\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST_F(ChangeMessageTest, RemoveTakesAllAndRemoveFirstTakesOne) {
  message_.add(Field::via, "SIP/2.0/UDP h1, SIP/2.0/UDP h2, SIP/2.0/UDP h3");
  message_.remove_first(Field::via);
  EXPECT_THAT(message_.values(Field::via), ElementsAre("SIP/2.0/UDP h2", "SIP/2.0/UDP h3"));
  message_.remove(Field::via);
  EXPECT_THAT(message_.values(Field::via), IsEmpty());
  message_.remove(Field::via);
  message_.remove_first(Field::via);
}

TEST_F(ChangeMessageTest, ALineBreakInAValueBecomesASpace) {
  message_.add(Field::subject, "x\r\nVia: SIP/2.0/UDP evil");
  message_.set(Field::call_id, std::string_view("a\0b", 3));
  message_.prepend(Field::user_agent, "ua\n");
  message_.add_extension("X-A", "1\r\n\r\nbody");
  message_.set_uri("sip:h SIP/2.0\r\nX: y");
  const auto written = message_.write();
  EXPECT_EQ(message_.field(Field::subject), "x  Via: SIP/2.0/UDP evil");
  EXPECT_EQ(message_.call_id(), "a b");
  EXPECT_EQ(message_.field(Field::user_agent), "ua");
  EXPECT_EQ(message_.uri(), "sip:hSIP/2.0X:y");
  EXPECT_THAT(written, Not(HasSubstr("\nVia")));
  EXPECT_THAT(written, Not(HasSubstr("\nX:")));
  EXPECT_THAT(written, Not(HasSubstr("\r\n\r\nbody")));
}

TEST_F(ChangeMessageTest, AReasonCannotBreakItsLineEither) {
  EXPECT_EQ(Message::response(486, "Busy\r\nX: y").write(),
            "SIP/2.0 486 Busy  X: y\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(ChangeMessageTest, ValuesMayComeFromTheMessageItself) {
  message_.add(Field::record_route, "<sip:r1;lr>, <sip:r2;lr>");
  for (int i = 0; i < 200; ++i) {  // often enough for the buffer to move
    message_.set(Field::subject, message_.uri());
    message_.add(Field::route, message_.values(Field::record_route)[1]);
    message_.add_extension("X-Copy", *message_.field(Field::subject));
  }
  message_.set_body(*message_.field(Field::subject), message_.uri());
  EXPECT_EQ(message_.field(Field::subject), "sip:bob@h");
  EXPECT_EQ(message_.values(Field::route)[199], "<sip:r2;lr>");
  EXPECT_EQ(message_.extension("X-Copy"), "sip:bob@h");
  EXPECT_EQ(message_.body(), "sip:bob@h");
  EXPECT_EQ(message_.content_type(), "sip:bob@h");
}

TEST_F(ChangeMessageTest, ExtensionsKeepTheirSpelling) {
  message_.add_extension("x-My-HEADER", "1");
  message_.add_extension("subject", "known");
  EXPECT_THAT(message_.write(), HasSubstr("x-My-HEADER: 1\r\n"));
  EXPECT_EQ(message_.field(Field::subject), "known");
}

TEST_F(ChangeMessageTest, ABodyMayBeReplacedAndTakenAway) {
  message_.set_body("text/plain", "hello");
  message_.set_body("application/sdp", "v=0\r\n");
  EXPECT_THAT(message_.write(),
              HasSubstr("Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"));
  message_.set_body("", "");
  EXPECT_EQ(message_.write(), "INVITE sip:bob@h SIP/2.0\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(ChangeMessageTest, AResponsesMethodFollowsItsCSeq) {
  auto response = Message::response(200);
  response.add(Field::cseq, "1 BYE");
  EXPECT_EQ(response.method(), Method::bye);
  response.set(Field::cseq, "2 REGISTER");
  EXPECT_EQ(response.method(), Method::register_);
  message_.set(Field::cseq, "1 BYE");
  EXPECT_EQ(message_.method(), Method::invite) << "a request says it in its first line";
}

TEST_F(ChangeMessageTest, AnEmptyValueOfAListFieldIsNoValue) {
  message_.add(Field::route, "");
  message_.add(Field::route, " , ");
  message_.add(Field::supported, "");
  EXPECT_EQ(message_.count(Field::route), 0U);
  EXPECT_EQ(message_.field(Field::supported), "");
}

}  // namespace
}  // namespace godwit::sip
