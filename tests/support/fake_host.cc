// SPDX-License-Identifier: Apache-2.0
#include "support/fake_host.h"

#include <algorithm>
#include <system_error>

#include "base/assert.h"
#include "support/fake_network.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

tl::unexpected<Error> system_failure(std::errc code, std::string detail) {
  return tl::unexpected<Error>(Error{std::make_error_code(code), std::move(detail)});
}

}  // namespace

void FakeHost::add_interface(std::string_view name, LinkOptions link) {
  net::Interface fresh;
  fresh.index = static_cast<std::uint32_t>(interfaces_.size()) + 2;
  fresh.name = name;
  ports_[fresh.index].link = std::move(link);
  interfaces_.push_back(std::move(fresh));
  changed();
}

net::Interface& FakeHost::interface(std::string_view name) {
  const auto at = std::find_if(interfaces_.begin(), interfaces_.end(),
                               [name](const auto& candidate) { return candidate.name == name; });
  GODWIT_ASSERT(at != interfaces_.end());
  return *at;
}

void FakeHost::set_link(std::string_view name, LinkOptions link) {
  ports_[interface(name).index].link = std::move(link);
}

void FakeHost::forget_mappings(std::string_view name) {
  ports_[interface(name).index].mappings.clear();
}

void FakeHost::set_up(std::string_view name, bool up) {
  interface(name).up = up;
  changed();
}

void FakeHost::add_address(std::string_view name, std::string_view address) {
  auto& held = interface(name).addresses;
  held.push_back({.address = ip(address), .prefix_length = ip(address).is_v4() ? 24 : 64});
  std::sort(held.begin(), held.end());
  changed();
}

void FakeHost::remove_address(std::string_view address) {
  for (auto& candidate : interfaces_) {
    std::erase_if(candidate.addresses,
                  [&](const auto& held) { return held.address == ip(address); });
  }
  changed();
}

void FakeHost::mark(std::string_view address, bool tentative, bool deprecated) {
  for (auto& candidate : interfaces_) {
    for (auto& held : candidate.addresses) {
      if (held.address != ip(address)) continue;
      held.tentative = tentative;
      held.deprecated = deprecated;
    }
  }
  changed();
}

void FakeHost::add_default_route(std::string_view name, net::Family family, std::uint32_t metric) {
  default_routes_.push_back(
      {.family = family, .interface = interface(name).index, .metric = metric});
  std::sort(default_routes_.begin(), default_routes_.end());
  changed();
}

void FakeHost::remove_default_route(std::string_view name, net::Family family) {
  const auto index = interface(name).index;
  std::erase_if(default_routes_, [&](const auto& route) {
    return route.interface == index && route.family == family;
  });
  changed();
}

void FakeHost::add_route(std::string_view destination, std::string_view name) {
  host_routes_.push_back({ip(destination), interface(name).index});
  changed();
}

void FakeHost::remove_routes(std::string_view name) {
  const auto index = interface(name).index;
  std::erase_if(host_routes_, [&](const auto& route) { return route.interface == index; });
  changed();
}

void FakeHost::ask_name_servers(const std::vector<std::string>& servers) {
  name_servers_.clear();
  for (const auto& server : servers) name_servers_.push_back(*net::NameServer::parse(server));
  changed();
}

void FakeHost::attach(std::string_view name, const std::vector<std::string>& addresses,
                      std::uint32_t metric) {
  batching_ = true;
  set_up(name, true);
  for (const auto& address : addresses) {
    add_address(name, address);
    remove_default_route(name, ip(address).family());
    add_default_route(name, ip(address).family(), metric);
  }
  batching_ = false;
  changed();
}

void FakeHost::detach(std::string_view name) {
  batching_ = true;
  set_up(name, false);
  interface(name).addresses.clear();
  for (const auto family : {net::Family::v4, net::Family::v6}) remove_default_route(name, family);
  remove_routes(name);
  batching_ = false;
  changed();
}

void FakeHost::changed() {
  if (listener_ && !batching_) listener_();
}

