// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "godwit/error.h"
#include "net/flow.h"
#include "net/network_snapshot.h"

namespace godwit::sip {

/// Bytes that may be sent several times: retransmissions share them.
using Bytes = std::shared_ptr<const std::string>;

// What a core machine asks of the shell.

/// Send one datagram. On a socket bound to every address, `from` selects the source.
struct SendDatagram {
  net::FlowId flow;
  net::IpAddress from;
  net::SocketAddress to;
  Bytes bytes;
};
/// Bind a UDP socket to `local` (port 0: any). Answered with FlowOpened or FlowFailed, same turn.
/// `fallback_to_any_port`: when the port is taken, take another rather than fail.
struct OpenUdpFlow {
  net::FlowId flow;
  net::SocketAddress local;
  bool fallback_to_any_port = false;
};
struct CloseFlow {
  net::FlowId flow;
};
/// Look a name up in the hosts file and by DNS. Answered with NameResolved.
struct ResolveName {
  std::string name;
};
/// Ask the kernel which way leads to a destination. Answered with RouteFound, same turn.
struct LookUpRoute {
  net::IpAddress destination;
};
using IoAction = std::variant<SendDatagram, OpenUdpFlow, CloseFlow, ResolveName, LookUpRoute>;

// What the shell tells a core machine.

struct DatagramReceived {
  net::FlowId flow;
  net::SocketAddress local;   ///< the address the datagram was sent to
  net::SocketAddress remote;
  std::string bytes;
};
struct FlowOpened {
  net::FlowId flow;
  net::SocketAddress local;
};
/// The flow could not be opened, or died. `remote` is set when an error was about one destination only
/// (ICMP unreachable): then the flow itself is still good.
struct FlowFailed {
  net::FlowId flow;
  std::optional<net::SocketAddress> remote;
  Error error;
};
struct NameResolved {
  std::string name;
  std::vector<net::IpAddress> addresses;  ///< both families, in the resolver's order; empty: not found
};
struct RouteFound {
  net::IpAddress destination;
  std::optional<net::RouteChoice> choice;  ///< empty: no way there
};
using IoInput = std::variant<DatagramReceived, FlowOpened, FlowFailed, NameResolved, RouteFound>;

}  // namespace godwit::sip
