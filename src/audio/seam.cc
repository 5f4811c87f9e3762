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
  const auto last = frame.last(std::min(frame.size(), length_));
  std::copy_backward(tail_.begin(),
                     tail_.begin() + static_cast<std::ptrdiff_t>(length_ - last.size()),
                     tail_.begin() + static_cast<std::ptrdiff_t>(length_));
  std::reverse_copy(last.begin(), last.end(), tail_.begin());
}

void Seam::mend(std::span<std::int16_t> frame) const {
  const std::size_t count = std::min(frame.size(), length_);
  for (std::size_t i = 0; i < count; ++i) {
    const auto in = static_cast<int>(i);
    const auto all = static_cast<int>(count);
    frame[i] = static_cast<std::int16_t>((frame[i] * in + tail_[i] * (all - in)) / all);
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
