// SPDX-License-Identifier: Apache-2.0
#include "audio/recorder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "audio/saturate.h"
#include "base/assert.h"

namespace godwit::audio {

void Recorder::Side::set_rate(int hz) {
  if (std::exchange(rate_, hz) != hz) changed_ = true;
}

void Recorder::Side::convert(std::span<const std::int16_t> in, std::span<std::int16_t> out, int to) {
  const bool changed = std::exchange(changed_, false);
  if (changed) {
    resampler_.reset();
    if (rate_ != to) resampler_.emplace(rate_, to);
    seam_.set_rate(to);
  }
  if (resampler_) {
    resampler_->process(in, out);
  } else {
    std::ranges::copy(in, out.begin());
  }
  if (changed && any_) seam_.mend(out);
  seam_.heard(out);
  any_ = true;
}

Recorder::Recorder(std::unique_ptr<Sink> sink, Tracks tracks, int hz)
    : sink_(std::move(sink)), tracks_(tracks), rate_(hz) {
  GODWIT_ASSERT(sink_ != nullptr);
}

Recorder::~Recorder() {
  sink_->close();
}

void Recorder::begin() {
  if (std::exchange(begun_, true)) return;
  if (rate_ == 0 && tracks_ == Tracks::heard) rate_ = heard_.rate();
  if (rate_ == 0) rate_ = std::max(heard_.rate(), said_.rate());
  sink_->set_rate(rate_);
  waiting_.set_rate(rate_);
}

void Recorder::heard(std::span<const std::int16_t> frame) {
  begin();
  std::array<std::int16_t, kMostBlock> block;
  const auto out = std::span{block}.first(block_of(rate_));
  const std::size_t step = block_of(heard_.rate());
  for (; frame.size() >= step; frame = frame.subspan(step)) {
    heard_.convert(frame.first(step), out, rate_);
    if (tracks_ == Tracks::heard) {
      sink_->write(out);
    } else {
      waiting_.push(out);
    }
  }
}

void Recorder::said(std::span<const std::int16_t> frame) {
  if (tracks_ == Tracks::heard) return;
  begin();
  std::array<std::int16_t, kMostBlock> block;
  const auto out = std::span{block}.first(block_of(rate_));
  const std::size_t step = block_of(said_.rate());
  for (; frame.size() >= step; frame = frame.subspan(step)) {
    said_.convert(frame.first(step), out, rate_);
    write(out);
  }
}

/// A block, with what was heard meanwhile.
void Recorder::write(std::span<const std::int16_t> said) {
  std::array<std::int16_t, kMostBlock> heard;
  waiting_.pull(std::span{heard}.first(said.size()));
  if (tracks_ == Tracks::mixed) {
    for (std::size_t i = 0; i < said.size(); ++i) heard[i] = saturate(heard[i] + said[i]);
    return sink_->write(std::span{heard}.first(said.size()));
  }
  std::array<std::int16_t, 2 * kMostBlock> both;
  for (std::size_t i = 0; i < said.size(); ++i) {
    both[2 * i] = heard[i];
    both[2 * i + 1] = said[i];
  }
  sink_->write(std::span{both}.first(2 * said.size()));
}

void Recorder::said_nothing(std::size_t samples) {
  constexpr std::array<std::int16_t, kMostBlock> kSilence{};
  const std::size_t step = block_of(said_.rate());
  for (; samples >= step; samples -= step) said(std::span{kSilence}.first(step));
}

}  // namespace godwit::audio
