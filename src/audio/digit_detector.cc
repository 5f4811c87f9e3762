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
constexpr double kLeastRowShare = kLeastShare / (1 + kHighestRatio);  // else the column is too loud

/// The loudest, if it stands out from the others.
std::optional<std::size_t> leader(const Powers& powers) {
  const auto best = static_cast<std::size_t>(std::ranges::max_element(powers) - powers.begin());
  if (powers[best] < kLeastPower) return std::nullopt;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    if (i != best && powers[best] < kLeastLead * powers[i]) return std::nullopt;
  }
  return best;
}

/// Goertzel's algorithm for the four tones of a group in one pass: each step of a tone waits for the
/// one before it, and a processor does those of the others meanwhile.
Powers powers_of(std::span<const std::int16_t> window, std::span<const double, 4> coefficients) {
  const double c0 = coefficients[0];
  const double c1 = coefficients[1];
  const double c2 = coefficients[2];
  const double c3 = coefficients[3];
  Powers last{};
  Powers before{};
  auto& [last0, last1, last2, last3] = last;
  auto& [before0, before1, before2, before3] = before;
  for (const std::int16_t sample : window) {
    before0 = std::exchange(last0, sample - before0 + c0 * last0);
    before1 = std::exchange(last1, sample - before1 + c1 * last1);
    before2 = std::exchange(last2, sample - before2 + c2 * last2);
    before3 = std::exchange(last3, sample - before3 + c3 * last3);
  }
  const auto width = static_cast<double>(window.size());
  Powers powers{};
  for (std::size_t tone = 0; tone < powers.size(); ++tone) {
    const double square = last[tone] * last[tone] + before[tone] * before[tone] -
                          coefficients[tone] * last[tone] * before[tone];
    powers[tone] = 2 * square / (width * width);
  }
  return powers;
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
    if (++write_ == width_) write_ = 0;
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
  const double total = power(window);
  if (total < 2 * kLeastPower) return std::nullopt;

  const std::span<const double, 8> coefficients = coefficients_;
  const Powers rows = powers_of(window, coefficients.first<4>());
  const auto row = leader(rows);
  if (!row || rows[*row] < kLeastRowShare * total) return std::nullopt;  // most sound ends here
  const Powers columns = powers_of(window, coefficients.last<4>());
  const auto column = leader(columns);
  if (!column) return std::nullopt;
  const double ratio = columns[*column] / rows[*row];
  if (ratio < kLowestRatio || ratio > kHighestRatio) return std::nullopt;
  if (rows[*row] + columns[*column] < kLeastShare * total) return std::nullopt;
  return kDigits[4 * *row + *column];
}

}  // namespace godwit::audio
