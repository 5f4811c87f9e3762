// SPDX-License-Identifier: Apache-2.0
#include "audio/time_stretch.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace godwit::audio {
namespace {

constexpr int kSearchRate = 4000;
// Quieter than this (-52 dB) nobody hears where it was cut.
constexpr double kQuietPower = 80.0 * 80.0;

double power_of(std::span<const std::int16_t> sound) {
  double sum = 0;
  for (const std::int16_t sample : sound) sum += static_cast<double>(sample) * sample;
  return sound.empty() ? 0 : sum / static_cast<double>(sound.size());
}

/// From `first` to `second`, in as many samples as `out` has; `out` may be one of the two.
void fade(const std::int16_t* first, const std::int16_t* second, std::span<std::int16_t> out) {
  const float step = 1.0F / static_cast<float>(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float share = (static_cast<float>(i) + 0.5F) * step;
    const auto a = static_cast<float>(first[i]);
    const auto b = static_cast<float>(second[i]);
    out[i] = static_cast<std::int16_t>(std::lrintf(a + (b - a) * share));
  }
}

}  // namespace

TimeStretch::TimeStretch(int rate) : step_(static_cast<std::size_t>(rate / kSearchRate)) {}

std::size_t TimeStretch::shorten(std::span<std::int16_t> sound, const Wish& wish) const {
  const std::size_t most = std::min({wish.at_most, longest(), sound.size() / 2});
  if (most == 0) return 0;
  const std::size_t window = std::min(kWindow * step_, sound.size() - most);
  const std::size_t lag = find_lag({.sound = sound, .most = most, .window = window}, wish);
  fade(sound.data(), sound.data() + lag, sound.subspan(lag, lag));
  return lag;
}

std::size_t TimeStretch::lengthen(std::span<const std::int16_t> sound, std::size_t at,
                                  std::span<std::int16_t> extra, const Wish& wish) const {
  const std::size_t after = sound.size() - at;
  const std::size_t most = std::min({wish.at_most, longest(), at, after, extra.size()});
  if (most == 0) return 0;
  const std::size_t lag = find_lag({.sound = sound,
                                    .at = at,
                                    .where = Search::Where::before,
                                    .most = most,
                                    .window = std::min(kWindow * step_, after)},
                                   wish);
  const std::int16_t* const next = sound.data() + at;
  fade(next, next - lag, extra.first(lag));
  return lag;
}

std::size_t TimeStretch::find_lag(const Search& search, const Wish& wish) const {
  const auto from = search.where == Search::Where::after ? search.at : search.at - search.most;
  const auto both = search.sound.subspan(from, search.most * 2);
  if (power_of(both) < kQuietPower) return search.most;
  if (search.most < kLeastLag * step_ || search.window < kLeastLag * step_) return 0;
  return find_exactly(search, find_roughly(search), wish.likeness);
}

/// The lag in steps of 4,000 Hz, by the highest normalised correlation.
std::size_t TimeStretch::find_roughly(const Search& search) const {
  std::array<float, kMostLag + kWindow> coarse{};
  const std::size_t lags = search.most / step_;
  const std::size_t window = search.window / step_;
  const bool after = search.where == Search::Where::after;
  const std::int16_t* sample =
      search.sound.data() + search.at - (after ? 0 : lags * step_);
  for (std::size_t i = 0; i < lags + window; ++i) {
    int sum = 0;
    for (std::size_t k = 0; k < step_; ++k) sum += *sample++;
    coarse[i] = static_cast<float>(sum);
  }
  const float* const first = coarse.data() + (after ? 0 : lags);
  std::size_t best = kLeastLag;
  float best_score = 0;
  for (std::size_t lag = kLeastLag; lag <= lags; ++lag) {
    const float* const second = after ? first + lag : first - lag;
    float product = 0;
    float energy = 1;
    for (std::size_t i = 0; i < window; ++i) {
      product += first[i] * second[i];
      energy += second[i] * second[i];
    }
    const float score = product > 0 ? product * product / energy : 0;
    if (score <= best_score) continue;
    best_score = score;
    best = lag;
  }
  return best * step_;
}

/// The best lag near `about`; 0 when even that is less alike than wished.
std::size_t TimeStretch::find_exactly(const Search& search, std::size_t about,
                                      double least) const {
  const std::int16_t* const first = search.sound.data() + search.at;
  const std::size_t stride = std::max<std::size_t>(1, step_ / 3);  // 16 kHz are fine enough
  const std::size_t from = std::max(about - step_, kLeastLag * step_);
  const std::size_t to = std::min(about + step_, search.most);
  std::size_t best = 0;
  double best_likeness = least;
  double own_energy = 1;
  for (std::size_t i = 0; i < search.window; i += stride) {
    own_energy += static_cast<double>(first[i]) * first[i];
  }
  for (std::size_t lag = from; lag <= to; ++lag) {
    const std::int16_t* const second =
        search.where == Search::Where::after ? first + lag : first - lag;
    std::int64_t product = 0;
    std::int64_t energy = 1;
    for (std::size_t i = 0; i < search.window; i += stride) {
      product += first[i] * second[i];
      energy += second[i] * second[i];
    }
    const double likeness =
        static_cast<double>(product) / std::sqrt(own_energy * static_cast<double>(energy));
    if (likeness < best_likeness) continue;
    best_likeness = likeness;
    best = lag;
  }
  return best;
}

}  // namespace godwit::audio
