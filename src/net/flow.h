// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/ids.h"
#include "net/socket_address.h"

namespace godwit::net {

enum class Transport : std::uint8_t { udp, tcp, tls };

/// A local endpoint that the shell opened: a UDP socket, or one TCP or TLS connection.
using FlowId = StrongId<struct FlowTag>;

/// One way to carry SIP: this transport, from here to there. Immutable: a message is rendered from it.
struct Flow {
  FlowId id;
  Transport transport = Transport::udp;
  SocketAddress local;   ///< what the far end sees as source when there is no NAT; never unspecified
  SocketAddress remote;
  /// What messages name instead of `local`: a listener's port, or a fixed NAT's public address.
  std::optional<SocketAddress> advertised{};

  /// What Via and Contact say: where we can be reached.
  [[nodiscard]] const SocketAddress& named() const { return advertised ? *advertised : local; }
  auto operator<=>(const Flow&) const = default;
};

[[nodiscard]] std::string_view to_string(Transport transport);        // "udp"
[[nodiscard]] std::string_view via_transport(Transport transport);    // "UDP"
/// 5060, for TLS 5061 (RFC 3261 §19.1.2).
[[nodiscard]] std::uint16_t default_port(Transport transport);
[[nodiscard]] std::string to_string(const Flow& flow);                // "udp 10.1.0.2:5060 -> 10.9.0.2:5060"

}  // namespace godwit::net
