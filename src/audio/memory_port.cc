// SPDX-License-Identifier: Apache-2.0
#include "audio/memory_port.h"

#include <algorithm>
#include <utility>

namespace godwit::audio {

MemorySource::MemorySource(Samples samples, Repeat repeat)
    : samples_(std::move(samples)), repeat_(repeat) {}

void MemorySource::read(std::span<std::int16_t> frame) {
  while (!frame.empty() && !samples_.empty()) {
    if (position_ == samples_.size()) {
      if (repeat_ == Repeat::once) break;
      position_ = 0;
    }
    const std::size_t count = std::min(frame.size(), samples_.size() - position_);
    std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(position_), count, frame.begin());
    position_ += count;
    frame = frame.subspan(count);
  }
  std::ranges::fill(frame, std::int16_t{0});
}

bool MemorySource::ended() const {
  return samples_.empty() || (repeat_ == Repeat::once && position_ == samples_.size());
}

void MemorySink::write(std::span<const std::int16_t> frame) {
  recording_->samples.insert(recording_->samples.end(), frame.begin(), frame.end());
}

}  // namespace godwit::audio
