// SPDX-License-Identifier: Apache-2.0
#include "audio/seam.h"

#include <algorithm>

namespace godwit::audio {

void Seam::set_rate(int hz) {
  const auto old = tail_;
  const auto from = std::span{old}.first(length_);
  length_ = static_cast<std::size_t>(hz / kTails);
  fit(from, std::span{tail_}.first(length_));
}

void Seam::heard(std::span<const std::int16_t> frame) {
  const auto tail = std::span{tail_}.first(length_);
  const auto last = frame.last(std::min(frame.size(), length_));
  const auto kept = tail.last(length_ - last.size());
  std::copy_n(kept.data(), kept.size(), tail.data());
  std::copy_n(last.data(), last.size(), tail.last(last.size()).data());
}

void Seam::mend(std::span<std::int16_t> frame) const {
  const std::size_t count = std::min(frame.size(), length_);
  const auto all = static_cast<int>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto in = static_cast<int>(i);
    const int backwards = tail_[length_ - 1 - i];
    frame[i] = static_cast<std::int16_t>((frame[i] * in + backwards * (all - in)) / all);
  }
}

void fit(std::span<const std::int16_t> from, std::span<std::int16_t> to) {
  if (from.empty()) {
    std::ranges::fill(to, std::int16_t{0});
    return;
  }
  for (std::size_t i = 0; i < to.size(); ++i) {
    const std::size_t at = i * from.size();
    const std::size_t before = at / to.size();
    const auto past = static_cast<std::int64_t>(at % to.size());
    const auto all = static_cast<std::int64_t>(to.size());
    const std::int64_t next = from[std::min(before + 1, from.size() - 1)];
    to[i] = static_cast<std::int16_t>((from[before] * (all - past) + next * past) / all);
  }
}

}  // namespace godwit::audio
