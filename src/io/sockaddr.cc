// SPDX-License-Identifier: Apache-2.0
#include "io/sockaddr.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace godwit::io {

SystemAddress to_system(const net::SocketAddress& address) {
  SystemAddress out;
  if (address.address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(address.port);
    in.sin_addr = to_in_addr(address.address);
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
    return out;
  }
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(address.port);
  in6.sin6_addr = to_in6_addr(address.address);
  in6.sin6_scope_id = address.address.scope();
  std::memcpy(&out.storage, &in6, sizeof in6);
  out.size = sizeof in6;
  return out;
}

std::optional<net::SocketAddress> from_system(const SystemAddress& address) {
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address.storage, sizeof in);
    return net::SocketAddress{from_in_addr(in.sin_addr), ntohs(in.sin_port)};
  }
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &address.storage, sizeof in6);
    return net::SocketAddress{from_in6_addr(in6.sin6_addr, in6.sin6_scope_id),
                              ntohs(in6.sin6_port)};
  }
  return std::nullopt;
}

in_addr to_in_addr(const net::IpAddress& address) {
  in_addr out{};
  std::memcpy(&out, address.bytes().data(), sizeof out);
  return out;
}

in6_addr to_in6_addr(const net::IpAddress& address) {
  in6_addr out{};
  std::memcpy(&out, address.bytes().data(), sizeof out);
  return out;
}

net::IpAddress from_in_addr(const in_addr& address) {
  std::array<std::uint8_t, 4> bytes{};
  std::memcpy(bytes.data(), &address, bytes.size());
  return net::IpAddress::v4(bytes);
}

net::IpAddress from_in6_addr(const in6_addr& address, std::uint32_t scope) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &address, bytes.size());
  const auto out = net::IpAddress::v6(bytes);
  return out.is_link_local() && !out.is_v4() ? net::IpAddress::v6(bytes, scope) : out;
}

int system_family(net::Family family) {
  return family == net::Family::v4 ? AF_INET : AF_INET6;
}

std::optional<net::SocketAddress> local_address(int fd) {
  SystemAddress address;
  if (::getsockname(fd, address.get(), &address.size) != 0) return std::nullopt;
  return from_system(address);
}

}  // namespace godwit::io
