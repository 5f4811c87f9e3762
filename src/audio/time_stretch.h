// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::audio {

/// Makes speech a little shorter or longer at the same pitch and without a click: one period of the
/// voice is left out or said twice, both sides faded into each other (pitch-synchronous overlap-add).
/// Where it is quiet there is no period to find, and any length will do. Of no state, and it takes
/// nothing from the heap.
class TimeStretch {
 public:
  /// @param rate  8,000 to 48,000 Hz, in steps of 4,000
  explicit TimeStretch(int rate);

  struct Wish {
    std::size_t at_most = 0;  ///< samples
    /// 0 to 1: how alike the two sides must be, where it is not quiet. At 0.85 nothing is heard of it.
    double likeness = 0.85;
  };

  /// Joins what comes first in `sound` with what follows so many samples later: the sound is now
  /// `sound.subspan(returned)`. Finds speech of 67 Hz and more in 30 ms of sound.
  /// @return 0: nothing fits, nothing is changed
  [[nodiscard]] std::size_t shorten(std::span<std::int16_t> sound, const Wish& wish) const;
  /// Makes what is to be said between `sound[at - 1]` and `sound[at]`. Needs `longest()` samples on
  /// both sides for the deepest voices.
  /// @param extra  room for `wish.at_most`, or for `longest()` if that is less
  /// @return how many samples of `extra` were written; 0: nothing fits
  [[nodiscard]] std::size_t lengthen(std::span<const std::int16_t> sound, std::size_t at,
                                     std::span<std::int16_t> extra, const Wish& wish) const;

  /// The most that is left out or said twice at a time: 15 ms.
  [[nodiscard]] std::size_t longest() const { return kMostLag * step_; }

 private:
  static constexpr std::size_t kLeastLag = 10;  // 2.5 ms: 400 Hz
  static constexpr std::size_t kMostLag = 60;   // 15 ms: 67 Hz
  static constexpr std::size_t kWindow = 40;    // 10 ms are compared

  /// Two pieces of the same sound: the second lies `lag` samples after or before the first.
  struct Search {
    std::span<const std::int16_t> sound;
    std::size_t at = 0;
    enum class Where : std::uint8_t { after, before } where = Where::after;
    std::size_t most = 0;    // the largest lag that fits
    std::size_t window = 0;  // samples that can be compared
  };
  [[nodiscard]] std::size_t find_lag(const Search& search, const Wish& wish) const;
  [[nodiscard]] std::size_t find_roughly(const Search& search) const;
  [[nodiscard]] std::size_t find_exactly(const Search& search, std::size_t about,
                                         double least) const;

  std::size_t step_;  // samples of the sound to one of the 4,000 Hz in which is searched first
};

}  // namespace godwit::audio
