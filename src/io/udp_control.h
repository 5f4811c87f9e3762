// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <system_error>

#include "net/socket_address.h"

namespace godwit::io {

/// Room for the control messages of one datagram: packet info, or an ICMP error with its sender.
struct alignas(cmsghdr) ControlBuffer {
  std::array<std::byte, 256> bytes;
};

/// Puts the source address into the control part of `message` (IP_PKTINFO, IPV6_PKTINFO).
void set_source(msghdr& message, ControlBuffer& control, const net::IpAddress& source);

/// What the system says of a datagram that came.
struct DatagramInfo {
  std::optional<net::IpAddress> destination;                     ///< the address it was sent to
  std::optional<std::chrono::system_clock::time_point> stamped;  ///< when the kernel got it
};
[[nodiscard]] DatagramInfo info_of(msghdr& message);

/// What an entry of the error queue means: the ICMP error if it is one that RFC 3261 §18.4 calls
/// fatal; empty otherwise.
[[nodiscard]] std::optional<std::error_code> fatal_icmp_error(msghdr& message);

/// Asks for packet info, time stamps, ICMP errors and a single family. @return the first failure.
[[nodiscard]] std::error_code prepare_udp(int fd, net::Family family);

}  // namespace godwit::io
