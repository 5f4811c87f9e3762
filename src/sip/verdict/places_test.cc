// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/places.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

TEST(Places, CountFromTheFirstByteOfTheInput) {
  const std::string bytes =
      "\r\n\r\nSIP/2.0 200 \r\nVia: SIP/2.0/UDP h;branch=z9hG4bK\r\nf: <sip:a@b>;tag=1\r\n"
      "t: <sip:b@b>;tag=2\r\nCall-ID:\r\n  one\r\nCSeq: 1 BYE\r\n\r\nbody";
  const ReadMessage read = read_message(bytes);
  ASSERT_FALSE(read.fault);
  const Places places(bytes, read.message);
  EXPECT_EQ(places.of(*read.message.field(Field::call_id)), bytes.find("one"));
  EXPECT_EQ(places.of(*read.message.field(Field::via)), bytes.find("SIP/2.0/UDP"));
  EXPECT_EQ(places.of(read.message.body()), bytes.find("body"));
  EXPECT_EQ(places.header_end(), bytes.find("body"));
}

TEST(Places, TheHeaderEndsWithTheFirstEmptyLine) {
  EXPECT_EQ(Places::end_of_header("A\r\n\r\nb\r\n\r\n"), 5U);
  EXPECT_EQ(Places::end_of_header("A\n\nb"), 3U);
  EXPECT_EQ(Places::end_of_header("A\r\n \r\n\r\nb"), 8U) << "a folded line of blanks is no end";
  EXPECT_EQ(Places::end_of_header("\r\n\r\nA\r\n\r\n"), 9U) << "empty lines before the start line";
  EXPECT_EQ(Places::end_of_header("A\r\nb"), 4U);
  EXPECT_EQ(Places::end_of_header(""), 0U);
}

TEST(Places, AreZeroWithoutTheInput) {
  const ReadMessage read = read_message("x");
  EXPECT_EQ(Places({}, read.message).of("anything"), 0U);
}

}  // namespace
}  // namespace godwit::sip