const net::Interface* FakeHost::holder_of(const net::IpAddress& address) const {
  for (const auto& candidate : interfaces_) {
    if (!candidate.up) continue;
    for (const auto& held : candidate.addresses) {
      if (held.address == address && !held.tentative) return &candidate;
    }
  }
  return nullptr;
}

bool FakeHost::has_address(const net::IpAddress& address) const {
  return holder_of(address) != nullptr;
}

std::optional<net::IpAddress> FakeHost::preferred_source(std::uint32_t index,
                                                         net::Family family) const {
  std::optional<net::InterfaceAddress> best;
  for (const auto& candidate : interfaces_) {
    if (candidate.index != index || !candidate.up) continue;
    for (const auto& held : candidate.addresses) {
      if (held.address.family() != family || held.tentative) continue;
      if (!best || (best->deprecated && !held.deprecated)) best = held;  // RFC 6724 §5, rule 3
    }
  }
  if (!best) return std::nullopt;
  return best->address;
}

std::optional<net::RouteChoice> FakeHost::route_to(const net::IpAddress& destination) const {
  const auto family = destination.family();
  for (const auto& route : host_routes_) {
    if (route.destination != destination) continue;
    if (const auto source = preferred_source(route.interface, family)) {
      return net::RouteChoice{*source, route.interface};
    }
  }
  std::optional<net::RouteChoice> best;
  std::uint32_t best_metric = 0;
  for (const auto& route : default_routes_) {
    if (route.family != family || (best && route.metric >= best_metric)) continue;
    const auto source = preferred_source(route.interface, family);
    if (!source) continue;
    best = net::RouteChoice{*source, route.interface};
    best_metric = route.metric;
  }
  return best;
}

bool FakeHost::has_route_out(std::uint32_t index, const net::IpAddress& destination) const {
  const bool by_default =
      std::any_of(default_routes_.begin(), default_routes_.end(), [&](const auto& route) {
        return route.interface == index && route.family == destination.family();
      });
  return by_default ||
         std::any_of(host_routes_.begin(), host_routes_.end(), [&](const auto& route) {
           return route.interface == index && route.destination == destination;
         });
}

net::NetworkSnapshot FakeHost::snapshot(const std::vector<net::IpAddress>& destinations) const {
  net::NetworkSnapshot out;
  out.interfaces = interfaces_;
  for (const auto& route : default_routes_) {
    if (preferred_source(route.interface, route.family)) out.default_routes.push_back(route);
  }
  for (const auto& destination : destinations) out.routes[destination] = route_to(destination);
  out.name_servers = name_servers_;
  return out;
}

bool FakeHost::port_taken(const net::SocketAddress& local) const {
  return std::any_of(sockets_.begin(), sockets_.end(), [&](const auto& entry) {
    const auto& other = entry.second.local;
    return other.port == local.port && other.family() == local.family() &&
           (other.address == local.address || other.address.is_unspecified() ||
            local.address.is_unspecified());
  });
}

Result<FakeHost::SocketId> FakeHost::bind(const net::SocketAddress& local, Receive receive,
                                          Refused refused) {
  if (!local.address.is_unspecified() && !has_address(local.address)) {
    return system_failure(std::errc::address_not_available, "bind " + to_string(local));
  }
  net::SocketAddress bound = local;
  if (bound.port == 0) {
    do {
      bound.port = static_cast<std::uint16_t>(32'768 + network_.random().below(28'000));
    } while (port_taken(bound));
  } else if (port_taken(bound)) {
    return fail(Errc::address_in_use, "bind " + to_string(local));
  }
  sockets_[++last_socket_] = {bound, std::move(receive), std::move(refused)};
  return last_socket_;
}

net::SocketAddress FakeHost::local_of(SocketId socket) const {
  const auto at = sockets_.find(socket);
  return at == sockets_.end() ? net::SocketAddress{} : at->second.local;
}

Result<void> FakeHost::send(SocketId socket, const net::IpAddress& from,
                            const net::SocketAddress& to, std::string bytes) {
  const auto at = sockets_.find(socket);
  if (at == sockets_.end()) return system_failure(std::errc::bad_file_descriptor, "send");
  net::SocketAddress source = at->second.local;
  if (source.address.is_unspecified()) source.address = from;
  return emit({source, to, std::move(bytes)});
}

