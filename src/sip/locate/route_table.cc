// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/route_table.h"

#include <utility>

namespace godwit::sip {
namespace {

RouteTable::Way way_by(const net::IpAddress& destination,
                       const std::optional<net::RouteChoice>& choice) {
  if (!choice || !may_be_advertised(choice->source, destination)) return {true, std::nullopt};
  return {true, choice->source};
}

}  // namespace

bool may_be_advertised(const net::IpAddress& source, const net::IpAddress& destination) {
  if (source.is_clat()) return false;
  if (source.is_link_local()) return destination.is_link_local();
  return !source.is_loopback() || destination.is_loopback();
}

RouteTable::Way RouteTable::to(const net::IpAddress& destination) {
  const auto [way, is_new] = ways_.try_emplace(destination);
  if (is_new) actions_.emplace_back(LookUpRoute{destination});
  return way->second;
}

bool RouteTable::on_route_found(const RouteFound& found) {
  const auto way = ways_.find(found.destination);
  if (way == ways_.end()) return false;
  way->second = way_by(found.destination, found.choice);
  return true;
}

void RouteTable::on_network(const net::NetworkSnapshot& snapshot) {
  ways_.clear();
  for (const auto& [destination, choice] : snapshot.routes) {
    ways_[destination] = way_by(destination, choice);
  }
}

std::vector<IoAction> RouteTable::take_actions() {
  return std::exchange(actions_, {});
}

}  // namespace godwit::sip
