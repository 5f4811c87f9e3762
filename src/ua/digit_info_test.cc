// SPDX-License-Identifier: Apache-2.0
#include "ua/digit_info.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using std::chrono::milliseconds;

TEST(DigitInfo, IsReadAsPeersWriteIt) {
  const struct {
    const char* type;
    const char* text;
    InfoDigit digit;
  } kRows[] = {
      {"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", {'5', milliseconds{160}}},
      {"application/dtmf-relay", "Signal= #\r\nDuration= 250", {'#', milliseconds{250}}},
      {"Application/DTMF-Relay", "signal=*\nduration=100\n", {'*', milliseconds{100}}},
      {"application/dtmf-relay", "Duration=40\r\nSignal=d\r\n", {'D', milliseconds{40}}},
      {"application/dtmf-relay", "Signal=10", {'*', milliseconds{160}}},
      {"application/dtmf-relay", "Signal=11\r\nDuration=99999999", {'#', milliseconds{160}}},
      {"application/dtmf", "7", {'7', milliseconds{160}}},
      {"application/dtmf", " B \r\n", {'B', milliseconds{160}}},
      {"application/dtmf", "Signal=3\r\nDuration=80\r\n", {'3', milliseconds{80}}},
  };
  for (const auto& row : kRows) {
    const auto digit = read_info_digit({row.type, row.text});
    ASSERT_TRUE(digit) << row.text;
    EXPECT_EQ(*digit, row.digit) << row.text;
  }
}

TEST(DigitInfo, EverythingElseIsNoDigit) {
  const MessageBody kRows[] = {
      {"application/dtmf-relay", ""},     {"application/dtmf-relay", "Signal=X\r\n"},
      {"application/dtmf-relay", "5"},    {"application/dtmf", "12"},
      {"application/dtmf", "!"},          {"text/plain", "Signal=5\r\n"},
      {"no type", "Signal=5\r\n"},        {"application/dtmf-relay", "Duration=5\r\n=\r\n"},
      {"application/dtmf-relay", "Signal=12\r\n"},
  };
  for (const auto& row : kRows) EXPECT_FALSE(read_info_digit(row)) << row.text;
}

TEST(DigitInfo, ReadsBackAsItIsWritten) {
  for (const char digit : std::string("0123456789*#ABCD")) {
    const InfoDigit wanted{digit, milliseconds{120}};
    EXPECT_EQ(read_info_digit(write_info_digit(wanted)), wanted);
  }
}

}  // namespace
}  // namespace godwit::ua
