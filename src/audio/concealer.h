// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace godwit::audio {

/// Fills the place of lost sound for codecs that cannot do it themselves, in the manner of ITU-T
/// G.711 Appendix I: the last pitch period goes on, after 10 ms the last two and after 20 ms the
/// last three, so that it does not sound like a machine; after 10 ms it fades, at 60 ms it is
/// silent. Joints are blended, and the first sound that is heard again grows out of what was made
/// up.
///
/// Unlike the appendix it adds no delay: the last sound that was heard has been played already. It
/// rings on for a moment, as linear prediction foretells it, while what is made up fades in.
class Concealer {
 public:
  /// @param hz  8,000 to 48,000
  explicit Concealer(int hz = 8000);

  /// What is played after it was decoded, of any length. After a loss its beginning is changed.
  void heard(std::span<std::int16_t> samples);
  /// Of any length.
  void conceal(std::span<std::int16_t> out);

 private:
  enum class State { hearing, concealing, returning };

  /// A stretch from the end of what was heard, played again and again.
  struct Loop {
    std::size_t length = 0;
    std::size_t at = 0;
  };

  void begin();
  void find_pitch();
  void ring_on();
  [[nodiscard]] std::size_t coarse_pitch() const;
  [[nodiscard]] float likeness(std::size_t lag) const;
  [[nodiscard]] float next_made_up();
  [[nodiscard]] float next_of(Loop& loop) const;
  void lengthen_loop();
  void begin_return();
  void remember(std::span<const std::int16_t> samples);

  std::size_t shortest_, longest_;  // pitch periods
  std::size_t window_;              // what is compared
  std::size_t ten_ms_;
  std::vector<std::int16_t> heard_;  // the last that was played, made up or not
  std::vector<std::int16_t> past_;   // the same when the loss began

  State state_ = State::hearing;
  std::size_t pitch_ = 0;
  std::size_t blend_ = 0;  // how long joints take: a quarter of the pitch period
  Loop loop_, before_;     // what is played, and what was before it was lengthened
  std::size_t joint_ = 0;  // how much of `before_` is still to be blended in
  std::vector<float> ring_;  // what would have come next, of the length of a joint
  std::size_t made_up_ = 0;
  std::size_t return_ = 0, returned_ = 0;  // length of the last joint, and how much is done
};

}  // namespace godwit::audio
