// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

// The two ends of calls that carry sound, each a whole user agent in a process of its own on a core
// of its own.

namespace bench {

inline constexpr unsigned kMostSoundCalls = 16'384;

/// What one end of a call has counted when both are silent.
struct SoundCount {
  std::uint64_t sent = 0, received = 0;
  std::uint32_t lost = 0;       ///< by sequence number
  std::uint64_t discarded = 0;  ///< came too late to be played
};

/// What the processes tell each other: it lies in memory that they share.
struct SoundBoard {
  enum class Phase { talk, hush, count };
  std::atomic<Phase> phase{Phase::talk};
  std::atomic<bool> ready{false};       ///< the answerer serves
  std::atomic<unsigned> answered{0};    ///< calls, at the caller
  std::atomic<unsigned> failed{0};      ///< ended before they should
  std::atomic<unsigned> silent{0};      ///< put on hold, so that neither end sends
  std::atomic<unsigned> counted{0};     ///< ends that have told what they counted
  /// Of the caller and of the answerer, by the number that a call has in its Subject.
  std::array<std::array<SoundCount, kMostSoundCalls>, 2> counts;
};
[[nodiscard]] SoundBoard& shared_sound_board();

struct SoundOptions {
  unsigned calls = 1024;
  unsigned seconds = 20;
  std::string srtp;  ///< a suite of SDES; empty: plain RTP
  std::uint16_t port = 0;
  int core = 0;
};
/// Answers every call with a tone, until it is ended.
[[noreturn]] void answer_with_sound(const SoundOptions& options, SoundBoard& board);
/// Makes all the calls, each with a tone, and holds them in the end; until it is ended.
[[noreturn]] void call_with_sound(const SoundOptions& options, SoundBoard& board);

}  // namespace bench
