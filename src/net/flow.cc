// SPDX-License-Identifier: Apache-2.0
#include "net/flow.h"

namespace godwit::net {

std::string_view to_string(Transport transport) {
  switch (transport) {
    case Transport::udp:
      return "udp";
    case Transport::tcp:
      return "tcp";
    case Transport::tls:
      return "tls";
  }
  return "";
}

std::string_view via_transport(Transport transport) {
  switch (transport) {
    case Transport::udp:
      return "UDP";
    case Transport::tcp:
      return "TCP";
    case Transport::tls:
      return "TLS";
  }
  return "";
}

std::uint16_t default_port(Transport transport) {
  return transport == Transport::tls ? 5061 : 5060;
}

std::string to_string(const Flow& flow) {
  std::string text = std::string(to_string(flow.transport)) + ' ' + to_string(flow.local);
  if (flow.advertised) text += " named " + to_string(*flow.advertised);
  return text + " -> " + to_string(flow.remote);
}

}  // namespace godwit::net
