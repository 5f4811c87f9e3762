// SPDX-License-Identifier: Apache-2.0
#include "rtp/jitter_buffer.h"

#include <algorithm>

namespace godwit::rtp {
namespace {

constexpr std::int32_t kStep = 160;         // the delay changes by one frame at a time
constexpr std::uint32_t kWindow = 100;      // packets, about two seconds
constexpr std::uint32_t kManyLate = 3;      // in one window: the delay is too short
constexpr std::uint32_t kCalmWindows = 5;   // without a late packet: the delay may come down
constexpr std::uint32_t kIdleLimit = 1600;  // 200 ms without anything: the talker has stopped

}  // namespace

JitterBuffer::Stored JitterBuffer::push(const Item& item) {
  if (item.payload.size() > kMaxPayload || item.samples == 0) return Stored::no_room;
  if (!started_) {
    started_ = true;
    anchor(item.timestamp);
  }
  std::int32_t early = ahead(item.timestamp);
  if (early < 0) {
    ++late_;
    // With nothing in store a late packet shows the new delay of the network, not a straggler.
    if (used_ > 0) return Stored::too_late;
    anchor(item.timestamp);
    early = ahead(item.timestamp);
  }
  if (early > kMaxDelay) {  // a queue was flushed, or the sender's clock jumped
    anchor(item.timestamp);
    drop_past();
    early = ahead(item.timestamp);
  }
  const Stored stored = store(item);
  if (stored == Stored::yes) observe(early);
  return stored;
}

void JitterBuffer::anchor(std::uint32_t timestamp) {
  position_ = timestamp - static_cast<std::uint32_t>(target_);
  hold_ = 0;
  least_early_ = kMaxDelay;
  observed_ = 0;
}

JitterBuffer::Stored JitterBuffer::store(const Item& item) {
  Slot* free = nullptr;
  for (Slot& slot : slots_) {
    if (!slot.used) {
      free = &slot;
    } else if (slot.item.timestamp == item.timestamp) {
      return Stored::too_late;  // the first one with a timestamp stays
    }
  }
  if (free == nullptr) return Stored::no_room;
  std::copy(item.payload.begin(), item.payload.end(), free->bytes.begin());
  free->item = item;
  free->item.payload = std::span{free->bytes}.first(item.payload.size());
  free->used = true;
  ++used_;
  idle_ = 0;
  return Stored::yes;
}

void JitterBuffer::observe(std::int32_t early) {
  least_early_ = std::min(least_early_, early);
  if (++observed_ == kWindow) adapt();
}

void JitterBuffer::adapt() {
  if (late_ >= kManyLate) {
    const std::int32_t wider = std::min(target_ + kStep, kMaxDelay - kStep);
    hold_ += wider - target_;
    target_ = wider;
    calm_windows_ = 0;
  } else if (late_ == 0 && ++calm_windows_ >= kCalmWindows) {
    target_ = std::max(target_ - kStep, kStartDelay);
    calm_windows_ = 0;
  }
  // Every packet came a frame earlier than needed: skip one.
  if (late_ == 0 && least_early_ >= target_ + kStep) position_ += kStep;
  least_early_ = kMaxDelay;
  observed_ = 0;
  late_ = 0;
}

JitterBuffer::Pulled JitterBuffer::pull(std::uint16_t at_most) {
  if (!started_) return {.kind = Kind::silence, .samples = at_most, .item = {}};
  if (hold_ > 0) {
    const auto samples = static_cast<std::uint16_t>(std::min<std::int32_t>(at_most, hold_));
    hold_ -= samples;
    return {.kind = Kind::missing, .samples = samples, .item = {}};
  }
  drop_past();
  Slot* const slot = earliest();
  if (slot == nullptr || slot->item.timestamp != position_) return pause(at_most);
  slot->used = false;
  --used_;
  played_ = true;
  position_ += slot->item.samples;
  return {.kind = Kind::packet, .samples = slot->item.samples, .item = slot->item};
}

JitterBuffer::Pulled JitterBuffer::pause(std::uint16_t at_most) {
  std::uint16_t samples = at_most;
  if (const Slot* const slot = earliest()) {
    samples =
        static_cast<std::uint16_t>(std::min<std::int32_t>(at_most, ahead(slot->item.timestamp)));
  } else {
    idle_ += samples;
  }
  position_ += samples;
  const bool over = !played_ || idle_ > kIdleLimit;
  return {.kind = over ? Kind::silence : Kind::missing, .samples = samples, .item = {}};
}

void JitterBuffer::drop_past() {
  for (Slot& slot : slots_) {
    if (!slot.used || ahead(slot.item.timestamp) >= 0) continue;
    slot.used = false;
    --used_;
  }
}

JitterBuffer::Slot* JitterBuffer::earliest() {
  Slot* found = nullptr;
  for (Slot& slot : slots_) {
    if (!slot.used) continue;
    if (found == nullptr || ahead(slot.item.timestamp) < ahead(found->item.timestamp))
      found = &slot;
  }
  return found;
}

void JitterBuffer::reset() {
  for (Slot& slot : slots_) slot.used = false;
  used_ = 0;
  started_ = false;
  played_ = false;
  target_ = kStartDelay;
  hold_ = 0;
  idle_ = 0;
  late_ = 0;
  calm_windows_ = 0;
}

}  // namespace godwit::rtp
