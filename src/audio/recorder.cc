// SPDX-License-Identifier: Apache-2.0
#include "audio/recorder.h"

#include <array>
#include <utility>

#include "audio/saturate.h"
#include "base/assert.h"

namespace godwit::audio {

Recorder::Recorder(std::unique_ptr<Sink> sink, Tracks tracks)
    : sink_(std::move(sink)), tracks_(tracks) {
  GODWIT_ASSERT(sink_ != nullptr);
}

Recorder::~Recorder() {
  sink_->close();
}

void Recorder::heard(std::span<const std::int16_t> frame) {
  if (tracks_ == Tracks::heard) return sink_->write(frame);
  heard_.push(frame);
}

void Recorder::said(std::span<const std::int16_t> frame) {
  if (tracks_ == Tracks::heard) return;
  std::array<std::int16_t, kFrameSamples> heard;
  heard_.pull(heard);
  if (tracks_ == Tracks::mixed) {
    for (std::size_t i = 0; i < kFrameSamples; ++i) heard[i] = saturate(heard[i] + frame[i]);
    return sink_->write(heard);
  }
  std::array<std::int16_t, 2 * kFrameSamples> both;
  for (std::size_t i = 0; i < kFrameSamples; ++i) {
    both[2 * i] = heard[i];
    both[2 * i + 1] = frame[i];
  }
  sink_->write(both);
}

void Recorder::said_nothing(std::size_t samples) {
  constexpr std::array<std::int16_t, kFrameSamples> kSilence{};
  for (; samples >= kFrameSamples; samples -= kFrameSamples) said(kSilence);
}

}  // namespace godwit::audio
