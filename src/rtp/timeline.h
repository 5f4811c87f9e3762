// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "rtp/media_time.h"

namespace godwit::rtp {

/// Lays the packets of one source on one line of time: sequence numbers and timestamps that wrap
/// become ones that do not, and timestamps of another clock (RFC 7160), or of one that has jumped, go
/// on from where the stream is.
class Timeline {
 public:
  /// The number that does not wrap; the nearest to the newest so far.
  [[nodiscard]] std::int64_t extend(std::uint16_t sequence) const {
    return started_ ? newest_ + static_cast<std::int16_t>(
                                    sequence - static_cast<std::uint16_t>(newest_))
                    : sequence;
  }
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] std::int64_t newest() const { return newest_; }
  [[nodiscard]] bool is_newest(std::int64_t sequence) const {
    return !started_ || sequence > newest_;
  }
  /// True when a timestamp of this clock has a place: `anchor` has told one of its own.
  [[nodiscard]] bool knows(std::int64_t sequence, std::uint32_t clock_rate) const {
    return anchor_of(sequence, clock_rate) != nullptr;
  }
  /// From this packet on its clock is laid so that it is at `at`.
  void anchor(std::int64_t sequence, std::uint32_t timestamp, std::uint32_t clock_rate, Ticks at);
  /// Where a packet belongs; of a clock that `knows` knows.
  [[nodiscard]] Ticks place(std::int64_t sequence, std::uint32_t timestamp,
                            std::uint32_t clock_rate) const;
  /// The packet came: it may be the newest.
  void note(std::int64_t sequence, std::uint32_t timestamp, std::uint32_t clock_rate);

 private:
  struct Anchor {
    std::int64_t from = 0;  // sequence number
    std::uint32_t clock_rate = 0;
    std::uint32_t timestamp = 0;
    Ticks at{};
  };
  [[nodiscard]] const Anchor* anchor_of(std::int64_t sequence, std::uint32_t clock_rate) const;

  bool started_ = false;
  std::int64_t newest_ = 0;
  std::array<Anchor, 2> anchors_;  // the present one and, for stragglers, the one before
};

}  // namespace godwit::rtp
