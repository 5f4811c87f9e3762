// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/server_request.h"

namespace godwit::sip {

ServerRequest::Actions ServerRequest::on_retransmission() const {
  switch (state_) {
    case State::proceeding:
    case State::completed:
      return {Action::send_response};
    case State::trying:
    case State::terminated:
      break;
  }
  return {};
}

ServerRequest::Actions ServerRequest::on_response(int status, TimePoint now) {
  switch (state_) {
    case State::trying:
    case State::proceeding:
      state_ = status < 200 ? State::proceeding : State::completed;
      if (state_ == State::completed) end_at_ = now + timers_.timer_j();
      return {Action::send_response};
    case State::completed:
    case State::terminated:
      break;
  }
  return {};
}

ServerRequest::Actions ServerRequest::on_timeout(TimePoint now) {
  if (!end_at_ || now < *end_at_) return {};  // stale wake-up: harmless
  state_ = State::terminated;
  end_at_.reset();
  return {};
}

}  // namespace godwit::sip
