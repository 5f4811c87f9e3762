// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"
#include "godwit/event.h"
#include "net/flow.h"
#include "net/network_snapshot.h"
#include "roam/in_use.h"
#include "sip/auth/credential_store.h"
#include "sip/locate/attachment.h"
#include "sip/locate/failure_memory.h"
#include "sip/locate/locator.h"
#include "ua/context.h"
#include "ua/flow_book.h"
#include "ua/flow_groups.h"
#include "ua/flow_uses.h"
#include "ua/media_names.h"
#include "ua/next_hop.h"
#include "ua/server_race.h"

namespace godwit::ua {

/// Who is to blame when there is no flow: the network, the server that was silent or not whom we
/// meant, or we, with the port that was asked for.
[[nodiscard]] Who who_refused(const Error& error);

/// Knows which flow leads to a next hop: finds its servers, races or probes them, remembers what
/// failed, and sticks to what it chose until it is told that it failed, or to choose anew.
///
/// Every answer may be `Pending`; ask again after the next input or time-out.
class FlowSelector {
 public:
  struct Pending {};
  using Choice = std::variant<net::Flow, Pending, Error>;
  using Source = std::variant<net::RouteChoice, Pending, Error>;

  FlowSelector(Outbox& out, const UserAgentOptions& options, Random& random);

  /// What an account wants of its sockets; forgotten with it. Told again when it changes: whoever has chosen
  /// a connection keeps it, whoever chooses from now on gets one that is as the account wants it now.
  void add_account(AccountId account, const AccountOptions& options);
  void remove_account(AccountId account);
  /// The far end of the flow chosen has said as whom it sees us. Where the account's ContactOptions
  /// let it count, messages to that end name it from now on.
  void note_seen(const NextHop& hop, const net::Flow& flow, const net::SocketAddress& seen);
  /// Flows that are named otherwise since the last look.
  [[nodiscard]] std::vector<net::Flow> take_renamed() { return std::exchange(renamed_, {}); }

  /// The flow to a next hop. Errors: `name_not_found`, `no_network`, or what each server came to.
  [[nodiscard]] Choice flow_to(const NextHop& hop, TimePoint now);
  /// To find one, `flow_to` would begin a connection that nobody has made or is making.
  [[nodiscard]] bool would_connect(const NextHop& hop, TimePoint now);
  /// Requests to `hop` go where those to `leader` go: the server at the other end of that stream
  /// named itself so inside a dialog. What a name of its own would have to prove, the stream has
  /// proven.
  void follow(const NextHop& hop, const NextHop& leader);
  /// The flow leads to that server, for the account: the one chosen, or one of its uplinks that stands ready.
  [[nodiscard]] bool is_chosen(const NextHop& hop, net::FlowId flow) const;
  /// The flow that was chosen before and still stands; never starts anything.
  [[nodiscard]] std::optional<net::Flow> chosen(const NextHop& hop) const;
  /// What carries a request to `hop` that is ready to leave by `chosen` but for its credentials: that flow, or,
  /// where it is too large for UDP with them (RFC 3261 §18.1.1), a stream to the same server if there is one.
  /// In what it says of us, and for all that follows, it stays with `chosen`.
  using Carrier = std::variant<net::Flow, Pending>;
  [[nodiscard]] Carrier carrier_of(const sip::Message& request,
                                   const sip::CredentialStore* credentials, const NextHop& hop,
                                   const net::Flow& chosen, TimePoint now);

  /// The server behind a chosen flow did not take a request: it gave no answer at all, could not be
  /// reached, or answered 503 (RFC 3263 §4.3). It is remembered, for `retry_after` or ten minutes.
  /// @return whether another server is left to try: `flow_to` leads to it.
  bool give_up_on(const NextHop& hop, const Error& why,
                  const std::optional<std::chrono::seconds>& retry_after, TimePoint now);
  /// The server behind a chosen flow has answered.
  void on_answered(const NextHop& hop, TimePoint now);

