// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/transport_choice.h"

namespace godwit::sip {
namespace {

// A sips URI with transport=tcp means TLS over TCP (RFC 3261 §26.2.2); there is no secure UDP.
bool is_asked_for(const NextHop& hop, net::Transport transport) {
  if (!hop.secure) return !hop.transport || hop.transport == transport;
  return transport == net::Transport::tls && hop.transport != net::Transport::udp;
}

}  // namespace

std::vector<net::Transport> transports_for(const NextHop& hop, const LocatePolicy& policy) {
  std::vector<net::Transport> transports;
  const auto offer = [&](bool available, net::Transport transport) {
    if (available && is_asked_for(hop, transport)) transports.push_back(transport);
  };
  offer(policy.udp, net::Transport::udp);
  offer(policy.tcp, net::Transport::tcp);
  offer(policy.tls, net::Transport::tls);
  return transports;
}

std::string service_name(net::Transport transport, std::string_view domain) {
  std::string name;
  switch (transport) {
    case net::Transport::udp:
      name = "_sip._udp.";
      break;
    case net::Transport::tcp:
      name = "_sip._tcp.";
      break;
    case net::Transport::tls:
      name = "_sips._tcp.";
      break;
  }
  return name.append(domain);
}

}  // namespace godwit::sip
