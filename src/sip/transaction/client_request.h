// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "godwit/time.h"
#include "sip/transaction/timer_profile.h"

namespace godwit::sip {

/// The non-INVITE client transaction (RFC 3261 §17.1.2, figure 6): when the request is sent again
/// and what is told. It sees no message; its owner does what it says.
///
/// The request was sent as it began.
class ClientRequest {
 public:
  enum class Action {
    send_request,    ///< once more, the same bytes
    tell_response,   ///< the one that was just received
    tell_timed_out,  ///< no final response in time; the transaction has ended
  };
  using Actions = std::vector<Action>;
  enum class State { trying, proceeding, completed, terminated };

  ClientRequest(const TimerProfile& timers, TimePoint now);

  [[nodiscard]] Actions on_response(int status, TimePoint now);
  [[nodiscard]] Actions on_timeout(TimePoint now);
  /// When to call `on_timeout()` next; empty when there is nothing to wait for.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] State state() const { return state_; }

 private:
  TimerProfile timers_;
  State state_ = State::trying;
  Duration interval_;                       // timer E's
  std::optional<TimePoint> retransmit_at_;  // timer E
  TimePoint end_at_;                        // timer F or K
};

}  // namespace godwit::sip
