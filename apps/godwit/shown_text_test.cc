// SPDX-License-Identifier: Apache-2.0
#include "shown_text.h"

#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

TEST(ShownText, LeavesReadableTextAlone) {
  EXPECT_EQ(shown("Grüße, 日本 🐦 \"Bob\" <sip:bob@example.org>"),
            "Grüße, 日本 🐦 \"Bob\" <sip:bob@example.org>");
}

TEST(ShownText, EscapesWhatCommandsATerminal) {
  EXPECT_EQ(shown("a\x1b[2Jb\r\n\x7f"), "a\\x1b[2Jb\\x0d\\x0a\\x7f");
  EXPECT_EQ(shown("\xc2\x9b"), "\\x9b");  // C1: CSI in one character
}

TEST(ShownText, EscapesMarksThatReorderALine) {
  EXPECT_EQ(shown("a\xe2\x80\xae"
                  "b\xe2\x81\xa6"),
            "a\\u{202e}b\\u{2066}");
}

TEST(ShownText, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(shown("\xff"), "\\xff");
  EXPECT_EQ(shown("\xc3"), "\\xc3");                    // cut short
  EXPECT_EQ(shown("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(shown("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
}

TEST(ShownText, KeepsLineEndsOfAMessageOnly) {
  EXPECT_EQ(shown_lines("A: b\r\n\tc\x1b\r\n"), "A: b\n\\x09c\\x1b\n");
}

}  // namespace
}  // namespace godwit::cli
