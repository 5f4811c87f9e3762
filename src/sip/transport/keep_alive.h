// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "godwit/time.h"

namespace godwit::sip {

/// Tells whether one flow is alive (RFC 5626 §4.4): when a keep-alive is due, and when the far end
/// has been silent for too long after something that it should have answered.
///
/// A missing pong counts only on a flow that answered a ping before: many servers take pings and
/// never answer them. On the others a request (OPTIONS) is what has to be answered.
class KeepAlive {
 public:
  struct Profile {
    Duration interval{};  ///< of keep-alives, drawn between 80 % and 100 % of it; zero: none
    /// How long an interval may become by searching: what a NAT kept for one is waited for half as
    /// long again the next time, until something was forgotten; then what was kept last stays.
    /// Zero: no search.
    Duration longest{};
    /// A silently dead flow is found this long after the first byte it left unanswered (F26).
    Duration patience = std::chrono::seconds{10};
  };
  enum class Action {
    send_ping,  ///< stream: double CRLF; UDP: CRLF or a STUN binding request
    ask_aloud,  ///< pings are not answered here: something that must be (OPTIONS, Max-Forwards 0)
    flow_dead,
  };

  /// `spread` in [0, 1) places the first keep-alive within its interval; each later one is placed
  /// differently, so that flows that began together do not stay together.
  KeepAlive(const Profile& profile, double spread, TimePoint now);

  /// The interval is at most this from now on, and longest at most that; zero: as it was.
  void keep_within(const Profile& profile, TimePoint now);

  /// A request has been sent: something that will be answered. Of what it asked for itself, only
  /// `ask_aloud` is told so, by the request that is made of it.
  void on_sent(TimePoint now);
  /// Anything at all has come from the far end; a pong in particular.
  void on_received(TimePoint now);
  void on_pong(TimePoint now);
  /// Bytes of any kind pass, either way.
  void on_traffic(TimePoint now) { last_traffic_ = now; }
  /// What came last has told how a NAT sees the flow: as before, or by another address or port.
  enum class Mapping { same, another };
  void on_mapping(Mapping mapping, TimePoint now);
  /// From which the next keep-alive is drawn.
  [[nodiscard]] Duration interval() const { return interval_; }

  /// Told once each: half of the patience after the first thing left unanswered a second sign of
  /// life is asked for, so that one lost datagram is no death; at its end the flow is dead, for
  /// good.
  [[nodiscard]] std::optional<Action> on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

 private:
  [[nodiscard]] Duration next_interval();
  [[nodiscard]] Action ask_again(TimePoint now);

  Profile profile_;
  Duration interval_;  // found so far
  Duration held_{};    // the longest quiet time that a mapping is known to have outlived
  Duration quiet_{};   // before the newest keep-alive
  std::optional<TimePoint> last_traffic_;
  double spread_;
  bool pongs_ = false;          // it has answered a ping
  bool ignores_pings_ = false;  // it left one unanswered, but was alive
  bool dead_ = false;
  std::optional<TimePoint> ping_at_;           // the next keep-alive
  std::optional<TimePoint> unanswered_since_;  // the first thing that should have been answered
  bool asked_ = false;                         // for a second sign in this silence
};

}  // namespace godwit::sip
