// SPDX-License-Identifier: Apache-2.0
#include "audio/digit_tones.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/assert.h"

namespace godwit::audio {
namespace {

constexpr std::size_t kPause = 480;  // samples: 60 ms, where ITU-T Q.24 wants 40 ms at least
constexpr std::size_t kRamp = 16;    // 2 ms: no click at either end
// A sine of 32,124 is +3.14 dBm0 (ITU-T G.711). The high tone is 2 dB louder: lines carry it less well.
constexpr double kRowLevel = 8900;      // -8 dBm0
constexpr double kColumnLevel = 11200;  // -6 dBm0

double tone(double hz, double level, std::size_t at) {
  return level * std::sin(2 * std::numbers::pi * hz * static_cast<double>(at) / 8000);
}

}  // namespace

bool DigitTones::queue(std::string_view digits, std::size_t samples) {
  if (queue_.size() + digits.size() > kMaxQueue) return false;
  for (const char digit : digits) {
    GODWIT_ASSERT(kDigits.find(digit) != std::string_view::npos);
    queue_.push_back({.name = digit, .samples = samples});
  }
  return true;
}

void DigitTones::replace(std::span<std::int16_t> frame) {
  for (std::int16_t& sample : frame) {
    if (queue_.empty()) return;
    const Digit& digit = queue_.front();
    sample = sample_of(digit, at_);
    if (++at_ < digit.samples + kPause) continue;
    queue_.pop_front();
    at_ = 0;
  }
}

std::int16_t DigitTones::sample_of(const Digit& digit, std::size_t at) {
  if (at >= digit.samples) return 0;
  const std::size_t key = kDigits.find(digit.name);
  const double both = tone(kRowTones[key / 4], kRowLevel, at) +
                      tone(kColumnTones[key % 4], kColumnLevel, at);
  const std::size_t to_edge = std::min({at, digit.samples - at, kRamp});
  return static_cast<std::int16_t>(
      std::lround(both * static_cast<double>(to_edge) / static_cast<double>(kRamp)));
}

}  // namespace godwit::audio
