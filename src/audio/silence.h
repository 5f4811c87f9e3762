// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "audio/audio_port.h"

namespace godwit::audio {

/// Says nothing, for ever.
class SilenceSource final : public Source {
 public:
  void set_rate(int) override {}
  void read(std::span<std::int16_t> frame) override { std::ranges::fill(frame, std::int16_t{0}); }
};

/// Hears nothing.
class NullSink final : public Sink {
 public:
  void set_rate(int) override {}
  void write(std::span<const std::int16_t>) override {}
};

}  // namespace godwit::audio
