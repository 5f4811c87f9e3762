// SPDX-License-Identifier: Apache-2.0
#include "net/socket_address.h"

#include <charconv>

namespace godwit::net {

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
  const auto host = text.substr(0, colon);
  // An IPv6 address stands in brackets here: without them its last group would read as a port.
  if (host.find(':') != std::string_view::npos && host.front() != '[') return std::nullopt;
  const auto address = IpAddress::parse(host);
  if (!address) return std::nullopt;

  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc{} || next != end) return std::nullopt;
  return SocketAddress{*address, port};
}

std::string to_string(const SocketAddress& address) {
  return to_uri_host(address.address) + ':' + std::to_string(address.port);
}

}  // namespace godwit::net
