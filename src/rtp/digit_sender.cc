// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_sender.h"

#include <algorithm>

#include "base/assert.h"

namespace godwit::rtp {
namespace {

constexpr int kEndPackets = 3;
constexpr std::uint32_t kLongestSegment = 0xffff;  // 16 bits of duration (RFC 4733 §2.3.5)

}  // namespace

bool DigitSender::queue(std::string_view digits, std::chrono::milliseconds duration) {
  if (queue_.size() + digits.size() > kMaxQueue) return false;
  for (const char digit : digits) {
    const auto event = event_of_digit(digit);
    GODWIT_ASSERT(event && duration.count() > 0);
    queue_.push_back({.event = *event, .duration = duration});
  }
  return true;
}

std::optional<DigitSender::Output> DigitSender::next(std::uint32_t timestamp, const Pace& pace) {
  if (queue_.empty()) return std::nullopt;
  const Digit digit = queue_.front();
  const bool first = !segment_;
  if (first) {
    segment_ = timestamp;
    elapsed_ = 0;
    ends_sent_ = 0;
    left_ = static_cast<std::uint32_t>(digit.duration.count()) * (pace.clock_rate / 1000);
  }
  const std::uint32_t step = std::min(pace.step, left_);
  left_ -= step;
  elapsed_ += step;

  Output out;
  out.timestamp = *segment_;
  out.first = first;
  const std::uint32_t told = std::min(elapsed_, kLongestSegment);
  const bool end = left_ == 0 && elapsed_ == told;
  out.event = {.event = digit.event, .end = end, .duration = static_cast<std::uint16_t>(told)};
  if (end && ++ends_sent_ == kEndPackets) {
    queue_.pop_front();
    segment_.reset();
  } else if (!end && told == kLongestSegment) {
    // The rest of it is told in a segment that begins where this one stopped (RFC 4733 §2.5.1.3).
    *segment_ += kLongestSegment;
    elapsed_ -= kLongestSegment;
  }
  return out;
}

}  // namespace godwit::rtp
