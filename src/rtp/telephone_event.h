// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "godwit/error.h"

namespace godwit::rtp {

/// The payload of a telephone-event packet (RFC 4733 §2.3).
struct TelephoneEvent {
  static constexpr std::size_t kSize = 4;

  std::uint8_t event = 0;  // 0-9, 10 is *, 11 is #, 12-15 are A-D
  bool end = false;
  std::uint8_t volume = 10;    // dBm0 below zero, 0 to 63
  std::uint16_t duration = 0;  // since the event's timestamp, in timestamp units

  bool operator==(const TelephoneEvent&) const = default;
};

/// Bytes after the first four are ignored (RFC 4733 §2.5.2.1 allows none, some senders pad).
[[nodiscard]] Result<TelephoneEvent> parse_telephone_event(std::span<const std::byte> payload);
void write_telephone_event(const TelephoneEvent& event, std::span<std::byte> out);

/// '0' to '9', '*', '#', 'A' to 'D' (lower case too); empty for anything else.
[[nodiscard]] std::optional<std::uint8_t> event_of_digit(char digit);
[[nodiscard]] std::optional<char> digit_of_event(std::uint8_t event);

}  // namespace godwit::rtp
