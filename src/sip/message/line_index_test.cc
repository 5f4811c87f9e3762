// SPDX-License-Identifier: Apache-2.0
#include "sip/message/line_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace godwit::sip {
namespace {

std::vector<std::size_t> line_feeds_of(std::string_view text, std::size_t from = 0) {
  std::vector<std::size_t> found;
  LineIndex reader(text, from);
  for (auto at = reader.next(); at != text.size(); at = reader.next()) found.push_back(at);
  EXPECT_EQ(reader.next(), text.size());
  return found;
}

bool is_clean(std::string_view text) {
  LineIndex reader(text, 0);
  while (reader.next() != text.size()) {
  }
  return reader.clean();
}

TEST(LineIndexTest, FindsALineFeedAtEveryPlaceOfABlock) {
  for (std::size_t size = 0; size < 200; ++size) {
    std::string text(size, 'x');
    EXPECT_TRUE(line_feeds_of(text).empty());
    for (std::size_t at = 0; at < size; ++at) {
      text[at] = '\n';
      EXPECT_EQ(line_feeds_of(text), std::vector<std::size_t>{at});
      text[at] = 'x';
    }
  }
}

TEST(LineIndexTest, FindsLineFeedsSideBySideAndFarApart) {
  std::string text(300, 'x');
  const std::vector<std::size_t> wanted = {0, 1, 63, 64, 65, 127, 128, 290, 299};
  for (const auto at : wanted) text[at] = '\n';
  EXPECT_EQ(line_feeds_of(text), wanted);
  EXPECT_EQ(line_feeds_of(text, 65), (std::vector<std::size_t>{65, 127, 128, 290, 299}));
}

TEST(LineIndexTest, SeesAControlCharacterAtEveryPlace) {
  for (const char c : {'\0', '\x01', '\t', '\x1f', '\r'}) {
    for (std::size_t at = 0; at < 150; ++at) {
      std::string text(150, 'x');
      text[at] = c;
      EXPECT_FALSE(is_clean(text)) << at;
    }
  }
}

TEST(LineIndexTest, LineEndsAndLettersOfAnyScriptAreClean) {
  for (std::size_t at = 0; at < 150; ++at) {
    EXPECT_TRUE(is_clean(std::string(at, '\xff') + "\r\n x\r\n\r\n")) << at;
  }
}

// Whether it is CR is for the caller to see, who looks at that byte anyway.
TEST(LineIndexTest, OneControlCharacterMayStandBeforeALineFeed) {
  for (std::size_t at = 0; at < 150; ++at) {
    EXPECT_TRUE(is_clean(std::string(at, 'x') + "\x01\n")) << at;
    EXPECT_FALSE(is_clean(std::string(at, 'x') + "\r\r\n")) << at;
    EXPECT_FALSE(is_clean(std::string(at, 'x') + "\rx\n")) << at;
  }
}

}  // namespace
}  // namespace godwit::sip
