// SPDX-License-Identifier: Apache-2.0
#include "rtp/telephone_event.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace godwit::rtp {
namespace {

TEST(TelephoneEventTest, ReadsWhatItWrote) {
  const TelephoneEvent event{.event = 11, .end = true, .volume = 7, .duration = 800};
  std::array<std::byte, TelephoneEvent::kSize> wire{};
  write_telephone_event(event, wire);
  EXPECT_EQ(wire[1], std::byte{0x87});
  const auto read = parse_telephone_event(wire);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, event);
}

TEST(TelephoneEventTest, RefusesAShortPayload) {
  EXPECT_FALSE(parse_telephone_event(std::array<std::byte, 3>{}));
  EXPECT_FALSE(parse_telephone_event({}));
}

TEST(TelephoneEventTest, EveryDigitHasItsNumber) {
  const std::string digits = "0123456789*#ABCD";
  for (std::uint8_t event = 0; event < 16; ++event) {
    EXPECT_EQ(digit_of_event(event), digits[event]);
    EXPECT_EQ(event_of_digit(digits[event]), event);
  }
  EXPECT_EQ(event_of_digit('d'), 15);
  EXPECT_EQ(event_of_digit('e'), std::nullopt);
  EXPECT_EQ(event_of_digit('\0'), std::nullopt);
  EXPECT_EQ(digit_of_event(16), std::nullopt) << "flash is no digit";
}

}  // namespace
}  // namespace godwit::rtp
