// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_selector.h"

#include <algorithm>
#include <utility>

#include "sip/locate/route_table.h"
#include "sip/transaction/outgoing_head.h"

namespace godwit::ua {
namespace {

// Who has nothing but one failure is told that one; who has many, each.
Error summary(const sip::NextHop& hop, const std::vector<Tried>& tried) {
  if (tried.empty()) return {Errc::unreachable, "no server of " + hop.host + " can be tried"};
  if (tried.size() == 1) return tried.front().error;
  // Somebody who is not whom we meant is what a person has to hear of first.
  const auto impostor = std::find_if(tried.begin(), tried.end(), [](const Tried& t) {
    return t.error.code == Errc::certificate_rejected;
  });
  const auto& telling = impostor != tried.end() ? *impostor : tried.back();
  Error all{telling.error.code, "no server of " + hop.host + " answers: "};
  for (const auto& [target, error] : tried) {
    if (&target != &tried.front().target) all.detail += ", ";
    all.detail += std::string(to_string(target.transport)) + ' ' + to_string(target.remote) + " (" +
                  (error.detail.empty() ? error.code.message() : error.detail) + ')';
  }
  return all;
}

sip::LocatePolicy policy_of(const TransportOptions& transport) {
  return {transport.udp, transport.tcp, transport.tls, transport.families};
}

std::uint16_t port_of(const sip::NextHop& hop) {
  return hop.port != 0 ? hop.port : net::default_port(transport_of(hop));
}

}  // namespace

Who who_refused(const Error& error) {
  if (error.code == Errc::certificate_rejected || error.code == Errc::tls_failed) {
    return Who::identity;
  }
  if (error.code == Errc::timed_out) return Who::timeout;
  return error.code == Errc::address_in_use ? Who::local : Who::network;
}

FlowSelector::FlowSelector(Outbox& out, const UserAgentOptions& options, Random& random)
    : out_(out),
      options_(options),
      book_(out, options),
      locator_(policy_of(options.transport), random),
      tls_(std::make_shared<const TlsOptions>(options.transport.tls_options)) {}

void FlowSelector::add_account(AccountId account, const AccountOptions& options) {
  auto tls = options.tls ? std::make_shared<const TlsOptions>(*options.tls) : tls_;
  accounts_.insert_or_assign(account,
                             AccountSetting{options.bind, std::move(tls), options.contact.rewrite});
  for (auto& [name, hop] : hops_) {
    if (name.account != account || !hop.chosen) continue;
    const auto flow = book_.flow(hop.chosen->id, hop.chosen->remote);
    if (flow) hop.chosen = named_for(account, *flow);
  }
}

void FlowSelector::remove_account(AccountId account) {
  accounts_.erase(account);
  for (auto it = hops_.begin(); it != hops_.end();) {
    if (it->first.account != account) {
      ++it;
      continue;
    }
    it = forget(it);
  }
}

void FlowSelector::keep_only(const std::set<NextHop>& hops) {
  for (auto it = hops_.begin(); it != hops_.end();) {
    const auto& race = it->second.race;
    const bool searching = race && !race->winner() && !race->lost();
    it = hops.contains(it->first) || searching ? std::next(it) : forget(it);
  }
  const auto known = destinations();
  std::erase_if(routes_, [&](const auto& route) {
    return !std::binary_search(known.begin(), known.end(), route.first);
  });
}

// Accounts of one server share what DNS said of it.
std::map<NextHop, FlowSelector::Hop>::iterator FlowSelector::forget(
    std::map<NextHop, Hop>::iterator hop) {
  drop_race(hop->second);
  const auto server = hop->first.server;
  const auto next = hops_.erase(hop);
  const bool shared = std::any_of(hops_.begin(), hops_.end(),
                                  [&](const auto& other) { return other.first.server == server; });
  if (!shared) locator_.forget(server);
  return next;
}

void FlowSelector::follow(const NextHop& name, const NextHop& leader) {
  if (name != leader && !hops_[leader].leader) hops_[name].leader = leader;
}

const NextHop& FlowSelector::led(const NextHop& name) const {
  const auto it = hops_.find(name);
  return it == hops_.end() || !it->second.leader ? name : *it->second.leader;
}

FlowSelector::Choice FlowSelector::flow_to(const NextHop& asked, TimePoint now) {
  const NextHop name = led(asked);
  Hop& hop = hops_[name];
  if (hop.chosen && hop.checking) return Pending{};
  if (hop.chosen) return *hop.chosen;
  hop.checking = false;
  if (hop.steering) return steered(name, hop);
  if (const auto stream = stream_already_open(name); stream && !name.uplink) {
    hop.chosen = *stream;
    hop.last_link =
        roam::Link{stream->local.address, stream->remote.address, {stream->remote.address}};
    drop_race(hop);  // which may have opened it, and would still hold it when it is gone
    return *stream;
  }
  return search(name, hop, now);
}

// Inside a dialog the next hop is what the other end, or its proxy, wrote of itself over this very
// stream: that needs no other proof (RFC 5923 §8.2 would have it opened anew under the new name).
std::optional<net::Flow> FlowSelector::stream_already_open(const NextHop& name) const {
  const auto literal = net::IpAddress::parse(name.server.host);
  const auto transport = transport_of(name.server);
  if (!literal || transport == net::Transport::udp) return std::nullopt;
  const auto id = book_.stream_with(transport, {*literal, port_of(name.server)}, name.account);
  return id ? book_.stream(*id) : std::nullopt;
}

FlowSelector::Choice FlowSelector::search(const NextHop& name, Hop& hop, TimePoint now) {
  const auto& located = locator_.locate(name.server, now);
  ask_shell();
  if (located.error) return *located.error;
  if (!located.usable) return Pending{};
  if (!hop.race) {
    hop.race = std::make_unique<ServerRace>(
        book_, memory_, [this, name](const sip::Target& t) { return open(t, name); }, last_probe_);
  }
  hop.race->on_targets(left_to_try(name, hop, now), located.complete, now);
  tend(name, hop, now);
  if (const auto& won = hop.race->winner()) {
    if (won->took) memory_.worked(memory_key(won->target), now, won->took);
    return choose(name, hop, won->target, won->flow);
  }
  if (!hop.race->lost()) return Pending{};
  return summary(name.server, hop.tried);
}

std::vector<sip::Target> FlowSelector::left_to_try(const NextHop& name, const Hop& hop,
                                                   TimePoint now) const {
  const auto* located = locator_.found(name.server);
  if (located == nullptr) return {};
  auto known = name.uplink ? from_uplink(located->targets, *name.uplink) : located->targets;
  auto targets = sip::by_memory(std::move(known), memory_, now);
  std::erase_if(targets, [&](const sip::Target& target) {
    return std::any_of(hop.tried.begin(), hop.tried.end(),
                       [&](const Tried& tried) { return tried.target == target; });
  });
  return targets;
}

FlowSelector::Choice FlowSelector::choose(const NextHop& name, Hop& hop, const sip::Target& target,
                                          const net::Flow& flow) {
  hop.target = target;
  hop.chosen = named_for(name.account, flow);
  hop.last_link =
      roam::Link{flow.local.address, flow.remote.address, locator_.addresses(name.server)};
  hop.race.reset();  // what was given may have been the winner that it holds
  return *hop.chosen;
}

// What a race has to say, after anything it was told.
void FlowSelector::tend(const NextHop& name, Hop& hop, TimePoint now) {
  if (!hop.race) return;
  for (auto& probe : hop.race->take_probes()) probes_.push_back(std::move(probe));
  for (const auto probe : hop.race->take_ended_probes()) ended_probes_.push_back(probe);
  for (const auto flow : hop.race->take_dropped()) drop_stream(flow);
  for (const auto& failure : hop.race->failures()) {
    const bool known = std::any_of(hop.tried.begin(), hop.tried.end(), [&](const Tried& tried) {
      return tried.target == failure.target;
    });
    if (known) continue;
    // Nobody else goes by that uplink.
    const bool own = failure.error.code == Errc::no_network || name.uplink;
    if (!own) memory_.failed(memory_key(failure.target), now, std::nullopt);
    hop.tried.push_back(failure);
  }
}

bool FlowSelector::is_used(net::FlowId flow) const {
  return std::any_of(hops_.begin(), hops_.end(), [&](const auto& entry) {
    const Hop& hop = entry.second;
    return (hop.chosen && hop.chosen->id == flow) || (hop.race && hop.race->uses(flow)) ||
           (hop.steering && hop.steering->flow == flow);
  });
}

// A stream that lost a race may be what another one waits for.
void FlowSelector::drop_stream(net::FlowId flow) {
  if (!is_used(flow)) book_.close(flow);
}

void FlowSelector::drop_race(Hop& hop) {
  if (!hop.race) return;
  const auto race = std::exchange(hop.race, nullptr);
  race->stop();
  for (const auto probe : race->take_ended_probes()) ended_probes_.push_back(probe);
  for (const auto flow : race->take_dropped()) drop_stream(flow);
}

// The routed address, unless the account is bound to another one.
net::IpAddress FlowSelector::source_of(const sip::Target& target, const NextHop& name) const {
  if (name.uplink) return target.source;
  return bound_source(name.account, target.source, target.remote.address).value_or(target.source);
}

net::FlowId FlowSelector::open(const sip::Target& target, const NextHop& name) {
  const auto account = name.account;
  const auto& bind = bind_of(account);
  const net::SocketIntent intent{name.uplink ? name.uplink->interface : bind.interface, bind.dscp};
  const auto source = source_of(target, name);
  if (target.transport == net::Transport::udp) return book_.udp_from(source, intent);
  const bool tls = target.transport == net::Transport::tls;
  const auto setting = accounts_.find(account);
  auto options = setting == accounts_.end() ? tls_ : setting->second.tls;
  return book_.stream_to(
      {target.transport, source, target.remote, tls ? target.domain : std::string(), account},
      intent, tls ? std::move(options) : nullptr);
}

FlowSelector::Choice FlowSelector::steered(const NextHop& name, Hop& hop) {
  Steering& steering = *hop.steering;
  auto target = known_target(name, hop);
  target.source = steering.source;
  target.remote.address = steering.destination;
  if (!steering.flow) steering.flow = open(target, name);
  if (const auto* error = book_.error_of(steering.flow)) return *error;
  const auto flow = book_.flow(steering.flow, target.remote);
  if (!flow) return Pending{};
  return choose(name, hop, target, *flow);
}

// What the steering leaves open: transport, port and name.
sip::Target FlowSelector::known_target(const NextHop& name, const Hop& hop) const {
  const auto& destination = hop.steering->destination;
  if (const auto* located = locator_.found(name.server)) {
    for (const auto& target : located->targets) {
      const bool same = !hop.target || target.transport == hop.target->transport;
      if (same && target.remote.address == destination) return target;
    }
  }
  if (hop.target) return *hop.target;
  sip::Target target;
  target.transport = transport_of(name.server);
  target.remote.port = port_of(name.server);
  target.host = target.domain = name.server.host;
  return target;
}

bool FlowSelector::is_chosen(const NextHop& name, net::FlowId flow) const {
  return std::any_of(hops_.begin(), hops_.end(), [&](const auto& entry) {
    const auto& [other, hop] = entry;
    return other.account == name.account && other.server == name.server && hop.chosen &&
           hop.chosen->id == flow;
  });
}

std::optional<net::Flow> FlowSelector::chosen(const NextHop& name) const {
  const auto it = hops_.find(led(name));
  return it == hops_.end() ? std::nullopt : it->second.chosen;
}

FlowSelector::Carrier FlowSelector::carrier_of(const sip::Message& request,
                                               const sip::CredentialStore* credentials,
                                               const NextHop& name, const net::Flow& chosen,
                                               TimePoint now) {
  if (chosen.transport != net::Transport::udp) return chosen;
  const bool lacks_credentials = credentials != nullptr && credentials->applies_to(request);
  const bool too_large = lacks_credentials
                             ? sip::leaves_by_stream(credentials->rehearse(request), chosen)
                             : sip::leaves_by_stream(request, chosen);
  if (!too_large) return chosen;
  const auto beside = stream_beside(name, now);
  if (std::holds_alternative<Pending>(beside)) return Pending{};
  const auto* stream = std::get_if<net::Flow>(&beside);
  if (stream == nullptr) return chosen;
  auto carrier = *stream;
  // Where a NAT is before the socket, it is before the stream beside it as well.
  if (!carrier.advertised && chosen.advertised) {
    carrier.advertised = net::SocketAddress{chosen.advertised->address, carrier.local.port};
  }
  return carrier;
}

// An error says that there is none: then UDP it is.
FlowSelector::Choice FlowSelector::stream_beside(const NextHop& name, TimePoint now) {
  const auto flow = chosen(name);
  if (!flow || !options_.transport.tcp) return Error{Errc::unsupported, "no stream there"};
  sip::NextHop beside;
  beside.host = net::to_string(flow->remote.address);
  beside.port = flow->remote.port;
  beside.transport = net::Transport::tcp;
  return flow_to({beside, name.account}, now);
}

bool FlowSelector::give_up_on(const NextHop& name, const Error& why,
                              const std::optional<std::chrono::seconds>& retry_after,
                              TimePoint now) {
  const auto it = hops_.find(name);
  if (it == hops_.end()) return false;
  Hop& hop = it->second;
  hop.chosen.reset();
  hop.steering.reset();
  drop_race(hop);
  if (!hop.target) return false;
  const bool own = why.code == Errc::no_network || name.uplink;  // that is no failure of the server's
  if (!own) memory_.failed(memory_key(*hop.target), now, retry_after);
  hop.tried.push_back({*hop.target, why});
  const auto* located = locator_.found(name.server);
  return located != nullptr && (!located->complete || !left_to_try(name, hop, now).empty());
}

void FlowSelector::on_answered(const NextHop& name, TimePoint now) {
  const auto it = hops_.find(name);
  if (it == hops_.end() || !it->second.chosen || !it->second.target) return;
  it->second.tried.clear();
  memory_.worked(memory_key(*it->second.target), now);
}

void FlowSelector::reselect(const NextHop& name) {
  const auto it = hops_.find(led(name));
  if (it == hops_.end()) return;
  choose_again(name);
  // What one uplink does not carry is no reason to doubt what DNS has said to all.
  if (!name.uplink) locator_.forget(it->first.server);
}

void FlowSelector::choose_again(const NextHop& name) {
  const auto it = hops_.find(led(name));
  if (it == hops_.end()) return;
  Hop& hop = it->second;
  hop.chosen.reset();
  hop.steering.reset();
  hop.tried.clear();
  drop_race(hop);
  book_.forget_failures();
}

void FlowSelector::steer(const NextHop& name, const net::IpAddress& source,
                         const net::IpAddress& destination) {
  // From a 464XLAT, say: another way has to be found, through the NAT64 (R37, R39).
  if (!sip::may_be_advertised(source, destination)) return reselect(name);
  const NextHop led_by = led(name);
  Hop& hop = hops_[led_by];
  hop.chosen.reset();
  hop.tried.clear();
  drop_race(hop);
  book_.forget_failures();
  hop.steering = Steering{source, destination, {}};
}

void FlowSelector::hand_over(const NextHop& from, const NextHop& to) {
  const auto it = hops_.find(led(from));
  if (it == hops_.end()) return;
  const Hop had{{}, {}, it->second.chosen, it->second.target, it->second.last_link, {}, {}};
  choose_again(from);
  if (!had.chosen || (to.uplink && !book_.is_held_to(had.chosen->id, to.uplink->interface))) return;
  Hop& hop = hops_[led(to)];
  drop_race(hop);
  hop.steering.reset();
  hop.tried.clear();
  hop.chosen = had.chosen;
  hop.target = had.target;
  hop.last_link = had.last_link;
}

bool FlowSelector::fell_back(const NextHop& name) const {
  const auto& server = led(name);
  const auto it = hops_.find(server);
  const auto* located = locator_.found(server.server);
  if (it == hops_.end() || !it->second.target || located == nullptr || located->targets.empty()) {
    return false;
  }
  const auto& first = located->targets.front();
  const auto& chosen = *it->second.target;
  return first.transport != chosen.transport || first.remote != chosen.remote;
}

FlowSelector::Source FlowSelector::source_for(const net::IpAddress& destination) {
  const auto it = routes_.find(destination);
  if (it == routes_.end()) {
    out_.io(sip::LookUpRoute{destination});
    return Pending{};
  }
  if (!it->second) return Error{Errc::no_network, "no route to " + net::to_string(destination)};
  return *it->second;
}

std::optional<roam::Link> FlowSelector::link_of(const NextHop& name) const {
  const auto it = hops_.find(led(name));
  return it == hops_.end() ? std::nullopt : it->second.last_link;
}

bool FlowSelector::is_address_of(const NextHop& hop, const net::IpAddress& address) const {
  const auto server = link_of(hop);
  if (!server) return false;
  const auto& others = server->remote_addresses;
  return server->remote == address ||
         std::find(others.begin(), others.end(), address) != others.end();
}

std::optional<net::IpAddress> FlowSelector::reach(const net::IpAddress& address, TimePoint now) {
  auto reached = locator_.reach(address, now);
  ask_shell();
  return reached;
}

void FlowSelector::ask_shell() {
  for (auto& action : locator_.take_actions()) out_.io(std::move(action));
  for (auto& action : names_.take_actions()) out_.io(std::move(action));
}

std::vector<net::FlowId> FlowSelector::unused() const {
  std::vector<net::FlowId> flows;
  for (const auto id : book_.ours()) {
    if (!is_used(id)) flows.push_back(id);
  }
  return flows;
}

void FlowSelector::close(net::FlowId flow) {
  book_.close(flow);
  for (auto& [name, hop] : hops_) {
    if (hop.chosen && hop.chosen->id == flow) hop.chosen.reset();
  }
}

std::vector<net::IpAddress> FlowSelector::destinations() const {
  std::vector<net::IpAddress> all;
  for (const auto& [name, hop] : hops_) {
    const auto addresses = locator_.addresses(name.server);
    all.insert(all.end(), addresses.begin(), addresses.end());
    if (hop.last_link) all.push_back(hop.last_link->remote);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace godwit::ua
