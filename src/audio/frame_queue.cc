// SPDX-License-Identifier: Apache-2.0
#include "audio/frame_queue.h"

#include <algorithm>

#include "audio/time_stretch.h"

namespace godwit::audio {
namespace {

constexpr std::size_t kWindow = 200;  // blocks: two seconds
constexpr std::size_t kSoon = 150;    // of them are as good as over where there was too much
constexpr std::size_t kReserve = 2;   // blocks that are left, against late ticks
constexpr std::size_t kSuperfluous = 3;

}  // namespace

FrameQueue::FrameQueue() : samples_(kMostBlocks * block_of(kBaseRate)), least_(samples_.size()) {}

void FrameQueue::set_rate(int hz) {
  const std::size_t size = kMostBlocks * block_of(hz);
  if (size == samples_.size()) return;
  std::vector<std::int16_t> fitted(size);
  const std::size_t waiting = size_ * size / samples_.size();
  fit(straighten(), std::span{fitted}.first(waiting));
  samples_.swap(fitted);
  size_ = waiting;
  seam_.set_rate(hz);
  least_ = size;
  pulled_ = 0;
}

void FrameQueue::push(std::span<const std::int16_t> frame) {
  const auto fits = frame.last(std::min(frame.size(), samples_.size()));
  const std::size_t needed = size_ + fits.size();
  if (needed > samples_.size()) drop(needed - samples_.size());
  const std::size_t end = after(first_, size_);
  const auto before_wrap = fits.first(std::min(fits.size(), samples_.size() - end));
  const auto wrapped = fits.subspan(before_wrap.size());
  std::copy_n(before_wrap.data(), before_wrap.size(), samples_.data() + end);
  std::copy_n(wrapped.data(), wrapped.size(), samples_.data());
  size_ += fits.size();
}

std::size_t FrameQueue::after(std::size_t index, std::size_t count) const {
  const std::size_t sum = index + count;
  return sum < samples_.size() ? sum : sum - samples_.size();
}

void FrameQueue::drop(std::size_t count) {
  first_ = after(first_, count);
  size_ -= count;
  torn_ = heard_any_;
}

void FrameQueue::pull(std::span<std::int16_t> frame) {
  const auto sound = frame.first(std::min(frame.size(), size_));
  const auto silence = frame.subspan(sound.size());
  if (!sound.empty()) {
    copy_out(sound);
    if (torn_) seam_.mend(sound);
    seam_.heard(sound);
    torn_ = false;
    heard_any_ = true;
  }
  if (!silence.empty()) {
    std::ranges::fill(silence, std::int16_t{0});
    if (heard_any_ && !torn_) seam_.mend(silence);
    if (heard_any_) seam_.heard(silence);
    torn_ = heard_any_;
  }
  watch(frame.size());
}

void FrameQueue::copy_out(std::span<std::int16_t> to) {
  const std::size_t before_wrap = std::min(to.size(), samples_.size() - first_);
  const auto wrapped = to.subspan(before_wrap);
  std::copy_n(samples_.data() + first_, before_wrap, to.data());
  std::copy_n(samples_.data(), wrapped.size(), wrapped.data());
  first_ = after(first_, to.size());
  size_ -= to.size();
}

void FrameQueue::watch(std::size_t pulled) {
  least_ = std::min(least_, size_);
  pulled_ += pulled;
  if (pulled_ < kWindow * block()) return;
  pulled_ = 0;
  if (least_ >= kSuperfluous * block()) {
    const TimeStretch stretch(static_cast<int>(block() * 100));
    const std::size_t gone = stretch.shorten(straighten(), {.at_most = least_ - kReserve * block()});
    first_ += gone;
    size_ -= gone;
    pulled_ = kSoon * block();
  }
  least_ = samples_.size();
}

/// What waits lies in one piece from now on.
std::span<std::int16_t> FrameQueue::straighten() {
  std::rotate(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(first_),
              samples_.end());
  first_ = 0;
  return std::span{samples_}.first(size_);
}

}  // namespace godwit::audio
