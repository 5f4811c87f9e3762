// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/time.h"

namespace godwit::sip {

/// T1, T2, T4 and what follows from them (RFC 3261 §17.1.1.1, table 4).
struct TimerProfile {
  Duration t1 = std::chrono::milliseconds{500};
  Duration t2 = std::chrono::seconds{4};
  Duration t4 = std::chrono::seconds{5};

  [[nodiscard]] Duration timer_b() const { return 64 * t1; }  // INVITE transaction timeout
  [[nodiscard]] Duration timer_d() const { return 64 * t1; }  // at least 32 s over UDP
  [[nodiscard]] Duration timer_f() const { return 64 * t1; }  // non-INVITE transaction timeout
  [[nodiscard]] Duration timer_h() const { return 64 * t1; }  // wait for ACK
  [[nodiscard]] Duration timer_i() const { return t4; }
  [[nodiscard]] Duration timer_j() const { return 64 * t1; }
  [[nodiscard]] Duration timer_k() const { return t4; }
  [[nodiscard]] Duration timer_l() const { return 64 * t1; }  // RFC 6026 §8.11
  [[nodiscard]] Duration timer_m() const { return 64 * t1; }  // RFC 6026 §8.11
};

}  // namespace godwit::sip
