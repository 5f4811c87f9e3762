// SPDX-License-Identifier: Apache-2.0
#include "sip/header/comment.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

Scanned<std::string> read_comment(std::string_view text) {
  ValueReader reader(text);
  auto inside = take_comment(reader);
  if (!inside) return tl::unexpected<Fault>(inside.error());
  if (!reader.at_end()) return reader.fault("something left");
  return comment_text(*inside);
}

std::string nested(std::size_t depth) {
  return std::string(depth, '(') + std::string(depth, ')');
}

TEST(CommentTest, ReadsNestedCommentsAndQuotedPairs) {
  EXPECT_EQ(read_comment("()").value(), "");
  EXPECT_EQ(read_comment("(a (b) c)").value(), "a (b) c");
  EXPECT_EQ(read_comment(R"((a \( \\ \)))").value(), R"(a ( \ ))");
  EXPECT_EQ(read_comment("(\xc3\xa4 \"x)").value(), "\xc3\xa4 \"x");
}

TEST(CommentTest, LeavesTheReaderBehindIt) {
  ValueReader reader("(a) b");
  EXPECT_EQ(take_comment(reader), "a");
  EXPECT_EQ(reader.rest(), " b");
}

TEST(CommentTest, SaysWhereItBreaks) {
  test::expect_bad(read_comment, {{"(a", 0, "unterminated comment"},
                                  {"(a (b)", 0, "unterminated comment"},
                                  {"(a\\)", 0, "unterminated comment"},
                                  {"(a\\", 3, "expected a character after \"\\\""},
                                  {"(a\r\n)", 2, "control character"}});
}

TEST(CommentTest, EndsAtTheDepthLimit) {
  constexpr auto kDepth = limits::kCommentDepth;
  EXPECT_TRUE(read_comment(nested(kDepth)));
  const Fault too_deep{"comments nested deeper than 16", kDepth};
  EXPECT_EQ(read_comment(nested(kDepth + 1)).error(), too_deep);
  EXPECT_EQ(read_comment(nested(kDepth * 10)).error(), too_deep);
}

TEST(CommentTest, KeepsParenthesesThatPairUpAndEscapesOthers) {
  EXPECT_EQ(write_comment("a (b) c"), "(a (b) c)");
  EXPECT_EQ(write_comment("a) (b"), "(a\\) \\(b)");
  EXPECT_EQ(write_comment("a\\b"), "(a\\\\b)");
  EXPECT_EQ(write_comment("a\r\nb"), "(a  b)");
}

TEST(CommentTest, ReadsBackWhateverTextItWrites) {
  test::ValueMaker make(10);
  for (int round = 0; round < 2000; ++round) {
    const auto text = make.text();
    EXPECT_EQ(read_comment(write_comment(text)).value(), text);
  }
  for (const std::size_t depth : {limits::kCommentDepth - 1, limits::kCommentDepth}) {
    EXPECT_EQ(read_comment(write_comment(nested(depth))).value(), nested(depth));
  }
}

}  // namespace
}  // namespace godwit::sip
