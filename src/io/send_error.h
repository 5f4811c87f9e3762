// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <system_error>

#include "net/ip_address.h"

namespace godwit::io {

/// What the refusal of a datagram says.
enum class SendVerdict {
  lost,         ///< as if the network had lost it: full buffers, a firewall of our own
  unreachable,  ///< about this destination only
  dead_socket,  ///< the address the socket is bound to is gone, or the socket is broken
};

/// @param from  the source it was to leave from.
[[nodiscard]] SendVerdict judge_send_error(std::error_code error, const net::IpAddress& from);

}  // namespace godwit::io
