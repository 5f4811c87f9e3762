// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_receiver.h"

#include <utility>

namespace godwit::rtp {
namespace {

// Timestamps wrap around after days: the last digit tells nothing about one that comes much later.
constexpr std::chrono::minutes kMemory{1};
// RFC 4733 §2.5.1.3: the timestamp of a segment is that of the one before, plus its whole duration.
constexpr std::uint32_t kSegment = 0xffff;

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

  if (current_ && current_->event.event == event.event &&
      timestamp - current_->timestamp == kSegment) {
    current_->segments += kSegment;
    current_->timestamp = timestamp;
    current_->event.duration = 0;
  }
  std::optional<Digit> before;
  if (current_ && current_->timestamp != timestamp) {
    if (static_cast<std::int32_t>(timestamp - current_->timestamp) < 0) return std::nullopt;
    before = tell(now);  // all its end packets were lost
  }
  const bool shorter = current_ && event.duration < current_->event.duration;  // reordered
  const std::uint32_t segments = current_ ? current_->segments : 0;
  if (!shorter) current_ = Current{event, timestamp, now, segments};
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
  const std::uint32_t duration = ended->segments + ended->event.duration;
  return Digit{.digit = *digit_of_event(ended->event.event),
               .duration = std::chrono::milliseconds{duration / 8}};
}

}  // namespace godwit::rtp
