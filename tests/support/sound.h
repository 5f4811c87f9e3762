// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <span>
#include <vector>

#include "base/random.h"

namespace godwit::test {

using Sound = std::vector<std::int16_t>;

inline std::int16_t sample_of(double value) {
  return static_cast<std::int16_t>(std::lround(std::clamp(value, -32'768.0, 32'767.0)));
}

inline Sound sine(int hz, double frequency, std::size_t count, double amplitude = 8192) {
  Sound sound(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double turns = frequency * static_cast<double>(i) / hz;
    sound[i] = sample_of(amplitude * std::sin(2 * std::numbers::pi * turns));
  }
  return sound;
}

/// A vowel: harmonics of a pitch that glides up and down by a fiftieth, loudest around two
/// formants.
inline Sound vowel(int hz, double pitch, std::size_t count) {
  const auto weight = [](double frequency) {
    const auto formant = [&](double at, double width) {
      return 1 / (1 + std::pow((frequency - at) / width, 2));
    };
    return formant(650, 150) + 0.5 * formant(1150, 200) + 0.15 * formant(2500, 300);
  };
  Sound sound(count);
  double phase = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double seconds = static_cast<double>(i) / hz;
    const double now = pitch * (1 + 0.02 * std::sin(2 * std::numbers::pi * 1.5 * seconds));
    phase += 2 * std::numbers::pi * now / hz;
    double value = 0;
    for (int n = 1; n * now < 3400; ++n)
      value += weight(n * now) * std::cos(n * phase + 0.3 * n * n);
    sound[i] = sample_of(4000 * value);
  }
  return sound;
}

/// Syllables, three a second, with pauses between them.
inline Sound speech(int hz, double pitch, std::size_t count) {
  Sound sound = vowel(hz, pitch, count);
  for (std::size_t i = 0; i < count; ++i) {
    const double turns = 3 * static_cast<double>(i) / hz;
    sound[i] = sample_of(sound[i] * std::max(0.0, std::sin(2 * std::numbers::pi * turns)));
  }
  return sound;
}

/// White noise of this root mean square.
inline Sound noise(std::size_t count, double level, std::uint64_t seed = 1) {
  SeededRandom random(seed);
  Sound sound(count);
  for (std::int16_t& sample : sound) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random.u32()) / 4294967296.0;
    sample = sample_of(level * sum);
  }
  return sound;
}

inline double energy(std::span<const std::int16_t> sound) {
  double sum = 0;
  for (const double sample : sound) sum += sample * sample;
  return sum;
}

/// Root mean square.
inline double level(std::span<const std::int16_t> sound) {
  return std::sqrt(energy(sound) / static_cast<double>(std::max<std::size_t>(sound.size(), 1)));
}

/// How far what differs lies below the sound itself, in dB.
inline double signal_to_noise(std::span<const std::int16_t> sound,
                              std::span<const std::int16_t> copy) {
  double wrong = 1e-9;
  for (std::size_t i = 0; i < std::min(sound.size(), copy.size()); ++i) {
    wrong += std::pow(static_cast<double>(sound[i]) - copy[i], 2);
  }
  return 10 * std::log10(energy(sound) / wrong);
}

/// The same with the copy up to `most` samples late, at its best.
inline double best_signal_to_noise(std::span<const std::int16_t> sound,
                                   std::span<const std::int16_t> copy, std::size_t most) {
  double best = -100;
  for (std::size_t late = 0; late <= most && late < copy.size(); ++late) {
    const std::size_t count = std::min(sound.size(), copy.size() - late);
    best = std::max(best, signal_to_noise(sound.first(count), copy.subspan(late, count)));
  }
  return best;
}

/// The largest step from one sample to the next.
inline int largest_step(std::span<const std::int16_t> sound) {
  int largest = 0;
  for (std::size_t i = 1; i < sound.size(); ++i) {
    largest = std::max(largest, std::abs(sound[i] - sound[i - 1]));
  }
  return largest;
}

}  // namespace godwit::test
