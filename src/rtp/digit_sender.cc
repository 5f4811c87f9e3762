// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_sender.h"

#include <algorithm>

#include "base/assert.h"
#include "rtp/packet.h"

namespace godwit::rtp {
namespace {

constexpr int kEndPackets = 3;

}  // namespace

bool DigitSender::queue(std::string_view digits, std::uint16_t duration) {
  if (queue_.size() + digits.size() > kMaxQueue) return false;
  for (const char digit : digits) {
    const auto event = event_of_digit(digit);
    GODWIT_ASSERT(event && duration > 0);
    queue_.push_back({.event = *event, .duration = duration});
  }
  return true;
}

std::optional<DigitSender::Output> DigitSender::next(std::uint32_t timestamp) {
  if (queue_.empty()) return std::nullopt;
  const Digit digit = queue_.front();
  const bool first = !begun_;
  if (first) {
    begun_ = timestamp;
    elapsed_ = 0;
    ends_sent_ = 0;
  }
  const std::uint32_t elapsed = std::min<std::uint32_t>(elapsed_ + kFrameSamples, digit.duration);
  elapsed_ = static_cast<std::uint16_t>(elapsed);

  Output out;
  out.event = {.event = digit.event, .end = elapsed_ == digit.duration, .duration = elapsed_};
  out.timestamp = *begun_;
  out.first = first;
  if (out.event.end && ++ends_sent_ == kEndPackets) {
    queue_.pop_front();
    begun_.reset();
  }
  return out;
}

}  // namespace godwit::rtp
