// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::audio {

/// Stands between two clocks that say the same rate and do not quite agree: a sound card's and the
/// call's. Passes sound on a little faster or slower, at most by half a percent, so that a buffer
/// between the two neither runs full nor dry. At no difference samples pass as they are.
class RateMatcher {
 public:
  /// @param hz     the rate of both sides
  /// @param spare  samples that are to lie in the buffer when it is at its lowest; more for a while
  /// after
  ///               it has run dry
  RateMatcher(int hz, std::size_t spare);

  /// How many samples `process` needs to make so many; exact.
  [[nodiscard]] std::size_t needed_for(std::size_t out) const;
  /// What `process` makes at most of so many.
  [[nodiscard]] static std::size_t most_out(std::size_t in) { return in + in / 128 + 2; }
  /// Takes all of `in`, which comes out two samples later.
  /// @param out  has room for `most_out(in.size())`, or for what `needed_for` was asked for
  /// @return samples written
  std::size_t process(std::span<const std::int16_t> in, std::span<std::int16_t> out);

  /// Tells how the buffer was, once a second: from that follows how fast sound passes from now on.
  /// @param lowest  the fewest samples that lay in it
  void steer(std::size_t lowest);
  /// By how much faster than it comes sound passes; 0.001 is a thousandth.
  [[nodiscard]] double speed_up() const { return speed_up_; }

  static constexpr double kMostSpeedUp = 0.005;  // a twelfth of a semitone: nobody hears it

 private:
  double hz_;
  double least_spare_, spare_;
  double drift_ = 0;  // what of `speed_up_` makes up for the clocks, in the long run
  double speed_up_ = 0;
  // Positions between two samples, in 2^-32.
  std::uint64_t step_;
  std::uint64_t phase_;           // from one on: the next sample is needed first
  std::array<double, 4> near_{};  // the samples around the position
};

}  // namespace godwit::audio
