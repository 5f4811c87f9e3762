// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "godwit/time.h"
#include "sip/transaction/timer_profile.h"

namespace godwit::sip {

/// The non-INVITE server transaction (RFC 3261 §17.2.2, figure 8): when a response is sent, or sent
/// again. It sees no message; its owner does what it says.
class ServerRequest {
 public:
  enum class Action {
    send_response,  ///< the one just given, or the latest once more
  };
  using Actions = std::vector<Action>;
  enum class State { trying, proceeding, completed, terminated };

  explicit ServerRequest(const TimerProfile& timers) : timers_(timers) {}

  [[nodiscard]] Actions on_retransmission() const;
  /// The user answers. Nothing to do when it has no business to any more.
  [[nodiscard]] Actions on_response(int status, TimePoint now);
  [[nodiscard]] Actions on_timeout(TimePoint now);
  /// When to call `on_timeout()` next; empty when there is nothing to wait for.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return end_at_; }
  [[nodiscard]] State state() const { return state_; }

 private:
  TimerProfile timers_;
  State state_ = State::trying;
  std::optional<TimePoint> end_at_;  // timer J
};

}  // namespace godwit::sip
