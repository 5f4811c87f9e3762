// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "audio/linear_prediction.h"

namespace godwit::audio {

/// What a comfort noise payload says of background noise (RFC 3389 §3): how loud it is, and its
/// spectrum as an all-pole filter. Of what sample rate it speaks is the codec's beside which it is
/// sent.
struct NoiseDescription {
  static constexpr std::size_t kMostCoefficients = 12;  // more say nothing that can be heard
  std::uint8_t level = 127;                             // so many dB below overload
  std::array<float, kMostCoefficients> reflection{};    // between -1 and 1

  bool operator==(const NoiseDescription&) const = default;
};

/// Empty: there is no level in it. Coefficients past the twelfth are passed over.
[[nodiscard]] std::optional<NoiseDescription> parse_comfort_noise(
    std::span<const std::byte> payload);

/// The payload of a description of ten coefficients.
using NoisePayload = std::array<std::byte, 11>;
[[nodiscard]] NoisePayload write_comfort_noise(const NoiseDescription& description);

/// Makes noise of a description, so that a pause does not sound like a line that went dead. A new
/// one is approached without a step.
class ComfortNoise {
 public:
  /// @param hz  8,000 to 48,000
  explicit ComfortNoise(int hz);

  void describe(const NoiseDescription& description);
  /// Silence before the first description.
  void make(std::span<std::int16_t> out);

 private:
  void approach();
  [[nodiscard]] float white();
  [[nodiscard]] float shape(float excitation);

  std::size_t ten_ms_;
  bool described_ = false;
  std::array<float, NoiseDescription::kMostCoefficients> wanted_{}, reflection_{};
  float wanted_level_ = 0, level_ = 0;  // root mean square of what goes into the filter
  std::array<float, NoiseDescription::kMostCoefficients + 1> memory_{};
  std::uint32_t random_ = 0x9E3779B9;
  std::size_t until_approach_ = 0;
};

/// Learns how the background sounds, over about 200 ms of it.
class NoiseMeter {
 public:
  explicit NoiseMeter(int hz) : hz_(hz) {}

  /// @param samples  how many it is of
  void hear(const Autocorrelation& correlation, std::size_t samples);
  [[nodiscard]] NoiseDescription describe() const;

 private:
  int hz_;
  bool heard_ = false;
  Autocorrelation mean_{};
};

}  // namespace godwit::audio
