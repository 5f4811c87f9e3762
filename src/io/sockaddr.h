// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "net/socket_address.h"

namespace godwit::io {

/// A socket address in the system's form.
struct SystemAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

[[nodiscard]] SystemAddress to_system(const net::SocketAddress& address);
/// Empty when the family is neither AF_INET nor AF_INET6.
[[nodiscard]] std::optional<net::SocketAddress> from_system(const SystemAddress& address);

[[nodiscard]] in_addr to_in_addr(const net::IpAddress& address);
[[nodiscard]] in6_addr to_in6_addr(const net::IpAddress& address);
[[nodiscard]] net::IpAddress from_in_addr(const in_addr& address);
/// The scope is kept for link-local addresses only, so that equal addresses are equal.
[[nodiscard]] net::IpAddress from_in6_addr(const in6_addr& address, std::uint32_t scope);

/// AF_INET or AF_INET6.
[[nodiscard]] int system_family(net::Family family);

/// The address a socket is bound to.
[[nodiscard]] std::optional<net::SocketAddress> local_address(int fd);

}  // namespace godwit::io
