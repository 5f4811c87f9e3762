// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/time.h"
#include "net/flow.h"

namespace godwit::sip {

/// Does the transport deliver by itself? Over one that does, nothing is sent again, and there are
/// no copies to wait for (RFC 3261 §17).
enum class Reliability { unreliable, reliable };

/// T1, T2, T4 and what follows from them (RFC 3261 §17.1.1.1, table 4).
struct TimerProfile {
  Duration t1 = std::chrono::milliseconds{500};
  Duration t2 = std::chrono::seconds{4};
  Duration t4 = std::chrono::seconds{5};
  Reliability reliability = Reliability::unreliable;

  [[nodiscard]] Duration timer_b() const { return 64 * t1; }  // INVITE transaction timeout
  [[nodiscard]] Duration timer_d() const { return unless_reliable(64 * t1); }  // 32 s at least
  [[nodiscard]] Duration timer_f() const { return 64 * t1; }  // non-INVITE transaction timeout
  [[nodiscard]] Duration timer_h() const { return 64 * t1; }  // wait for ACK
  [[nodiscard]] Duration timer_i() const { return unless_reliable(t4); }
  [[nodiscard]] Duration timer_j() const { return unless_reliable(64 * t1); }
  [[nodiscard]] Duration timer_k() const { return unless_reliable(t4); }
  [[nodiscard]] Duration timer_l() const { return 64 * t1; }  // RFC 6026 §8.11
  [[nodiscard]] Duration timer_m() const { return 64 * t1; }  // RFC 6026 §8.11

  /// The same timers where they run over this transport.
  [[nodiscard]] TimerProfile over(net::Transport transport) const {
    TimerProfile timers = *this;
    if (transport != net::Transport::udp) timers.reliability = Reliability::reliable;
    return timers;
  }
  /// Are timers A, E and G set at all?
  [[nodiscard]] bool retransmits() const { return reliability == Reliability::unreliable; }

 private:
  [[nodiscard]] Duration unless_reliable(Duration span) const {
    return reliability == Reliability::reliable ? Duration::zero() : span;
  }
};

}  // namespace godwit::sip
