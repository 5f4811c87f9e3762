// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

// libspeexdsp's.
struct SpeexPreprocessState_;

namespace godwit::audio {

/// Lowers what is steady in what a microphone hears, a fan or a street, and leaves speech as it is
/// (libspeexdsp). What comes out is some milliseconds late.
class NoiseSuppressor {
 public:
  /// Allocates here, and never again. @param hz  8,000 to 48,000
  explicit NoiseSuppressor(int hz);

  /// In place, whole blocks of 10 ms.
  void clean(std::span<std::int16_t> frame);

  static constexpr int kAttenuation = -18;  // dB, of noise alone

 private:
  struct Destroy {
    void operator()(SpeexPreprocessState_* state) const;
  };
  std::size_t block_;
  std::unique_ptr<SpeexPreprocessState_, Destroy> state_;
};

}  // namespace godwit::audio
