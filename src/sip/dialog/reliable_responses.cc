// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/reliable_responses.h"

#include <algorithm>

#include "base/assert.h"

namespace godwit::sip {

std::uint32_t ReliableSender::begin(TimePoint now) {
  GODWIT_ASSERT(!waits());
  waits_for_ = next_++;
  interval_ = timers_.t1;
  again_at_ = now + interval_;
  give_up_at_ = now + 64 * timers_.t1;
  return *waits_for_;
}

bool ReliableSender::on_prack(const RAck& rack, std::uint32_t invite) {
  if (rack.response != waits_for_ || rack.cseq != CSeq{invite, "INVITE"}) return false;
  waits_for_.reset();
  return true;
}

void ReliableSender::stop() {
  stopped_ = true;
}

std::optional<ReliableSender::Action> ReliableSender::on_timeout(TimePoint now) {
  if (!waits()) return std::nullopt;
  if (now >= give_up_at_) {
    waits_for_.reset();
    return Action::give_up;
  }
  if (now < again_at_) return std::nullopt;
  interval_ *= 2;  // RFC 3262 §3: "an exponential backoff", which T2 does not bound
  again_at_ = now + interval_;
  return Action::send_again;
}

std::optional<TimePoint> ReliableSender::next_deadline() const {
  if (!waits()) return std::nullopt;
  return std::min(again_at_, give_up_at_);
}

ReliableReceiver::Verdict ReliableReceiver::take(std::uint32_t rseq) {
  if (last_ && rseq <= *last_) return Verdict::again;
  if (last_ && rseq != *last_ + 1) return Verdict::ahead;
  last_ = rseq;
  return Verdict::in_order;
}

}  // namespace godwit::sip
