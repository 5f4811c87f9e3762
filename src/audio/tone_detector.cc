// SPDX-License-Identifier: Apache-2.0
#include "audio/tone_detector.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace godwit::audio {

double power(std::span<const std::int16_t> samples) {
  if (samples.empty()) return 0;
  std::int64_t sum = 0;
  for (const std::int16_t sample : samples) sum += std::int32_t{sample} * sample;
  return static_cast<double>(sum) / static_cast<double>(samples.size());
}

double tone_share(std::span<const std::int16_t> samples, double hz, int rate) {
  const double total = power(samples);
  if (total < 1) return 0;  // silence, or the noise of a codec
  const double coefficient = 2 * std::cos(2 * std::numbers::pi * hz / rate);
  double last = 0;
  double before = 0;
  for (const std::int16_t sample : samples) {
    const double next = sample + coefficient * last - before;
    before = last;
    last = next;
  }
  const double square = last * last + before * before - coefficient * last * before;
  const auto n = static_cast<double>(samples.size());
  // A sine of amplitude a has power a²/2, and its Goertzel square is (a·n/2)².
  return std::min(1.0, 2 * square / (n * n) / total);
}

}  // namespace godwit::audio
