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
      groups_(options.transport) {}

void FlowSelector::add_account(AccountId account, const AccountOptions& options) {
  groups_.join(account, options);
  const bool known = !rewrites_.insert_or_assign(account, options.contact.rewrite).second;
  if (!known) return;
  for (auto& [name, hop] : hops_) {
    if (name.account != account || !hop.chosen) continue;
    const auto flow = book_.flow(hop.chosen->id, hop.chosen->remote);
    if (flow) hop.chosen = named_for(account, *flow);
  }
}

void FlowSelector::remove_account(AccountId account) {
  groups_.leave(account);
  rewrites_.erase(account);
  for (auto it = hops_.begin(); it != hops_.end();) {
    it = it->first.account == account ? forget(it) : std::next(it);
  }
}

void FlowSelector::choose_flow(Hop& hop, const net::Flow& flow) {
  uses_.add(flow.id);
  leave_flow(hop);
  hop.chosen = flow;
}

void FlowSelector::leave_flow(Hop& hop) {
  if (hop.chosen) uses_.remove(hop.chosen->id);
  hop.chosen.reset();
}

net::FlowId FlowSelector::steer_by(Steering& steering, net::FlowId flow) {
  uses_.add(flow);
  uses_.remove(std::exchange(steering.flow, flow));
  return flow;
}

