// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace godwit::sip {

/// A request of more bytes than these, its Via included, leaves by a transport with congestion
/// control, when the path's MTU is not known (RFC 3261 §18.1.1). Should that be refused, it leaves
/// by UDP after all. Responses go back as their request came.
inline constexpr std::size_t kLargestUdpRequest = 1'300;

}  // namespace godwit::sip