Result<void> FakeHost::check_way(const net::IpAddress& source,
                                 const net::IpAddress& destination) const {
  const auto* outlet = holder_of(source);
  if (outlet == nullptr) {
    return system_failure(std::errc::address_not_available, "send from " + to_string(source));
  }
  if (!has_route_out(outlet->index, destination)) {
    return system_failure(std::errc::network_unreachable, "send to " + to_string(destination));
  }
  return {};
}

Result<void> FakeHost::emit(FakePacket packet) {
  if (auto way = check_way(packet.source.address, packet.destination.address); !way) return way;
  network_.carry(*this, ports_[holder_of(packet.source.address)->index], std::move(packet));
  return {};
}

FakeHost::Port* FakeHost::port_for(const net::IpAddress& outer_address) {
  for (auto& [index, port] : ports_) {
    if (port.link.nat && *port.link.nat == outer_address) return &port;
  }
  const auto* holder = holder_of(outer_address);
  if (holder == nullptr) return nullptr;
  auto& port = ports_[holder->index];
  return port.link.nat ? nullptr : &port;  // behind a NAT only the outer address is known
}

net::SocketAddress FakeHost::translate_out(Port& port, const FakePacket& packet) {
  auto at = std::find_if(port.mappings.begin(), port.mappings.end(), [&](const auto& mapping) {
    return mapping.second.inside == packet.source && mapping.second.transport == packet.transport;
  });
  if (at == port.mappings.end()) {
    at = port.mappings.emplace(next_nat_port_++, NatMapping{packet.source, packet.transport, {}})
             .first;
    if (packet.transport == net::Transport::udp) {
      outsides_.emplace_back(packet.source, net::SocketAddress{*port.link.nat, at->first});
    }
  }
  auto& heard_by = at->second.heard_by;
  if (std::find(heard_by.begin(), heard_by.end(), packet.destination) == heard_by.end()) {
    heard_by.push_back(packet.destination);
  }
  return {*port.link.nat, at->first};
}

std::vector<net::SocketAddress> FakeHost::outsides_of(const net::SocketAddress& inside) const {
  std::vector<net::SocketAddress> all;
  for (const auto& [of, outside] : outsides_) {
    if (of == inside) all.push_back(outside);
  }
  return all;
}

std::optional<net::SocketAddress> FakeHost::translate_in(const FakePacket& packet) {
  const auto* port = port_for(packet.destination.address);
  if (port == nullptr) return std::nullopt;
  if (!port->link.nat) return packet.destination;
  const auto at = port->mappings.find(packet.destination.port);
  if (at == port->mappings.end() || at->second.transport != packet.transport) return std::nullopt;
  const auto& heard_by = at->second.heard_by;
  if (std::find(heard_by.begin(), heard_by.end(), packet.source) == heard_by.end()) {
    return std::nullopt;
  }
  return at->second.inside;
}

void FakeHost::deliver(const FakePacket& packet) {
  if (!has_address(packet.destination.address)) return;
  if (packet.segment) return tcp_.on_segment(packet);
  const auto* socket = socket_at(packet.destination);
  if (socket == nullptr) return;
  const Receive receive = socket->receive;  // it may close the socket
  receive(packet);
}

void FakeHost::refuse(const FakePacket& packet) {
  if (!has_address(packet.source.address)) return;
  if (packet.segment) return tcp_.on_refused(packet.source, packet.destination);
  const auto* socket = socket_at(packet.source);
  if (socket == nullptr || !socket->refused) return;
  const Refused refused = socket->refused;  // it may close the socket
  refused(packet.destination);
}

const FakeHost::Socket* FakeHost::socket_at(const net::SocketAddress& local) const {
  for (const auto& [id, socket] : sockets_) {
    if (socket.local.port != local.port || socket.local.family() != local.family()) continue;
    if (socket.local.address == local.address || socket.local.address.is_unspecified()) {
      return &socket;
    }
  }
  return nullptr;
}

std::string FakeHost::shown_sockets() const {
  std::string text;
  for (const auto& [id, socket] : sockets_) text += ' ' + net::to_string(socket.local);
  return text;
}

}  // namespace godwit::test
