// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "net/ip_address.h"
#include "sip/message/message.h"

namespace godwit::server {

/// What the server is called: its domain, its host name, and the addresses it was reached at or
/// sends from. Tells which URIs mean us.
class ServerIdentity {
 public:
  /// @param host_name  goes into Record-Route; empty: the domain. An address is no name:
  ///                   then each side is told the address it reaches us at
  ServerIdentity(std::string_view domain, std::string_view host_name, std::uint16_t port);

  /// An address of ours was seen.
  void add_address(const net::IpAddress& address);
  /// Does a request for this URI end here, or at a user of ours?
  [[nodiscard]] bool is_own(const sip::Uri& uri) const;
  /// Is this a Via that we wrote?
  [[nodiscard]] bool is_own(const sip::Via& via) const;

  /// Is it known by a name, which agents of either address family resolve for themselves?
  [[nodiscard]] bool has_name() const;
  /// "edge.example.org:5060", as Record-Route says it.
  [[nodiscard]] std::string name_and_port() const;
  /// Removes what leads to us from a request (RFC 3261 §16.4): every leading Route that is ours,
  /// and a Request-URI that a strict router has replaced by our Record-Route.
  /// @return whether there was one: the request belongs to a dialog we are on the way of.
  bool take_own_routes(sip::Message& request) const;

 private:
  [[nodiscard]] bool is_own_address(const net::IpAddress& address, std::uint16_t port) const;

  sip::Host domain_;
  sip::Host host_name_;
  std::uint16_t port_;
  std::set<net::IpAddress> addresses_;
};

}  // namespace godwit::server
