// SPDX-License-Identifier: Apache-2.0
#include "audio/digit_detector.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "audio/digit_tones.h"
#include "audio/tone_detector.h"

namespace godwit::audio {
namespace {

using Powers = std::array<double, 4>;

// In 40 ms five whole windows find room wherever they begin; in 23 ms never more than four, those
// counted that the tone only nearly fills.
constexpr int kLeastHits = 5;
constexpr int kUnsureMisses = 2;   // before that many hits: speech is rarely a pair of tones for long
constexpr int kBridgedMisses = 7;  // a hole of 20 ms blurs the windows on both its sides as well
constexpr double kLeastPower = 1.6e5;   // mean square of one tone: -30 dBm0, less 2 dB
constexpr double kLeastShare = 0.63;    // of all power: a tone 1.5 % off leaves 0.7 in its window
constexpr double kLeastLead = 3.5;      // 5 dB above every other tone of its group
constexpr double kLowestRatio = 0.09;   // high to low tone: 8 dB fainter, and 2.5 dB for the window
constexpr double kHighestRatio = 3.5;   // 4 dB louder, and 1.5 dB

/// The loudest, if it stands out from the others.
std::optional<std::size_t> leader(const Powers& powers) {
  const auto best = static_cast<std::size_t>(std::ranges::max_element(powers) - powers.begin());
  if (powers[best] < kLeastPower) return std::nullopt;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    if (i != best && powers[best] < kLeastLead * powers[i]) return std::nullopt;
  }
  return best;
}

}  // namespace

void DigitDetector::set_rate(int hz) {
  const auto width = static_cast<std::size_t>(hz / 1000 * kWindowMs);
  if (std::exchange(width_, width) == width) return;
  step_ = static_cast<std::size_t>(hz / 1000 * kStepMs);
  for (std::size_t i = 0; i < 4; ++i) {
    coefficients_[i] = 2 * std::cos(2 * std::numbers::pi * kRowTones[i] / hz);
    coefficients_[4 + i] = 2 * std::cos(2 * std::numbers::pi * kColumnTones[i] / hz);
  }
  window_.fill(0);
  write_ = fresh_ = 0;
  current_.reset();
  hits_ = length_ = misses_ = 0;
}

std::optional<DigitDetector::Digit> DigitDetector::hear(std::span<const std::int16_t> samples) {
  std::optional<Digit> ended;
  for (const std::int16_t sample : samples) {
    window_[write_] = window_[write_ + width_] = sample;
    write_ = (write_ + 1) % width_;
    if (++fresh_ < step_) continue;
    fresh_ = 0;
    if (const auto digit = step()) ended = digit;
  }
  return ended;
}

std::optional<DigitDetector::Digit> DigitDetector::step() {
  const auto found = look();
  if (found && found == current_) {
    ++hits_;
    length_ += misses_ + 1;
    misses_ = 0;
    return std::nullopt;
  }
  std::optional<Digit> ended;
  const bool gone = ++misses_ > (hits_ < kLeastHits ? kUnsureMisses : kBridgedMisses);
  // Where one digit passes into another a single window may show either.
  if (current_ && (gone || (found && misses_ > 1))) ended = end();
  if (found && !current_) {
    current_ = found;
    hits_ = length_ = 1;
    misses_ = 0;
  }
  return ended;
}

std::optional<DigitDetector::Digit> DigitDetector::end() {
  const char digit = *std::exchange(current_, std::nullopt);
  if (hits_ < kLeastHits) return std::nullopt;
  // The first and the last window are filled in part; they balance what is beyond them.
  const int duration = (length_ - 1) * kStepMs + kWindowMs;
  return Digit{.digit = digit, .duration = std::chrono::milliseconds{duration}};
}

std::optional<char> DigitDetector::look() const {
  const auto window = std::span{window_}.subspan(write_, width_);
  const auto width = static_cast<double>(width_);
  const double total = power(window);
  if (total < 2 * kLeastPower) return std::nullopt;

  Powers rows{};
  Powers columns{};
  for (std::size_t tone = 0; tone < coefficients_.size(); ++tone) {
    const double coefficient = coefficients_[tone];
    double last = 0;
    double before = 0;
    for (const std::int16_t sample : window) {
      before = std::exchange(last, sample + coefficient * last - before);
    }
    const double square = last * last + before * before - coefficient * last * before;
    (tone < 4 ? rows : columns)[tone % 4] = 2 * square / (width * width);
  }
  const auto row = leader(rows);
  const auto column = leader(columns);
  if (!row || !column) return std::nullopt;
  const double ratio = columns[*column] / rows[*row];
  if (ratio < kLowestRatio || ratio > kHighestRatio) return std::nullopt;
  if (rows[*row] + columns[*column] < kLeastShare * total) return std::nullopt;
  return kDigits[4 * *row + *column];
}

}  // namespace godwit::audio
