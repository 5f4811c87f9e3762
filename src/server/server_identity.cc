// SPDX-License-Identifier: Apache-2.0
#include "server/server_identity.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "server/flow_token.h"

namespace godwit::server {
namespace {

constexpr std::uint16_t kSipPort = 5060;
constexpr std::uint16_t kSipsPort = 5061;
/// More addresses than a host has; a bound for a host that answers for whole networks.
constexpr std::size_t kMaxAddresses = 256;

bool is_secure(const sip::Uri& uri) {
  const std::string* const transport = find_parameter(uri.parameters, "transport");
  return uri.scheme == "sips" || (transport != nullptr && equal_ignoring_case(*transport, "tls"));
}

}  // namespace

ServerIdentity::ServerIdentity(std::string_view domain, std::string_view host_name,
                               std::uint16_t port, std::uint16_t tls_port)
    : domain_(sip::host_from_text(domain)),
      host_name_(host_name.empty() ? domain_ : sip::host_from_text(host_name)),
      port_(port),
      tls_port_(tls_port) {}

void ServerIdentity::add_address(const net::IpAddress& address) {
  if (!address.is_unspecified() && addresses_.size() < kMaxAddresses) addresses_.insert(address);
}

bool ServerIdentity::is_own_port(std::uint16_t port) const {
  return port == port_ || (tls_port_ != 0 && port == tls_port_);
}

bool ServerIdentity::is_own(const sip::Uri& uri) const {
  if (!uri.is_sip()) return false;
  // A domain without a port means whatever port the domain is served on (RFC 3263 §4.2).
  const bool port_fits = uri.port == 0 || is_own_port(uri.port);
  if (port_fits && (sip::same_host(uri.host, domain_) || sip::same_host(uri.host, host_name_))) {
    return true;
  }
  const auto* const address = std::get_if<net::IpAddress>(&uri.host);
  const std::uint16_t port = uri.port != 0 ? uri.port : is_secure(uri) ? kSipsPort : kSipPort;
  return address != nullptr && is_own_port(port) && addresses_.count(*address) != 0;
}

bool ServerIdentity::is_edge_of(const sip::Uri& uri) const {
  return uri.is_sip() &&
         std::any_of(edge_domains_.begin(), edge_domains_.end(),
                     [&](const sip::Host& domain) { return sip::same_host(uri.host, domain); });
}

void ServerIdentity::add_edge_domain(std::string_view domain) {
  edge_domains_.push_back(sip::host_from_text(domain));
}

bool ServerIdentity::is_own(const sip::Via& via) const {
  const auto* const address = std::get_if<net::IpAddress>(&via.host);
  const std::uint16_t port = via.port != 0            ? via.port
                             : via.transport == "TLS" ? kSipsPort
                                                      : kSipPort;
  return address != nullptr && is_own_port(port) && addresses_.count(*address) != 0;
}

bool ServerIdentity::has_name() const {
  return std::holds_alternative<std::string>(host_name_);
}

std::uint16_t ServerIdentity::port(net::Transport transport) const {
  return transport == net::Transport::tls ? tls_port_ : port_;
}

std::string ServerIdentity::name_and_port(net::Transport transport) const {
  return sip::to_string(host_name_) + ':' + std::to_string(port(transport));
}

std::vector<sip::Uri> ServerIdentity::take_own_routes(sip::Message& request) const {
  std::vector<sip::Uri> taken;
  const auto target = sip::parse_uri(request.uri());
  const auto routes = request.values(sip::Field::route);
  const bool named_alone = target && (target->user.empty() || FlowTokens::is_token(target->user));
  if (named_alone && has_parameter(target->parameters, "lr") && is_own(*target) &&
      !routes.empty()) {
    // RFC 3261 §16.4: a strict router put us into the Request-URI; the true one is the last Route.
    std::vector<std::string> kept(routes.begin(), routes.end());
    if (const auto last = sip::parse_name_addr(kept.back())) {
      request.set_uri(to_string(last->uri));
      request.remove(sip::Field::route);
      kept.pop_back();
      for (const std::string& route : kept) request.add(sip::Field::route, route);
      taken.push_back(*target);
    }
  }
  while (const auto value = request.field(sip::Field::route)) {
    const auto route = sip::parse_name_addr(*value);
    if (!route || !is_own(route->uri)) break;
    request.remove_first(sip::Field::route);
    taken.push_back(route->uri);
  }
  return taken;
}

}  // namespace godwit::server
