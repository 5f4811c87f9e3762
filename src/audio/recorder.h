// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "audio/audio_port.h"
#include "audio/frame_queue.h"
#include "godwit/options.h"

namespace godwit::audio {

/// Writes what is heard and said in a call into one sink.
///
/// `heard` is written as it comes. With both sides, one frame is written for each that is said or
/// passed in silence, with what was heard meanwhile: the tracks stay within 20 ms of each other.
class Recorder {
 public:
  using Tracks = RecordOptions::Tracks;

  /// @param sink  has `channels_of(tracks)`; never null
  Recorder(std::unique_ptr<Sink> sink, Tracks tracks);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void heard(std::span<const std::int16_t> frame);
  void said(std::span<const std::int16_t> frame);
  /// So many samples of time went by in which nothing was said.
  void said_nothing(std::size_t samples);
  /// False once nothing more can be written.
  [[nodiscard]] bool works() const { return sink_->works(); }

 private:
  std::unique_ptr<Sink> sink_;
  Tracks tracks_;
  FrameQueue heard_;
};

[[nodiscard]] constexpr Channels channels_of(RecordOptions::Tracks tracks) {
  return tracks == RecordOptions::Tracks::stereo ? Channels::stereo : Channels::mono;
}

}  // namespace godwit::audio
