// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "audio/audio_port.h"
#include "audio/resampler.h"

namespace godwit::audio {

using Samples = std::vector<std::int16_t>;

enum class Repeat : std::uint8_t { once, loop };

/// Plays samples that are in memory: a file that was read, or what a test made up. They keep their rate
/// and are resampled as they are played; a change of the call's rate is not heard.
class MemorySource final : public Source {
 public:
  /// @param rate  of the samples, in Hz: 8,000 to 48,000
  explicit MemorySource(Samples samples, Repeat repeat = Repeat::once, int rate = kBaseRate);
  void set_rate(int hz) override;
  void read(std::span<std::int16_t> frame) override;
  [[nodiscard]] bool ended() const override;

 private:
  using Offset = std::ptrdiff_t;

  [[nodiscard]] Offset played() const;
  void copy(std::span<std::int16_t> to);
  void convert();
  void begin_at(Offset position);

  Samples samples_;
  Repeat repeat_;
  int rate_;           // of the samples
  int out_rate_;
  Offset next_ = 0;    // the sample that is taken next, were the sound endless
  std::optional<Resampler> resampler_;  // where the rates differ
  Samples taken_, converted_;           // room for a block at either rate
  std::span<const std::int16_t> ready_;  // the part of `converted_` that is not yet played
  Offset begun_at_ = 0;  // where in the sound this resampler began
  Offset given_ = 0;     // what it has given since, at the other rate
};

/// Keeps what is heard in a place that outlives the session.
class MemorySink final : public Sink {
 public:
  struct Recording {
    Samples samples;
    int rate = kBaseRate;  // of what was written last
    bool closed = false;
  };

  explicit MemorySink(std::shared_ptr<Recording> recording) : recording_(std::move(recording)) {}
  void set_rate(int hz) override { recording_->rate = hz; }
  void write(std::span<const std::int16_t> frame) override;
  void close() override { recording_->closed = true; }

 private:
  std::shared_ptr<Recording> recording_;
};

}  // namespace godwit::audio
