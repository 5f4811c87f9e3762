// SPDX-License-Identifier: Apache-2.0
#include "sip/message/message.h"

#include <gmock/gmock.h>

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A request as a proxy or far end would send it, with addresses of one family.
class MessageTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  static std::string invite_text() {
    const std::string host(GetParam());
    return "INVITE sip:bob@" + host +
           " SIP/2.0\r\n"
           "Via: SIP/2.0/UDP " +
           host +
           ":5060;branch=z9hG4bK1, SIP/2.0/TCP h2;branch=z9hG4bK2\r\n"
           "v: SIP/2.0/UDP h3;branch=z9hG4bK3\r\n"
           "Max-Forwards: 70\r\n"
           "f: \"Alice\" <sip:alice@" +
           host +
           ">;tag=8d7a2f\r\n"
           "To: sip:bob@" +
           host +
           "\r\n"
           "i: 9f2c@" +
           host +
           "\r\n"
           "CSeq: 20411 INVITE\r\n"
           "Contact: <sip:alice@" +
           host +
           ":5060>\r\n"
           "X-Custom: first\r\n"
           "x-custom: second\r\n"
           "Content-Type: text/plain\r\n"
           "Content-Length: 5\r\n\r\nhello";
  }
  Message invite_ = parse_message(invite_text()).value();
};

TEST_P(MessageTest, GivesTheStartLine) {
  EXPECT_TRUE(invite_.is_request());
  EXPECT_EQ(invite_.status(), 0);
  EXPECT_EQ(invite_.method(), Method::invite);
  EXPECT_EQ(invite_.method_name(), "INVITE");
  EXPECT_EQ(invite_.uri(), "sip:bob@" + std::string(GetParam()));
  EXPECT_EQ(invite_.reason(), "");
}

TEST_P(MessageTest, GivesListFieldsElementByElement) {
  EXPECT_THAT(invite_.values(Field::via),
              ElementsAre("SIP/2.0/UDP " + std::string(GetParam()) + ":5060;branch=z9hG4bK1",
                          "SIP/2.0/TCP h2;branch=z9hG4bK2", "SIP/2.0/UDP h3;branch=z9hG4bK3"));
  EXPECT_EQ(invite_.count(Field::via), 3U);
  EXPECT_EQ(invite_.field(Field::via), invite_.values(Field::via).front());
  EXPECT_EQ(invite_.field(Field::route), std::nullopt);
  EXPECT_THAT(invite_.values(Field::route), IsEmpty());
}

TEST_P(MessageTest, GivesTypedValues) {
  EXPECT_EQ(invite_.top_via().host, host_from_text(GetParam()));
  EXPECT_EQ(invite_.top_via().branch, "z9hG4bK1");
  EXPECT_EQ(invite_.cseq(), (CSeq{20411, "INVITE"}));
  EXPECT_EQ(invite_.call_id(), "9f2c@" + std::string(GetParam()));
  EXPECT_EQ(invite_.from_tag(), "8d7a2f");
  EXPECT_EQ(invite_.to_tag(), "");
}

TEST_P(MessageTest, GivesExtensionsByNameInAnyCase) {
  EXPECT_EQ(invite_.extension("X-CUSTOM"), "first");
  EXPECT_EQ(invite_.extension("X-Other"), std::nullopt);
  EXPECT_EQ(invite_.extension("max-forwards"), "70") << "known fields answer to their name too";
}

TEST_P(MessageTest, GivesTheBody) {
  EXPECT_EQ(invite_.body(), "hello");
  EXPECT_EQ(invite_.content_type(), "text/plain");
}

TEST_P(MessageTest, AnswersAreBuiltFromTheRequest) {
  const auto response = make_response(invite_, 180, "b71e");
  EXPECT_FALSE(response.is_request());
  EXPECT_EQ(response.status(), 180);
  EXPECT_EQ(response.reason(), "Ringing");
  EXPECT_EQ(response.uri(), "");
  EXPECT_EQ(response.method(), Method::invite);
  EXPECT_EQ(response.method_name(), "INVITE");
  EXPECT_EQ(response.values(Field::via), invite_.values(Field::via));
  EXPECT_EQ(response.field(Field::from), invite_.field(Field::from));
  EXPECT_EQ(response.call_id(), invite_.call_id());
  EXPECT_EQ(response.cseq(), invite_.cseq());
  EXPECT_EQ(response.to_tag(), "b71e");
  EXPECT_EQ(response.field(Field::max_forwards), std::nullopt);
  EXPECT_TRUE(parse_message(response.write()));
}

TEST_P(MessageTest, CopiesAndMovesKeepTheirText) {
  const Message copy = invite_;
  const auto written = invite_.write();
  Message moved = std::move(invite_);
  EXPECT_EQ(copy.write(), written);
  EXPECT_EQ(moved.write(), written);
  moved.set(Field::call_id, "other");
  EXPECT_EQ(copy.write(), written);
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, MessageTest,
                         ::testing::Values("192.0.2.1", "[2001:db8::1]"));

TEST(MakeResponseTest, ATagThatIsThereStays) {
  auto request = Message::request("BYE", "sip:a@h");
  request.add(Field::to, "<sip:a@h>;tag=mine");
  EXPECT_EQ(make_response(request, 200, "other").to_tag(), "mine");
}

TEST(MakeResponseTest, NoTagIsAddedWhenNoneIsGiven) {
  auto request = Message::request("INVITE", "sip:a@h");
  request.add(Field::to, "<sip:a@h>");
  const auto response = make_response(request, 100, "", "Wait");
  EXPECT_EQ(response.field(Field::to), "<sip:a@h>");
  EXPECT_EQ(response.reason(), "Wait");
}

TEST(MessageUnderConstructionTest, MissingFieldsReadAsDefaults) {
  const auto request = Message::request("OPTIONS", "sip:h");
  EXPECT_EQ(request.top_via(), Via{});
  EXPECT_EQ(request.cseq(), CSeq{});
  EXPECT_EQ(request.call_id(), "");
  EXPECT_EQ(request.from_tag(), "");
  EXPECT_EQ(request.body(), "");
  const auto response = Message::response(200);
  EXPECT_EQ(response.method(), Method::other);
  EXPECT_EQ(response.method_name(), "");
}

TEST(MessageUnderConstructionTest, AnUnknownMethodKeepsItsName) {
  const auto request = Message::request("DANCE", "sip:h");
  EXPECT_EQ(request.method(), Method::other);
  EXPECT_EQ(request.method_name(), "DANCE");
}

}  // namespace
}  // namespace godwit::sip
