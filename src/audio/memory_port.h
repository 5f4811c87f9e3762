// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "audio/audio_port.h"

namespace godwit::audio {

using Samples = std::vector<std::int16_t>;

enum class Repeat : std::uint8_t { once, loop };

/// Plays samples that are in memory: a file that was read, or what a test made up.
class MemorySource final : public Source {
 public:
  explicit MemorySource(Samples samples, Repeat repeat = Repeat::once);
  void read(std::span<std::int16_t> frame) override;
  [[nodiscard]] bool ended() const override;

 private:
  Samples samples_;
  Repeat repeat_;
  std::size_t position_ = 0;
};

/// Keeps what is heard in a place that outlives the session.
class MemorySink final : public Sink {
 public:
  struct Recording {
    Samples samples;
    bool closed = false;
  };

  explicit MemorySink(std::shared_ptr<Recording> recording) : recording_(std::move(recording)) {}
  void write(std::span<const std::int16_t> frame) override;
  void close() override { recording_->closed = true; }

 private:
  std::shared_ptr<Recording> recording_;
};

}  // namespace godwit::audio
