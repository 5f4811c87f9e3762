// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/error.h"
#include "lab/clock.h"
#include "lab/net_namespace.h"

namespace godwit::lab {

inline constexpr const char* kMovedPeerV4 = "10.9.0.3";
inline constexpr const char* kMovedPeerV6 = "2001:db8:9::3";

/// Takes B's addresses away and gives it others on the same link, of both families, in one system
/// call.
/// @return the moment right after the kernel had done it all
[[nodiscard]] Result<Moment> move_peer(const NetNamespace& b);

}  // namespace godwit::lab
