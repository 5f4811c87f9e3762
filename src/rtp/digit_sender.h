// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "rtp/telephone_event.h"

namespace godwit::rtp {

/// Turns queued digits into telephone-event packets, one in the place of each packet of sound, the
/// last of a digit three times (RFC 4733 §2.5.1.4). The two repetitions are the pause between
/// digits. What is longer than a packet can say goes in segments (§2.5.1.3).
class DigitSender {
 public:
  struct Output {
    TelephoneEvent event;
    std::uint32_t timestamp = 0;  // of the digit's, or its segment's, beginning
    bool first = false;           // the marker bit (RFC 4733 §2.5.1.1)
  };

  static constexpr std::size_t kMaxQueue = 256;

  /// How time goes by: the media time of a packet, and of a second.
  struct Pace {
    std::uint32_t step = 160;
    std::uint32_t clock_rate = 8000;
  };

  /// Every digit is known (`event_of_digit`); `duration` at least 1 ms.
  /// False, and nothing is queued, when the queue would grow beyond `kMaxQueue`.
  [[nodiscard]] bool queue(std::string_view digits, std::chrono::milliseconds duration);
  /// The packet for the frame that begins at `timestamp`; empty when there is no digit to send.
  [[nodiscard]] std::optional<Output> next(std::uint32_t timestamp, const Pace& pace);

 private:
  struct Digit {
    std::uint8_t event = 0;
    std::chrono::milliseconds duration{};
  };

  std::deque<Digit> queue_;               // its first is being sent when `segment_` is set
  std::optional<std::uint32_t> segment_;  // where it began
  std::uint32_t elapsed_ = 0;             // of the segment
  std::uint32_t left_ = 0;                // of the digit
  int ends_sent_ = 0;
};

}  // namespace godwit::rtp
