// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "lab/speech_course.h"
#include "lab/wav_file.h"

namespace godwit::lab {

/// What became of speech on its way to a listener, read out of the listener's recording alone.
struct HeardSpeech {
  int windows = 0;  ///< seconds of the recording that were looked at, each half over the next
  int found = 0;    ///< of these, found in what was said
  /// Of the second that is the least like what was said, each leg of its course beside its own
  /// place.
  double likeness = 1;
  int slips = 0;        ///< changes of the delay by more than 2 ms
  double later_ms = 0;  ///< how much later it is heard at the end than at the beginning
  /// Longest silence; the pauses of the lab's speech, at most 60 ms long, are none.
  double silence_ms = 0;
  /// Speech that was said and is nowhere in the recording. Periods of a voice that are left out to
  /// say it faster, at most 15 ms at a time, are none.
  double missing_ms = 0;
  int clicks = 0;  ///< breaks of the wave that are not in what was said

  /// At least two seconds, and three of four were found: a jitter buffer that slips by a frame
  /// spoils the one it slips in.
  [[nodiscard]] bool heard() const { return windows >= 2 && found * 4 >= windows * 3; }
};

/// A part of a recording, in samples.
struct RecordedPart {
  std::size_t from = 0;
  std::size_t until = 0;
};

/// Compares a recording with what was said, again and again from its beginning.
class SpeechComparison {
 public:
  SpeechComparison(const Samples& said, const Samples& heard);

  [[nodiscard]] HeardSpeech judge(const RecordedPart& part) const;
  /// Samples of the recording.
  [[nodiscard]] std::size_t recorded() const { return course_.heard().size(); }
  /// How much later than at its beginning what is heard at this sample is heard, in ms; 0 where
  /// nothing was found.
  [[nodiscard]] double later_ms(std::size_t at) const;

 private:
  void look_for_seconds(const RecordedPart& part, HeardSpeech& out) const;
  void compare_along_the_course(const RecordedPart& part, HeardSpeech& out) const;
  [[nodiscard]] double likeness_of(const RecordedPart& part) const;
  [[nodiscard]] double missing_ms(const RecordedPart& part) const;
  [[nodiscard]] std::vector<std::size_t> heard_blocks(const RecordedPart& part,
                                                      std::ptrdiff_t begin) const;
  [[nodiscard]] bool said_faster(std::ptrdiff_t begin, const RecordedPart& part) const;
  [[nodiscard]] std::ptrdiff_t said_place(std::size_t at) const;
  [[nodiscard]] int clicks_in(const RecordedPart& part) const;
  [[nodiscard]] bool was_said(std::size_t click) const;

  SpeechCourse course_;
  std::vector<float> heard_surprises_, said_surprises_;
  std::vector<std::size_t> clicks_;
};

/// The longest run of silence in a recording, in ms; runs of at most 60 ms count as 0.
[[nodiscard]] double longest_silence_ms(std::span<const std::int16_t> samples);

}  // namespace godwit::lab
