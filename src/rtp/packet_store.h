// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rtp/media_time.h"

namespace godwit::rtp {

/// Packets that wait to be played, in the order of their sequence numbers. Its memory is what has had
/// to wait at once; in it, packets come and go without the heap.
class PacketStore {
 public:
  struct Item {
    std::int64_t sequence = 0;
    std::uint8_t payload_type = 0;
    Ticks at{};      // where in the stream it begins
    Ticks length{};  // how long it plays
    Ticks arrived{};
    std::span<const std::byte> payload;  // good until the next change of the store
  };
  enum class Stored : std::uint8_t { yes, duplicate, no_room };

  Stored insert(const Item& item);
  [[nodiscard]] bool empty() const { return used_ == 0; }
  [[nodiscard]] std::size_t size() const { return used_; }
  /// The first one, or the `index`-th after it.
  [[nodiscard]] const Item& at(std::size_t index = 0) const { return slots_[index].item; }
  void drop_first();
  /// Empty; the memory is given back.
  void clear();

 private:
  struct Slot {
    Item item;  // its payload is in `bytes`
    std::vector<std::byte> bytes;
  };

  std::vector<Slot> slots_;  // those in use first
  std::size_t used_ = 0;
};

}  // namespace godwit::rtp
