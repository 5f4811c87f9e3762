// SPDX-License-Identifier: Apache-2.0
#include "support/sim_proxy.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/assert.h"
#include "sip/locate/next_hop.h"
#include "sip/transaction/source_via.h"
#include "support/sent_message.h"

namespace godwit::test {
namespace {

constexpr std::uint16_t kPort = 5060;

FakeHost& make_host(FakeNetwork& network, const std::string& name,
                    const std::vector<std::string>& addresses) {
  auto& host = network.add_host(name);
  host.add_interface("eth0", {.delay = std::chrono::milliseconds{1}});
  host.attach("eth0", addresses);
  network.add_name(name, addresses);
  return host;
}

void count_hop(sip::Message& request) {
  const auto text = request.field(sip::Field::max_forwards).value_or("70");
  int hops = 0;
  std::from_chars(text.data(), text.data() + text.size(), hops);
  request.set(sip::Field::max_forwards, std::to_string(hops - 1));
}

}  // namespace

SimProxy::SimProxy(FakeNetwork& network, const std::string& name,
                   const std::vector<std::string>& addresses)
    : network_(network), host_(make_host(network, name, addresses)), name_(name) {
  for (const auto& text : addresses) {
    const auto address = *net::IpAddress::parse(text);
    const auto socket =
        host_.bind({address, kPort}, [this](const FakePacket& packet) { on_packet(packet); });
    GODWIT_ASSERT(socket.has_value());
    sockets_[address.family()] = *socket;
  }
}

std::vector<SimProxy::Passed> SimProxy::passed(std::string_view method, TimePoint since) const {
  std::vector<Passed> found;
  std::copy_if(passed_.begin(), passed_.end(), std::back_inserter(found), [&](const Passed& one) {
    return one.at >= since && one.message.method_name() == method;
  });
  return found;
}

void SimProxy::on_packet(const FakePacket& packet) {
  if (is_keep_alive(packet.bytes)) return;
  auto read = sip::read_message(packet.bytes);
  if (read.fault) return;
  if (!read.message.is_request()) return on_response(std::move(read.message));
  passed_.push_back({network_.time().now(), packet.source, read.message});
  on_request(std::move(read.message), packet);
}

void SimProxy::on_request(sip::Message request, const FakePacket& packet) {
  sip::write_source(request, packet.source);
  take_own_routes(request);
  count_hop(request);
  put_on_the_way(request);
  const auto to = next_of(request, packet.destination.address.family());
  if (!to) return;
  // §16.11: the same for every copy of a request, and for the CANCEL and ACK that belong to it.
  const auto branch = request.top_via().branch + name_;
  const auto local = host_.local_of(sockets_.at(to->address.family()));
  request.prepend(sip::Field::via, sip::to_string(sip::via_for(
                                       {net::FlowId{}, net::Transport::udp, local, *to}, branch)));
  send(request, *to);
}

// The proxy before us stands in the next Via, with where it was heard.
void SimProxy::on_response(sip::Message response) {
  response.remove_first(sip::Field::via);
  if (response.count(sip::Field::via) == 0) return;
  const auto via = response.top_via();
  const auto* const sent_by = std::get_if<net::IpAddress>(&via.host);
  if (!via.received && sent_by == nullptr) return;
  const auto port = via.rport.value_or(via.port);
  send(response, {via.received ? *via.received : *sent_by, port == 0 ? kPort : port});
}

bool SimProxy::names_us(const sip::Uri& uri) const {
  const auto* const literal = std::get_if<net::IpAddress>(&uri.host);
  return literal != nullptr ? host_.has_address(*literal) : sip::next_hop_of(uri).host == name_;
}

void SimProxy::take_own_routes(sip::Message& request) const {
  while (const auto value = request.field(sip::Field::route)) {
    const auto route = sip::parse_name_addr(*request.values(sip::Field::route).begin());
    if (!route || !names_us(route->uri)) return;
    request.remove_first(sip::Field::route);
  }
}

void SimProxy::put_on_the_way(sip::Message& request) const {
  const std::string own = "<sip:" + name_ + ";lr>";
  if (request.method() == sip::Method::register_) request.prepend(sip::Field::path, own);
  const bool makes_dialog =
      request.method() == sip::Method::invite || request.method() == sip::Method::subscribe;
  if (makes_dialog && request.to_tag().empty()) request.prepend(sip::Field::record_route, own);
}

std::optional<net::SocketAddress> SimProxy::next_of(const sip::Message& request,
                                                    net::Family usual) const {
  auto uri = sip::parse_uri(request.uri());
  const auto routes = request.values(sip::Field::route);
  if (!routes.empty()) {
    const auto route = sip::parse_name_addr(routes.front());
    if (route) uri = route->uri;
  }
  if (!uri) return std::nullopt;
  const auto port = uri->port == 0 ? kPort : uri->port;
  if (const auto* const literal = std::get_if<net::IpAddress>(&uri->host)) {
    return net::SocketAddress{*literal, port};
  }
  const auto found = network_.resolve(sip::next_hop_of(*uri).host);
  const auto alike = std::find_if(found.begin(), found.end(), [&](const net::IpAddress& address) {
    return address.family() == usual;
  });
  if (alike != found.end()) return net::SocketAddress{*alike, port};
  if (found.empty()) return std::nullopt;
  return net::SocketAddress{found.front(), port};
}

void SimProxy::send(const sip::Message& message, const net::SocketAddress& to) {
  const auto socket = sockets_.at(to.address.family());
  static_cast<void>(host_.send(socket, host_.local_of(socket).address, to, message.write()));
}

}  // namespace godwit::test
