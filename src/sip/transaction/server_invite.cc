// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/server_invite.h"

#include <algorithm>

#include "base/earlier_of.h"

namespace godwit::sip {

ServerInvite::ServerInvite(const TimerProfile& timers, TimePoint now)
    : timers_(timers), interval_(timers.t1), retransmit_at_(now + kTryingDelay) {}

ServerInvite::Actions ServerInvite::on_retransmission() const {
  switch (state_) {
    case State::proceeding:
      if (responded_) return {Action::send_response};
      break;
    case State::completed:
      return {Action::send_response};
    case State::confirmed:
    case State::accepted:  // RFC 6026 §7.1: absorbed; the user repeats its 2xx
    case State::terminated:
      break;
  }
  return {};
}

ServerInvite::Actions ServerInvite::on_response(int status, TimePoint now) {
  const bool success = status >= 200 && status < 300;
  switch (state_) {
    case State::proceeding:
      responded_ = true;
      retransmit_at_.reset();
      if (success) {
        state_ = State::accepted;
        end_at_ = now + timers_.timer_l();
      } else if (status >= 300) {
        state_ = State::completed;
        end_at_ = now + timers_.timer_h();
        if (timers_.retransmits()) retransmit_at_ = now + interval_;
      }
      return {Action::send_response};
    case State::accepted:
      if (success) return {Action::send_response};
      break;
    case State::completed:
    case State::confirmed:
    case State::terminated:
      break;
  }
  return {};
}

ServerInvite::Actions ServerInvite::on_ack(TimePoint now) {
  switch (state_) {
    case State::completed:
      state_ = State::confirmed;
      retransmit_at_.reset();
      end_at_ = now + timers_.timer_i();
      break;
    case State::accepted:
      return {Action::tell_ack};
    case State::proceeding:
    case State::confirmed:
    case State::terminated:
      break;
  }
  return {};
}

ServerInvite::Actions ServerInvite::on_timeout(TimePoint now) {
  const auto deadline = next_deadline();
  if (!deadline || now < *deadline) return {};  // stale wake-up: harmless
  switch (state_) {
    case State::proceeding:
      retransmit_at_.reset();
      responded_ = true;
      return {Action::send_trying};
    case State::completed:
      return on_completed_timeout(now);
    case State::confirmed:
    case State::accepted:
      state_ = State::terminated;
      break;
    case State::terminated:
      break;
  }
  return {};
}

ServerInvite::Actions ServerInvite::on_completed_timeout(TimePoint now) {
  if (now >= *end_at_) {
    state_ = State::terminated;
    return {Action::tell_no_ack};
  }
  interval_ = std::min(2 * interval_, timers_.t2);
  retransmit_at_ = now + interval_;
  return {Action::send_response};
}

std::optional<TimePoint> ServerInvite::next_deadline() const {
  if (state_ == State::terminated) return std::nullopt;
  return earlier_of(retransmit_at_, end_at_);
}

}  // namespace godwit::sip
