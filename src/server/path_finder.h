// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "net/flow.h"
#include "sip/message/uri.h"
#include "sip/transport/io_action.h"

namespace godwit::server {

/// From the URI of a next hop to the flow that leads there: name, address, and the source address
/// that the kernel chooses for it, on the wildcard socket of the address's family.
///
/// What was found out is used again for `kFresh`, so that the shell is not asked for each message.
class PathFinder {
 public:
  /// Names one search; given by the caller.
  using Ticket = StrongId<struct PathTicketTag>;
  struct Found {
    Ticket ticket;
    Result<net::Flow> flow;  ///< Errc::name_not_found, no_network, unsupported
  };

  /// The family is served by this socket, bound to `port`.
  void open(net::Family family, net::FlowId socket, std::uint16_t port);
  void close(net::Family family);

  void find(Ticket ticket, const sip::Uri& next_hop, TimePoint now);
  void on_resolved(const sip::NameResolved& resolved, TimePoint now);
  void on_route(const sip::RouteFound& route, TimePoint now);

  [[nodiscard]] std::vector<Found> take_found();
  [[nodiscard]] std::vector<sip::IoAction> take_actions();

  static constexpr std::chrono::seconds kFresh{3};

 private:
  struct Socket {
    net::FlowId flow;
    std::uint16_t port = 0;
  };
  struct Search {
    Ticket ticket;
    std::string name;                        // waiting for this name, or
    std::vector<net::IpAddress> candidates;  // trying the first of these
    std::uint16_t port = 0;
  };
  struct Name {
    std::vector<net::IpAddress> addresses;
    TimePoint known_at{};
  };
  struct Route {
    std::optional<net::RouteChoice> choice;
    TimePoint known_at{};
  };

  bool advance(Search& search, TimePoint now);
  void advance_all(TimePoint now);
  void ask_for_route(const net::IpAddress& destination);
  void finish(const Search& search, Result<net::Flow> flow);

  std::map<net::Family, Socket> sockets_;
  std::vector<Search> searches_;
  std::map<std::string, Name> names_;
  std::map<net::IpAddress, Route> routes_;
  std::vector<Found> found_;
  std::vector<sip::IoAction> actions_;
};

}  // namespace godwit::server