void FlowSelector::drop_steering(Hop& hop) {
  if (hop.steering) steer_by(*hop.steering, {});
  hop.steering.reset();
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
FlowSelector::Hops::iterator FlowSelector::forget(Hops::iterator hop) {
  drop_race(hop->first, hop->second);
  drop_steering(hop->second);
  leave_flow(hop->second);
  racing_.erase(&hop->first);
  checking_.erase(&hop->first);
  const auto server = hop->first.server;
  const auto next = hops_.erase(hop);
  const auto other = hops_.lower_bound(NextHop{server, {}});
  if (other == hops_.end() || other->first.server != server) locator_.forget(server);
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
  if (std::exchange(hop.checking, false)) checking_.erase(&name);
  if (hop.steering) return steered(name, hop);
  if (const auto stream = stream_already_open(name); stream && !name.uplink) {
    choose_flow(hop, *stream);
    hop.last_link =
        roam::Link{stream->local.address, stream->remote.address, {stream->remote.address}};
    drop_race(name, hop);  // which may have opened it, and would still hold it when it is gone
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
  const auto id = book_.stream_with(transport, {*literal, port_of(name.server)},
                                    groups_.of(name.account).id);
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
    racing_.insert(&hops_.find(name)->first);
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
  choose_flow(hop, named_for(name.account, flow));
  hop.last_link = roam::Link{flow.local.address, flow.remote.address, known_addresses(name, hop)};
  hop.race.reset();  // what was given may have been the winner that it holds
  racing_.erase(&name);
  return *hop.chosen;
}

// Of a server that is looked up anew also those that it had: the next network may lead to no other.
std::vector<net::IpAddress> FlowSelector::known_addresses(const NextHop& name, const Hop& hop) const {
  auto all = locator_.addresses(name.server);
  const auto* located = locator_.found(name.server);
  const bool known = located != nullptr && located->complete && !located->error;
  if (known || !hop.last_link) return all;
  for (const auto& address : hop.last_link->remote_addresses) {
    if (std::find(all.begin(), all.end(), address) == all.end()) all.push_back(address);
  }
  return all;
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
  if (hop.race->lost()) racing_.erase(&name);
}

bool FlowSelector::is_used(net::FlowId flow) const {
  return uses_.any(flow) || std::any_of(racing_.begin(), racing_.end(), [&](const NextHop* name) {
           return hops_.at(*name).race->uses(flow);
         });
}

// A stream that lost a race may be what another one waits for.
void FlowSelector::drop_stream(net::FlowId flow) {
  if (is_used(flow)) return;
  book_.close(flow);
  uses_.on_gone(flow);
}

void FlowSelector::drop_race(const NextHop& name, Hop& hop) {
  if (!hop.race) return;
  const auto race = std::exchange(hop.race, nullptr);
  racing_.erase(&name);
  race->stop();
  for (const auto probe : race->take_ended_probes()) ended_probes_.push_back(probe);
  for (const auto flow : race->take_dropped()) drop_stream(flow);
}

// The routed address, unless the account is bound to another one.
net::IpAddress FlowSelector::source_of(const sip::Target& target, const NextHop& name) const {
  if (name.uplink) return target.source;
  return bound_source(name.account, target.source, target.remote.address).value_or(target.source);
}

net::SocketIntent FlowSelector::intent_of(const sip::Target& target, const NextHop& name) const {
  const auto& bind = bind_of(name.account);
  const auto interface = bind.interface.empty() ? held_to(source_of(target, name)) : bind.interface;
  return {name.uplink ? name.uplink->interface : interface, bind.dscp};
}

StreamWish FlowSelector::wish_for(const sip::Target& target, const NextHop& name) const {
  const bool tls = target.transport == net::Transport::tls;
  return {target.transport, source_of(target, name), target.remote,
          tls ? target.domain : std::string(), groups_.of(name.account).id};
}

net::FlowId FlowSelector::open(const sip::Target& target, const NextHop& name) {
  const auto intent = intent_of(target, name);
  if (target.transport == net::Transport::udp) {
    return book_.udp_from(source_of(target, name), intent);
  }
  const bool tls = target.transport == net::Transport::tls;
  return book_.stream_to(wish_for(target, name), intent,
                         tls ? groups_.of(name.account).tls : nullptr);
}

bool FlowSelector::would_connect(const NextHop& asked, TimePoint now) {
  const NextHop name = led(asked);
  const Hop& hop = hops_[name];
  const bool opening = hop.steering && hop.steering->flow;
  if (hop.chosen || hop.race || opening) return false;
  std::optional<sip::Target> first;
  if (hop.steering) {
    first = known_target(name, hop);
  } else if (!stream_already_open(name) || name.uplink) {
    const auto& located = locator_.locate(name.server, now);
    ask_shell();
    const auto targets = left_to_try(name, hop, now);
    if (!located.error && located.usable && !targets.empty()) first = targets.front();
  }
  return first && first->transport != net::Transport::udp &&
         !book_.stream_for(wish_for(*first, name), intent_of(*first, name));
}

FlowSelector::Choice FlowSelector::steered(const NextHop& name, Hop& hop) {
  Steering& steering = *hop.steering;
  const auto target = known_target(name, hop);
  if (!steering.flow) steer_by(steering, open(target, name));
  if (const auto* error = book_.error_of(steering.flow)) return *error;
  const auto flow = book_.flow(steering.flow, target.remote);
  if (!flow) return Pending{};
  return choose(name, hop, target, *flow);
}

// What the steering leaves open: transport, port and name.
sip::Target FlowSelector::known_target(const NextHop& name, const Hop& hop) const {
  const auto& [source, destination, flow] = *hop.steering;
  sip::Target target;
  target.transport = transport_of(name.server);
  target.remote.port = port_of(name.server);
  target.host = target.domain = name.server.host;
  if (hop.target) target = *hop.target;
  if (const auto* located = locator_.found(name.server)) {
    const auto known = std::find_if(
        located->targets.begin(), located->targets.end(), [&](const sip::Target& candidate) {
          const bool same = !hop.target || candidate.transport == hop.target->transport;
          return same && candidate.remote.address == hop.steering->destination;
        });
    if (known != located->targets.end()) target = *known;
  }
  target.source = source;
  target.remote.address = destination;
  return target;
}

bool FlowSelector::is_chosen(const NextHop& name, net::FlowId flow) const {
  for (auto at = hops_.lower_bound(NextHop{name.server, name.account}); at != hops_.end(); ++at) {
    const auto& [other, hop] = *at;
    if (other.server != name.server || other.account != name.account) break;
    if (hop.chosen && hop.chosen->id == flow) return true;
  }
  return false;
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
  const NextHop hop{beside, name.account};
  const auto from_there = [&](const Choice& choice) {
    const auto* stream = std::get_if<net::Flow>(&choice);
    return stream == nullptr || stream->local.address == flow->local.address;
  };
  auto choice = flow_to(hop, now);
  if (from_there(choice)) return choice;
  // With two networks up the stream may leave by the other one, where what the message says of us is not true.
  steer(hop, flow->local.address, flow->remote.address);
  choice = flow_to(hop, now);
  if (from_there(choice)) return choice;
  return Error{Errc::unsupported, "no stream from " + net::to_string(flow->local.address)};
}

bool FlowSelector::give_up_on(const NextHop& name, const Error& why,
                              const std::optional<std::chrono::seconds>& retry_after,
                              TimePoint now) {
  const auto it = hops_.find(name);
  if (it == hops_.end()) return false;
  Hop& hop = it->second;
  leave_flow(hop);
  drop_steering(hop);
  drop_race(it->first, hop);
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
  leave_flow(hop);
  drop_steering(hop);
  hop.tried.clear();
  drop_race(it->first, hop);
  book_.forget_failures();
}

void FlowSelector::steer(const NextHop& name, const net::IpAddress& source,
                         const net::IpAddress& destination) {
  // From a 464XLAT, say: another way has to be found, through the NAT64 (R37, R39).
  if (!sip::may_be_advertised(source, destination)) return reselect(name);
  const NextHop led_by = led(name);
  Hop& hop = hops_[led_by];
  leave_flow(hop);
  drop_steering(hop);
  hop.tried.clear();
  drop_race(led_by, hop);
  book_.forget_failures();
  hop.steering = Steering{source, destination, {}};
}

void FlowSelector::hand_over(const NextHop& from, const NextHop& to) {
  const auto it = hops_.find(led(from));
  if (it == hops_.end()) return;
  const Hop had{{}, {}, it->second.chosen, it->second.target, it->second.last_link, {}, {}};
  choose_again(from);
  if (!had.chosen || (to.uplink && !book_.is_held_to(had.chosen->id, to.uplink->interface))) return;
  const NextHop onto = led(to);
  Hop& hop = hops_[onto];
  drop_race(onto, hop);
  drop_steering(hop);
  hop.tried.clear();
  choose_flow(hop, *had.chosen);
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

roam::Link FlowSelector::with_nat64_forms(roam::Link link) const {
  if (!locator_.has_nat64()) return link;
  const auto known = link.remote_addresses;
  for (const auto& address : known) {
    for (const auto& form : locator_.nat64_forms(address)) {
      if (std::ranges::find(link.remote_addresses, form) == link.remote_addresses.end()) {
        link.remote_addresses.push_back(form);
      }
    }
  }
  return link;
}

void FlowSelector::ask_shell() {
  for (auto& action : locator_.take_actions()) out_.io(std::move(action));
  for (auto& action : names_.take_actions()) out_.io(std::move(action));
}

std::vector<net::FlowId> FlowSelector::unused() const {
  std::vector<net::FlowId> flows;
  for (const auto id : uses_.idle()) {
    if (book_.is_ours(id) && !is_used(id)) flows.push_back(id);
  }
  return flows;
}

void FlowSelector::close(net::FlowId flow) {
  book_.close(flow);
  if (uses_.any(flow)) {
    for (auto& [name, hop] : hops_) {
      if (hop.chosen && hop.chosen->id == flow) leave_flow(hop);
    }
  }
  uses_.on_gone(flow);
}

std::vector<net::IpAddress> FlowSelector::destinations() const {
  std::vector<net::IpAddress> all;
  for (const auto& [name, hop] : hops_) {
    const auto addresses = locator_.addresses(name.server);
    all.insert(all.end(), addresses.begin(), addresses.end());
    if (!hop.last_link) continue;
    // Of a server that is looked up anew the way back may be by any address that it had.
    const auto& link = *hop.last_link;
    all.push_back(link.remote);
    all.insert(all.end(), link.remote_addresses.begin(), link.remote_addresses.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace godwit::ua
