// SPDX-License-Identifier: Apache-2.0
#include "ua/media_route.h"

#include "base/overloaded.h"
#include "sip/locate/route_table.h"

namespace godwit::ua {
namespace {

Error no_way(std::string detail) { return {Errc::no_network, std::move(detail)}; }

std::string_view name_of(net::Family family) {
  return family == net::Family::v4 ? "IPv4" : "IPv6";
}

/// The family that the options ask for; empty when it is as signalling goes.
std::optional<net::Family> family_asked_for(FamilyUse use) {
  switch (use) {
    case FamilyUse::any:
      return std::nullopt;
    case FamilyUse::prefer_v4:
    case FamilyUse::only_v4:
      return net::Family::v4;
    case FamilyUse::prefer_v6:
    case FamilyUse::only_v6:
      return net::Family::v6;
  }
  return std::nullopt;
}

}  // namespace

bool MediaRoute::allows(net::Family family) const {
  if (options_.media_families == FamilyUse::only_v4) return family == net::Family::v4;
  if (options_.media_families == FamilyUse::only_v6) return family == net::Family::v6;
  return true;
}

bool MediaRoute::is_of_use(net::Family family) const {
  return allows(family) && flows_.own_address(family).has_value();
}

MediaRoute::Choice MediaRoute::bound(const net::IpAddress& routed,
                                     const net::IpAddress& destination) const {
  if (!allows(destination.family())) {
    return no_way("media must not use " + std::string(name_of(destination.family())));
  }
  if (const auto source = flows_.bound_source(account_, routed, destination)) return *source;
  return no_way("the account is bound to what does not lead to " + to_string(destination));
}

MediaRoute::Choice MediaRoute::direct_source(const net::IpAddress& destination) const {
  return std::visit(
      overloaded{[&](const net::RouteChoice& route) -> Choice {
                   if (!sip::may_be_advertised(route.source, destination)) {
                     return no_way("no address that may be told leads to " +
                                   to_string(destination));
                   }
                   return bound(route.source, destination);
                 },
                 [](const Pending& pending) -> Choice { return pending; },
                 [](const Error& error) -> Choice { return error; }},
      flows_.source_for(destination));
}

MediaRoute::Choice MediaRoute::source_to(const net::IpAddress& named, TimePoint now) const {
  const auto direct = direct_source(named);
  if (!std::holds_alternative<Error>(direct) || !named.is_v4()) return direct;
  const auto form = form_in(net::Family::v6, named, now);
  if (std::holds_alternative<Pending>(form)) return Pending{};
  const auto* translated = std::get_if<net::IpAddress>(&form);
  return translated == nullptr ? direct : direct_source(*translated);
}

MediaRoute::Choice MediaRoute::source_after_move(const net::IpAddress& routed,
                                                 const net::IpAddress& destination,
                                                 TimePoint now) const {
  if (sip::may_be_advertised(routed, destination)) return bound(routed, destination);
  return source_to(destination, now);
}

MediaRoute::Choice MediaRoute::form_in(net::Family family, const net::IpAddress& named,
                                       TimePoint now) const {
  if (named.family() == family) return named;
  if (named.is_v4()) {
    const auto reached = flows_.reach(named, now);
    if (!reached) return Pending{};
    if (reached->family() == family) return *reached;
  }
  return no_way("nothing leads from " + std::string(name_of(family)) + " to " + to_string(named));
}

MediaRoute::Choice MediaRoute::address_of(const sdp::NamedAddress& name, TimePoint now) const {
  const auto family = sdp::family_of(name);
  if (!family) return Error{Errc::name_not_found, "not a name of the Internet: " + name.name};
  return flows_.media_address(name.name, *family, now);
}

MediaRoute::Choice MediaRoute::source_of_offer(const Signalling& signalling,
                                               std::optional<net::Family> wanted) const {
  const auto& own = signalling.flow.local.address;
  const auto family = wanted.value_or(
      family_asked_for(options_.media_families).value_or(own.family()));
  if (family == own.family()) {
    if (allows(family)) return own;
    return no_way("media must not use " + std::string(name_of(family)));
  }
  for (const auto& address : signalling.remote_addresses) {
    if (address.family() != family) continue;
    const auto source = direct_source(address);
    if (!std::holds_alternative<Error>(source)) return source;
    break;
  }
  if (const auto other = flows_.own_address(family)) {
    const auto source = bound(*other, net::IpAddress::any(family));
    if (std::holds_alternative<net::IpAddress>(source)) return source;
  }
  if (!wanted && allows(own.family())) return own;
  return no_way("media has to use " + std::string(name_of(family)) +
                " and we have no such address to tell");
}

net::SocketAddress MediaRoute::named(const net::SocketAddress& rtp) const {
  const auto& bind = flows_.bind_of(account_);
  const auto& text = rtp.address.is_v4() ? bind.public_address_v4 : bind.public_address_v6;
  const auto address = net::IpAddress::parse(text);
  if (!address || address->family() != rtp.family()) return rtp;
  return {*address, rtp.port};
}

}  // namespace godwit::ua
