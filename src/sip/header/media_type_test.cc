// SPDX-License-Identifier: Apache-2.0
#include "sip/header/media_type.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(MediaTypeTest, ReadsTypeSubtypeAndParameters) {
  EXPECT_EQ(parse_media_type("application/sdp").value(), (MediaType{"application", "sdp", {}}));
  EXPECT_EQ(parse_media_type("Multipart / MIXED ; Boundary=\"a;b\" ; x").value(),
            (MediaType{"multipart", "mixed", {{"Boundary", "\"a;b\""}, {"x", std::nullopt}}}));
}

TEST(MediaTypeTest, IsComparedWithoutCaseAndParameters) {
  const auto sdp = parse_media_type("application/SDP;charset=utf-8").value();
  EXPECT_TRUE(is_media_type(sdp, "Application/sdp"));
  EXPECT_FALSE(is_media_type(sdp, "application/sd"));
  EXPECT_FALSE(is_media_type(sdp, "application"));
}

TEST(MediaTypeTest, WritesWhatItReads) {
  test::expect_good(parse_media_type, {"application/sdp", "text/plain;charset=UTF-8",
                                       "multipart/signed; protocol=\"application/pkcs7-signature\"",
                                       "message/sipfrag ;version=2.0", "a+b/x.y-z ; a=[::1]"});
}

TEST(MediaTypeTest, SaysWhereItBreaks) {
  test::expect_bad(parse_media_type,
                   {{"", 0, "expected a media type"},
                    {"/sdp", 0, "expected a media type"},
                    {"application", 11, "expected \"/\" after the media type"},
                    {"application sdp", 11, "expected \"/\" after the media type"},
                    {"application/", 12, "expected a subtype after \"/\""},
                    {"application/;x", 12, "expected a subtype after \"/\""},
                    {"text/plain charset", 11, "expected \";\""},
                    {"text/plain, text/html", 10, "expected \";\""},
                    {"text/plain;", 11},
                    {"text/plain;charset=", 19}});
}

TEST(MediaTypeTest, NeverWritesWhatDoesNotRead) {
  EXPECT_EQ(to_string(MediaType{"a b", "", {{"x", "1 2"}}}), "a-b/-;x=\"1 2\"");
}

TEST(MediaTypeTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(2);
  for (int round = 0; round < 500; ++round) {
    test::expect_reads_back(parse_media_type,
                            MediaType{make.word(), make.word(), make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
