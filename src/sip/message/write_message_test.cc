// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sip/message/message.h"

namespace godwit::sip {
namespace {

TEST(WriteMessageTest, NamesAreCanonicalAndContentLengthIsLastAndTrue) {
  const auto message =
      parse_message(
          "OPTIONS sip:h SIP/2.0\r\nl: 2\r\nv: SIP/2.0/UDP a;branch=1,SIP/2.0/UDP b\r\n"
          "f:sip:a@h\r\nTO : sip:b@h\r\ni:1\r\ncseq:1 OPTIONS\r\nx-own: 1\r\n\r\nhello")
          .value();
  EXPECT_EQ(message.write(),
            "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=1\r\nVia: SIP/2.0/UDP b\r\n"
            "From: sip:a@h\r\nTo: sip:b@h\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nx-own: 1\r\n"
            "Content-Length: 2\r\n\r\nhe");
}

TEST(WriteMessageTest, AnEmptyReasonLeavesItsSpace) {
  const auto message =
      parse_message(
          "SIP/2.0 200 \r\nVia: SIP/2.0/UDP a\r\nFrom: sip:a@h\r\nTo: sip:b@h\r\nCall-ID: 1\r\n"
          "CSeq: 1 BYE\r\n\r\n")
          .value();
  EXPECT_EQ(message.write().substr(0, 14), "SIP/2.0 200 \r\n");
}

TEST(WriteMessageTest, AResponseIsWrittenWithItsUsualReason) {
  EXPECT_EQ(Message::response(486).write(), "SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace godwit::sip
