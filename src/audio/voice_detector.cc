// SPDX-License-Identifier: Apache-2.0
#include "audio/voice_detector.h"

#include <algorithm>
#include <cmath>

namespace godwit::audio {
namespace {

constexpr float kStandsOut = 6;        // dB above the floor
constexpr float kInaudible = 22;       // dB above one step: 68 dB below overload
constexpr float kLoud = 60;            // 30 dB below overload: nobody calls that background
constexpr float kTone = 0.01F;         // what is foretold so well is no noise
constexpr std::size_t kUntrusted = 2;  // pieces before the floor is known

float decibels(float power) {
  return 10 * std::log10(std::max(power, 1.0F));
}

/// Power of the differences between neighbours: low frequencies count little.
float high_power(std::span<const std::int16_t> frame) {
  float sum = 0;
  for (std::size_t i = 1; i < frame.size(); ++i) {
    const auto difference = static_cast<float>(frame[i] - frame[i - 1]);
    sum += difference * difference;
  }
  return frame.empty() ? 0 : sum / static_cast<float>(frame.size());
}

}  // namespace

std::array<float, 8> VoiceDetector::Floor::filled() {
  std::array<float, 8> pieces;
  pieces.fill(INFINITY);
  return pieces;
}

bool VoiceDetector::Floor::is_exceeded_by(float decibels) const {
  return decibels > *std::ranges::min_element(pieces_) + kStandsOut;
}

void VoiceDetector::Floor::add(float decibels) {
  pieces_[now_] = std::min(pieces_[now_], decibels);
}

void VoiceDetector::Floor::next_piece() {
  now_ = (now_ + 1) % pieces_.size();
  pieces_[now_] = INFINITY;
}

VoiceDetector::VoiceDetector(int hz) : piece_(static_cast<std::size_t>(hz) / 4) {}

bool VoiceDetector::hears(std::span<const std::int16_t> frame, const Autocorrelation& correlation) {
  const float whole = std::max(decibels(correlation[0]), kInaudible);
  const float high = std::max(decibels(high_power(frame)), kInaudible);
  whole_.add(whole);
  high_.add(high);
  in_piece_ += frame.size();
  if (in_piece_ >= piece_) {
    in_piece_ = 0;
    ++pieces_heard_;
    whole_.next_piece();
    high_.next_piece();
  }
  if (whole <= kInaudible) return false;
  if (pieces_heard_ < kUntrusted || whole > kLoud) return true;
  if (whole_.is_exceeded_by(whole) || high_.is_exceeded_by(high)) return true;
  return predict(correlation).residue < kTone;
}

}  // namespace godwit::audio
