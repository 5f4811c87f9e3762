// SPDX-License-Identifier: Apache-2.0
#include "stream_verdict.h"

#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using Kind = sip::StreamFault::Kind;

constexpr const char* kHead =
    " sip:bob@example.org SIP/2.0\r\n"
    "Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:alice@example.net>;tag=a\r\n"
    "To: <sip:bob@example.org>\r\n"
    "Call-ID: streamed\r\n";

sip::StreamFault fault(Kind kind, const std::string& method) {
  return {kind, 7, method + kHead + "CSeq: 1 " + method + "\r\n\r\n"};
}

TEST(StreamVerdict, IsAnsweredWhenTheHeaderSaysWhere) {
  const sip::Verdict verdict = verdict_on(fault(Kind::content_length_missing, "OPTIONS"));
  EXPECT_FALSE(verdict.valid);
  EXPECT_EQ(verdict.method, "OPTIONS");
  ASSERT_TRUE(verdict.error);
  EXPECT_EQ(verdict.error->field, "Content-Length");
  EXPECT_EQ(verdict.error->fault.at, 7U);
  EXPECT_EQ(verdict.answer.status, 400);
}

TEST(StreamVerdict, AnAckAndGarbageAreNotAnswered) {
  EXPECT_EQ(verdict_on(fault(Kind::content_length_missing, "ACK")).answer.status, std::nullopt);
  const sip::Verdict garbage = verdict_on({Kind::not_sip, 0, ""});
  EXPECT_FALSE(garbage.valid);
  EXPECT_EQ(garbage.answer.status, std::nullopt);
  EXPECT_EQ(garbage.error->field, "start line");
}

}  // namespace
}  // namespace godwit::cli
