// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "net/flow.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// A request of more bytes than these, its Via included, leaves by a transport with congestion
/// control, when the path's MTU is not known (RFC 3261 §18.1.1). Should that be refused, it leaves
/// by UDP after all. Responses go back as their request came.
inline constexpr std::size_t kLargestUdpRequest = 1'300;

/// The bytes of a message on a flow. Where only short field names keep a request within a datagram it has
/// them (RFC 3261 §7.3.3), and nothing else ever has.
[[nodiscard]] std::string write_for(const Message& message, const net::Flow& flow);

}  // namespace godwit::sip
