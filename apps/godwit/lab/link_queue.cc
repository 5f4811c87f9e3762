// SPDX-License-Identifier: Apache-2.0
#include "lab/link_queue.h"

#include <algorithm>

namespace godwit::lab {

bool LinkQueue::chance(double share) {
  return share > 0 && std::uniform_real_distribution<double>(0, 1)(random_) < share;
}

TimePoint LinkQueue::due_time(std::size_t bytes, TimePoint now) {
  TimePoint leaves = now;
  if (shape_.bits_per_second > 0) {
    const double seconds = static_cast<double>(bytes) * 8 / shape_.bits_per_second;
    leaves = std::max(now, wire_free_) + Duration(static_cast<Duration::rep>(seconds * 1e9));
    wire_free_ = leaves;
  }
  if (chance(shape_.reorder)) return leaves;
  TimePoint due = leaves + shape_.delay;
  if (shape_.jitter.count() > 0) {
    std::uniform_int_distribution<Duration::rep> more(0, shape_.jitter.count());
    due += Duration(more(random_));
  }
  last_due_ = std::max(due, last_due_);
  return last_due_;
}

void LinkQueue::push(Packet packet, TimePoint now) {
  if (waiting_.size() >= shape_.limit || chance(shape_.loss)) {
    ++dropped_;
    return;
  }
  const TimePoint due = due_time(packet.size(), now);
  waiting_.push(Waiting{due, order_++, std::move(packet)});
}

std::optional<LinkQueue::Packet> LinkQueue::pop(TimePoint now) {
  if (waiting_.empty() || waiting_.top().due > now) return std::nullopt;
  Packet packet = waiting_.top().packet;
  waiting_.pop();
  return packet;
}

std::optional<TimePoint> LinkQueue::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.top().due;
}

}  // namespace godwit::lab
