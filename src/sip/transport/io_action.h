// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "godwit/error.h"
#include "godwit/options.h"
#include "net/dns_record.h"
#include "net/flow.h"
#include "net/network_snapshot.h"
#include "net/socket_intent.h"

namespace godwit::sip {

/// Bytes that may be sent several times: retransmissions share them.
using Bytes = std::shared_ptr<const std::string>;

// What a core machine asks of the shell.

/// Send one message. On a UDP flow it is one datagram to `to`; on a socket bound to every address,
/// `from` selects the source. On a stream it follows what was sent before, as soon as there is room.
struct SendMessage {
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
  net::SocketIntent intent{};
};
/// Connect a TCP or TLS stream. Answered with FlowOpened once it can carry a message (TLS: the
/// handshake is done and the far end has proven to be `server_name`) or with FlowFailed.
struct OpenStream {
  net::FlowId flow;
  net::Transport transport = net::Transport::tcp;
  net::SocketAddress local;  ///< unspecified address, port 0: the system chooses
  net::SocketAddress remote;
  std::string server_name;                ///< TLS: the domain to be proven (RFC 5922); also the SNI
  std::shared_ptr<const TlsOptions> tls;  ///< TLS: never null
  net::SocketIntent intent{};
};
/// Accept TCP or TLS connections on `local` (port 0: any). Answered with FlowOpened or FlowFailed,
/// same turn; each connection is told with StreamAccepted.
struct OpenListener {
  net::FlowId listener;
  net::Transport transport = net::Transport::tcp;
  net::SocketAddress local;
  std::shared_ptr<const TlsOptions> tls;
  net::SocketIntent intent{};
};
/// Close a socket, a stream or a listener. A stream first sends what it still holds, for a short
/// while; nothing of it is told any more.
struct CloseFlow {
  net::FlowId flow;
};
/// Ask for the records of a name: in the hosts file (addresses only), then by DNS. Answered with
/// DnsAnswered, in the same turn when it stands in the hosts file.
struct QueryDns {
  std::string name;
  net::DnsType type = net::DnsType::a;
};
/// Ask the kernel which way leads to a destination. Answered with RouteFound, same turn.
struct LookUpRoute {
  net::IpAddress destination;
};
using IoAction = std::variant<SendMessage, OpenUdpFlow, OpenStream, OpenListener, CloseFlow,
                              QueryDns, LookUpRoute>;

// What the shell tells a core machine.

struct DatagramReceived {
  net::FlowId flow;
  net::SocketAddress local;  ///< the address the datagram was sent to
  net::SocketAddress remote;
  std::string bytes;
};
/// Some bytes of a stream, cut anywhere.
struct StreamReceived {
  net::FlowId flow;
  std::string bytes;
};
struct FlowOpened {
  net::FlowId flow;
  net::SocketAddress local;
};
/// Somebody connected; for TLS the handshake is done. `flow` is the shell's choice: its highest bit
/// is set, which no flow opened by the core has.
struct StreamAccepted {
  net::FlowId listener;
  net::FlowId flow;
  net::Transport transport = net::Transport::tcp;
  net::SocketAddress local;
  net::SocketAddress remote;
};
/// The flow could not be opened, or died; a stream also when its far end closed it
/// (Errc::connection_closed). `remote` is set when an error was about one destination only (ICMP
/// unreachable): then the flow itself is still good.
struct FlowFailed {
  net::FlowId flow;
  std::optional<net::SocketAddress> remote;
  Error error;
};
struct DnsAnswered {
  std::string name;  ///< as it was asked
  net::DnsType type = net::DnsType::a;
  net::DnsAnswer answer;
};
struct RouteFound {
  net::IpAddress destination;
  std::optional<net::RouteChoice> choice;  ///< empty: no way there
};
using IoInput = std::variant<DatagramReceived, StreamReceived, FlowOpened, StreamAccepted,
                             FlowFailed, DnsAnswered, RouteFound>;

/// Accepted streams have ids of their own (see StreamAccepted).
inline constexpr std::uint64_t kAcceptedFlows = std::uint64_t{1} << 63;

}  // namespace godwit::sip
