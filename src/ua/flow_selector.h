// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "godwit/error.h"
#include "godwit/event.h"
#include "net/flow.h"
#include "net/network_snapshot.h"
#include "roam/in_use.h"
#include "sip/message/uri.h"
#include "ua/context.h"

namespace godwit::ua {

/// Where requests go next: a name or literal address, kept as it was given, and a port.
struct NextHop {
  std::string host;  ///< lower case; literal addresses in their one spelling
  std::uint16_t port = 5060;

  auto operator<=>(const NextHop&) const = default;
};
[[nodiscard]] NextHop next_hop_of(const sip::Uri& uri);

/// Who is to blame when there is no flow: the network, or we, with the port that was asked for.
[[nodiscard]] Who who_refused(const Error& error);

/// Knows which flow leads to a next hop: resolves the name, asks the kernel for the way, opens one
/// socket per local address, and sticks to what it chose until it is told to choose anew.
///
/// Every answer may be `Pending`; ask again after the next input.
class FlowSelector {
 public:
  struct Pending {};
  using Choice = std::variant<net::Flow, Pending, Error>;
  using Source = std::variant<net::RouteChoice, Pending, Error>;

  FlowSelector(Outbox& out, std::uint16_t sip_port) : out_(out), port_(sip_port) {}

  /// The flow to a next hop. Errors: `name_not_found`, `no_network`, or why no socket could be opened.
  [[nodiscard]] Choice flow_to(const NextHop& hop);
  /// The flow that was chosen before and still stands; never starts anything.
  [[nodiscard]] std::optional<net::Flow> chosen(const NextHop& hop) const;
  /// Forget the choice and every failure: the network has changed, or it is time to try again.
  void reselect(const NextHop& hop);
  /// As `reselect`, and take this address of the host, from this source.
  void steer(const NextHop& hop, const net::IpAddress& source, const net::IpAddress& destination);
  /// The source from which the kernel would talk to an address.
  [[nodiscard]] Source source_for(const net::IpAddress& destination);
  /// What the chosen flow talks from and to; empty before there was one.
  [[nodiscard]] std::optional<roam::Link> link_of(const NextHop& hop) const;

  void on_name_resolved(const sip::NameResolved& resolved);
  void on_route_found(const sip::RouteFound& found);
  void on_flow_opened(const sip::FlowOpened& opened);
  /// The socket itself is gone or could not be opened.
  void on_flow_failed(net::FlowId flow, const Error& error);
  /// Takes the snapshot's routes; sockets whose address is gone are closed and returned.
  [[nodiscard]] std::vector<net::FlowId> on_network(const net::NetworkSnapshot& snapshot);

  /// The local address of a socket of ours.
  [[nodiscard]] std::optional<net::SocketAddress> local_of(net::FlowId flow) const;
  /// Sockets that no next hop has chosen.
  [[nodiscard]] std::vector<net::FlowId> unused() const;
  void close(net::FlowId flow);
  /// Addresses of every next hop asked for so far.
  [[nodiscard]] std::vector<net::IpAddress> destinations() const;

 private:
  struct Hop {
    std::vector<net::IpAddress> addresses;
    bool asked = false;
    bool not_found = false;
    std::optional<net::Flow> chosen;
    std::optional<roam::Link> last_link;
    std::optional<net::IpAddress> steered_to;
    std::optional<net::IpAddress> steered_from;
  };
  struct Socket {
    net::FlowId id;
    std::optional<net::SocketAddress> local;
    std::optional<Error> error;
  };
  bool resolve(const NextHop& name, Hop& hop);
  Choice choose(const NextHop& name, Hop& hop);
  Choice open(const NextHop& name, Hop& hop, const net::IpAddress& source,
              const net::IpAddress& destination);

  Outbox& out_;
  std::uint16_t port_;  // the port every SIP socket wants; set by the first one when it was 0
  std::map<NextHop, Hop> hops_;
  std::map<net::IpAddress, Socket> sockets_;  // by local address
  std::map<net::IpAddress, std::optional<net::RouteChoice>> routes_;
  std::uint64_t last_flow_ = 0;
  bool had_socket_ = false;
};

}  // namespace godwit::ua
