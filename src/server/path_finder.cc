// SPDX-License-Identifier: Apache-2.0
#include "server/path_finder.h"

#include <algorithm>
#include <utility>

namespace godwit::server {
namespace {

constexpr std::uint16_t kSipPort = 5060;

bool needs_other_transport(const sip::Uri& uri) {
  const std::string* const transport = find_parameter(uri.parameters, "transport");
  return uri.scheme != "sip" ||
         (transport != nullptr && *transport != "udp" && *transport != "UDP");
}

/// Whoever writes a Contact can write others too; nobody in particular would get the message.
bool is_one_host(const net::IpAddress& address) {
  return !address.is_unspecified() && !address.is_multicast();
}

}  // namespace

void PathFinder::open(net::Family family, net::FlowId socket, std::uint16_t port) {
  sockets_[family] = {socket, port};
}

void PathFinder::close(net::Family family) {
  sockets_.erase(family);
}

void PathFinder::find(Ticket ticket, const sip::Uri& next_hop, TimePoint now) {
  Search search{ticket, {}, {}, next_hop.port == 0 ? kSipPort : next_hop.port};
  if (needs_other_transport(next_hop)) {
    return finish(search, fail(Errc::unsupported, "only UDP: " + to_string(next_hop)));
  }
  if (const auto* const address = std::get_if<net::IpAddress>(&next_hop.host)) {
    search.candidates.push_back(*address);
  } else {
    search.name = std::get<std::string>(next_hop.host);
    const auto known = names_.find(search.name);
    if (known == names_.end() || now - known->second.known_at > kFresh) {
      names_.erase(search.name);
      actions_.emplace_back(sip::ResolveName{search.name});
    }
  }
  if (!advance(search, now)) searches_.push_back(std::move(search));
}

void PathFinder::on_resolved(const sip::NameResolved& resolved, TimePoint now) {
  std::erase_if(names_, [now](const auto& n) { return now - n.second.known_at > kFresh; });
  names_[resolved.name] = {resolved.addresses, now};
  advance_all(now);
}

void PathFinder::on_route(const sip::RouteFound& route, TimePoint now) {
  std::erase_if(routes_, [now](const auto& r) { return now - r.second.known_at > kFresh; });
  routes_[route.destination] = {route.choice, now};
  advance_all(now);
}

void PathFinder::advance_all(TimePoint now) {
  std::vector<Search> waiting = std::exchange(searches_, {});
  for (Search& search : waiting) {
    if (!advance(search, now)) searches_.push_back(std::move(search));
  }
}

/// Goes as far as what is known allows. @return whether the search has ended.
bool PathFinder::advance(Search& search, TimePoint now) {
  if (!search.name.empty()) {
    const auto known = names_.find(search.name);
    if (known == names_.end()) return false;
    if (known->second.addresses.empty()) {
      finish(search, fail(Errc::name_not_found, std::exchange(search.name, {})));
      return true;
    }
    search.candidates = known->second.addresses;
    search.name.clear();
  }
  while (!search.candidates.empty()) {
    const net::IpAddress destination = search.candidates.front();
    const auto socket = sockets_.find(destination.family());
    if (socket != sockets_.end() && is_one_host(destination)) {
      const auto route = routes_.find(destination);
      if (route == routes_.end() || now - route->second.known_at > kFresh) {
        ask_for_route(destination);
        return false;
      }
      if (route->second.choice) {
        finish(search, net::Flow{socket->second.flow,
                                 net::Transport::udp,
                                 {route->second.choice->source, socket->second.port},
                                 {destination, search.port}});
        return true;
      }
    }
    search.candidates.erase(search.candidates.begin());
  }
  finish(search, fail(Errc::no_network, "no way to the next hop"));
  return true;
}

/// Once for all that wait for the same answer.
void PathFinder::ask_for_route(const net::IpAddress& destination) {
  const bool asked = std::any_of(searches_.begin(), searches_.end(), [&](const Search& s) {
    return s.name.empty() && s.candidates.front() == destination;
  });
  if (!asked) actions_.emplace_back(sip::LookUpRoute{destination});
}

void PathFinder::finish(const Search& search, Result<net::Flow> flow) {
  found_.push_back({search.ticket, std::move(flow)});
}

std::vector<PathFinder::Found> PathFinder::take_found() {
  return std::exchange(found_, {});
}

std::vector<sip::IoAction> PathFinder::take_actions() {
  return std::exchange(actions_, {});
}

}  // namespace godwit::server
