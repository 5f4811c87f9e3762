// SPDX-License-Identifier: Apache-2.0
#include "sip/message/skip.h"

#include <gtest/gtest.h>

#include <string>

namespace godwit::sip {
namespace {

struct RunOf {
  const char* (*end_of)(const char*, const char*, const char*);
  unsigned classes;
};
class SkipTest : public ::testing::TestWithParam<RunOf> {};

// Whatever its place in a block and the length of the text, a byte ends a run when the table says
// so.
TEST_P(SkipTest, AgreesWithTheTableForEveryByteAtEveryPlace) {
  const auto [end_of, classes] = GetParam();
  for (const std::size_t size : {1U, 15U, 16U, 17U, 31U, 40U}) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(size, 'a');
      for (std::size_t at = 0; at < size; ++at) {
        text[at] = static_cast<char>(byte);
        const char* const begin = text.data();
        const char* const end = begin + size;
        for (const std::size_t from : {std::size_t{0}, at / 2, at}) {
          EXPECT_EQ(end_of(begin, begin + from, end), skip(begin + from, end, classes))
              << byte << " at " << at << " of " << size;
        }
        text[at] = 'a';
      }
    }
  }
}

TEST(FindNearTest, FindsTheFirstOfABytesPlaces) {
  for (std::size_t size = 0; size < 70; ++size) {
    std::string text(size, 'x');
    EXPECT_EQ(find_near(text, ','), size);
    for (std::size_t at = size; at > 0; --at) {
      text[at - 1] = ',';
      EXPECT_EQ(find_near(text, ','), at - 1) << size;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Runs, SkipTest,
                         ::testing::Values(RunOf{end_of_host, kHostChar},
                                           RunOf{end_of_user, kUserChar},
                                           RunOf{end_of_bare_value, kBareValueChar},
                                           RunOf{end_of_quoted_run, kQuotedChar},
                                           RunOf{end_of_line_run, kLineChar}));

}  // namespace
}  // namespace godwit::sip
