// SPDX-License-Identifier: Apache-2.0
#include "rtp/delay_target.h"

#include <algorithm>

namespace godwit::rtp {
namespace {

constexpr std::size_t kStepPackets = 8;     // so many in a row are no accident
constexpr std::int32_t kStep = 15 * 96;     // 15 ms: less is absorbed by the share below
constexpr std::size_t kEvaluateEvery = 8;   // packets
constexpr std::ptrdiff_t kTooLatePercent = 5;  // of packets come later than the usual wait
constexpr std::uint32_t kLatelyMs = 500;
constexpr std::size_t kLatelyPackets = 64;
constexpr std::uint32_t kWrap = 0x7fffffff;  // of times of arrival

}  // namespace

void DelayTarget::observe(Ticks lateness, Ticks arrived, Order order) {
  const auto late = static_cast<std::int32_t>(lateness.count());
  seen_[next_] = {.lateness = late,
                  .overtaken = order == Order::overtaken,
                  .arrived = static_cast<std::uint32_t>(arrived.count() / 96) & kWrap};
  next_ = (next_ + 1) % kMost;
  count_ = std::min(count_ + 1, kMost);
  if (count_ == 1) usual_ = least_ = lowest_ = late;
  if (order == Order::next) look_for_a_step(late);
  const bool undecided = above_ > 0 || below_ > 0;
  if (++usual_of_ >= kEvaluateEvery && !undecided) evaluate();
  lowest_ = std::min(lowest_, late);
  target_ = Ticks{std::max(usual_, lately())} + kMargin;
}

void DelayTarget::look_for_a_step(std::int32_t lateness) {
  above_ = lateness > usual_ + kStep ? above_ + 1 : 0;
  below_ = lateness < least_ - kStep ? below_ + 1 : 0;
  if (above_ < kStepPackets && below_ < kStepPackets) return;
  above_ = below_ = 0;
  count_ = packets_of_the_step();
  evaluate();
}

/// How many of the last ones go back to the first packet of the new path.
std::size_t DelayTarget::packets_of_the_step() const {
  std::size_t in_order = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (back(i).overtaken == 0 && ++in_order == kStepPackets) return i + 1;
  }
  return count_;
}

void DelayTarget::evaluate() {
  std::array<std::int32_t, kMost> sorted;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled
  auto end = sorted.begin();
  for (std::size_t i = 0; i < count_; ++i) {
    if (back(i).overtaken == 0) *end++ = back(i).lateness;
  }
  usual_of_ = 0;
  if (end == sorted.begin()) return;
  const auto begin = sorted.begin();
  const auto usual = begin + (end - begin - 1) * (100 - kTooLatePercent) / 100;
  std::nth_element(begin, usual, end);
  usual_ = *usual;
  least_ = lowest_ = *std::min_element(begin, usual + 1);
}

/// The second largest of the last half second; the only one, where there is but one.
std::int32_t DelayTarget::lately() const {
  const std::uint32_t now = back(0).arrived;
  std::int32_t largest = back(0).lateness;
  std::int32_t second = largest;
  for (std::size_t i = 1; i < std::min(count_, kLatelyPackets); ++i) {
    const Seen& seen = back(i);
    if (((now - seen.arrived) & kWrap) > kLatelyMs) break;
    if (i == 1 || seen.lateness > second) second = std::min(largest, seen.lateness);
    largest = std::max(largest, seen.lateness);
  }
  return second;
}

}  // namespace godwit::rtp
