// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "lab/speech_search.h"
#include "lab/wav_file.h"

namespace godwit::lab {

/// Which sample of what was said stands at each of a recording.
///
/// A playout that follows the delay of the network shifts what follows, by a few milliseconds at a
/// time; the course is therefore found piece by piece, and runs on in legs of one delay each.
class SpeechCourse {
 public:
  /// From this sample of the recording on, what is heard was said so many samples later in the
  /// source.
  struct Leg {
    std::size_t from = 0;
    std::ptrdiff_t ahead = 0;
  };

  SpeechCourse(Samples said, Samples heard);

  [[nodiscard]] const Samples& heard() const { return heard_; }
  /// Empty if nothing was found.
  [[nodiscard]] const std::vector<Leg>& legs() const { return legs_; }
  /// The leg at this sample of the recording. There is one.
  [[nodiscard]] std::size_t leg_at(std::size_t heard) const;
  /// What was said at a place; it is played in a loop. 0 before it began.
  [[nodiscard]] std::int16_t said_at(std::ptrdiff_t place) const;
  /// The best place for a piece of at most 2 s, wherever.
  [[nodiscard]] SpeechMatch find(std::span<const std::int16_t> piece, std::size_t hint = 0) const {
    return search_.find(piece, hint);
  }

 private:
  /// Where a piece of the recording stands in what was said.
  struct Place {
    std::size_t heard = 0;
    std::ptrdiff_t said = 0;
    double likeness = 0;
    [[nodiscard]] std::ptrdiff_t ahead() const { return said - static_cast<std::ptrdiff_t>(heard); }
  };
  struct Reach {
    std::size_t piece = 0;     // samples that are compared
    std::ptrdiff_t shift = 0;  // from the delay of the piece before, to both sides
    double likeness = 0;       // that is enough
  };
  [[nodiscard]] std::vector<Place> trace() const;
  [[nodiscard]] std::optional<Place> place_near(const Place& before, std::size_t at,
                                                const Reach& reach) const;
  [[nodiscard]] std::optional<Place> place_anywhere(std::size_t at) const;
  [[nodiscard]] double likeness_at(std::span<const std::int16_t> piece, std::ptrdiff_t place) const;
  [[nodiscard]] std::size_t seam_between(const Place& a, const Place& b) const;

  std::size_t length_;  // of what was said, once
  Samples said_;        // with its beginning once more behind it
  Samples heard_;
  SpeechSearch search_;
  std::vector<Leg> legs_;
};

}  // namespace godwit::lab
