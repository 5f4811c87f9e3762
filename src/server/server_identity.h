// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/flow.h"
#include "sip/message/message.h"

namespace godwit::server {

/// What the server is called: its domain, its host name, and the addresses it was reached at or
/// sends from. Tells which URIs mean us.
class ServerIdentity {
 public:
  /// @param host_name  goes into Record-Route; empty: the domain. An address is no name:
  ///                   then each side is told the address it reaches us at
  /// @param tls_port   0: TLS is not served
  ServerIdentity(std::string_view domain, std::string_view host_name, std::uint16_t port,
                 std::uint16_t tls_port = 0);

  /// An address of ours was seen.
  void add_address(const net::IpAddress& address);
  /// Does a request for this URI end here, or at a user of ours?
  [[nodiscard]] bool is_own(const sip::Uri& uri) const;
  /// Is it of a domain that we are the edge proxy of (RFC 5626 §5)?
  [[nodiscard]] bool is_edge_of(const sip::Uri& uri) const;
  void add_edge_domain(std::string_view domain);
  /// Is this a Via that we wrote?
  [[nodiscard]] bool is_own(const sip::Via& via) const;

  /// Is it known by a name, which agents of either address family resolve for themselves?
  [[nodiscard]] bool has_name() const;
  /// "edge.example.org:5060", as Record-Route says it.
  [[nodiscard]] std::string name_and_port(net::Transport transport = net::Transport::udp) const;
  /// Where we listen, whichever port a connection of ours has.
  [[nodiscard]] std::uint16_t port(net::Transport transport) const;
  /// Removes what leads to us from a request (RFC 3261 §16.4): every leading Route that is ours,
  /// and a Request-URI that a strict router has replaced by our Record-Route.
  /// @return what was removed, in order. Not nothing: the request belongs to a dialog we are on the
  /// way of, or comes by a Path of ours.
  std::vector<sip::Uri> take_own_routes(sip::Message& request) const;

 private:
  [[nodiscard]] bool is_own_port(std::uint16_t port) const;

  sip::Host domain_;
  sip::Host host_name_;
  std::vector<sip::Host> edge_domains_;
  std::uint16_t port_, tls_port_;
  std::set<net::IpAddress> addresses_;
};

}  // namespace godwit::server
