// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "godwit/options.h"
#include "godwit/time.h"
#include "sip/locate/nat64.h"
#include "sip/locate/next_hop.h"
#include "sip/locate/route_table.h"
#include "sip/locate/target.h"
#include "sip/locate/target_search.h"

namespace godwit::sip {

/// What decides about the addresses of a group on this network.
struct Reach {
  RouteTable& routes;
  Nat64& nat64;
  FamilyUse families = FamilyUse::any;
  bool has_v6 = true;  ///< false: nothing is won by waiting for IPv6 addresses
};

/// What the groups of a search come to on this network.
struct Ranking {
  std::vector<Target> targets;  ///< best first
  bool usable = false;          ///< the first may be tried: nothing better is worth waiting for
  bool open = false;            ///< a route or the prefix of a NAT64 is being asked for
  bool unreachable = false;     ///< addresses there are, but no way to one of them
  std::optional<TimePoint> look_again;
};

/// RFC 8305 §3: how long an address of the family that is not preferred waits for the other family.
inline constexpr std::chrono::milliseconds kResolutionDelay{50};
/// How long a target waits for better ones whose names are still being asked for.
inline constexpr std::chrono::milliseconds kBetterTargetPatience{500};
/// RFC 8305 §7.3: an IPv6 address that is late by this is not there; behind a NAT64 the IPv4 one
/// has an IPv6 form (T92).
inline constexpr std::chrono::milliseconds kLastResort{2000};

/// Orders the targets: by group (R7), within one by RFC 6724 and RFC 8305 §4 (R8). Left out is what
/// no route leads to, and what could only be talked to from an address that must not be told.
[[nodiscard]] Ranking rank_targets(const NextHop& hop,
                                   const std::vector<TargetSearch::Group>& groups, Reach reach,
                                   TimePoint now);

}  // namespace godwit::sip
