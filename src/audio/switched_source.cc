// SPDX-License-Identifier: Apache-2.0
#include "audio/switched_source.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"

namespace godwit::audio {
namespace {

constexpr std::size_t kFades = 2;  // in a block of 10 ms: each is 5 ms

}  // namespace

SwitchedSource::SwitchedSource(std::unique_ptr<Source> source) : source_(std::move(source)) {
  GODWIT_ASSERT(source_ != nullptr);
}

void SwitchedSource::switch_to(std::unique_ptr<Source> next) {
  GODWIT_ASSERT(next != nullptr);
  next->set_rate(rate_);
  auto last = std::exchange(source_, std::move(next));
  // Of two switches within one frame only the first one's old sound has been heard.
  if (!before_) before_ = std::move(last);
}

void SwitchedSource::set_rate(int hz) {
  if (std::exchange(rate_, hz) == hz) return;
  source_->set_rate(hz);
  if (before_) before_->set_rate(hz);
}

void SwitchedSource::read(std::span<std::int16_t> frame) {
  source_->read(frame);
  if (!before_) return;
  std::array<std::int16_t, kMostBlock> old{};
  const std::size_t block = block_of(rate_);
  before_->read(std::span{old}.first(block));
  const std::size_t fade = std::min(block / kFades, frame.size());
  for (std::size_t i = 0; i < fade; ++i) {
    const auto in = static_cast<int>(i);
    const int out = static_cast<int>(fade) - in;
    frame[i] = static_cast<std::int16_t>((frame[i] * in + old[i] * out) / static_cast<int>(fade));
  }
  before_.reset();
}

}  // namespace godwit::audio
