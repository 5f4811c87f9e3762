// SPDX-License-Identifier: Apache-2.0
#include "sip/message/cseq.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

TEST(CSeqTest, ReadsNumberAndMethod) {
  EXPECT_EQ(parse_cseq("20411 INVITE").value(), (CSeq{20411, "INVITE"}));
  EXPECT_EQ(parse_cseq("0009 \t INVITE").value(), (CSeq{9, "INVITE"}));
  EXPECT_EQ(parse_cseq("0 !odd-Method").value(), (CSeq{0, "!odd-Method"}));
  EXPECT_EQ(parse_cseq("2147483647 BYE")->number, 2147483647U);
}

TEST(CSeqTest, WritesWhatItReads) {
  EXPECT_EQ(to_string(CSeq{20411, "INVITE"}), "20411 INVITE");
}

struct BadCSeq {
  std::string_view text;
  std::string_view detail;
};
class BadCSeqTest : public ::testing::TestWithParam<BadCSeq> {};

TEST_P(BadCSeqTest, IsRefusedWithItsPlace) {
  const auto parsed = parse_cseq(GetParam().text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::malformed_message);
  EXPECT_EQ(parsed.error().detail, GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadCSeqTest,
    ::testing::Values(BadCSeq{"", "CSeq: expected a number at byte 0"},
                      BadCSeq{"INVITE", "CSeq: expected a number at byte 0"},
                      BadCSeq{"-1 INVITE", "CSeq: expected a number at byte 0"},
                      BadCSeq{"2147483648 BYE", "CSeq: number above 2147483647 at byte 0"},
                      BadCSeq{"36893488147419103232 BYE",
                              "CSeq: number above 2147483647 at byte 0"},
                      BadCSeq{"1042", "CSeq: expected a method after the number at byte 4"},
                      BadCSeq{"1042 ", "CSeq: expected a method after the number at byte 4"},
                      BadCSeq{"1042INVITE", "CSeq: expected a method after the number at byte 4"},
                      BadCSeq{"1042 IN VITE", "CSeq: method is not a token at byte 5"}));

}  // namespace
}  // namespace godwit::sip
