// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "lab/speech_search.h"
#include "lab/wav_file.h"

namespace godwit::lab {

/// What became of speech on its way to a listener, read out of the listener's recording alone.
struct HeardSpeech {
  int windows = 0;     ///< seconds of the recording that were looked at, each half over the next
  int found = 0;       ///< of these, found in what was said
  double weakest = 1;  ///< lowest likeness of those found as a whole, at one place
  /// Longest silence; the pauses of the lab's speech, at most 60 ms long, are none.
  double silence_ms = 0;
  double missing_ms = 0;  ///< speech that was said and is nowhere in the recording
  int clicks = 0;         ///< jumps that are not in what was said

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
  SpeechComparison(Samples said, Samples heard);

  [[nodiscard]] HeardSpeech judge(const RecordedPart& part) const;
  /// Samples of the recording.
  [[nodiscard]] std::size_t recorded() const { return heard_.size(); }

 private:
  /// Where a piece of the recording stands in what was said.
  struct Place {
    std::size_t heard = 0;
    std::size_t said = 0;
    double likeness = 0;
  };
  [[nodiscard]] std::optional<Place> follow(const Place& before, std::size_t at) const;
  [[nodiscard]] std::optional<Place> place_of(std::size_t at) const;
  [[nodiscard]] std::vector<Place> trace(const RecordedPart& part) const;
  [[nodiscard]] std::span<const std::int16_t> piece(std::size_t at) const;
  [[nodiscard]] double missing_between(const Place& a, const Place& b) const;
  [[nodiscard]] int clicks_from(const Place& a, const Place& b) const;
  [[nodiscard]] bool clicks_at(const Place& place) const;
  void look_for_seconds(const RecordedPart& part, HeardSpeech& out) const;

  std::size_t length_;  // of what was said, once
  Samples said_;        // with its beginning once more behind it: it is played in a loop
  Samples heard_;
  SpeechSearch search_;
};

/// The longest run of silence in a recording, in ms; runs of at most 60 ms count as 0.
[[nodiscard]] double longest_silence_ms(std::span<const std::int16_t> samples);

}  // namespace godwit::lab
