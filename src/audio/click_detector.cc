// SPDX-License-Identifier: Apache-2.0
#include "audio/click_detector.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace godwit::audio {
namespace {

constexpr float kLoud = 500;        // of 32,768: a prediction that is wrong by less is not heard
constexpr float kMuchMore = 2;      // than the worst nearby
constexpr std::size_t kNear = 20;   // ms: a pulse of the deepest voice is within
constexpr std::size_t kItself = 2;  // ms: what follows a click is wrong as well

/// The coefficients with which a sample is best foretold from those before it (Levinson-Durbin).
std::vector<double> predictor_of(const std::vector<double>& window, std::size_t order) {
  std::vector<double> correlation(order + 1);
  for (std::size_t lag = 0; lag <= order; ++lag) {
    for (std::size_t i = lag; i < window.size(); ++i) {
      correlation[lag] += window[i] * window[i - lag];
    }
  }
  correlation[0] = correlation[0] * 1.0001 + 1;  // noise at -40 dB: silence has a solution too
  std::vector<double> predictor(order);
  double error = correlation[0];
  for (std::size_t i = 0; i < order; ++i) {
    double reflection = correlation[i + 1];
    for (std::size_t j = 0; j < i; ++j) reflection -= predictor[j] * correlation[i - j];
    reflection /= error;
    std::vector<double> next = predictor;
    next[i] = reflection;
    for (std::size_t j = 0; j < i; ++j) next[j] -= reflection * predictor[i - 1 - j];
    predictor = std::move(next);
    error *= 1 - reflection * reflection;
  }
  return predictor;
}

/// What is around `at`, fading out to both sides.
std::vector<double> window_around(std::span<const std::int16_t> sound, std::size_t at,
                                  std::size_t length) {
  std::vector<double> window(length);
  for (std::size_t i = 0; i < length; ++i) {
    const std::size_t place = at + i;
    if (place < length / 2 || place - length / 2 >= sound.size()) continue;
    const double turn =
        2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(length);
    window[i] = sound[place - length / 2] * (0.5 - 0.5 * std::cos(turn));
  }
  return window;
}

}  // namespace

std::vector<float> surprises_in(std::span<const std::int16_t> sound, int rate) {
  const auto ms = static_cast<std::size_t>(rate) / 1000;
  const std::size_t order = 10 + ms / 4;
  const std::size_t step = 20 * ms;
  std::vector<float> wrong(sound.size());
  for (std::size_t from = 0; from < sound.size(); from += step) {
    const std::size_t until = std::min(from + step, sound.size());
    const auto silent = [](std::int16_t sample) { return sample == 0; };
    if (std::ranges::all_of(sound.subspan(from, until - from), silent)) continue;
    const auto predictor = predictor_of(window_around(sound, from + step / 2, 2 * step), order);
    for (std::size_t i = std::max(from, order); i < until; ++i) {
      double expected = 0;
      for (std::size_t j = 0; j < order; ++j) expected += predictor[j] * sound[i - 1 - j];
      wrong[i] = static_cast<float>(std::abs(sound[i] - expected));
    }
  }
  return wrong;
}

std::vector<std::size_t> find_clicks(std::span<const float> surprises, int rate) {
  const auto ms = static_cast<std::size_t>(rate) / 1000;
  std::vector<float> worst((surprises.size() + ms - 1) / ms);
  for (std::size_t i = 0; i < surprises.size(); ++i) {
    worst[i / ms] = std::max(worst[i / ms], surprises[i]);
  }
  std::vector<std::size_t> clicks;
  for (std::size_t at = 0; at < worst.size(); ++at) {
    float usual = 0;
    const std::size_t last = std::min(at + kNear + 1, worst.size());
    for (std::size_t i = at > kNear ? at - kNear : 0; i < last; ++i) {
      if (i + kItself < at || i > at + kItself) usual = std::max(usual, worst[i]);
    }
    const bool again = !clicks.empty() && at * ms <= clicks.back() + kItself * ms;
    if (worst[at] > kLoud && worst[at] > kMuchMore * usual && !again) clicks.push_back(at * ms);
  }
  return clicks;
}

}  // namespace godwit::audio
