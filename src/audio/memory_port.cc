// SPDX-License-Identifier: Apache-2.0
#include "audio/memory_port.h"

#include <algorithm>

#include "base/assert.h"

namespace godwit::audio {

MemorySource::MemorySource(Samples samples, Repeat repeat, int rate)
    : samples_(std::move(samples)), repeat_(repeat), rate_(rate), out_rate_(rate) {
  GODWIT_ASSERT(rate > 0);
  set_rate(kBaseRate);
}

void MemorySource::set_rate(int hz) {
  if (hz == out_rate_) return;
  const Offset position = played();
  out_rate_ = hz;
  ready_ = {};
  resampler_.reset();
  next_ = position;
  if (hz == rate_) return;
  resampler_.emplace(rate_, hz);
  taken_.resize(block_of(rate_));
  converted_.resize(block_of(hz) * 2);
  begin_at(position);
}

/// The filter is fed with what goes before, so that it gives the sound from `position` on as if it had
/// never done anything else.
void MemorySource::begin_at(Offset position) {
  const Offset late = (resampler_->latency().count() * rate_ + 500'000) / 1'000'000;
  // The first sample that comes out is of the time one latency before the first that goes in.
  Offset superfluous = (2 * late * out_rate_ + rate_ - 1) / rate_;
  next_ = position + late - superfluous * rate_ / out_rate_;
  while (superfluous > 0) {
    convert();
    const auto skipped = std::min(superfluous, static_cast<Offset>(ready_.size()));
    ready_ = ready_.subspan(static_cast<std::size_t>(skipped));
    superfluous -= skipped;
  }
  begun_at_ = position;
  given_ = 0;
}

void MemorySource::read(std::span<std::int16_t> frame) {
  if (!resampler_) return copy(frame);
  while (!frame.empty()) {
    if (ready_.empty()) convert();
    const auto part = ready_.first(std::min(frame.size(), ready_.size()));
    std::ranges::copy(part, frame.begin());
    ready_ = ready_.subspan(part.size());
    frame = frame.subspan(part.size());
    given_ += static_cast<Offset>(part.size());
  }
}

void MemorySource::convert() {
  copy(taken_);
  ready_ = std::span{converted_}.first(resampler_->process(taken_, converted_));
}

/// The next samples; silence before the first and, if they are not repeated, after the last.
void MemorySource::copy(std::span<std::int16_t> to) {
  const auto size = static_cast<Offset>(samples_.size());
  for (; !to.empty(); ) {
    const bool silent = size == 0 || next_ < 0 || (repeat_ == Repeat::once && next_ >= size);
    const Offset at = silent ? 0 : next_ % size;
    const Offset run = next_ < 0 ? -next_ : silent ? static_cast<Offset>(to.size()) : size - at;
    const auto count = std::min(to.size(), static_cast<std::size_t>(run));
    if (silent) std::ranges::fill(to.first(count), std::int16_t{0});
    if (!silent) std::copy_n(samples_.begin() + at, count, to.begin());
    next_ += static_cast<Offset>(count);
    to = to.subspan(count);
  }
}

/// How many samples have been played, were the sound endless.
MemorySource::Offset MemorySource::played() const {
  if (!resampler_) return next_;
  return begun_at_ + given_ * rate_ / out_rate_;
}

bool MemorySource::ended() const {
  return samples_.empty() ||
         (repeat_ == Repeat::once && played() >= static_cast<Offset>(samples_.size()));
}

void MemorySink::write(std::span<const std::int16_t> frame) {
  recording_->samples.insert(recording_->samples.end(), frame.begin(), frame.end());
}

}  // namespace godwit::audio
