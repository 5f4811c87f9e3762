// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_receiver.h"

#include <utility>

namespace godwit::rtp {
namespace {

// Timestamps wrap around after days: the last digit tells nothing about one that comes much later.
constexpr std::chrono::minutes kMemory{1};

}  // namespace

std::optional<DigitReceiver::Digit> DigitReceiver::on_event(const TelephoneEvent& event,
                                                            std::uint32_t timestamp,
                                                            TimePoint now) {
  if (!digit_of_event(event.event)) return std::nullopt;  // flash, modem tones: no digit
  // Not newer than what was told: a repeated end packet, or one that lost its way.
  if (told_ && now - told_->at < kMemory &&
      static_cast<std::int32_t>(timestamp - told_->timestamp) <= 0) {
    return std::nullopt;
  }

  std::optional<Digit> before;
  if (current_ && current_->timestamp != timestamp) {
    if (static_cast<std::int32_t>(timestamp - current_->timestamp) < 0) return std::nullopt;
    before = tell(now);  // all its end packets were lost
  }
  const bool shorter = current_ && event.duration < current_->event.duration;  // reordered
  if (!shorter) current_ = Current{.event = event, .timestamp = timestamp, .heard = now};
  // When the digit before is told only now, this one's repeated end packets tell it.
  if (before) return before;
  if (event.end) return tell(now);
  return std::nullopt;
}

std::optional<DigitReceiver::Digit> DigitReceiver::on_timeout(TimePoint now) {
  const auto deadline = next_deadline();
  if (!deadline || now < *deadline) return std::nullopt;
  return tell(now);
}

std::optional<TimePoint> DigitReceiver::next_deadline() const {
  if (!current_) return std::nullopt;
  return current_->heard + kSilence;
}

std::optional<DigitReceiver::Digit> DigitReceiver::tell(TimePoint now) {
  const auto ended = std::exchange(current_, std::nullopt);
  if (!ended) return std::nullopt;
  told_ = Told{.timestamp = ended->timestamp, .at = now};
  return Digit{.digit = *digit_of_event(ended->event.event),
               .duration = std::chrono::milliseconds{ended->event.duration / 8}};
}

}  // namespace godwit::rtp
