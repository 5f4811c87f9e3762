// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

// libspeexdsp's.
struct SpeexResamplerState_;

namespace godwit::audio {

/// Turns sound of one rate into sound of another, mono, by libspeexdsp. Equal rates are copied.
class Resampler {
 public:
  /// Both in Hz, 8,000 to 48,000. Allocates here, and never again.
  Resampler(int from, int to);

  /// What `process` writes at most for so many samples.
  [[nodiscard]] std::size_t most_out(std::size_t in) const;
  /// Takes all of `in`. Where it lasts as long as a whole number of samples of the other rate (10
  /// ms always do), so does what comes out.
  /// @param out  has room for `most_out(in.size())`
  /// @return samples written
  std::size_t process(std::span<const std::int16_t> in, std::span<std::int16_t> out);
  /// Forgets what it has heard.
  void reset();

  [[nodiscard]] int from() const { return from_; }
  [[nodiscard]] int to() const { return to_; }
  /// How much later sound comes out than it goes in.
  [[nodiscard]] std::chrono::microseconds latency() const;

 private:
  struct Destroy {
    void operator()(SpeexResamplerState_* state) const;
  };
  int from_, to_;
  std::unique_ptr<SpeexResamplerState_, Destroy> state_;  // none: nothing to do
};

}  // namespace godwit::audio
