// SPDX-License-Identifier: Apache-2.0
#include "lab/speech.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

namespace godwit::lab {
namespace {

constexpr double kRate = 8000;
constexpr double kLoudness = 0.35 * 32767;

// A two-pole resonance: one formant.
class Formant {
 public:
  void tune(double frequency, double bandwidth) {
    const double radius = std::exp(-std::numbers::pi * bandwidth / kRate);
    first_ = 2 * radius * std::cos(2 * std::numbers::pi * frequency / kRate);
    second_ = -radius * radius;
    gain_ = 1 - radius;
  }
  double filter(double in) {
    const double out = gain_ * in + first_ * last_ + second_ * before_;
    before_ = last_;
    last_ = out;
    return out;
  }

 private:
  double first_ = 0, second_ = 0, gain_ = 0, last_ = 0, before_ = 0;
};

class Voice {
 public:
  explicit Voice(std::uint64_t seed) : random_(seed) {}

  Samples speak(std::size_t count) {
    Samples out;
    out.reserve(count);
    while (out.size() < count) {
      syllable(out, between(0.09, 0.24), between(0, 1) < 0.2);
      out.insert(out.end(), static_cast<std::size_t>(between(0.01, 0.05) * kRate), 0);
    }
    out.resize(count);
    return out;
  }

 private:
  double between(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }

  void syllable(Samples& out, double seconds, bool hiss) {
    const auto length = static_cast<std::size_t>(seconds * kRate);
    const double pitch = between(90, 220);
    const double glide = between(-0.25, 0.25);
    const double loudness = between(0.6, 1.0) * kLoudness;
    formants_[0].tune(between(250, 850), 80);
    formants_[1].tune(between(900, 2300), 120);
    formants_[2].tune(between(2400, 3400), 200);
    std::vector<double> wave(length);
    double phase = between(0, 1);
    double peak = 1e-9;
    for (std::size_t i = 0; i < length; ++i) {
      const double along = static_cast<double>(i) / static_cast<double>(length);
      phase += pitch * (1 + glide * along) / kRate;
      const bool pulse = phase >= 1;
      if (pulse) phase -= 1;
      const double excitation = hiss ? between(-1, 1) : (pulse ? 8 : between(-0.3, 0.3));
      double sum = 0;
      for (Formant& formant : formants_) sum += formant.filter(excitation);
      wave[i] = sum * std::sin(std::numbers::pi * along);
      peak = std::max(peak, std::abs(wave[i]));
    }
    for (const double sample : wave) {
      out.push_back(static_cast<std::int16_t>(sample / peak * loudness));
    }
  }

  std::mt19937_64 random_;
  std::array<Formant, 3> formants_;
};

}  // namespace

Samples make_speech(std::uint64_t seed, double seconds) {
  return Voice(seed).speak(static_cast<std::size_t>(seconds * kRate));
}

}  // namespace godwit::lab
