// SPDX-License-Identifier: Apache-2.0
#include "ua/message_summary.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

// RFC 3842 §5.3
TEST(MessageSummary, TellsHowManyVoiceMessagesWait) {
  const auto summary = read_message_summary(
      "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\n"
      "Voice-Message: 2/8 (0/2)\r\nFax-Message: 1/0\r\n");
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->waiting);
  EXPECT_EQ(summary->new_voice, 2);
  EXPECT_EQ(summary->old_voice, 8);
}

TEST(MessageSummary, NoneWaiting) {
  const auto summary = read_message_summary("messages-waiting : NO\nVoice-Message: 0/0\n");
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->waiting);
  EXPECT_EQ(summary->new_voice, 0);
}

TEST(MessageSummary, CountsMayBeMissingOrWrong) {
  EXPECT_EQ(read_message_summary("Messages-Waiting: yes")->new_voice, 0);
  const auto wrong = read_message_summary("Messages-Waiting: yes\r\nVoice-Message: x/99999999999\r\n");
  EXPECT_EQ(wrong->new_voice, 0);
  EXPECT_EQ(wrong->old_voice, 0);
}

TEST(MessageSummary, WithoutTheFirstLineItTellsNothing) {
  for (const char* body : {"", "\r\n\r\n", "Voice-Message: 1/0\r\n", "Messages-Waiting: maybe\r\n", ":"}) {
    EXPECT_FALSE(read_message_summary(body)) << body;
  }
}

}  // namespace
}  // namespace godwit::ua
