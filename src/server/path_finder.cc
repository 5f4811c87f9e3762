// SPDX-License-Identifier: Apache-2.0
#include "server/path_finder.h"

#include <algorithm>
#include <utility>

namespace godwit::server {
namespace {

/// Whoever writes a Contact can write others too; nobody in particular would get the message.
bool is_one_host(const net::IpAddress& address) {
  return !address.is_unspecified() && !address.is_multicast();
}

sip::LocatePolicy policy_of(const ServerOptions& options) {
  sip::LocatePolicy policy;
  policy.udp = port_of(options, net::Transport::udp) != 0;
  policy.tcp = port_of(options, net::Transport::tcp) != 0;
  policy.tls = port_of(options, net::Transport::tls) != 0;
  return policy;
}

bool leads_to_the_same(const sip::Target& a, const sip::Target& b) {
  return a.transport == b.transport && a.remote == b.remote && a.domain == b.domain;
}

bool was_tried(const std::vector<sip::Target>& tried, const sip::Target& target) {
  return std::any_of(tried.begin(), tried.end(),
                     [&](const sip::Target& t) { return leads_to_the_same(t, target); });
}

}  // namespace

PathFinder::PathFinder(Parts parts)
    : parts_(parts), locator_(policy_of(parts.options), parts.random) {}

PathFinder::Ticket PathFinder::find(const sip::NextHop& hop, net::FlowId connection,
                                    TimePoint now) {
  const Ticket ticket{++last_ticket_};
  Search& search = searches_.emplace(ticket, Search{hop}).first->second;
  waiting_.insert(ticket);
  if (const auto flow = parts_.streams.flow(connection)) {
    finish(ticket, search, *flow);
  } else {
    advance(ticket, now);
  }
  return ticket;
}

void PathFinder::find_next(Ticket ticket, TimePoint now) {
  if (searches_.count(ticket) == 0) return;
  waiting_.insert(ticket);
  advance(ticket, now);
}

void PathFinder::forget(Ticket ticket) {
  const auto search = searches_.find(ticket);
  if (search == searches_.end()) return;
  give_up_opening(ticket, search->second);
  waiting_.erase(ticket);
  searches_.erase(search);
}

void PathFinder::give_up(Ticket ticket) {
  if (waiting_.count(ticket) == 0) return;
  give_up_opening(ticket, searches_.at(ticket));
  fail_search(ticket, Error{Errc::cancelled, "not wanted any more"});
}

/// The locator's answer, searched anew when it is not fresh: its cache keeps what may be kept
/// longer.
const sip::Locator::Located& PathFinder::locate(const sip::NextHop& hop, TimePoint now) {
  if (now >= tidy_at_) {
    std::erase_if(hops_,
                  [&](const auto& known) { return drop_if_old(known.first, known.second, now); });
    tidy_at_ = now + kFresh;
  }
  const auto [known, is_new] = hops_.try_emplace(hop, now);
  if (!is_new && drop_if_old(hop, known->second, now)) known->second = now;
  return locator_.locate(hop, now);
}

/// Not while it is being looked for: whoever waits for that goes on waiting.
bool PathFinder::drop_if_old(const sip::NextHop& hop, TimePoint since, TimePoint now) {
  if (now - since <= kFresh) return false;
  const auto* const found = locator_.found(hop);
  if (found != nullptr && !found->complete) return false;
  locator_.forget(hop);
  return true;
}

/// Goes as far as what is known allows.
void PathFinder::advance(Ticket ticket, TimePoint now) {
  Search& search = searches_.at(ticket);
  if (search.next_try_at && now < *search.next_try_at) return;
  search.next_try_at.reset();
  const auto& located = locate(search.hop, now);
  if (!located.usable && !located.complete) return;
  for (const sip::Target& target : located.targets) {
    if (was_tried(search.tried, target)) continue;
    search.tried.push_back(target);
    if (const auto flow = try_target(search, target, now)) return finish(ticket, search, *flow);
    if (search.next_try_at) return;
  }
  if (!located.complete || !search.opening.empty()) return;
  const Error no_way{Errc::no_network, "no way to " + to_string(search.hop)};
  fail_search(ticket, search.error.value_or(located.error.value_or(no_way)));
}

void PathFinder::advance_all(TimePoint now) {
  for (const Ticket ticket : std::set<Ticket>(waiting_)) advance(ticket, now);
}

std::optional<net::Flow> PathFinder::try_target(Search& search, const sip::Target& target,
                                                TimePoint now) {
  const net::Family family = target.remote.address.family();
  if (!is_one_host(target.remote.address) || !parts_.sockets.serves(target.transport, family)) {
    return std::nullopt;
  }
  if (target.transport != net::Transport::udp) return connect(search, target, now);
  return net::Flow{*parts_.sockets.udp(family),
                   target.transport,
                   {target.source, port_of(parts_.options, target.transport)},
                   target.remote};
}

std::optional<net::Flow> PathFinder::connect(Search& search, const sip::Target& target,
                                             TimePoint now) {
  const bool secure = target.transport == net::Transport::tls;
  // A literal proves nothing of the connection that comes from it; nor does it ask for more.
  if (!secure || target.via == sip::Target::Via::literal) {
    const StreamEnd end{target.transport, target.remote, {}};
    if (const auto open = parts_.streams.find(end)) return open;
  }
  const StreamEnd end{target.transport, target.remote, secure ? target.domain : std::string()};
  const auto stream = parts_.streams.reach(end, now);
  if (!stream) {
    search.error = Error{Errc::limit_reached, "too many connections"};
    return std::nullopt;
  }
  if (const auto open = parts_.streams.flow(*stream)) return open;
  search.opening.insert(*stream);
  search.next_try_at = now + kAttemptDelay;
  return std::nullopt;
}

void PathFinder::on_stream_opened(const net::Flow& flow) {
  for (const Ticket ticket : std::set<Ticket>(waiting_)) {
    Search& search = searches_.at(ticket);
    if (search.opening.erase(flow.id) != 0) finish(ticket, search, flow);
  }
}

void PathFinder::on_stream_closed(net::FlowId stream, const Error& error, TimePoint now) {
  for (const Ticket ticket : std::set<Ticket>(waiting_)) {
    Search& search = searches_.at(ticket);
    if (search.opening.erase(stream) == 0) continue;
    search.error = error;
    search.next_try_at.reset();
    advance(ticket, now);
  }
}

void PathFinder::finish(Ticket ticket, Search& search, const net::Flow& flow) {
  give_up_opening(ticket, search);
  waiting_.erase(ticket);
  found_.push_back({ticket, flow});
}

void PathFinder::fail_search(Ticket ticket, Error error) {
  waiting_.erase(ticket);
  searches_.erase(ticket);
  found_.push_back({ticket, tl::unexpected<Error>(std::move(error))});
}

/// Closes what is being opened for this search alone.
void PathFinder::give_up_opening(Ticket ticket, Search& search) {
  for (const net::FlowId stream : std::exchange(search.opening, {})) {
    const bool shared = std::any_of(waiting_.begin(), waiting_.end(), [&](Ticket other) {
      return other != ticket && searches_.at(other).opening.count(stream) != 0;
    });
    if (!shared) parts_.streams.close(stream);
  }
  search.next_try_at.reset();
}

void PathFinder::on_dns_answered(const sip::DnsAnswered& answered, TimePoint now) {
  locator_.on_dns_answered(answered, now);
  advance_all(now);
}

void PathFinder::on_route_found(const sip::RouteFound& found, TimePoint now) {
  locator_.on_route_found(found, now);
  advance_all(now);
}

void PathFinder::on_timeout(TimePoint now) {
  locator_.on_timeout(now);
  advance_all(now);
}

std::optional<TimePoint> PathFinder::next_deadline() const {
  std::optional<TimePoint> first = locator_.next_deadline();
  for (const Ticket ticket : waiting_) {
    const auto& at = searches_.at(ticket).next_try_at;
    if (at && (!first || *at < *first)) first = at;
  }
  return first;
}

std::optional<net::Flow> PathFinder::living(const net::Flow& flow) const {
  if (flow.transport == net::Transport::udp) {
    const auto socket = parts_.sockets.udp(flow.remote.family());
    return socket == flow.id ? std::optional(flow) : std::nullopt;
  }
  const auto open = parts_.streams.flow(flow.id);
  return open && open->remote == flow.remote ? open : std::nullopt;
}

std::vector<PathFinder::Found> PathFinder::take_found() {
  return std::exchange(found_, {});
}

std::vector<sip::IoAction> PathFinder::take_actions() {
  return locator_.take_actions();
}

}  // namespace godwit::server
