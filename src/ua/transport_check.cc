// SPDX-License-Identifier: Apache-2.0
#include "ua/transport_check.h"

#include <chrono>
#include <optional>
#include <string>

#include "net/socket_address.h"
#include "ua/media_mapping.h"

namespace godwit::ua {
namespace {

constexpr int kLargestCodePoint = 63;  // RFC 2474 §3

Result<void> check_address(const std::string& name, const std::string& text,
                           std::optional<net::Family> family = {}) {
  if (text.empty()) return {};
  const auto address = net::IpAddress::parse(text);
  if (!address) return fail(Errc::invalid_argument, name + ": not an address: " + text);
  if (family && address->family() != *family) {
    return fail(Errc::invalid_argument, name + ": of the other family: " + text);
  }
  return {};
}

Result<void> check_listener(const ListenOptions& listener, const TlsOptions& tls,
                            const std::string& name) {
  if (!net::SocketAddress::parse(listener.address)) {
    return fail(Errc::invalid_argument,
                name + ".address: not like 192.0.2.1:5060 or [2001:db8::1]:5061: " +
                    listener.address);
  }
  if (listener.transport == ListenOptions::Transport::tls && tls.certificate_file.empty()) {
    return fail(Errc::invalid_argument, name + ": TLS needs tls_options.certificate_file");
  }
  return {};
}

}  // namespace

Result<void> check_bind(const BindOptions& options, const std::string& name) {
  if (options.dscp > kLargestCodePoint) {
    return fail(Errc::invalid_argument, name + ".dscp: 0 to 63");
  }
  if (auto read = check_address(name + ".address", options.address); !read) return read;
  if (auto read = check_address(name + ".public_address_v4", options.public_address_v4,
                                net::Family::v4);
      !read) {
    return read;
  }
  return check_address(name + ".public_address_v6", options.public_address_v6, net::Family::v6);
}

Result<void> check_transport(const TransportOptions& options) {
  if (auto read = check_bind(options.bind, "transport.bind"); !read) return read;
  for (std::size_t i = 0; i < options.listeners.size(); ++i) {
    const std::string name = "transport.listeners[" + std::to_string(i) + "]";
    auto read = check_listener(options.listeners[i], options.tls_options, name);
    if (!read) return read;
  }
  if (options.stream_keep_alive < std::chrono::seconds{0}) {
    return fail(Errc::invalid_argument, "transport.stream_keep_alive: 0 or more");
  }
  if (options.udp_keep_alive < std::chrono::seconds{0}) {
    return fail(Errc::invalid_argument, "transport.udp_keep_alive: 0 or more");
  }
  if (options.udp_keep_alive_longest < std::chrono::seconds{0}) {
    return fail(Errc::invalid_argument, "transport.udp_keep_alive_longest: 0 or more");
  }
  return {};
}

Result<void> check_stun_server(const std::string& text) {
  if (text.empty() || read_stun_server(text)) return {};
  return fail(Errc::invalid_argument,
              "stun_server: not like stun.example.org or 192.0.2.1:3478: " + text);
}

}  // namespace godwit::ua
