// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "rtp/media_time.h"

namespace godwit::rtp {

/// Learns from how late packets come how long their sound has to wait. Lateness is the time of
/// arrival less the place in the stream: a number that means nothing by itself and tells all by its
/// changes.
///
/// The target is what 95 of 100 packets of the last seconds needed, and at once more when two of the
/// last half second needed more: one straggler alone is better concealed. A path that is altogether
/// slower or faster than the one before (a step, after a handover) is seen within eight packets, and
/// what the old one did is forgotten. Its packets that are still on their way are overtaken by those
/// of a faster one: an overtaken packet counts for half a second only.
class DelayTarget {
 public:
  /// Added to what packets need, for a receiver whose clock is not the sender's.
  static constexpr Ticks kMargin = std::chrono::milliseconds{4};

  enum class Order : std::uint8_t { next, overtaken };
  void observe(Ticks lateness, Ticks arrived, Order order);
  void reset() { *this = {}; }

  /// The lateness with which sound is best played: its packets are there then.
  [[nodiscard]] Ticks target() const { return target_; }
  /// Of the fastest packet lately.
  [[nodiscard]] Ticks lowest() const { return Ticks{lowest_}; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  static constexpr std::size_t kMost = 200;  // four seconds of 20 ms packets
  struct Seen {
    std::int32_t lateness = 0;        // ticks
    std::uint32_t overtaken : 1 = 0;  // by one with a higher sequence number
    std::uint32_t arrived : 31 = 0;   // ms, wraps
  };

  [[nodiscard]] const Seen& back(std::size_t index) const {
    return seen_[(next_ + kMost - 1 - index) % kMost];
  }
  void look_for_a_step(std::int32_t lateness);
  [[nodiscard]] std::size_t packets_of_the_step() const;
  void evaluate();
  [[nodiscard]] std::int32_t lately() const;

  std::array<Seen, kMost> seen_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t usual_of_ = 0;  // packets since `usual_` was found
  std::int32_t usual_ = 0;    // what 95 of 100 needed
  std::int32_t least_ = 0;    // what the fastest of them needed
  std::int32_t lowest_ = 0;   // the same, with those since then
  std::size_t above_ = 0;  // packets in a row above, or below, all that is usual
  std::size_t below_ = 0;
  Ticks target_{};
};

}  // namespace godwit::rtp
