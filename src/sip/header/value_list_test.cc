// SPDX-License-Identifier: Apache-2.0
#include "sip/header/value_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/header/number.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

struct Letter {
  char c;
};
std::string to_string(const Letter& letter) {
  return {letter.c};
}

Scanned<std::vector<std::uint32_t>> read_list(std::string_view text) {
  return parse_value_list(text, [](std::string_view element) { return scan_number(element); });
}

std::string many_elements(std::size_t count) {
  std::string text = "1";
  while (--count > 0) text += ",1";
  return text;
}

TEST(ValueListTest, ReadsEachElementWithoutTheSpaceAroundIt) {
  EXPECT_THAT(read_list("1").value(), ElementsAre(1));
  EXPECT_THAT(read_list(" 1 ,\t2,3 ").value(), ElementsAre(1, 2, 3));
}

TEST(ValueListTest, SaysWhereInTheWholeTheFaultIs) {
  EXPECT_EQ(read_list("").error(), (Fault{"expected a number", 0}));
  EXPECT_EQ(read_list("1, 2x").error(), (Fault{"expected nothing after the number", 4}));
  EXPECT_EQ(read_list("1,,2").error(), (Fault{"expected a number", 2}));
  EXPECT_EQ(read_list("1, ").error(), (Fault{"expected a number", 3}));
  EXPECT_EQ(read_list(",1").error(), (Fault{"expected a number", 0}));
}

TEST(ValueListTest, EndsAtTheLimit) {
  EXPECT_EQ(read_list(many_elements(limits::kFields)).value().size(), limits::kFields);
  const Fault too_many{"more than 256 list elements", 2 * limits::kFields};
  EXPECT_EQ(read_list(many_elements(limits::kFields + 1)).error(), too_many);
  EXPECT_EQ(read_list(many_elements(limits::kFields * 10)).error(), too_many);
}

TEST(ValueListTest, WritesTheElementsInOrder) {
  EXPECT_EQ(write_value_list(std::vector<Letter>{}), "");
  EXPECT_EQ(write_value_list(std::vector<Letter>{{'a'}, {'b'}, {'c'}}), "a, b, c");
}

}  // namespace
}  // namespace godwit::sip
