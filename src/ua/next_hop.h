// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>

#include "godwit/ids.h"
#include "net/uplink.h"
#include "sip/locate/next_hop.h"

namespace godwit::ua {

/// Where requests of one account go next. Each account has chosen its server for itself; accounts that would
/// open the same connection to it share one (FlowGroups).
struct NextHop {
  sip::NextHop server;
  AccountId account;  ///< none: a request outside all accounts
  /// The only way that may be taken; empty: where the kernel's routes lead.
  std::optional<net::Uplink> uplink{};

  auto operator<=>(const NextHop&) const = default;
};

}  // namespace godwit::ua
