// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audio/audio_port.h"
#include "audio/frame_queue.h"
#include "audio/resampler.h"
#include "audio/seam.h"

namespace godwit::audio {

/// The sound of a conference: each member hears all the others, and what every member plays, its own
/// too. A sum that 16 bits do not hold is cut off at the loudest; any other stays as it is.
///
/// Members may have different rates and frames: sound is mixed in blocks of 10 ms, at the highest rate at
/// which somebody listens. Who has another rate is resampled, there and back; a conference of one rate
/// pays nothing for that.
///
/// Each block is mixed once, when the first member asks for it: the cost grows with the number of
/// members, not with its square. The others get the same block when they ask. Nobody waits for a
/// member that neither speaks nor asks.
class Mixer {
 public:
  /// A member's place, until it is destroyed.
  class Seat {
   public:
    /// @param plays  read once for each block that is mixed, at the mixer's rate, which it is told;
    ///               lives longer than the seat
    Seat(std::shared_ptr<Mixer> mixer, Source& plays);
    ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    /// The rates of what is written and read from now on.
    void set_write_rate(int hz);
    void set_read_rate(int hz);
    /// What is heard of this member, for the others.
    void write(std::span<const std::int16_t> frame) { said_.push(frame); }
    /// What it hears: the next blocks of the conference without itself.
    void read(std::span<std::int16_t> frame);
    /// So many samples go by in which it hears nothing: it does not get them later.
    void pass(std::size_t samples);

   private:
    friend class Mixer;
    using Block = std::array<std::int16_t, kMostBlock>;

    void on_mixer_rate(int hz);
    void speak(std::span<std::int16_t> block);
    void read_block(std::span<std::int16_t> out);

    std::shared_ptr<Mixer> mixer_;
    Source& plays_;
    FrameQueue said_;
    int write_rate_ = kBaseRate;
    int read_rate_ = kBaseRate;
    std::optional<Resampler> to_mixer_;    // where the rates differ
    std::optional<Resampler> from_mixer_;  // of blocks of `from_rate_`
    int from_rate_ = kBaseRate;
    Seam spoken_;               // joins what is said before and after a change of rate
    Seam heard_;                // and what is heard
    bool resampled_anew_ = false;
    std::vector<Block> mixed_in_;  // of itself, for each of the last blocks
    std::uint64_t next_;           // the block that it hears next
  };

  [[nodiscard]] std::size_t members() const { return seats_.size(); }
  [[nodiscard]] int rate() const { return rate_; }

  static constexpr std::size_t kRemembered = 16;  // blocks; who comes later than that leaves some out

 private:
  struct Sum {
    int rate = kBaseRate;
    std::array<std::int32_t, kMostBlock> samples{};
  };

  void mix_next();
  void choose_rate();

  std::vector<Seat*> seats_;
  std::array<Sum, kRemembered> sums_{};
  std::uint64_t mixed_ = 0;  // blocks
  int rate_ = kBaseRate;
};

}  // namespace godwit::audio
