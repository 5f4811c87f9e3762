// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::audio::g722 {

// ITU-T G.722 (09/2012) at 64 kbit/s: two bands of 8,000 samples a second, each an adaptive
// difference code. Clauses and blocks are those of the recommendation.

/// Foretells the next sample of one band from those before (block 4, clause 6.2.1.4): two poles,
/// six zeros.
class Predictor {
 public:
  /// What is expected next.
  [[nodiscard]] int expected() const { return expected_; }
  /// By how much it was missed, as the far end knows it too.
  void learn(int difference);

 private:
  void move_poles();
  void move_zeros(int difference);
  void foretell();

  int expected_ = 0, of_zeros_ = 0;
  std::array<int, 3> partial_{};  // sums of difference and zeros, the newest first
  std::array<int, 2> rebuilt_{};  // samples
  std::array<int, 6> differences_{};
  std::array<int, 2> poles_{};
  std::array<int, 6> zeros_{};
};

/// How large the steps of a band are (blocks 3L and 3H): larger the further samples were missed.
class Scale {
 public:
  enum class Band : std::uint8_t { low, high };
  explicit Scale(Band band) : band_(band), step_(band == Band::low ? 32 : 8) {}

  [[nodiscard]] int step() const { return step_; }
  /// @param change  of the logarithm, by what was sent
  void adapt(int change);

 private:
  Band band_;
  int logarithm_ = 0;
  int step_;
};

/// A filter that splits a band or joins two (clauses 3.1 and 4.4): 24 taps, of which every second one makes
/// a sum of its own.
class Mirror {
 public:
  struct Sums {
    int odd, even;
  };
  /// Each of 16 bits.
  [[nodiscard]] Sums pass(int first, int second);

 private:
  static constexpr std::size_t kTaps = 12;
  static constexpr std::size_t kRoom = 10 * kTaps;  // moved to the front only when it is full

  std::array<std::int16_t, kRoom> odd_{}, even_{};
  std::size_t at_ = 0;
};

/// Both bands of one direction.
struct State {
  Predictor low, high;
  Scale low_scale{Scale::Band::low}, high_scale{Scale::Band::high};
  Mirror mirror;
};

class Encoder {
 public:
  /// @param samples  16,000 a second, twice as many as `out` has bytes
  void encode(std::span<const std::int16_t> samples, std::span<std::byte> out);

 private:
  State state_;
};

class Decoder {
 public:
  /// @param out  has room for two samples of each byte
  void decode(std::span<const std::byte> bytes, std::span<std::int16_t> out);

 private:
  State state_;
};

}  // namespace godwit::audio::g722
