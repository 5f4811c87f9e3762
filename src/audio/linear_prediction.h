// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::audio {

/// How alike a sound is to itself some samples later, of 0 to 10 samples; the first is its power
/// (mean square).
using Autocorrelation = std::array<float, 11>;

[[nodiscard]] Autocorrelation autocorrelate(std::span<const std::int16_t> frame);

/// The filter through which white noise gets the spectrum of a sound (Levinson and Durbin).
struct Prediction {
  std::array<float, 10> reflection{};  // each between -1 and 1; positive: neighbours differ
  float residue = 1;                   // what cannot be foretold, as a share of the power
};
[[nodiscard]] Prediction predict(const Autocorrelation& correlation);

/// The same as weights of what came before: with `[k]` of the sample k before and 1 of the present
/// one, what cannot be foretold remains. Of a stable filter.
[[nodiscard]] std::array<float, 11> filter_of(const Prediction& prediction);

}  // namespace godwit::audio
