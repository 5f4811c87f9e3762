// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

// libspeexdsp's.
struct SpeexEchoState_;

namespace godwit::audio {

/// Takes out of what a microphone hears what a loudspeaker beside it has just said: by an adaptive
/// filter of libspeexdsp that learns the room within a second or two. Both are of one clock, frame
/// by frame; what lies between them may be up to `kTail`, the card's own delay included.
class EchoCanceller {
 public:
  /// Allocates here, and never again. @param hz  8,000 to 48,000
  explicit EchoCanceller(int hz);

  /// What goes to the loudspeaker, whole blocks of 10 ms.
  void played(std::span<const std::int16_t> frame);
  /// Cleans what the microphone has heard, whole blocks of 10 ms.
  void clean(std::span<std::int16_t> frame);

  static constexpr int kTail = 250;  // ms

 private:
  struct Destroy {
    void operator()(SpeexEchoState_* state) const;
  };
  void take_reference(std::span<std::int16_t> block);

  std::size_t block_;
  std::unique_ptr<SpeexEchoState_, Destroy> state_;
  std::vector<std::int16_t> waiting_;  // played, not compared yet: a ring of blocks
  std::size_t first_ = 0, count_ = 0;  // of samples in it
  std::vector<std::int16_t> reference_, heard_;
};

}  // namespace godwit::audio
