// SPDX-License-Identifier: Apache-2.0
#include "roam/uplinks.h"
#include "sip/locate/route_table.h"
#include "ua/flow_selector.h"

// Which of our addresses serve, and where names in descriptions lead.

namespace godwit::ua {

const BindOptions& FlowSelector::bind_of(AccountId account) const {
  return groups_.of(account).bind;
}

std::optional<net::IpAddress> FlowSelector::bound_source(AccountId account,
                                                         const net::IpAddress& routed,
                                                         const net::IpAddress& destination) const {
  const auto& bind = bind_of(account);
  std::string wanted = bind.address;
  if (bind.choose) wanted = bind.choose(net::to_string(destination));
  if (const auto literal = net::IpAddress::parse(wanted)) {
    if (literal->family() != destination.family()) return std::nullopt;
    return *literal;
  }
  if (bind.interface.empty() || network_.interface_of(routed) == bind.interface) return routed;
  for (const auto& interface : network_.interfaces) {
    if (interface.name != bind.interface) continue;
    for (const auto& held : interface.addresses) {
      const bool fits = held.address.family() == destination.family() && !held.tentative &&
                        held.address.is_link_local() == destination.is_link_local();
      if (fits) return held.address;
    }
  }
  return std::nullopt;
}

void FlowSelector::check_source(const NextHop& name) {
  const auto it = hops_.find(led(name));
  if (it == hops_.end() || !it->second.chosen || name.uplink) return;
  it->second.checking = true;
  checking_.insert(&it->first);
  out_.io(sip::LookUpRoute{it->second.chosen->remote.address});
}

bool FlowSelector::rebind(const NextHop& name) {
  const auto it = hops_.find(led(name));
  const auto& bind = bind_of(name.account);
  const bool bound = bind.choose || !bind.address.empty() || !bind.interface.empty();
  if (it == hops_.end() || !it->second.chosen || !bound) return false;
  const auto route = routes_.find(it->second.chosen->remote.address);
  if (route == routes_.end() || !route->second) return false;
  leave_unless_from(name, it->second, route->second->source);
  return !it->second.chosen;
}

void FlowSelector::leave_unless_from(const NextHop& name, Hop& hop, const net::IpAddress& routed) {
  const auto source = bound_source(name.account, routed, hop.chosen->remote.address);
  if (!source || *source == hop.chosen->local.address) return;
  leave_flow(hop);
  drop_steering(hop);
}

// What reaches a server from here at all, as it is reached from the uplink's own address.
std::vector<sip::Target> FlowSelector::from_uplink(std::vector<sip::Target> targets,
                                                   const net::Uplink& uplink) const {
  const auto source = roam::address_of(uplink, network_);
  if (!source) return {};
  std::erase_if(targets, [&](const sip::Target& target) {
    return target.remote.family() != uplink.family || target.synthesised_from.has_value();
  });
  for (auto& target : targets) target.source = *source;
  return targets;
}

std::optional<net::IpAddress> FlowSelector::own_address(net::Family family) const {
  const net::DefaultRoute* best = nullptr;
  for (const auto& route : network_.default_routes) {
    if (route.family == family && (best == nullptr || route.metric < best->metric)) best = &route;
  }
  if (best == nullptr) return std::nullopt;
  return roam::address_of({network_.interface_name(best->interface), family}, network_);
}

std::string FlowSelector::held_to(const net::IpAddress& source) const {
  const bool held = hold_to_interfaces_ || roam::forbids_any(options_.network);
  return held ? network_.interface_of(source) : std::string();
}

FlowSelector::MediaAddress FlowSelector::media_address(const std::string& name, net::Family family,
                                                       TimePoint now) {
  const auto answer = names_.address_of(name, family, now);
  ask_shell();
  if (const auto* address = std::get_if<net::IpAddress>(&answer)) return *address;
  if (const auto* error = std::get_if<Error>(&answer)) return *error;
  return Pending{};
}

}  // namespace godwit::ua
