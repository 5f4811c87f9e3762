// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "audio/audio_port.h"
#include "audio/digit_tones.h"
#include "audio/mixer.h"
#include "audio/recorder.h"
#include "audio/switched_source.h"

namespace godwit::audio {

/// Where the sounds of one call meet: what is played, the conference, the digits, mute, the recording.
/// Everything may change at any time; it is heard from the next frame on.
///
/// The session takes from `say()` what the far end is to hear, a frame of 10 to 60 ms at a time, and
/// gives to `hear()` what came of it. Each direction has a rate of its own, which may change in the middle
/// of a call. Nothing is taken from the heap for a frame.
class SoundDesk {
 public:
  explicit SoundDesk(std::unique_ptr<Source> plays);

  /// The rates of what is said and heard from now on, of both or of each; 8,000 until then.
  void set_rate(int hz);
  void set_say_rate(int hz);
  void set_hear_rate(int hz);

  /// From now on, without a click. @param also_hears  is given what is heard (an echo); may be null
  void play(std::unique_ptr<Source> source, std::unique_ptr<Sink> also_hears);
  /// Is given all that is heard until the call ends; null: nobody.
  void set_listener(std::shared_ptr<Sink> listener);
  /// Silence is said instead; what is played goes on unheard. Digits are sent all the same.
  void set_muted(bool muted) { muted_ = muted; }
  /// A call that is held, by whom ever, neither hears its conference nor is heard there.
  void set_held(bool held);
  /// Null: none. The recording under way is finished.
  void record(std::unique_ptr<Recorder> recorder);
  /// Null: none.
  void join(std::shared_ptr<Mixer> mixer);
  /// False when too many wait.
  [[nodiscard]] bool send_digits(std::string_view digits, std::chrono::milliseconds each) {
    return tones_.queue(digits, each);
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
  std::shared_ptr<Sink> listener_;
  std::shared_ptr<Mixer> mixer_;       // the conference that it takes part in, held or not
  std::unique_ptr<Mixer::Seat> seat_;  // while it is not held
  std::unique_ptr<Recorder> recorder_;
  DigitTones tones_;
  int say_rate_ = kBaseRate;
  int hear_rate_ = kBaseRate;
  bool muted_ = false;
  bool held_ = false;
  bool recording_failed_ = false;
  std::size_t muted_for_ = 0;  // samples since it began to fade out, at most those of the fade
};

/// The desk as the ends of a session.
[[nodiscard]] std::unique_ptr<Source> source_of(std::shared_ptr<SoundDesk> desk);
[[nodiscard]] std::unique_ptr<Sink> sink_of(std::shared_ptr<SoundDesk> desk);

}  // namespace godwit::audio
