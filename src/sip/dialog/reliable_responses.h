// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "godwit/time.h"
#include "sip/header/rack.h"
#include "sip/transaction/timer_profile.h"

namespace godwit::sip {

/// The provisional responses of a UAS that have to arrive (RFC 3262 §3): numbers them, and says when
/// the one under way is sent again and when it is given up. The next one may leave once that one is
/// acknowledged. It sees no message.
class ReliableSender {
 public:
  enum class Action {
    send_again,  ///< the same response, over every transport: it is the UAC that acknowledges
    give_up,     ///< no PRACK in 64*T1: the INVITE is to be refused with a 5xx
  };

  /// @param first  the number of the first response: 1 to 2^31-1, at random
  explicit ReliableSender(std::uint32_t first, TimerProfile timers = {})
      : timers_(timers), next_(first) {}

  /// A response leaves now, and none is under way. @return its RSeq
  std::uint32_t begin(TimePoint now);
  /// One is under way: no other may leave.
  [[nodiscard]] bool waits() const { return waits_for_.has_value() && !stopped_; }
  /// @param invite  CSeq number of the INVITE that was answered
  /// @return whether it acknowledges the response under way; what does not is answered with 481.
  [[nodiscard]] bool on_prack(const RAck& rack, std::uint32_t invite);
  /// A final response has left: nothing is sent again, while a PRACK that crossed it still counts (§3).
  void stop();
  [[nodiscard]] std::optional<Action> on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

 private:
  TimerProfile timers_;
  std::uint32_t next_;
  std::optional<std::uint32_t> waits_for_;
  bool stopped_ = false;
  Duration interval_{};
  TimePoint again_at_{};
  TimePoint give_up_at_{};
};

/// The order in which a UAC takes reliable provisional responses, those of one early dialog (RFC 3262
/// §4).
class ReliableReceiver {
 public:
  enum class Verdict {
    in_order,  ///< to be looked at and acknowledged
    again,     ///< came before: its PRACK is under way, or was answered
    ahead,     ///< one before it is missing: neither looked at nor acknowledged
  };
  [[nodiscard]] Verdict take(std::uint32_t rseq);

 private:
  std::optional<std::uint32_t> last_;
};

}  // namespace godwit::sip
