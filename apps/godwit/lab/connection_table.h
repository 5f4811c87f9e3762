// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/error.h"

namespace godwit::lab {

/// The kernel forgets all connections, and what its NAT has made of them, in the calling thread's
/// network namespace: what a router does that starts anew.
[[nodiscard]] Result<void> forget_connections();

}  // namespace godwit::lab
