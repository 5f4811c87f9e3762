// SPDX-License-Identifier: Apache-2.0
#include "audio/switched_source.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"

namespace godwit::audio {
namespace {

constexpr std::size_t kFade = 40;  // samples: 5 ms

}  // namespace

SwitchedSource::SwitchedSource(std::unique_ptr<Source> source) : source_(std::move(source)) {
  GODWIT_ASSERT(source_ != nullptr);
}

void SwitchedSource::switch_to(std::unique_ptr<Source> next) {
  GODWIT_ASSERT(next != nullptr);
  auto last = std::exchange(source_, std::move(next));
  // Of two switches within one frame only the first one's old sound has been heard.
  if (!before_) before_ = std::move(last);
}

void SwitchedSource::read(std::span<std::int16_t> frame) {
  source_->read(frame);
  if (!before_) return;
  std::array<std::int16_t, kFade> old{};
  const std::size_t fade = std::min(kFade, frame.size());
  before_->read(std::span{old}.first(fade));
  for (std::size_t i = 0; i < fade; ++i) {
    const auto in = static_cast<int>(i);
    const int out = static_cast<int>(fade) - in;
    frame[i] = static_cast<std::int16_t>((frame[i] * in + old[i] * out) / static_cast<int>(fade));
  }
  before_.reset();
}

}  // namespace godwit::audio
