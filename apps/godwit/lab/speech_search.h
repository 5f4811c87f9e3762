// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "lab/wav_file.h"

namespace godwit::lab {

/// Where a piece of speech was found.
struct SpeechMatch {
  double likeness = 0;  ///< normalised cross-correlation, -1 to 1; 1: the same up to loudness
  std::size_t at = 0;   ///< sample in the recording
};

/// Finds pieces of speech in a recording by normalised cross-correlation over every position.
///
/// A jitter buffer that inserts or drops frames shifts what follows by 20 ms each; a piece that
/// does not match as a whole is therefore compared once more in fifths of a second, each of which
/// may lie up to six frames beside its place.
class SpeechSearch {
 public:
  explicit SpeechSearch(Samples recording);

  /// The best place for `piece` (at most 2 s); looks around `hint` first and stops there if it is
  /// good beyond doubt. Likeness 0 if the piece is silence or the recording shorter.
  [[nodiscard]] SpeechMatch find(std::span<const std::int16_t> piece, std::size_t hint = 0) const;

 private:
  using Spectrum = std::vector<std::complex<float>>;
  struct Needle {
    Spectrum spectrum;
    std::size_t size;
    double norm;
  };
  [[nodiscard]] SpeechMatch find_whole(const Needle& needle, std::size_t hint) const;
  [[nodiscard]] double likeness_in_parts(std::span<const std::int16_t> piece, std::size_t at) const;
  [[nodiscard]] double likeness_near(std::span<const std::int16_t> part, std::size_t at) const;
  [[nodiscard]] SpeechMatch find_in_block(const Needle& needle, std::size_t block) const;

  Samples recording_;
  std::vector<double> energy_;    // running sum of squares, one longer than the recording
  std::vector<Spectrum> blocks_;  // spectra of overlapping blocks
};

}  // namespace godwit::lab
