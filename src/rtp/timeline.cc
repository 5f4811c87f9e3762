// SPDX-License-Identifier: Apache-2.0
#include "rtp/timeline.h"

namespace godwit::rtp {
namespace {

// Far from wrapping around, and long enough that roundings of odd clocks do not add up: 6 hours at
// 48 kHz.
constexpr std::int32_t kFar = 1 << 30;

}  // namespace

void Timeline::anchor(std::int64_t sequence, std::uint32_t timestamp, std::uint32_t clock_rate,
                      Ticks at) {
  anchors_[1] = anchors_[0];
  anchors_[0] = {.from = sequence, .clock_rate = clock_rate, .timestamp = timestamp, .at = at};
}

const Timeline::Anchor* Timeline::anchor_of(std::int64_t sequence,
                                            std::uint32_t clock_rate) const {
  const Anchor& now = anchors_[0];
  const Anchor& before = anchors_[1];
  if (before.clock_rate == clock_rate && sequence < now.from) return &before;
  return now.clock_rate == clock_rate ? &now : nullptr;
}

Ticks Timeline::place(std::int64_t sequence, std::uint32_t timestamp,
                      std::uint32_t clock_rate) const {
  const Anchor& anchor = *anchor_of(sequence, clock_rate);
  return anchor.at + ticks_of(static_cast<std::int32_t>(timestamp - anchor.timestamp), clock_rate);
}

void Timeline::note(std::int64_t sequence, std::uint32_t timestamp, std::uint32_t clock_rate) {
  if (!is_newest(sequence)) return;
  started_ = true;
  newest_ = sequence;
  Anchor& now = anchors_[0];
  if (now.clock_rate != clock_rate) return;
  if (static_cast<std::int32_t>(timestamp - now.timestamp) < kFar) return;
  now.at = place(sequence, timestamp, clock_rate);
  now.timestamp = timestamp;
}

}  // namespace godwit::rtp
