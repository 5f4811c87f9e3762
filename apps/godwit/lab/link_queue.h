// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <utility>
#include <vector>

#include "godwit/time.h"

namespace godwit::lab {

/// What one direction of a link does to packets.
struct LinkShape {
  Duration delay{};            ///< every packet's
  Duration jitter{};           ///< up to this much more, uniformly; order is kept
  double loss = 0;             ///< share of packets that vanish, 0 to 1
  double reorder = 0;          ///< share of packets that overtake: they are not delayed
  double bits_per_second = 0;  ///< 0: no limit
  std::size_t limit = 1000;    ///< packets under way; more are dropped
};

/// One direction of a link, without I/O: packets go in, and come out when they are due.
class LinkQueue {
 public:
  using Packet = std::vector<std::uint8_t>;

  LinkQueue(const LinkShape& shape, std::uint64_t seed) : shape_(shape), random_(seed) {}

  void push(Packet packet, TimePoint now);
  /// The next packet that is due, if any.
  [[nodiscard]] std::optional<Packet> pop(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Waiting {
    TimePoint due;
    std::uint64_t order;
    Packet packet;
    bool operator>(const Waiting& other) const {
      return std::pair(due, order) > std::pair(other.due, other.order);
    }
  };
  [[nodiscard]] bool chance(double share);
  [[nodiscard]] TimePoint due_time(std::size_t bytes, TimePoint now);

  LinkShape shape_;
  std::mt19937_64 random_;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting_;
  std::uint64_t order_ = 0;
  std::uint64_t dropped_ = 0;
  TimePoint wire_free_{};
  TimePoint last_due_{};
};

}  // namespace godwit::lab
