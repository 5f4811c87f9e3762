// SPDX-License-Identifier: Apache-2.0
#include "audio/comfort_noise.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "audio/saturate.h"

namespace godwit::audio {
namespace {

constexpr float kOverload = 32'768;
constexpr int kQuietest = 127;
constexpr std::size_t kCoefficients = 10;
constexpr int kZero = 127;       // the index that stands for 0
constexpr float kUnit = 32'768;  // k = 258 * (index - 127) / 32,768 (RFC 3389 §3)
constexpr float kStep = 258;
constexpr float kLearning = 0.2F;  // s
constexpr float kApproach = 0.3F;  // of what is missing, every 10 ms

float coefficient_of(std::byte index) {
  const int steps = std::to_integer<int>(index) - kZero;
  return static_cast<float>(std::min(steps, kZero)) * kStep / kUnit;  // 255 would be more than 1
}

std::byte index_of(float coefficient) {
  const auto steps = static_cast<int>(std::lrint(coefficient * kUnit / kStep));
  return static_cast<std::byte>(std::clamp(steps, -kZero, kZero) + kZero);
}

}  // namespace

std::optional<NoiseDescription> parse_comfort_noise(std::span<const std::byte> payload) {
  if (payload.empty()) return std::nullopt;
  NoiseDescription description;
  description.level = std::to_integer<std::uint8_t>(payload[0] & std::byte{0x7f});
  const auto indexes =
      payload.subspan(1, std::min(payload.size() - 1, NoiseDescription::kMostCoefficients));
  std::ranges::transform(indexes, description.reflection.begin(), coefficient_of);
  return description;
}

NoisePayload write_comfort_noise(const NoiseDescription& description) {
  NoisePayload payload{};
  payload[0] = static_cast<std::byte>(std::min<int>(description.level, kQuietest));
  for (std::size_t i = 0; i < kCoefficients; ++i) {
    payload[i + 1] = index_of(description.reflection[i]);
  }
  return payload;
}

ComfortNoise::ComfortNoise(int hz) : ten_ms_(static_cast<std::size_t>(hz) / 100) {}

void ComfortNoise::describe(const NoiseDescription& description) {
  wanted_ = description.reflection;
  float gain = 1;  // of the filter's power
  for (const float k : wanted_) gain *= 1 - k * k;
  const float loudness = kOverload * std::pow(10.0F, -static_cast<float>(description.level) / 20);
  wanted_level_ = loudness * std::sqrt(gain);
  if (std::exchange(described_, true)) return;
  reflection_ = wanted_;
  level_ = wanted_level_;
}

void ComfortNoise::make(std::span<std::int16_t> out) {
  for (std::int16_t& sample : out) {
    if (until_approach_ == 0) approach();
    --until_approach_;
    const float value = shape(level_ * white());
    sample = saturate(static_cast<std::int32_t>(std::lrint(std::clamp(value, -1e6F, 1e6F))));
  }
}

void ComfortNoise::approach() {
  until_approach_ = ten_ms_;
  level_ += kApproach * (wanted_level_ - level_);
  for (std::size_t i = 0; i < reflection_.size(); ++i) {
    reflection_[i] += kApproach * (wanted_[i] - reflection_[i]);
  }
}

/// Of power 1, near enough to a bell curve: the sum of four even ones (Marsaglia's xorshift).
float ComfortNoise::white() {
  float sum = 0;
  for (int i = 0; i < 2; ++i) {
    random_ ^= random_ << 13U;
    random_ ^= random_ >> 17U;
    random_ ^= random_ << 5U;
    sum += static_cast<float>(random_ & 0xffffU) + static_cast<float>(random_ >> 16U);
  }
  constexpr float kMean = 4 * 65'535 / 2.0F;
  constexpr float kDeviation = 37'837;  // 65,536 times the square root of 4/12
  return (sum - kMean) / kDeviation;
}

/// An all-pole lattice: steady as long as each coefficient is below 1, also between two
/// descriptions.
float ComfortNoise::shape(float excitation) {
  float forward = excitation;
  for (std::size_t i = reflection_.size(); i-- > 0;) {
    forward -= reflection_[i] * memory_[i];
    memory_[i + 1] = memory_[i] + reflection_[i] * forward;
  }
  memory_[0] = forward;
  return forward;
}

void NoiseMeter::hear(const Autocorrelation& correlation, std::size_t samples) {
  const float part = static_cast<float>(samples) / (kLearning * static_cast<float>(hz_));
  const float share = std::exchange(heard_, true) ? std::min(part, 1.0F) : 1.0F;
  for (std::size_t i = 0; i < mean_.size(); ++i) mean_[i] += share * (correlation[i] - mean_[i]);
}

NoiseDescription NoiseMeter::describe() const {
  NoiseDescription description;
  const float below = mean_[0] > 0 ? -10 * std::log10(mean_[0] / (kOverload * kOverload)) : 127.0F;
  description.level = static_cast<std::uint8_t>(std::clamp(std::lrint(below), 0L, 127L));
  const Prediction prediction = predict(mean_);
  std::ranges::copy(prediction.reflection, description.reflection.begin());
  return description;
}

}  // namespace godwit::audio
