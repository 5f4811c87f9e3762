// SPDX-License-Identifier: Apache-2.0
#include "base/inline_vector.h"

#include <gmock/gmock.h>

#include <vector>

namespace godwit {
namespace {

using ::testing::ElementsAre;
using Numbers = InlineVector<int, 3>;

Numbers numbers(int count) {
  Numbers made;
  for (int i = 0; i < count; ++i) made.push_back(i);
  return made;
}

std::vector<int> values(const Numbers& of) {
  return {of.begin(), of.end()};
}

TEST(InlineVectorTest, HoldsMoreThanItsOwnRoom) {
  for (int count = 0; count < 20; ++count) {
    const auto made = numbers(count);
    EXPECT_EQ(made.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(made.empty(), count == 0);
    for (int i = 0; i < count; ++i) EXPECT_EQ(made[static_cast<std::size_t>(i)], i);
  }
}

TEST(InlineVectorTest, InsertsAndErasesAnywhere) {
  auto made = numbers(3);
  made.insert(made.begin() + 1, 9);
  EXPECT_THAT(values(made), ElementsAre(0, 9, 1, 2));
  EXPECT_EQ(*made.insert(made.end(), made[1]), 9);
  made.insert(made.begin(), 8);
  made.erase(made.begin() + 2);
  EXPECT_THAT(values(made), ElementsAre(8, 0, 1, 2, 9));
  made.erase_if([](int number) { return number > 5; });
  EXPECT_THAT(values(made), ElementsAre(0, 1, 2));
}

TEST(InlineVectorTest, CopiesAreTheirOwnAndMovesLeaveNothing) {
  for (const int count : {2, 3, 4, 9}) {
    const auto first = numbers(count);
    auto copy = first;
    copy.push_back(7);
    EXPECT_EQ(values(first), values(numbers(count)));

    auto moved = std::move(copy);
    EXPECT_EQ(moved.size(), first.size() + 1);
    EXPECT_TRUE(copy.empty());  // NOLINT(bugprone-use-after-move): that is what is promised
    copy.push_back(1);
    EXPECT_THAT(values(copy), ElementsAre(1));

    auto assigned = numbers(5);
    assigned = first;
    EXPECT_EQ(values(assigned), values(first));
    assigned = std::move(moved);
    EXPECT_EQ(assigned.size(), first.size() + 1);
  }
}

}  // namespace
}  // namespace godwit
