// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/seen_address.h"

#include <variant>

namespace godwit::sip {
namespace {

// RFC 1122 §3.2.1.3: "this" network; RFC 1112 §4: class E, the limited broadcast with it.
bool is_no_host_of_v4(const net::IpAddress& address) {
  return address.is_v4() && (address.bytes()[0] == 0 || address.bytes()[0] >= 240);
}

}  // namespace

bool can_be_ours(const net::SocketAddress& seen, const net::Flow& flow) {
  const auto& address = seen.address;
  const auto& far = flow.remote.address;
  if (seen.port == 0 || address.family() != far.family()) return false;
  if (address.is_unspecified() || address.is_multicast() || address.is_clat()) return false;
  if (is_no_host_of_v4(address)) return false;
  if (address.is_loopback() != flow.local.address.is_loopback()) return false;
  if (address.is_link_local() != flow.local.address.is_link_local()) return false;
  return address != far || flow.local.address == far;
}

std::optional<net::SocketAddress> seen_address(const Via& via, const net::Flow& flow) {
  if (flow.transport != net::Transport::udp || via.rport.value_or(0) == 0) return std::nullopt;
  const auto* sent_by = std::get_if<net::IpAddress>(&via.host);
  if (!via.received && sent_by == nullptr) return std::nullopt;
  const auto& address = via.received ? *via.received : *sent_by;
  const net::SocketAddress seen{address, *via.rport};
  if (!can_be_ours(seen, flow)) return std::nullopt;
  return seen;
}

}  // namespace godwit::sip
