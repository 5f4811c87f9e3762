// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "audio/audio_port.h"
#include "audio/frame_queue.h"
#include "audio/resampler.h"
#include "audio/seam.h"
#include "godwit/options.h"

namespace godwit::audio {

/// Writes what is heard and said in a call into one sink.
///
/// `heard` is written as it comes. With both sides, as much is written as is said or passed in silence,
/// with what was heard meanwhile: the tracks stay within a frame of each other. The sink is told one rate
/// before it is given the first frame; when the call changes to another one, its sound is resampled.
class Recorder {
 public:
  using Tracks = RecordOptions::Tracks;

  /// @param sink  has `channels_of(tracks)`; never null
  /// @param hz    of the sink; 0: that of the call when the first frame comes
  Recorder(std::unique_ptr<Sink> sink, Tracks tracks, int hz = 0);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// The rates of what is heard and said from now on.
  void set_heard_rate(int hz) { heard_.set_rate(hz); }
  void set_said_rate(int hz) { said_.set_rate(hz); }
  void heard(std::span<const std::int16_t> frame);
  void said(std::span<const std::int16_t> frame);
  /// So many samples of time went by in which nothing was said.
  void said_nothing(std::size_t samples);
  /// False once nothing more can be written.
  [[nodiscard]] bool works() const { return sink_->works(); }

 private:
  /// One side of the call, on its way to the rate of the sink.
  class Side {
   public:
    void set_rate(int hz);
    [[nodiscard]] int rate() const { return rate_; }
    /// @param in  a block of 10 ms. @param out  one at the rate `to`
    void convert(std::span<const std::int16_t> in, std::span<std::int16_t> out, int to);

   private:
    int rate_ = kBaseRate;
    bool changed_ = true;
    bool any_ = false;
    std::optional<Resampler> resampler_;
    Seam seam_;
  };

  void begin();
  void write(std::span<const std::int16_t> said);

  std::unique_ptr<Sink> sink_;
  Tracks tracks_;
  int rate_;  // of the sink; 0 until the first frame
  bool begun_ = false;
  Side heard_;
  Side said_;
  FrameQueue waiting_;  // what was heard, at the sink's rate
};

[[nodiscard]] constexpr Channels channels_of(RecordOptions::Tracks tracks) {
  return tracks == RecordOptions::Tracks::stereo ? Channels::stereo : Channels::mono;
}

}  // namespace godwit::audio
