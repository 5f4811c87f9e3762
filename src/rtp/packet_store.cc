// SPDX-License-Identifier: Apache-2.0
#include "rtp/packet_store.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace godwit::rtp {

PacketStore::Stored PacketStore::insert(const Item& item) {
  std::size_t place = used_;
  while (place > 0 && slots_[place - 1].item.sequence > item.sequence) --place;
  if (place > 0 && slots_[place - 1].item.sequence == item.sequence) return Stored::duplicate;
  if (used_ == limits::kWaitingPackets || item.payload.size() > limits::kRtpPayloadBytes) {
    return Stored::no_room;
  }
  if (used_ == slots_.size()) slots_.emplace_back();
  // Slots change places with all that they own: no bytes are copied, none go to the heap.
  for (std::size_t i = used_; i > place; --i) std::swap(slots_[i], slots_[i - 1]);
  Slot& slot = slots_[place];
  slot.bytes.assign(item.payload.begin(), item.payload.end());
  slot.item = item;
  slot.item.payload = slot.bytes;
  ++used_;
  return Stored::yes;
}

void PacketStore::drop_first() {
  std::rotate(slots_.begin(), slots_.begin() + 1,
              slots_.begin() + static_cast<std::ptrdiff_t>(used_));
  --used_;
}

void PacketStore::clear() {
  slots_.clear();
  slots_.shrink_to_fit();
  used_ = 0;
}

}  // namespace godwit::rtp
