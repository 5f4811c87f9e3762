// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"
#include "godwit/time.h"
#include "net/flow.h"
#include "server/server_options.h"
#include "server/server_sockets.h"
#include "server/stream_pool.h"
#include "sip/locate/locator.h"
#include "sip/message/uri.h"

namespace godwit::server {

/// From the URI of a next hop to a flow that leads there (RFC 3263): over UDP from the socket of
/// the target's family, else by a connection, one that is open or a new one.
///
/// A search that has found a way stands until `forget`: when nothing is heard of that way,
/// `find_next` goes on to the next target.
class PathFinder {
 public:
  /// Names one search.
  using Ticket = StrongId<struct PathTicketTag>;
  struct Found {
    Ticket ticket;
    Result<net::Flow> flow;  ///< Errc::name_not_found, no_network, unreachable, …: it has ended
  };
  /// What it works with; all of it outlives it.
  struct Parts {
    const ServerOptions& options;
    const ServerSockets& sockets;
    StreamPool& streams;
    Random& random;
  };

  explicit PathFinder(Parts parts);

  /// @param connection  tried first while it is open; 0: none
  Ticket find(const sip::NextHop& hop, net::FlowId connection, TimePoint now);
  void find_next(Ticket ticket, TimePoint now);
  /// Ends a search: nothing of it is told any more.
  void forget(Ticket ticket);
  /// Ends a search that has found nothing yet as failed, Errc::cancelled.
  void give_up(Ticket ticket);

  void on_dns_answered(const sip::DnsAnswered& answered, TimePoint now);
  void on_route_found(const sip::RouteFound& found, TimePoint now);
  void on_stream_opened(const net::Flow& flow);
  void on_stream_closed(net::FlowId stream, const Error& error, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// The same flow as it is now; empty when it is gone.
  [[nodiscard]] std::optional<net::Flow> living(const net::Flow& flow) const;

  [[nodiscard]] std::vector<Found> take_found();
  [[nodiscard]] std::vector<sip::IoAction> take_actions();

  /// What was found out of a next hop serves all messages for so long.
  static constexpr std::chrono::seconds kFresh{3};
  /// A connection that takes longer to open does not keep the next target waiting (RFC 8305 §5).
  static constexpr std::chrono::milliseconds kAttemptDelay{250};

 private:
  struct Search {
    sip::NextHop hop;
    std::vector<sip::Target> tried{};
    std::set<net::FlowId> opening{};         // the first that is open is taken
    std::optional<TimePoint> next_try_at{};  // while one is being opened
    std::optional<Error> error{};            // why the latest target did not do
  };

  void advance(Ticket ticket, TimePoint now);
  void advance_all(TimePoint now);
  [[nodiscard]] const sip::Locator::Located& locate(const sip::NextHop& hop, TimePoint now);
  bool drop_if_old(const sip::NextHop& hop, TimePoint since, TimePoint now);
  [[nodiscard]] std::optional<net::Flow> try_target(Search& search, const sip::Target& target,
                                                    TimePoint now);
  [[nodiscard]] std::optional<net::Flow> connect(Search& search, const sip::Target& target,
                                                 TimePoint now);
  void finish(Ticket ticket, Search& search, const net::Flow& flow);
  void fail_search(Ticket ticket, Error error);
  void give_up_opening(Ticket ticket, Search& search);

  Parts parts_;
  sip::Locator locator_;
  std::map<sip::NextHop, TimePoint> hops_;  // when the locator began with each
  TimePoint tidy_at_{};
  std::map<Ticket, Search> searches_;
  std::set<Ticket> waiting_;  // those of them that have found nothing yet
  std::uint64_t last_ticket_ = 0;
  std::vector<Found> found_;
};

}  // namespace godwit::server
