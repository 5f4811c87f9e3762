// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "audio/audio_port.h"
#include "audio/frame_queue.h"

namespace godwit::audio {

/// The sound of a conference: each member hears all the others, and what every member plays, its own
/// too. A sum that 16 bits do not hold is cut off at the loudest; any other stays as it is.
///
/// Every 20 ms are mixed once, when the first member asks for them: the cost grows with the number of
/// members, not with its square. The others get the same 20 ms when they ask. Nobody waits for a
/// member that neither speaks nor asks.
class Mixer {
 public:
  /// A member's place, until it is destroyed.
  class Seat {
   public:
    /// @param plays  read once for each 20 ms that are mixed; lives longer than the seat
    Seat(std::shared_ptr<Mixer> mixer, Source& plays);
    ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    /// What is heard of this member, for the others.
    void write(std::span<const std::int16_t> frame) { said_.push(frame); }
    /// What it hears: the next 20 ms of the conference without itself.
    void read(std::span<std::int16_t> frame);
    /// So many samples go by in which it hears nothing: it does not get them later.
    void pass(std::size_t samples);

   private:
    friend class Mixer;
    using Frame = std::array<std::int16_t, kFrameSamples>;

    std::shared_ptr<Mixer> mixer_;
    Source& plays_;
    FrameQueue said_;
    std::vector<Frame> mixed_in_;  // of itself, for each of the last frames
    std::uint64_t next_;           // the frame that it hears next
  };

  [[nodiscard]] std::size_t members() const { return seats_.size(); }

  static constexpr std::size_t kRemembered = 8;  // frames; who comes later than that leaves some out

 private:
  using Sum = std::array<std::int32_t, kFrameSamples>;

  void mix_next();

  std::vector<Seat*> seats_;
  std::array<Sum, kRemembered> sums_{};
  std::uint64_t mixed_ = 0;  // frames
};

}  // namespace godwit::audio
