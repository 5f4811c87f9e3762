// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "godwit/time.h"
#include "sip/transaction/timer_profile.h"

namespace godwit::sip {

/// The INVITE client transaction (RFC 3261 §17.1.1, figure 5, with RFC 6026 §8.4): when the INVITE
/// is sent again, what is acknowledged and what is told. It sees no message; its owner does what it
/// says.
///
/// The INVITE was sent as it began.
class ClientInvite {
 public:
  enum class Action {
    send_invite,     ///< once more, the same bytes
    send_ack,        ///< to the final response that was just received
    tell_response,   ///< the one that was just received
    tell_timed_out,  ///< no (final) response in time; the transaction has ended
  };
  using Actions = std::vector<Action>;
  enum class State { calling, proceeding, completed, accepted, terminated };

  ClientInvite(const TimerProfile& timers, TimePoint now);

  [[nodiscard]] Actions on_response(int status, TimePoint now);
  /// A CANCEL has left: a final response is due within 64*T1 (RFC 3261 §9.1).
  void on_cancel_sent(TimePoint now);
  [[nodiscard]] Actions on_timeout(TimePoint now);
  /// When to call `on_timeout()` next; empty when there is nothing to wait for.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] State state() const { return state_; }

 private:
  Actions on_first_final(int status, TimePoint now);
  Actions on_calling_timeout(TimePoint now);

  TimerProfile timers_;
  State state_ = State::calling;
  Duration interval_;                       // timer A's
  std::optional<TimePoint> retransmit_at_;  // timer A
  std::optional<TimePoint> end_at_;         // timer B, D or M, or the wait after a CANCEL
};

}  // namespace godwit::sip
