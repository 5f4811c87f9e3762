// SPDX-License-Identifier: Apache-2.0
#include "io/dns_servers.h"

#include <net/if.h>

#include <algorithm>
#include <charconv>

#include "io/sockaddr.h"

namespace godwit::io {
namespace {

// The interface that a zone names (RFC 4007 §11.2); 0: there is none.
std::uint32_t scope_of(const std::string& zone) {
  std::uint32_t number = 0;
  const char* const end = zone.data() + zone.size();
  const auto [next, error] = std::from_chars(zone.data(), end, number);
  return error == std::errc{} && next == end ? number : ::if_nametoindex(zone.c_str());
}

net::SocketAddress to_socket_address(const net::NameServer& server) {
  if (server.zone.empty()) return {server.address, server.port};
  return {from_in6_addr(to_in6_addr(server.address), scope_of(server.zone)), server.port};
}

}  // namespace

DnsServers::DnsServers(const std::vector<std::string>& given, const std::string& file) {
  if (given.empty()) {
    file_.emplace(file);
    return;
  }
  std::vector<net::NameServer> configured;
  for (const std::string& text : given) {
    if (const auto server = net::NameServer::parse(text)) configured.push_back(*server);
  }
  take(configured);
}

const std::vector<net::SocketAddress>& DnsServers::current() {
  const auto text = file_ ? file_->read_if_changed() : std::nullopt;
  if (!text) return servers_;
  auto configured = net::parse_resolv_conf(*text);
  if (configured.empty())
    configured.push_back({*net::IpAddress::parse("127.0.0.1"), net::kDnsPort, {}});
  if (configured != configured_) take(configured);
  return servers_;
}

void DnsServers::reread() {
  // Zones may name other interfaces now, so that all are worked out afresh.
  const auto configured = configured_;
  take(configured);
  current();
}

void DnsServers::prefer(const net::SocketAddress& server) {
  const auto found = std::find(servers_.begin(), servers_.end(), server);
  if (found != servers_.end()) std::rotate(servers_.begin(), found, found + 1);
}

void DnsServers::take(const std::vector<net::NameServer>& configured) {
  configured_ = configured;
  servers_.clear();
  for (const auto& server : configured) servers_.push_back(to_socket_address(server));
}

}  // namespace godwit::io
