// SPDX-License-Identifier: Apache-2.0
#include "rtp/loss_ledger.h"

#include <algorithm>

namespace godwit::rtp {

void LossLedger::on_hole(std::uint32_t first, std::uint32_t count, TimePoint now) {
  settle(now);
  // More than there is room for: the oldest are older than any reordering, so they are lost.
  const std::uint32_t lost = count - std::min<std::uint32_t>(count, kRoom);
  total_ += lost;
  since_reset_ += lost;
  for (std::uint32_t i = lost; i < count; ++i) {
    if (size_ == kRoom) {
      book(holes_[first_]);
      first_ = (first_ + 1) % kRoom;
      --size_;
    }
    holes_[(first_ + size_) % kRoom] = {.sequence = first + i, .found = now, .open = true};
    ++size_;
  }
}

void LossLedger::on_late(std::uint32_t sequence, TimePoint now) {
  settle(now);
  for (std::size_t i = 0; i < size_; ++i) {
    Hole& hole = holes_[(first_ + i) % kRoom];
    if (hole.sequence != sequence) continue;
    hole.open = false;
    return;
  }
  if (total_ > 0) --total_;  // booked as lost already; "late" is not "lost" (RFC 3550 §6.4.1)
}

void LossLedger::reset(TimePoint now) {
  settle(now);
  reset_at_ = now;
  since_reset_ = 0;
}

std::uint32_t LossLedger::total(TimePoint now) const {
  return total_ + open_since(TimePoint::min(), now);
}

std::uint32_t LossLedger::since_reset(TimePoint now) const {
  return since_reset_ + open_since(reset_at_, now);
}

std::uint32_t LossLedger::missing_since_reset() const {
  return since_reset_ + open_since(reset_at_, TimePoint::max());
}

void LossLedger::settle(TimePoint now) {
  while (size_ > 0 && now - holes_[first_].found >= kPatience) {
    book(holes_[first_]);
    first_ = (first_ + 1) % kRoom;
    --size_;
  }
}

void LossLedger::book(const Hole& hole) {
  if (!hole.open) return;
  ++total_;
  if (hole.found >= reset_at_) ++since_reset_;
}

std::uint32_t LossLedger::open_since(TimePoint from, TimePoint until) const {
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    const Hole& hole = holes_[(first_ + i) % kRoom];
    if (hole.open && hole.found >= from && until - kPatience >= hole.found) ++count;
  }
  return count;
}

}  // namespace godwit::rtp
