// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <span>
#include <string_view>

#include "audio/audio_port.h"
#include "audio/digit_tones.h"
#include "audio/mixer.h"
#include "audio/recorder.h"
#include "audio/switched_source.h"

namespace godwit::audio {

/// Where the sounds of one call meet: what is played, the conference, the digits, mute, the recording.
/// Everything may change at any time; it is heard from the next frame on.
///
/// The session takes from `say()` every 20 ms what the far end is to hear, and gives to `hear()` what
/// came of it. Nothing is taken from the heap for a frame.
class SoundDesk {
 public:
  explicit SoundDesk(std::unique_ptr<Source> plays);

  /// From now on, without a click. @param also_hears  is given what is heard (an echo); may be null
  void play(std::unique_ptr<Source> source, std::unique_ptr<Sink> also_hears);
  /// Silence is said instead; what is played goes on unheard. Digits are sent all the same.
  void set_muted(bool muted) { muted_ = muted; }
  /// A call that is held, by whom ever, neither hears its conference nor is heard there.
  void set_held(bool held);
  /// Null: none. The recording under way is finished.
  void record(std::unique_ptr<Recorder> recorder) { recorder_ = std::move(recorder); }
  /// Null: none.
  void join(std::shared_ptr<Mixer> mixer);
  /// False when too many wait.
  [[nodiscard]] bool send_digits(std::string_view digits, std::size_t samples) {
    return tones_.queue(digits, samples);
  }

  void say(std::span<std::int16_t> frame);
  void pass(std::size_t samples);
  void hear(std::span<const std::int16_t> frame);
  [[nodiscard]] bool played() const { return plays_.ended(); }
  /// True once after a recording had to be given up.
  [[nodiscard]] bool take_recording_failed() { return std::exchange(recording_failed_, false); }
  /// The call is over.
  void close();

 private:
  void take_seat();
  void fade(std::span<std::int16_t> frame);
  void check_recorder();

  SwitchedSource plays_;
  std::unique_ptr<Sink> also_hears_;
  std::shared_ptr<Mixer> mixer_;       // the conference that it takes part in, held or not
  std::unique_ptr<Mixer::Seat> seat_;  // while it is not held
  std::unique_ptr<Recorder> recorder_;
  DigitTones tones_;
  bool muted_ = false;
  bool held_ = false;
  bool recording_failed_ = false;
  int gain_ = kFullGain;

  static constexpr int kFullGain = 40;  // reached in as many samples: 5 ms
};

/// The desk as the ends of a session.
[[nodiscard]] std::unique_ptr<Source> source_of(std::shared_ptr<SoundDesk> desk);
[[nodiscard]] std::unique_ptr<Sink> sink_of(std::shared_ptr<SoundDesk> desk);

}  // namespace godwit::audio
