// SPDX-License-Identifier: Apache-2.0
#include "net/name_server.h"

#include <algorithm>

#include "net/socket_address.h"

namespace godwit::net {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

// The next word of the line, cut off its front; empty at the end.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const auto word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

// "fe80::1%eth0" without its zone, which is only for link-local addresses.
std::optional<NameServer> parse_with_zone(std::string_view host) {
  const auto percent = host.find('%');
  const auto address = IpAddress::parse(host.substr(0, percent));
  if (!address) return std::nullopt;
  NameServer server{*address, kDnsPort, {}};
  if (percent == std::string_view::npos) return server;
  server.zone = host.substr(percent + 1);
  if (server.zone.empty() || !address->is_link_local()) return std::nullopt;
  return server;
}

}  // namespace

std::optional<NameServer> NameServer::parse(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    auto server = parse_with_zone(text.substr(1, end - 1));
    if (!server || server->address.is_v4()) return std::nullopt;
    if (end + 1 == text.size()) return server;
    // The port is read as that of any address.
    const auto with_port = SocketAddress::parse("[::]" + std::string(text.substr(end + 1)));
    if (!with_port) return std::nullopt;
    server->port = with_port->port;
    return server;
  }
  if (auto server = parse_with_zone(text)) return server;
  const auto with_port = SocketAddress::parse(text);
  if (!with_port) return std::nullopt;
  return NameServer{with_port->address, with_port->port, {}};
}

std::vector<NameServer> parse_resolv_conf(std::string_view text) {
  std::vector<NameServer> servers;
  while (!text.empty() && servers.size() < kNameServers) {
    std::string_view line = take_line(text);
    if (take_word(line) != "nameserver") continue;
    const auto server = NameServer::parse(take_word(line));
    if (!server) continue;
    if (std::find(servers.begin(), servers.end(), *server) == servers.end()) {
      servers.push_back(*server);
    }
  }
  return servers;
}

}  // namespace godwit::net
