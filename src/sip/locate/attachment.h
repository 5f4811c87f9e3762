// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "net/network_snapshot.h"

namespace godwit::sip {

/// Names the network a host is attached to: its default routes and the prefixes of its usable
/// addresses. A new temporary address of the same prefix is the same attachment. What was learnt on
/// one attachment means nothing on another (RFC 8305 §4, R17).
[[nodiscard]] std::string attachment_of(const net::NetworkSnapshot& snapshot);

}  // namespace godwit::sip
