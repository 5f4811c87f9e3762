// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "sip/transaction/stateless_response.h"

namespace godwit::server {
namespace {

constexpr net::FlowId kSocketV4{1};
constexpr net::FlowId kSocketV6{2};
constexpr std::string_view kAllow =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, UPDATE, PRACK, INFO, MESSAGE, REFER, NOTIFY, "
    "SUBSCRIBE";

int status_for(sip::MessageFault::Kind kind) {
  switch (kind) {
    case sip::MessageFault::Kind::malformed:
      return 400;
    case sip::MessageFault::Kind::version:
      return 505;
    case sip::MessageFault::Kind::message_too_large:
      return 513;
    case sip::MessageFault::Kind::uri_too_long:
      return 414;
  }
  return 400;
}

}  // namespace

Server::Server(ServerOptions options, Random& random, TimePoint /*now*/)
    : options_(std::move(options)),
      random_(random),
      identity_(options_.domain, options_.host_name, options_.port),
      authenticator_(options_, random),
      transactions_(sip::TimerProfile{}, random, sip::Origin::forwarded),
      registrar_({options_, identity_, authenticator_, locations_, random}),
      proxy_({options_, identity_, authenticator_, locations_, transactions_, paths_, random}) {}

void Server::start(TimePoint /*now*/) {
  sockets_ = {{kSocketV4, {net::Family::v4, SocketState::opening}},
              {kSocketV6, {net::Family::v6, SocketState::opening}}};
  for (const auto& [id, socket] : sockets_) {
    const net::SocketAddress local{net::IpAddress::any(socket.family), options_.port};
    actions_.emplace_back(sip::OpenUdpFlow{id, local, false});
  }
}

void Server::on_input(const sip::IoInput& input, TimePoint now) {
  std::visit(overloaded{
                 [&](const sip::DatagramReceived& datagram) {
                   identity_.add_address(datagram.local.address);
                   transactions_.on_datagram(datagram, net::Transport::udp, now);
                 },
                 [&](const sip::FlowOpened& opened) {
                   Socket& socket = sockets_[opened.flow];
                   socket.state = SocketState::open;
                   paths_.open(socket.family, opened.flow, opened.local.port);
                   log(LogLevel::info,
                       "serving " + options_.domain + " on " + to_string(opened.local));
                 },
                 [&](const sip::FlowFailed& failed) { on_flow_failed(failed, now); },
                 [](const sip::StreamReceived&) {},
                 [](const sip::StreamAccepted&) {},
                 [](const sip::DnsAnswered&) {},
                 [&](const sip::NameResolved& resolved) { paths_.on_resolved(resolved, now); },
                 [&](const sip::RouteFound& route) {
                   if (route.choice) identity_.add_address(route.choice->source);
                   paths_.on_route(route, now);
                 },
             },
             input);
  settle(now);
}

void Server::on_flow_failed(const sip::FlowFailed& failed, TimePoint now) {
  if (failed.remote) {  // one destination does not answer; the socket is good
    return transactions_.on_flow_failed(failed.flow, failed.remote, failed.error, now);
  }
  const auto found = sockets_.find(failed.flow);
  if (found == sockets_.end()) return;
  Socket& socket = found->second;
  socket.state = SocketState::failed;
  paths_.close(socket.family);
  transactions_.on_flow_failed(failed.flow, std::nullopt, failed.error, now);
  log(LogLevel::warning, "IP" + std::string(to_string(socket.family)) + " is not served: " +
                             failed.error.code.message() + ' ' + failed.error.detail);
  if (!first_failure_) first_failure_ = failed.error;
  const bool all = std::all_of(sockets_.begin(), sockets_.end(),
                               [](const auto& s) { return s.second.state == SocketState::failed; });
  if (all) failed_ = first_failure_;
}

/// Lets everything that follows from an input follow, until nothing more does.
void Server::settle(TimePoint now) {
  for (;;) {
    auto outputs = transactions_.take_outputs();
    const auto paths = paths_.take_found();
    if (outputs.empty() && paths.empty()) break;
    for (sip::TransactionOutput& output : outputs) take_output(std::move(output), now);
    for (const PathFinder::Found& found : paths) proxy_.on_path(found, now);
  }
  auto asked = paths_.take_actions();
  actions_.insert(actions_.end(), std::make_move_iterator(asked.begin()),
                  std::make_move_iterator(asked.end()));
}

void Server::take_output(sip::TransactionOutput output, TimePoint now) {
  std::visit(
      overloaded{
          [&](sip::SendMessage& datagram) { actions_.emplace_back(std::move(datagram)); },
          [&](sip::RequestReceived& received) { on_request(std::move(received), now); },
          [&](sip::ResponseReceived& received) { proxy_.on_response(received, now); },
          [&](sip::AckReceived& received) {
            const bool ours = identity_.take_own_routes(received.ack);
            proxy_.on_ack(received, ours ? CameBy::our_route : CameBy::itself, now);
          },
          [&](sip::CancelReceived& received) { proxy_.on_cancel(received, now); },
          [&](sip::ClientFailed& failed) { proxy_.on_client_failed(failed, now); },
          [](sip::ServerFailed&) {},   // the answer is out; whether it was heard changes nothing
          [](sip::ResponseNeedsRoute&) {},
          [](sip::StrayResponse&) {},  // RFC 6026 §8.9: never forwarded without a transaction
          [&](sip::MalformedReceived& malformed) { on_malformed(malformed, now); },
      },
      output);
}

void Server::on_malformed(const sip::MalformedReceived& malformed, TimePoint now) {
  ++malformed_;
  const sip::MessageFault& found = *malformed.read->fault;
  const int status = status_for(found.kind);
  const auto response =
      sip::make_stateless_response(malformed.read->message, malformed.flow, status);
  const bool answered = transactions_.answer_malformed(malformed, response, now);
  log(LogLevel::debug, (answered ? "answered " + std::to_string(status) : "dropped") + " from " +
                           to_string(malformed.flow.remote) + ": " +
                           sip::malformed(found.field, found.fault).detail);
}

void Server::on_request(sip::RequestReceived received, TimePoint now) {
  sip::Message& request = received.request;
  const bool by_our_route = identity_.take_own_routes(request);
  const auto uri = sip::parse_uri(request.uri());
  const bool for_us = uri && uri->user.empty() && identity_.is_own(*uri);
  if (for_us && request.method() == sip::Method::register_) {
    return transactions_.respond(received.transaction, registrar_.answer(request, now), now);
  }
  if (for_us && request.method() == sip::Method::options) return answer_options(received, now);
  proxy_.on_request(received, by_our_route ? CameBy::our_route : CameBy::itself, now);
}

/// RFC 3261 §11: what the server itself can do.
void Server::answer_options(const sip::RequestReceived& received, TimePoint now) {
  sip::Message response = make_response(received.request, 200, random_.token(8));
  response.add(sip::Field::allow, kAllow);
  response.add(sip::Field::supported, "");
  transactions_.respond(received.transaction, response, now);
}

void Server::on_timeout(TimePoint now) {
  transactions_.on_timeout(now);
  proxy_.on_timeout(now);
  settle(now);
}

std::optional<TimePoint> Server::next_deadline() const {
  const auto transactions = transactions_.next_deadline();
  const auto proxy = proxy_.next_deadline();
  if (!transactions || !proxy) return transactions ? transactions : proxy;
  return std::min(*transactions, *proxy);
}

std::vector<sip::IoAction> Server::take_actions() {
  return std::exchange(actions_, {});
}

bool Server::serves(net::Family family) const {
  return std::any_of(sockets_.begin(), sockets_.end(), [family](const auto& s) {
    return s.second.family == family && s.second.state == SocketState::open;
  });
}

std::vector<Binding> Server::bindings(const std::string& user, TimePoint now) const {
  return locations_.bindings(user, now);
}

void Server::log(LogLevel level, std::string message) const {
  if (options_.log) options_.log({level, "server", {}, std::move(message)});
}

}  // namespace godwit::server
