// SPDX-License-Identifier: Apache-2.0
#include "audio/tone_source.h"

#include <cmath>
#include <numbers>

namespace godwit::audio {
namespace {

constexpr double kAmplitude = 8192;
constexpr double kTurn = 2 * std::numbers::pi;

}  // namespace

ToneSource::ToneSource(int hz) : hz_(hz), step_(kTurn * hz / kBaseRate) {}

void ToneSource::set_rate(int hz) {
  step_ = kTurn * hz_ / hz;
}

void ToneSource::read(std::span<std::int16_t> frame) {
  for (std::int16_t& sample : frame) {
    sample = static_cast<std::int16_t>(std::lround(kAmplitude * std::sin(phase_)));
    phase_ += step_;
    if (phase_ >= kTurn) phase_ -= kTurn;
  }
}

}  // namespace godwit::audio
