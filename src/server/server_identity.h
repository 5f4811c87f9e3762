// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "net/ip_address.h"
#include "sip/message/message.h"

namespace godwit::server {

/// What the server is called: its domain, its host name, and the addresses it was reached at or
/// sends from. Tells which URIs mean us, and writes the one that leads back to us.
class ServerIdentity {
 public:
  /// @param host_name  goes into Record-Route; empty: the domain
  ServerIdentity(std::string domain, std::string host_name, std::uint16_t port);

  [[nodiscard]] const std::string& domain() const { return domain_; }
  /// An address of ours was seen.
  void add_address(const net::IpAddress& address);
  /// Does a request for this URI end here, or at a user of ours?
  [[nodiscard]] bool is_own(const sip::Uri& uri) const;
  /// Is this a Via that we wrote?
  [[nodiscard]] bool is_own(const sip::Via& via) const;

  /// "<sip:HOST_NAME:PORT;lr>". A name, so that an agent of either address family finds its own
  /// way.
  [[nodiscard]] std::string record_route() const;
  /// Removes what leads to us from a request (RFC 3261 §16.4): every leading Route that is ours,
  /// and a Request-URI that a strict router has replaced by our Record-Route.
  /// @return whether there was one: the request belongs to a dialog we are on the way of.
  bool take_own_routes(sip::Message& request) const;

 private:
  [[nodiscard]] bool is_own_address(const net::IpAddress& address, std::uint16_t port) const;

  std::string domain_;
  sip::Host domain_host_;
  sip::Host host_name_;
  std::uint16_t port_;
  std::set<net::IpAddress> addresses_;
};

}  // namespace godwit::server
