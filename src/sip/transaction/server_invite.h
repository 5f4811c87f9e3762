// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "godwit/time.h"
#include "sip/transaction/timer_profile.h"

namespace godwit::sip {

/// The INVITE server transaction (RFC 3261 §17.2.1, figure 7, with RFC 6026 §8.7): when a response
/// is sent, or sent again, and what is told. It sees no message; its owner does what it says.
///
/// Repeating a 2xx until its ACK comes is not its business but the user's (RFC 3261 §13.3.1.4).
class ServerInvite {
 public:
  enum class Action {
    send_trying,    ///< 100, so that the INVITE is not sent again
    send_response,  ///< the one just given, or the latest once more
    tell_ack,       ///< of a 2xx
    tell_no_ack,    ///< timer H; the transaction has ended
  };
  using Actions = std::vector<Action>;
  enum class State { proceeding, completed, confirmed, accepted, terminated };

  ServerInvite(const TimerProfile& timers, TimePoint now);

  [[nodiscard]] Actions on_retransmission() const;
  /// The user answers. Nothing to do when it has no business to any more.
  [[nodiscard]] Actions on_response(int status, TimePoint now);
  [[nodiscard]] Actions on_ack(TimePoint now);
  [[nodiscard]] Actions on_timeout(TimePoint now);
  /// When to call `on_timeout()` next; empty when there is nothing to wait for.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] State state() const { return state_; }

  /// How long the user has to answer before we say 100 for it (RFC 3261 §17.2.1).
  static constexpr std::chrono::milliseconds kTryingDelay{200};

 private:
  Actions on_completed_timeout(TimePoint now);

  TimerProfile timers_;
  State state_ = State::proceeding;
  bool responded_ = false;
  Duration interval_;                       // timer G's
  std::optional<TimePoint> retransmit_at_;  // the 100's moment, then timer G
  std::optional<TimePoint> end_at_;         // timer H, I or L
};

}  // namespace godwit::sip
