// SPDX-License-Identifier: Apache-2.0
#include "audio/sound_buffer.h"

#include <algorithm>

#include "base/assert.h"

namespace godwit::audio {

std::span<std::int16_t> SoundBuffer::extend(std::size_t samples) {
  make_room(samples);
  const auto room = std::span{samples_}.subspan(end_, samples);
  end_ += samples;
  return room;
}

/// Moves all to the front before anything is asked of the heap.
void SoundBuffer::make_room(std::size_t samples) {
  if (end_ + samples <= samples_.size()) return;
  const std::size_t before = head_ - gone();
  std::copy(samples_.begin() + static_cast<std::ptrdiff_t>(before),
            samples_.begin() + static_cast<std::ptrdiff_t>(end_), samples_.begin());
  head_ -= before;
  end_ -= before;
  if (end_ + samples > samples_.size()) samples_.resize(end_ + samples);
}

void SoundBuffer::take(std::span<std::int16_t> out) {
  GODWIT_ASSERT(out.size() <= size());
  std::ranges::copy(waiting().first(out.size()), out.begin());
  head_ += out.size();
}

void SoundBuffer::skip(std::size_t samples) {
  GODWIT_ASSERT(samples <= size());
  const std::size_t kept = gone();
  std::copy_backward(samples_.begin() + static_cast<std::ptrdiff_t>(head_ - kept),
                     samples_.begin() + static_cast<std::ptrdiff_t>(head_),
                     samples_.begin() + static_cast<std::ptrdiff_t>(head_ + samples));
  head_ += samples;
}

void SoundBuffer::put_first(std::span<const std::int16_t> samples) {
  static_cast<void>(extend(samples.size()));
  const auto all = waiting();
  std::copy_backward(all.begin(), all.end() - static_cast<std::ptrdiff_t>(samples.size()),
                     all.end());
  std::ranges::copy(samples, all.begin());
}

void SoundBuffer::release() {
  clear();
  samples_.clear();
  samples_.shrink_to_fit();
}

}  // namespace godwit::audio
