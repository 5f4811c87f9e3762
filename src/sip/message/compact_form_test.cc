// SPDX-License-Identifier: Apache-2.0
#include "sip/message/compact_form.h"

#include <gtest/gtest.h>

#include <string>

namespace godwit::sip {
namespace {

Message update_with_body() {
  auto request = Message::request("UPDATE", "sip:bob@h");
  request.add(Field::via, "SIP/2.0/UDP a;branch=1");
  request.add(Field::via, "SIP/2.0/UDP b;branch=2");
  request.add(Field::max_forwards, "70");
  request.add(Field::from, "<sip:a@h>;tag=1");
  request.add(Field::to, "<sip:b@h>;tag=2");
  request.add(Field::call_id, "c:d@h");
  request.add(Field::cseq, "1 UPDATE");
  request.add(Field::contact, "<sip:a@10.1.0.2>");
  request.add(Field::supported, "timer");
  request.add(Field::session_expires, "1800");
  request.add(Field::refer_to, "<sip:c@h>");
  request.add_extension("X-Own", "1");
  request.set_body("text/plain", "To: bob\r\n\r\nFrom: alice\r\n");
  return request;
}

// RFC 3261 §7.3.3, RFC 4028 §4
TEST(CompactFormTest, TheFieldsThatEverybodyKnowHaveTheirLetters) {
  EXPECT_EQ(write_compact(update_with_body()),
            "UPDATE sip:bob@h SIP/2.0\r\nv:SIP/2.0/UDP a;branch=1\r\nv:SIP/2.0/UDP b;branch=2\r\n"
            "Max-Forwards:70\r\nf:<sip:a@h>;tag=1\r\nt:<sip:b@h>;tag=2\r\ni:c:d@h\r\n"
            "CSeq:1 UPDATE\r\nm:<sip:a@10.1.0.2>\r\nk:timer\r\nx:1800\r\n"
            "Refer-To:<sip:c@h>\r\nX-Own:1\r\nc:text/plain\r\nl:24\r\n\r\n"
            "To: bob\r\n\r\nFrom: alice\r\n");
}

TEST(CompactFormTest, ItIsReadAsTheSameMessage) {
  const auto full = update_with_body();
  const auto read = parse_message(write_compact(full));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->write(), full.write());
}

TEST(CompactFormTest, AMessageWithoutFieldsHasItsLength) {
  EXPECT_EQ(write_compact(Message::response(486)), "SIP/2.0 486 Busy Here\r\nl:0\r\n\r\n");
}

}  // namespace
}  // namespace godwit::sip
