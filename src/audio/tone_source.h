// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_port.h"

namespace godwit::audio {

/// A steady sine, 12 dB below the loudest, for ever.
class ToneSource final : public Source {
 public:
  /// @param hz  50 to 3,400
  explicit ToneSource(int hz);
  void set_rate(int hz) override;
  void read(std::span<std::int16_t> frame) override;

 private:
  int hz_;
  double step_;  // radians a sample
  double phase_ = 0;
};

}  // namespace godwit::audio
