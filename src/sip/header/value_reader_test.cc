// SPDX-License-Identifier: Apache-2.0
#include "sip/header/value_reader.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

TEST(ValueReaderTest, TakesWhatIsThereAndStaysWhereItIsNot) {
  ValueReader reader("abc/12 x");
  EXPECT_EQ(reader.take_digits(), "");
  EXPECT_EQ(reader.at(), 0U);
  EXPECT_EQ(reader.take_token(), "abc");
  EXPECT_FALSE(reader.take(';'));
  EXPECT_TRUE(reader.take('/'));
  EXPECT_EQ(reader.take_digits(), "12");
  EXPECT_TRUE(reader.skip_space());
  EXPECT_FALSE(reader.skip_space());
  EXPECT_EQ(reader.rest(), "x");
  EXPECT_EQ(reader.take_word(), "x");
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(reader.take_word(), "");
  EXPECT_EQ(reader.fault("expected more").value(), (Fault{"expected more", 8}));
}

TEST(ValueReaderTest, TakesASeparatorWithTheSpaceAroundItOrNothing) {
  ValueReader reader("a \t/ \tb  c");
  reader.take_token();
  EXPECT_FALSE(reader.take_separator(';'));
  EXPECT_EQ(reader.at(), 1U);
  EXPECT_TRUE(reader.take_separator('/'));
  EXPECT_EQ(reader.rest(), "b  c");
}

TEST(ValueReaderTest, TakesAQuotedStringOnlyWhole) {
  ValueReader reader(R"("a \" b" "open)");
  EXPECT_EQ(reader.take_quoted(), R"("a \" b")");
  EXPECT_EQ(reader.take_quoted(), "");
  EXPECT_TRUE(reader.skip_space());
  EXPECT_EQ(reader.take_quoted(), "");
  EXPECT_TRUE(reader.next_is('"'));
}

TEST(ValueReaderTest, BeginsWhereItIsTold) {
  ValueReader reader("token;rest", 5);
  EXPECT_TRUE(reader.next_is(';'));
  reader.skip_to(6);
  EXPECT_EQ(reader.take_token(), "rest");
}

TEST(ValueReaderTest, ReadsAWholeTokenOrSaysWhatKindWasExpected) {
  EXPECT_EQ(scan_whole_token("ab-1"), "ab-1");
  EXPECT_EQ(scan_whole_token("", "expected an id").error(), (Fault{"expected an id", 0}));
  EXPECT_EQ(scan_whole_token("a b").error(), (Fault{"expected nothing after the token", 1}));
}

}  // namespace
}  // namespace godwit::sip
