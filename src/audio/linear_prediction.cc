// SPDX-License-Identifier: Apache-2.0
#include "audio/linear_prediction.h"

namespace godwit::audio {
namespace {

// As if noise 50 dB below were there too: keeps the filter steady where a sound has but a few
// lines.
constexpr float kWhitening = 1.00001F;

/// Of a frame that fades in and out: what lies at its ends would be heard as a step otherwise.
float window(std::size_t at, float half) {
  const float x = (static_cast<float>(at) + 0.5F - half) / half;
  return 1 - x * x;
}

/// A filter of `order` weights behind the first becomes one of one more.
void lengthen(std::array<float, 11>& filter, std::size_t order, float reflection) {
  const std::array<float, 11> before = filter;
  for (std::size_t i = 1; i <= order + 1; ++i) {
    filter[i] = before[i] + reflection * before[order + 1 - i];
  }
}

}  // namespace

Autocorrelation autocorrelate(std::span<const std::int16_t> frame) {
  Autocorrelation sums{};
  std::array<float, std::tuple_size_v<Autocorrelation>> last{};  // the newest first
  const float half = static_cast<float>(frame.size()) / 2;
  float weights = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const float weight = window(i, half);
    weights += weight * weight;
    for (std::size_t k = last.size() - 1; k > 0; --k) last[k] = last[k - 1];
    last[0] = weight * static_cast<float>(frame[i]);
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += last[0] * last[k];
  }
  if (weights > 0) {
    for (float& sum : sums) sum /= weights;
  }
  return sums;
}

Prediction predict(const Autocorrelation& correlation) {
  Prediction prediction;
  float error = correlation[0] * kWhitening;
  if (error <= 0) return prediction;
  std::array<float, 11> filter{1};
  for (std::size_t m = 0; m < prediction.reflection.size(); ++m) {
    float sum = 0;
    for (std::size_t i = 0; i <= m; ++i) sum += filter[i] * correlation[m + 1 - i];
    const float k = -sum / error;
    // Only rounding leads here; what was found so far is still a good filter.
    if (k <= -1 || k >= 1) break;
    lengthen(filter, m, k);
    prediction.reflection[m] = k;
    error *= 1 - k * k;
  }
  prediction.residue = error / (correlation[0] * kWhitening);
  return prediction;
}

std::array<float, 11> filter_of(const Prediction& prediction) {
  std::array<float, 11> filter{1};
  for (std::size_t m = 0; m < prediction.reflection.size(); ++m) {
    lengthen(filter, m, prediction.reflection[m]);
  }
  return filter;
}

}  // namespace godwit::audio
