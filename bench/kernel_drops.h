// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bench {

/// Datagrams that the system has thrown away since it began, in this network namespace, because the
/// socket that they were for had no room (RcvbufErrors of /proc/net/snmp).
[[nodiscard]] std::uint64_t kernel_drops();

}  // namespace bench
