// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/options.h"

namespace godwit::sip {

/// What decides which targets may be used.
struct LocatePolicy {
  bool udp = true;
  bool tcp = true;
  bool tls = true;
  FamilyUse families = FamilyUse::any;
  /// NAPTR records of a worse order serve too, after those of the best one that leads anywhere.
  /// RFC 3403 §4.1 forbids it: whoever writes two orders wants the second for other clients.
  bool later_orders = false;
  /// Where DNS offers TLS first, targets without it may follow (R21). Never for a sips URI.
  bool may_leave_tls = false;
};

}  // namespace godwit::sip