  /// Forget the choice and every failure, and ask DNS anew: it is time to try again.
  void reselect(const NextHop& hop);
  /// Forget the choice and every failure: what DNS has told is good enough to choose from at once.
  void choose_again(const NextHop& hop);
  /// As `reselect`, and take this address of the host, from this source, if that may be told.
  void steer(const NextHop& hop, const net::IpAddress& source, const net::IpAddress& destination);
  /// What was chosen for `from` is `to`'s choice from now on, and `from` has none. A `to` that is held to an
  /// uplink takes nothing that might leave by another one.
  void hand_over(const NextHop& from, const NextHop& to);
  /// The server chosen is not the one that would be asked first, had all of them answered.
  [[nodiscard]] bool fell_back(const NextHop& hop) const;
  /// A new request is about to leave: a route may have changed without anybody being told (F35).
  /// `flow_to` is pending until the kernel has said from where it would send now. Whoever is held to one
  /// uplink does not care.
  void check_source(const NextHop& hop);
  /// Where the account's BindOptions name another source now than the flow chosen has (F37), that
  /// choice is forgotten. @return whether it was.
  [[nodiscard]] bool rebind(const NextHop& hop);
  /// The source from which the kernel would talk to an address.
  [[nodiscard]] Source source_for(const net::IpAddress& destination);
  /// What the chosen flow talks from and to; empty before there was one.
  [[nodiscard]] std::optional<roam::Link> link_of(const NextHop& hop) const;
  /// Whether an address is that of the server: the one that was chosen, or another that its name
  /// has.
  [[nodiscard]] bool is_address_of(const NextHop& hop, const net::IpAddress& address) const;
  /// An address that a message names, as it is reached from here: behind a NAT64 in its IPv6 form
  /// (R39). Empty while that is being found out.
  [[nodiscard]] std::optional<net::IpAddress> reach(const net::IpAddress& address, TimePoint now);
  /// The link with the forms that its IPv4 addresses have behind the NAT64 of this network.
  [[nodiscard]] roam::Link with_nat64_forms(roam::Link link) const;
  [[nodiscard]] bool has_nat64() const { return locator_.has_nat64(); }
  /// The address stands for one of IPv4 behind the NAT64 of this network.
  [[nodiscard]] bool is_nat64_form(const net::IpAddress& address) const {
    return locator_.is_nat64_form(address);
  }

  /// The address of a name in a session description, by records of that family alone (T73).
  using MediaAddress = std::variant<net::IpAddress, Pending, Error>;
  [[nodiscard]] MediaAddress media_address(const std::string& name, net::Family family,
                                           TimePoint now);
  [[nodiscard]] const BindOptions& bind_of(AccountId account) const;
  /// Where an account's socket to `destination` is bound, if the kernel would take `routed`: there,
  /// or as its BindOptions say. Empty: nothing that they allow leads there.
  [[nodiscard]] std::optional<net::IpAddress> bound_source(AccountId account,
                                                           const net::IpAddress& routed,
                                                           const net::IpAddress& destination) const;
  /// An address of the link that the best default route of the family leads out by; empty when it
  /// has none that others can be told.
  [[nodiscard]] std::optional<net::IpAddress> own_address(net::Family family) const;
  /// The interface by which alone packets from there may leave; empty: any.
  [[nodiscard]] std::string held_to(const net::IpAddress& source) const;
  /// The kernel would lead by another interface than that of the address, though none is forbidden.
  void hold_to_interfaces(bool hold) { hold_to_interfaces_ = hold; }

