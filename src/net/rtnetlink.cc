// SPDX-License-Identifier: Apache-2.0
#include "net/rtnetlink.h"

#include <algorithm>

#include "net/rtnetlink_reader.h"

namespace godwit::net {
namespace {

using namespace rtnetlink;

// What counts of a route message, of both families.
struct RouteMessage {
  Family family = Family::v4;
  std::uint8_t type = 0;
  std::uint8_t destination_length = 0;
  std::uint32_t flags = 0;
  std::uint32_t table = 0;
  std::uint32_t metric = 0;
  std::uint32_t interface = 0;
  std::optional<IpAddress> gateway;
  std::optional<IpAddress> source;
  bool multipath = false;
};

// RTA_VIA: a next hop of the other family (RFC 5549): its family, then its address.
std::optional<IpAddress> read_via(Bytes value) {
  const auto family = read<std::uint16_t>(value, 0).and_then(family_of);
  if (!family) return std::nullopt;
  return read_address(value.subspan(sizeof(std::uint16_t)), *family);
}

void read_next_hop_attribute(const Attribute& attribute, RouteMessage& route) {
  if (attribute.type == kRtaGateway) route.gateway = read_address(attribute.value, route.family);
  if (attribute.type == kRtaVia) route.gateway = read_via(attribute.value);
}

// RTA_MULTIPATH: struct rtnexthop {u16 length; u8 flags; u8 hops; u32 interface} and attributes.
// Only the first hop is kept: what the kernel really takes is asked for per destination.
void read_first_hop(Bytes value, RouteMessage& route) {
  const auto length = read<std::uint16_t>(value, 0);
  const auto interface = read<std::uint32_t>(value, 4);
  if (!length || !interface || *length < kNextHopSize || *length > value.size()) return;
  route.multipath = true;
  route.interface = *interface;
  for_each_attribute(
      value.subspan(kNextHopSize, *length - kNextHopSize),
      [&](const Attribute& attribute) { read_next_hop_attribute(attribute, route); });
}

void read_route_attribute(const Attribute& attribute, RouteMessage& route) {
  const auto number = read<std::uint32_t>(attribute.value, 0);
  switch (attribute.type) {
    case kRtaOif:
      route.interface = number.value_or(0);
      break;
    case kRtaPriority:
      route.metric = number.value_or(0);
      break;
    case kRtaTable:
      route.table = number.value_or(route.table);
      break;
    case kRtaPrefsrc:
      route.source = read_address(attribute.value, route.family);
      break;
    case kRtaMultipath:
      read_first_hop(attribute.value, route);
      break;
    default:
      read_next_hop_attribute(attribute, route);
      break;
  }
}

// struct rtmsg {u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags}
std::optional<RouteMessage> read_route(Bytes body) {
  const auto family = read<std::uint8_t>(body, 0).and_then(family_of);
  const auto flags = read<std::uint32_t>(body, 8);
  if (!family || !flags) return std::nullopt;
  RouteMessage route;
  route.family = *family;
  route.destination_length = *read<std::uint8_t>(body, 1);
  route.table = *read<std::uint8_t>(body, 4);
  route.type = *read<std::uint8_t>(body, 7);
  route.flags = *flags;
  for_each_attribute(body.subspan(kRouteMessageSize),
                     [&](const Attribute& attribute) { read_route_attribute(attribute, route); });
  return route;
}

bool is_default_route(const RouteMessage& route) {
  return route.destination_length == 0 && route.type == kRouteUnicast &&
         (route.flags & kRouteCloned) == 0 && route.interface != 0;
}

}  // namespace

RtnetlinkOutcome RtnetlinkTable::apply(std::span<const std::byte> datagram) {
  RtnetlinkOutcome outcome;
  for_each_message(datagram, [&](const rtnetlink::Message& message) {
    outcome.interrupted |= (message.flags & kFlagDumpInterrupted) != 0;
    switch (message.type) {
      case kDone:
        outcome.done = true;
        break;
      case kOverrun:
        outcome.overrun = true;
        break;
      case kError:
        outcome.error = -read<std::int32_t>(message.body, 0).value_or(0);
        break;
      case kNewLink:
      case kDelLink:
        outcome.changed |= apply_link(message.body, message.type == kNewLink, outcome);
        break;
      case kNewAddress:
      case kDelAddress:
        outcome.changed |= apply_address(message.body, message.type == kNewAddress, outcome);
        break;
      case kNewRoute:
      case kDelRoute:
        outcome.changed |=
            apply_route(message.body, message.flags, message.type == kNewRoute, outcome);
        break;
      default:
        break;
    }
  });
  return outcome;
}

// struct ifinfomsg {u8 family, pad; u16 type; i32 index; u32 flags, change}
bool RtnetlinkTable::apply_link(Message body, bool added, RtnetlinkOutcome& outcome) {
  const auto family = read<std::uint8_t>(body, 0);
  const auto index = read<std::uint32_t>(body, 4);
  const auto flags = read<std::uint32_t>(body, 8);
  // AF_BRIDGE messages are about a port of a bridge: their RTM_DELLINK does not delete the link.
  if (!family || *family != kFamilyUnspecified || !index || !flags) return false;
  if (!added) {
    outcome.routes_uncertain |= has_v4_default_route(*index);
    return (interfaces_.erase(*index) + addresses_.erase(*index)) > 0;
  }
  Interface link;
  link.index = *index;
  link.up = (*flags & kLinkUp) != 0 && (*flags & kLinkLowerUp) != 0 && (*flags & kLinkDormant) == 0;
  link.loopback = (*flags & kLinkLoopback) != 0;
  for_each_attribute(body.subspan(std::min(kLinkMessageSize, body.size())),
                     [&](const Attribute& attribute) {
                       if (attribute.type == kIflaName) link.name = read_text(attribute.value);
                     });
  if ((*flags & kLinkUp) == 0) outcome.routes_uncertain |= has_v4_default_route(*index);
  Interface& known = interfaces_[*index];
  if (known == link) return false;
  known = std::move(link);
  return true;
}

// struct ifaddrmsg {u8 family, prefixlen, flags, scope; u32 index}
bool RtnetlinkTable::apply_address(Message body, bool added, RtnetlinkOutcome& outcome) {
  const auto family = read<std::uint8_t>(body, 0).and_then(family_of);
  const auto index = read<std::uint32_t>(body, 4);
  if (!family || !index) return false;
  const int prefix_length = *read<std::uint8_t>(body, 1);
  std::uint32_t flags = *read<std::uint8_t>(body, 2);
  std::optional<IpAddress> own;
  std::optional<IpAddress> peer;
  for_each_attribute(body.subspan(kAddressMessageSize), [&](const Attribute& attribute) {
    // On a point-to-point link IFA_ADDRESS is the far end's, IFA_LOCAL ours.
    if (attribute.type == kIfaLocal) own = read_address(attribute.value, *family, *index);
    if (attribute.type == kIfaAddress) peer = read_address(attribute.value, *family, *index);
    if (attribute.type == kIfaFlags)
      flags = read<std::uint32_t>(attribute.value, 0).value_or(flags);
  });
  const auto& address = own ? own : peer;
  if (!address) return false;
  if (!added) {
    outcome.routes_uncertain |= has_v4_default_route(*index);
    return addresses_[*index].erase({*address, prefix_length}) > 0;
  }
  InterfaceAddress held{*address, prefix_length};
  held.tentative = (flags & (kAddressTentative | kAddressDadFailed)) != 0;
  held.deprecated = (flags & kAddressDeprecated) != 0;
  // For IPv4 the same bit means "secondary".
  held.temporary = *family == Family::v6 && (flags & kAddressTemporary) != 0;
  const auto [known, fresh] = addresses_[*index].try_emplace({*address, prefix_length}, held);
  if (!fresh && known->second == held) return false;
  known->second = held;
  return true;
}

bool RtnetlinkTable::apply_route(Message body, std::uint16_t flags, bool added,
                                 RtnetlinkOutcome& outcome) {
  const auto route = read_route(body);
  if (!route || !is_default_route(*route)) return false;
  outcome.routes_uncertain |= (flags & kFlagReplace) != 0 || (!added && route->multipath) ||
                              (!added && route->family == Family::v6);
  const DefaultRoute key{route->family, route->interface, route->gateway, route->metric,
                         route->table};
  return added ? default_routes_.insert(key).second : default_routes_.erase(key) > 0;
}

bool RtnetlinkTable::has_v4_default_route(std::uint32_t interface) const {
  return std::any_of(default_routes_.begin(), default_routes_.end(),
                     [&](const DefaultRoute& route) {
                       return route.family == Family::v4 && route.interface == interface;
                     });
}

void RtnetlinkTable::clear() {
  interfaces_.clear();
  addresses_.clear();
  default_routes_.clear();
}

NetworkSnapshot RtnetlinkTable::snapshot() const {
  NetworkSnapshot snapshot;
  for (const auto& [index, link] : interfaces_) {
    Interface interface = link;
    if (const auto held = addresses_.find(index); held != addresses_.end()) {
      for (const auto& [key, properties] : held->second) {
        interface.addresses.push_back(properties);
      }
    }
    snapshot.interfaces.push_back(std::move(interface));
  }
  snapshot.default_routes.assign(default_routes_.begin(), default_routes_.end());
  return snapshot;
}

bool RtnetlinkTable::has_addresses_without_link() const {
  return std::any_of(addresses_.begin(), addresses_.end(), [&](const auto& held) {
    const auto link = interfaces_.find(held.first);
    return !held.second.empty() && link != interfaces_.end() && !link->second.up;
  });
}

bool RtnetlinkTable::is_tentative(const IpAddress& address) const {
  return std::any_of(addresses_.begin(), addresses_.end(), [&](const auto& held) {
    return std::any_of(held.second.begin(), held.second.end(), [&](const auto& entry) {
      return entry.second.address == address && entry.second.tentative;
    });
  });
}

std::optional<RtnetlinkRoute> parse_route_answer(std::span<const std::byte> datagram) {
  std::optional<RtnetlinkRoute> answer;
  for_each_message(datagram, [&](const rtnetlink::Message& message) {
    if (message.type != kNewRoute) return;
    const auto route = read_route(message.body);
    if (!route || (route->type != kRouteUnicast && route->type != kRouteLocal)) return;
    if ((route->flags & (kNextHopDead | kNextHopLinkDown)) != 0) return;
    answer = RtnetlinkRoute{route->source, route->interface};
  });
  return answer;
}

}  // namespace godwit::net
