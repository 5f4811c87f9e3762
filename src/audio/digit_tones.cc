// SPDX-License-Identifier: Apache-2.0
#include "audio/digit_tones.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/assert.h"

namespace godwit::audio {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPause{60};  // where ITU-T Q.24 wants 40 ms at least
constexpr milliseconds kRamp{2};    // no click at either end
// A sine of 32,124 is +3.14 dBm0 (ITU-T G.711). The high tone is 2 dB louder: lines carry it less well.
constexpr double kRowLevel = 8900;      // -8 dBm0
constexpr double kColumnLevel = 11200;  // -6 dBm0

double tone(double hz, double level, double seconds) {
  return level * std::sin(2 * std::numbers::pi * hz * seconds);
}

}  // namespace

void DigitTones::set_rate(int hz) {
  at_ = at_ * static_cast<std::size_t>(hz) / static_cast<std::size_t>(rate_);
  rate_ = hz;
}

bool DigitTones::queue(std::string_view digits, milliseconds each) {
  if (queue_.size() + digits.size() > kMaxQueue) return false;
  for (const char digit : digits) {
    GODWIT_ASSERT(kDigits.find(digit) != std::string_view::npos);
    queue_.push_back({.name = digit, .length = each});
  }
  return true;
}

void DigitTones::replace(std::span<std::int16_t> frame) {
  for (std::int16_t& sample : frame) {
    if (queue_.empty()) return;
    const Digit& digit = queue_.front();
    sample = sample_of(digit);
    if (++at_ < samples_of(digit.length + kPause)) continue;
    queue_.pop_front();
    at_ = 0;
  }
}

std::size_t DigitTones::samples_of(milliseconds span) const {
  return static_cast<std::size_t>(span.count()) * static_cast<std::size_t>(rate_) / 1000;
}

std::int16_t DigitTones::sample_of(const Digit& digit) const {
  const std::size_t length = samples_of(digit.length);
  if (at_ >= length) return 0;
  const std::size_t key = kDigits.find(digit.name);
  const double seconds = static_cast<double>(at_) / rate_;
  const double both = tone(kRowTones[key / 4], kRowLevel, seconds) +
                      tone(kColumnTones[key % 4], kColumnLevel, seconds);
  const std::size_t ramp = samples_of(kRamp);
  const std::size_t to_edge = std::min({at_, length - at_, ramp});
  return static_cast<std::int16_t>(
      std::lround(both * static_cast<double>(to_edge) / static_cast<double>(ramp)));
}

}  // namespace godwit::audio
