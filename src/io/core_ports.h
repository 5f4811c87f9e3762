// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "godwit/log.h"
#include "io/loop.h"
#include "io/resolver.h"
#include "io/route_lookup.h"
#include "io/stream_ports.h"
#include "io/udp_socket.h"
#include "sip/transport/io_action.h"

namespace godwit::io {

/// What surrounds a core machine.
struct CorePortsOptions {
  ResolverOptions resolver{};
  MessageTap tap{};
  SocketHook on_socket{};
  std::size_t most_accepted = limits::kAcceptedStreams;  ///< streams at a time
};

/// The ports of a core machine: carries its `sip::IoAction`s out on real sockets and tells what
/// comes of them.
///
/// What is known at once (a flow opened, a route found, a datagram refused) waits in
/// `take_answers()`, for the same turn of the loop. What comes later (datagrams, ICMP, names) goes
/// to `deliver`.
class CorePorts {
 public:
  using Deliver = std::function<void(sip::IoInput)>;

  CorePorts(Loop& loop, CorePortsOptions options, Deliver deliver);
  ~CorePorts();
  CorePorts(const CorePorts&) = delete;
  CorePorts& operator=(const CorePorts&) = delete;

  /// Never calls `deliver`.
  void execute(const sip::IoAction& action);
  [[nodiscard]] std::vector<sip::IoInput> take_answers();
  /// The network is another one: what was learnt on the old one is not used on it.
  void on_network_changed();

 private:
  void carry_out(const sip::SendMessage& action);
  void carry_out(const sip::OpenUdpFlow& action);
  void carry_out(const sip::OpenStream& action);
  void carry_out(const sip::OpenListener& action);
  void carry_out(const sip::CloseFlow& action);
  void carry_out(const sip::QueryDns& action);
  void carry_out(const sip::LookUpRoute& action);
  [[nodiscard]] Result<UdpSocket> open(const sip::OpenUdpFlow& action, std::uint16_t port);
  void on_datagram(net::FlowId flow, const Datagram& datagram);
  void report_refusal(const sip::SendMessage& action, std::error_code error);

  Loop& loop_;
  MessageTap tap_;
  SocketHook on_socket_;
  Deliver deliver_;
  Resolver resolver_;
  RouteLookup routes_;
  StreamPorts streams_;
  std::map<net::FlowId, UdpSocket> sockets_;
  std::vector<sip::IoInput> answers_;
};

}  // namespace godwit::io
