// SPDX-License-Identifier: Apache-2.0
#include "audio/tone_source.h"

#include <cmath>
#include <numbers>

namespace godwit::audio {
namespace {

constexpr double kAmplitude = 8192;
constexpr double kTurn = 2 * std::numbers::pi;

std::int16_t rounded(double value) {
  return static_cast<std::int16_t>(value + (value < 0 ? -0.5 : 0.5));
}

}  // namespace

ToneSource::ToneSource(int hz) : hz_(hz), step_(kTurn * hz / kBaseRate) {}

void ToneSource::set_rate(int hz) {
  step_ = kTurn * hz_ / hz;
}

/// A pointer of this length that is turned on by one step for each sample: two sines for a frame
/// instead of one for each sample. Each frame begins at its exact angle, so that no error adds up.
void ToneSource::read(std::span<std::int16_t> frame) {
  const double turn_x = std::cos(step_);
  const double turn_y = std::sin(step_);
  double x = kAmplitude * std::cos(phase_);
  double y = kAmplitude * std::sin(phase_);
  for (std::int16_t& sample : frame) {
    sample = rounded(y);
    const double before = x;
    x = before * turn_x - y * turn_y;
    y = before * turn_y + y * turn_x;
  }
  phase_ = std::fmod(phase_ + step_ * static_cast<double>(frame.size()), kTurn);
}

}  // namespace godwit::audio
