// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "godwit/time.h"
#include "rtp/telephone_event.h"

namespace godwit::rtp {

/// Tells each digit once, when it has ended: by its end packet, by the next digit, or because
/// nothing more was heard of it (RFC 4733 §2.5.2.2). One that is longer than a packet can say comes
/// in segments (§2.5.1.3) and is one digit.
class DigitReceiver {
 public:
  /// Longer than a move to another network takes, so that its end packets are still waited for.
  static constexpr std::chrono::milliseconds kSilence{500};

  struct Digit {
    char digit = '0';
    std::chrono::milliseconds duration{};
    bool operator==(const Digit&) const = default;
  };

  [[nodiscard]] std::optional<Digit> on_event(const TelephoneEvent& event, std::uint32_t timestamp,
                                              TimePoint now);
  [[nodiscard]] std::optional<Digit> on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

 private:
  struct Current {
    TelephoneEvent event;
    std::uint32_t timestamp = 0;  // of its newest segment
    TimePoint heard{};
    std::uint32_t segments = 0;  // duration of those before
  };
  struct Told {
    std::uint32_t timestamp = 0;
    TimePoint at{};
  };
  std::optional<Digit> tell(TimePoint now);

  std::optional<Current> current_;
  std::optional<Told> told_;  // the last digit that was told
};

}  // namespace godwit::rtp
