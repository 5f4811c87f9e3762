// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "net/flow.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// A request of more bytes than these, its Via included, leaves by a transport with congestion
/// control, when the path's MTU is not known (RFC 3261 §18.1.1). Should that be refused, it leaves
/// by UDP after all. Responses go back as their request came.
inline constexpr std::size_t kLargestUdpRequest = 1'300;

/// Whether a request that was chosen to go by `flow` is too large for it. What it still lacks, Via
/// and credentials, is allowed for with 400 bytes.
[[nodiscard]] bool leaves_by_stream(const Message& request, const net::Flow& flow);

}  // namespace godwit::sip
