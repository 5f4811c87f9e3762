// SPDX-License-Identifier: Apache-2.0
#include "sip/header/call_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(CallIdTest, IsOfWordCharacters) {
  for (const std::string_view text :
       {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6@foo.bar.com", "1", "a@[2001:db8::1]",
        "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", "aGVsbG8=@h", "a@b@c"}) {
    EXPECT_EQ(scan_call_id(text), text);
  }
}

TEST(CallIdTest, SaysWhereAFaultIs) {
  constexpr const char* kBad = "character not allowed in a Call-ID";
  const auto wrong = [](std::string_view text) { return scan_call_id(text).error(); };
  EXPECT_EQ(wrong(""), (Fault{"expected a Call-ID", 0}));
  EXPECT_EQ(wrong("a b"), (Fault{kBad, 1}));
  EXPECT_EQ(wrong("a;b"), (Fault{kBad, 1}));
  EXPECT_EQ(wrong("ab,c"), (Fault{kBad, 2}));
  EXPECT_EQ(wrong("a\xc3\xa4"), (Fault{kBad, 1}));
}

TEST(CallIdTest, MakesACallIdOfAnything) {
  EXPECT_EQ(as_call_id("a@b"), "a@b");
  EXPECT_EQ(as_call_id("a\r\nb;c"), "a--b-c");
  EXPECT_EQ(as_call_id(""), "-");
}

TEST(InReplyToTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_in_reply_to, {"70710@saturn.bell-tel.com, 17320@saturn.bell-tel.com", "a",
                                        " a@b\t,c ", "a\"b@h , c<d"});
}

TEST(InReplyToTest, QuotesAndBracketsOpenNothing) {
  EXPECT_THAT(parse_in_reply_to("a\"b@h,c\"d,e<f,g>h")->call_ids,
              ElementsAre("a\"b@h", "c\"d", "e<f", "g>h"));
}

TEST(InReplyToTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_in_reply_to, {{"", 0, "expected a Call-ID"},
                                       {"a,", 2, "expected a Call-ID"},
                                       {"a, ,b", 3, "expected a Call-ID"},
                                       {"a, b c", 4},
                                       {"a;x", 1}});
}

TEST(InReplyToTest, EndsAtTheLimit) {
  const auto list = [](std::size_t count) {
    std::string text = "a";
    while (--count > 0) text += ",a";
    return text;
  };
  EXPECT_EQ(parse_in_reply_to(list(limits::kFields))->call_ids.size(), limits::kFields);
  EXPECT_FALSE(parse_in_reply_to(list(limits::kFields + 1)));
  EXPECT_FALSE(parse_in_reply_to(list(limits::kFields * 10)));
}

TEST(InReplyToTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(8);
  for (int i = 0; i < 1000; ++i) {
    InReplyTo value;
    for (auto count = 1 + make.below(4); count > 0; --count) {
      value.call_ids.push_back(as_call_id(make.text()) + "@" + make.token());
    }
    test::expect_reads_back(parse_in_reply_to, value);
  }
}

}  // namespace
}  // namespace godwit::sip
