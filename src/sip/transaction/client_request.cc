// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/client_request.h"

#include <algorithm>

#include "base/earlier_of.h"

namespace godwit::sip {

ClientRequest::ClientRequest(const TimerProfile& timers, TimePoint now)
    : timers_(timers), interval_(timers.t1), end_at_(now + timers.timer_f()) {
  if (timers.retransmits()) retransmit_at_ = now + interval_;
}

ClientRequest::Actions ClientRequest::on_response(int status, TimePoint now) {
  switch (state_) {
    case State::trying:
    case State::proceeding:
      if (status < 200) {
        state_ = State::proceeding;
        return {Action::tell_response};
      }
      state_ = State::completed;
      retransmit_at_.reset();
      end_at_ = now + timers_.timer_k();
      return {Action::tell_response};
    case State::completed:
    case State::terminated:
      break;
  }
  return {};
}

ClientRequest::Actions ClientRequest::on_timeout(TimePoint now) {
  const auto deadline = next_deadline();
  if (!deadline || now < *deadline) return {};  // stale wake-up: harmless
  switch (state_) {
    case State::trying:
    case State::proceeding:
      if (now >= end_at_) {
        state_ = State::terminated;
        return {Action::tell_timed_out};
      }
      // RFC 3261 §17.1.2.2: timer E doubles up to T2; once a provisional came it is T2.
      interval_ = state_ == State::proceeding ? timers_.t2 : std::min(2 * interval_, timers_.t2);
      retransmit_at_ = now + interval_;
      return {Action::send_request};
    case State::completed:
      state_ = State::terminated;
      break;
    case State::terminated:
      break;
  }
  return {};
}

std::optional<TimePoint> ClientRequest::next_deadline() const {
  if (state_ == State::terminated) return std::nullopt;
  return earlier_of(retransmit_at_, end_at_);
}

}  // namespace godwit::sip
