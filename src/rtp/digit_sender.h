// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "rtp/telephone_event.h"

namespace godwit::rtp {

/// Turns queued digits into telephone-event packets, one each 20 ms, the last of a digit three
/// times (RFC 4733 §2.5.1.4). The two repetitions are the pause between digits.
class DigitSender {
 public:
  struct Output {
    TelephoneEvent event;
    std::uint32_t timestamp = 0;  // of the digit's beginning, the same in all its packets
    bool first = false;           // the marker bit (RFC 4733 §2.5.1.1)
  };

  static constexpr std::size_t kMaxQueue = 256;

  /// Every digit is known (`event_of_digit`); `duration` in samples, 1 to 65,535.
  /// False, and nothing is queued, when the queue would grow beyond `kMaxQueue`.
  [[nodiscard]] bool queue(std::string_view digits, std::uint16_t duration);
  /// The packet for the frame that begins at `timestamp`; empty when there is no digit to send.
  [[nodiscard]] std::optional<Output> next(std::uint32_t timestamp);

 private:
  struct Digit {
    std::uint8_t event = 0;
    std::uint16_t duration = 0;
  };

  std::deque<Digit> queue_;  // its first is being sent when `begun_` is set
  std::optional<std::uint32_t> begun_;
  std::uint16_t elapsed_ = 0;
  int ends_sent_ = 0;
};

}  // namespace godwit::rtp
