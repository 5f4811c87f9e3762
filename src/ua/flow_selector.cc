// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_selector.h"

#include <algorithm>
#include <cctype>

namespace godwit::ua {
namespace {

constexpr std::uint16_t kDefaultSipPort = 5060;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return out;
}

// R26, R37: a link-local or 464XLAT source says nothing a far host could use.
bool may_be_advertised(const net::IpAddress& source, const net::IpAddress& destination) {
  if (source.is_clat()) return false;
  if (source.is_link_local()) return destination.is_link_local();
  return !source.is_loopback() || destination.is_loopback();
}

}  // namespace

NextHop next_hop_of(const sip::Uri& uri) {
  NextHop hop;
  const auto* address = std::get_if<net::IpAddress>(&uri.host);
  hop.host = address != nullptr ? net::to_string(*address) : lower(std::get<std::string>(uri.host));
  hop.port = uri.port == 0 ? kDefaultSipPort : uri.port;
  return hop;
}

Who who_refused(const Error& error) {
  return error.code == Errc::address_in_use ? Who::local : Who::network;
}

FlowSelector::Choice FlowSelector::flow_to(const NextHop& name) {
  Hop& hop = hops_[name];
  if (hop.chosen) return *hop.chosen;
  if (!resolve(name, hop)) return Pending{};
  if (hop.addresses.empty()) {
    return Error{Errc::name_not_found, "no address is known for " + name.host};
  }
  return choose(name, hop);
}

// True once the addresses are known, or known not to exist.
bool FlowSelector::resolve(const NextHop& name, Hop& hop) {
  if (!hop.addresses.empty() || hop.not_found) return true;
  if (const auto literal = net::IpAddress::parse(name.host)) {
    hop.addresses = {*literal};
    return true;
  }
  if (!hop.asked) {
    hop.asked = true;
    out_.io(sip::ResolveName{name.host});
  }
  return false;
}

FlowSelector::Choice FlowSelector::choose(const NextHop& name, Hop& hop) {
  auto candidates = hop.addresses;
  if (hop.steered_to && hop.steered_from) {
    return open(name, hop, *hop.steered_from, *hop.steered_to);
  }
  bool pending = false;
  for (const auto& address : candidates) {
    const Source source = source_for(address);
    if (std::holds_alternative<Pending>(source)) pending = true;
    const auto* choice = std::get_if<net::RouteChoice>(&source);
    if (pending || choice == nullptr || !may_be_advertised(choice->source, address)) continue;
    return open(name, hop, choice->source, address);
  }
  if (pending) return Pending{};
  return Error{Errc::no_network, "no network leads to " + name.host};
}

FlowSelector::Choice FlowSelector::open(const NextHop& name, Hop& hop, const net::IpAddress& source,
                                        const net::IpAddress& destination) {
  auto [it, is_new] = sockets_.try_emplace(source);
  Socket& socket = it->second;
  if (is_new) {
    socket.id = net::FlowId{++last_flow_};
    // Who asked for a port is told that it is taken; who had it goes on from another rather than not.
    out_.io(sip::OpenUdpFlow{socket.id, {source, port_}, had_socket_});
  }
  if (socket.error) return *socket.error;
  if (!socket.local) return Pending{};
  hop.chosen = net::Flow{socket.id, net::Transport::udp, *socket.local, {destination, name.port}};
  hop.last_link = roam::Link{source, destination, hop.addresses};
  return *hop.chosen;
}

std::optional<net::Flow> FlowSelector::chosen(const NextHop& name) const {
  const auto it = hops_.find(name);
  return it == hops_.end() ? std::nullopt : it->second.chosen;
}

void FlowSelector::reselect(const NextHop& name) {
  const auto it = hops_.find(name);
  if (it == hops_.end()) return;
  Hop& hop = it->second;
  hop.chosen.reset();
  hop.steered_to.reset();
  hop.steered_from.reset();
  if (hop.not_found) hop.asked = hop.not_found = false;
  std::erase_if(sockets_, [](const auto& entry) { return entry.second.error.has_value(); });
}

void FlowSelector::steer(const NextHop& name, const net::IpAddress& source,
                         const net::IpAddress& destination) {
  reselect(name);
  Hop& hop = hops_[name];
  hop.steered_from = source;
  hop.steered_to = destination;
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
  const auto it = hops_.find(name);
  return it == hops_.end() ? std::nullopt : it->second.last_link;
}

void FlowSelector::on_name_resolved(const sip::NameResolved& resolved) {
  for (auto& [name, hop] : hops_) {
    if (name.host != resolved.name || !hop.asked) continue;
    hop.addresses = resolved.addresses;
    hop.not_found = resolved.addresses.empty();
    // RFC 6724 prefers IPv6 where both work; within a family the resolver's order stands.
    std::stable_partition(hop.addresses.begin(), hop.addresses.end(),
                          [](const net::IpAddress& a) { return !a.is_v4(); });
  }
}

void FlowSelector::on_route_found(const sip::RouteFound& found) {
  routes_[found.destination] = found.choice;
}

void FlowSelector::on_flow_opened(const sip::FlowOpened& opened) {
  for (auto& [address, socket] : sockets_) {
    if (socket.id != opened.flow) continue;
    socket.local = opened.local;
    had_socket_ = true;
    if (port_ == 0) port_ = opened.local.port;
  }
}

void FlowSelector::on_flow_failed(net::FlowId flow, const Error& error) {
  for (auto& [address, socket] : sockets_) {
    if (socket.id == flow) socket.error = error;
  }
  for (auto& [name, hop] : hops_) {
    if (hop.chosen && hop.chosen->id == flow) hop.chosen.reset();
  }
}

std::vector<net::FlowId> FlowSelector::on_network(const net::NetworkSnapshot& snapshot) {
  routes_ = snapshot.routes;
  std::vector<net::FlowId> gone;
  for (const auto& [address, socket] : sockets_) {
    if (!snapshot.has_address(address)) gone.push_back(socket.id);
  }
  for (const auto flow : gone) close(flow);
  return gone;
}

std::optional<net::SocketAddress> FlowSelector::local_of(net::FlowId flow) const {
  for (const auto& [address, socket] : sockets_) {
    if (socket.id == flow) return socket.local;
  }
  return std::nullopt;
}

std::vector<net::FlowId> FlowSelector::unused() const {
  std::vector<net::FlowId> flows;
  for (const auto& [address, socket] : sockets_) {
    const bool used = std::any_of(hops_.begin(), hops_.end(), [&](const auto& entry) {
      return entry.second.chosen && entry.second.chosen->id == socket.id;
    });
    if (!used && socket.local) flows.push_back(socket.id);
  }
  return flows;
}

void FlowSelector::close(net::FlowId flow) {
  std::erase_if(sockets_, [&](const auto& entry) { return entry.second.id == flow; });
  for (auto& [name, hop] : hops_) {
    if (hop.chosen && hop.chosen->id == flow) hop.chosen.reset();
  }
  out_.io(sip::CloseFlow{flow});
}

std::vector<net::IpAddress> FlowSelector::destinations() const {
  std::vector<net::IpAddress> all;
  for (const auto& [name, hop] : hops_) {
    all.insert(all.end(), hop.addresses.begin(), hop.addresses.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace godwit::ua