  void on_dns_answered(const sip::DnsAnswered& answered, TimePoint now);
  void on_route_found(const sip::RouteFound& found, TimePoint now);
  void on_flow_opened(const sip::FlowOpened& opened, TimePoint now);
  void on_stream_accepted(const sip::StreamAccepted& accepted);
  /// The socket or stream itself is gone or could not be opened.
  void on_flow_failed(net::FlowId flow, const Error& error, TimePoint now);
  /// Takes the snapshot's routes; sockets whose address is gone are closed and returned.
  [[nodiscard]] std::vector<net::FlowId> on_network(const net::NetworkSnapshot& snapshot,
                                                    TimePoint now);
  void on_probed(ProbeId probe, const std::optional<Error>& error, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::vector<ProbeWanted> take_probes();
  [[nodiscard]] std::vector<ProbeId> take_ended_probes();

  /// Whatever is known of other next hops is forgotten, and their flows are closed as unused ones
  /// are.
  void keep_only(const std::set<NextHop>& hops);
  [[nodiscard]] std::size_t hops() const { return hops_.size(); }
  [[nodiscard]] std::size_t remembered() const { return memory_.size(); }

  [[nodiscard]] const FlowBook& book() const { return book_; }
  /// The local address of a socket or stream of ours.
  [[nodiscard]] std::optional<net::SocketAddress> local_of(net::FlowId flow) const {
    return book_.local_of(flow);
  }
  /// Sockets and streams of ours that no next hop has chosen.
  [[nodiscard]] std::vector<net::FlowId> unused() const;
  void close(net::FlowId flow);
  [[nodiscard]] std::vector<net::FlowId> take_closed() { return book_.take_closed(); }
  /// Addresses of every next hop asked for so far.
  [[nodiscard]] std::vector<net::IpAddress> destinations() const;

 private:
  struct Steering {
    net::IpAddress source;
    net::IpAddress destination;
    net::FlowId flow;
  };
  /// What is known of one next hop. `choose_flow`, `leave_flow`, `steer_by`, `drop_steering` and `drop_race` keep what is
  /// told of all of them together in step.
  struct Hop {
    std::unique_ptr<ServerRace> race;
    std::vector<Tried> tried;  // since the last success or new beginning
    std::optional<net::Flow> chosen;
    std::optional<sip::Target> target;  // of the latest choice
    std::optional<roam::Link> last_link;
    std::optional<Steering> steering;
    std::optional<NextHop> leader;  // see `follow`
    bool checking = false;          // see `check_source`
  };
  using Hops = std::map<NextHop, Hop>;
  struct InOrder {
    bool operator()(const NextHop* a, const NextHop* b) const { return *a < *b; }
  };
  using Names = std::set<const NextHop*, InOrder>;  // of `hops_`
  [[nodiscard]] const NextHop& led(const NextHop& name) const;
  [[nodiscard]] ContactOptions::Rewrite rewrite_of(AccountId account) const;
  [[nodiscard]] net::Flow named_for(AccountId account, net::Flow flow) const;
  void choose_flow(Hop& hop, const net::Flow& flow);
  void leave_flow(Hop& hop);
  net::FlowId steer_by(Steering& steering, net::FlowId flow);
  void drop_steering(Hop& hop);
  Choice search(const NextHop& name, Hop& hop, TimePoint now);
  Choice steered(const NextHop& name, Hop& hop);
  [[nodiscard]] Choice stream_beside(const NextHop& hop, TimePoint now);
  Choice choose(const NextHop& name, Hop& hop, const sip::Target& target, const net::Flow& flow);
  [[nodiscard]] std::vector<net::IpAddress> known_addresses(const NextHop& name, const Hop& hop) const;
  [[nodiscard]] sip::Target known_target(const NextHop& name, const Hop& hop) const;
  [[nodiscard]] std::optional<net::Flow> stream_already_open(const NextHop& name) const;
  [[nodiscard]] std::vector<sip::Target> left_to_try(const NextHop& name, const Hop& hop,
                                                     TimePoint now) const;
  net::FlowId open(const sip::Target& target, const NextHop& name);
  [[nodiscard]] StreamWish wish_for(const sip::Target& target, const NextHop& name) const;
  [[nodiscard]] net::SocketIntent intent_of(const sip::Target& target, const NextHop& name) const;
  [[nodiscard]] net::IpAddress source_of(const sip::Target& target, const NextHop& name) const;
  [[nodiscard]] std::vector<sip::Target> from_uplink(std::vector<sip::Target> targets,
                                                     const net::Uplink& uplink) const;
  void leave_unless_from(const NextHop& name, Hop& hop, const net::IpAddress& routed);
  void tend(const NextHop& name, Hop& hop, TimePoint now);
  void each_race(const std::function<void(ServerRace&)>& tell, TimePoint now);
  void drop_race(const NextHop& name, Hop& hop);
  Hops::iterator forget(Hops::iterator hop);
  [[nodiscard]] bool is_used(net::FlowId flow) const;
  void drop_stream(net::FlowId flow);
  void ask_shell();
  void probe_grey(TimePoint now);
  void probe_in_background(const sip::Target& target, const NextHop& name);
  void send_background_probe(net::FlowId id, const sip::Target& target);
  void on_healed(const sip::FailureMemory::Key& key, TimePoint now);

  Outbox& out_;
  const UserAgentOptions& options_;
  FlowBook book_;
  sip::Locator locator_;
  MediaNames names_;
  sip::FailureMemory memory_;
  net::NetworkSnapshot network_;
  bool hold_to_interfaces_ = false;
  Hops hops_;
  Names racing_;    // those whose race is not lost
  Names checking_;  // see `check_source`
  FlowUses uses_;   // by choices and steerings
  FlowGroups groups_;
  std::map<AccountId, ContactOptions::Rewrite> rewrites_;
  std::map<net::IpAddress, std::optional<net::RouteChoice>> routes_;
  std::vector<ProbeWanted> probes_;
  std::vector<net::Flow> renamed_;
  std::vector<ProbeId> ended_probes_;
  std::map<ProbeId, sip::FailureMemory::Key> background_;  // probes of grey targets
  std::map<net::FlowId, sip::FailureMemory::Key> background_streams_;
  std::map<net::FlowId, std::vector<sip::Target>> background_sockets_;  // that are being opened
  std::uint64_t last_probe_ = 0;
};

}  // namespace godwit::ua
