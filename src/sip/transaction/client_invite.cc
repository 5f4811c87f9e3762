// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/client_invite.h"

#include "base/earlier_of.h"

namespace godwit::sip {

ClientInvite::ClientInvite(const TimerProfile& timers, TimePoint now)
    : timers_(timers), interval_(timers.t1), end_at_(now + timers.timer_b()) {
  if (timers.retransmits()) retransmit_at_ = now + interval_;
}

ClientInvite::Actions ClientInvite::on_response(int status, TimePoint now) {
  switch (state_) {
    case State::calling:
      retransmit_at_.reset();
      end_at_.reset();
      state_ = State::proceeding;
      [[fallthrough]];
    case State::proceeding:
      if (status < 200) return {Action::tell_response};
      return on_first_final(status, now);
    case State::completed:
      // Our ACK was lost.
      if (status >= 300) return {Action::send_ack};
      break;
    case State::accepted:
      // RFC 6026 §7.2: every 2xx is passed on; forks bring different ones, a lost ACK the same.
      if (status >= 200 && status < 300) return {Action::tell_response};
      break;
    case State::terminated:
      break;
  }
  return {};
}

ClientInvite::Actions ClientInvite::on_first_final(int status, TimePoint now) {
  if (status < 300) {
    state_ = State::accepted;
    end_at_ = now + timers_.timer_m();
    return {Action::tell_response};
  }
  state_ = State::completed;
  end_at_ = now + timers_.timer_d();
  return {Action::send_ack, Action::tell_response};
}

void ClientInvite::on_cancel_sent(TimePoint now) {
  if (state_ == State::proceeding && !end_at_) end_at_ = now + 64 * timers_.t1;
}

ClientInvite::Actions ClientInvite::on_timeout(TimePoint now) {
  const auto deadline = next_deadline();
  if (!deadline || now < *deadline) return {};  // stale wake-up: harmless
  switch (state_) {
    case State::calling:
      return on_calling_timeout(now);
    case State::proceeding:
      state_ = State::terminated;
      return {Action::tell_timed_out};
    case State::completed:
    case State::accepted:
      state_ = State::terminated;
      break;
    case State::terminated:
      break;
  }
  return {};
}

ClientInvite::Actions ClientInvite::on_calling_timeout(TimePoint now) {
  if (now >= *end_at_) {
    state_ = State::terminated;
    return {Action::tell_timed_out};
  }
  interval_ *= 2;  // RFC 3261 §17.1.1.2: timer A has no upper bound but timer B
  retransmit_at_ = now + interval_;
  return {Action::send_invite};
}

std::optional<TimePoint> ClientInvite::next_deadline() const {
  if (state_ == State::terminated) return std::nullopt;
  return earlier_of(retransmit_at_, end_at_);
}

}  // namespace godwit::sip
