// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/overloaded.h"
#include "sip/transaction/stateless_response.h"
#include "stun/message.h"

namespace godwit::server {
namespace {

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
      sockets_(options_),
      streams_(options_),
      identity_(options_.domain, options_.host_name, options_.port,
                port_of(options_, net::Transport::tls)),
      authenticator_(options_, random),
      tokens_(random),
      gruus_(options_.domain, random),
      transactions_(sip::TimerProfile{}, random, sip::Origin::forwarded),
      paths_({options_, sockets_, streams_, random}),
      registrar_({options_, identity_, authenticator_, locations_, gruus_, random}),
      notifier_({options_, identity_, authenticator_, locations_, gruus_, transactions_, paths_, random}),
      proxy_({options_, identity_, authenticator_, locations_, transactions_, paths_, tokens_,
              gruus_, random}),
      response_path_(transactions_, paths_),
      register_gate_(options_.register_rate) {
  for (const std::string& domain : options_.edge_domains) identity_.add_edge_domain(domain);
}

void Server::start(TimePoint /*now*/) {
  actions_ = sockets_.open();
}

void Server::on_input(const sip::IoInput& input, TimePoint now) {
  std::visit(overloaded{
                 [&](const sip::DatagramReceived& datagram) { on_datagram(datagram, now); },
                 [&](const sip::FlowOpened& opened) { on_flow_opened(opened, now); },
                 [&](const sip::FlowFailed& failed) { on_flow_failed(failed, now); },
                 [&](const sip::StreamReceived& received) { on_stream_bytes(received, now); },
                 [&](const sip::StreamAccepted& accepted) { on_accepted(accepted, now); },
                 [&](const sip::DnsAnswered& answered) { paths_.on_dns_answered(answered, now); },
                 [&](const sip::RouteFound& route) {
                   if (route.choice) identity_.add_address(route.choice->source);
                   paths_.on_route_found(route, now);
                 },
             },
             input);
  settle(now);
}

void Server::on_datagram(const sip::DatagramReceived& datagram, TimePoint now) {
  identity_.add_address(datagram.local.address);
  if (!stun::looks_like_stun(datagram.bytes)) {
    return transactions_.on_datagram(datagram, net::Transport::udp, now);
  }
  // RFC 5626 §8: the keep-alive of UDP flows, and how a client sees that its address has changed.
  const auto request = stun::parse_message(datagram.bytes);
  if (!request) return;
  const auto answer = stun::answer_binding(*request, datagram.remote);
  if (!answer) return;
  auto bytes = std::make_shared<const std::string>(stun::write_message(*answer));
  actions_.emplace_back(
      sip::SendMessage{datagram.flow, datagram.local.address, datagram.remote, std::move(bytes)});
}

void Server::on_flow_opened(const sip::FlowOpened& opened, TimePoint now) {
  if (sockets_.on_opened(opened)) {
    return log(LogLevel::info, "serving " + options_.domain + " on " + sockets_.name(opened.flow));
  }
  const auto flow = streams_.on_opened(opened, now);
  if (!flow) return;
  identity_.add_address(flow->local.address);
  paths_.on_stream_opened(*flow);
}

void Server::on_flow_failed(const sip::FlowFailed& failed, TimePoint now) {
  if (failed.remote) {  // one destination does not answer; the socket is good
    return transactions_.on_flow_failed(failed.flow, failed.remote, failed.error, now);
  }
  if (!sockets_.on_failed(failed)) {
    if (streams_.on_closed(failed.flow)) lose_stream(failed.flow, failed.error, now);
    return;
  }
  transactions_.on_flow_failed(failed.flow, std::nullopt, failed.error, now);
  log(LogLevel::warning, sockets_.name(failed.flow) + " is not served: " +
                             failed.error.code.message() + ' ' + failed.error.detail);
}

void Server::on_accepted(const sip::StreamAccepted& accepted, TimePoint now) {
  identity_.add_address(accepted.local.address);
  if (streams_.accept(accepted, now)) return;
  log(LogLevel::warning, "too many connections: " + to_string(accepted.remote) + " is sent away");
}

void Server::on_stream_bytes(const sip::StreamReceived& received, TimePoint now) {
  auto outputs = streams_.on_bytes(received.flow, received.bytes, now);
  for (sip::StreamTable::Output& output : outputs) on_stream_output(output, now);
}

void Server::on_stream_output(sip::StreamTable::Output& output, TimePoint now) {
  std::visit(overloaded{
                 [&](sip::StreamTable::Message& message) {
                   transactions_.on_message(message.flow, std::move(message.bytes), now);
                 },
                 [&](const sip::StreamTable::Ping& ping) {
                   static const auto pong = std::make_shared<const std::string>(sip::kPong);
                   actions_.emplace_back(sip::SendMessage{ping.flow.id, ping.flow.local.address,
                                                          ping.flow.remote, pong});
                 },
                 [](const sip::StreamTable::Pong&) {},  // we ping nobody
                 [&](const sip::StreamTable::Broken& broken) { on_broken(broken, now); },
             },
             output);
}

/// Where the next message begins cannot be known: it is answered, and the connection closed.
void Server::on_broken(const sip::StreamTable::Broken& broken, TimePoint now) {
  ++counters_.malformed;
  if (broken.status != 0) {
    auto read = std::make_shared<const sip::ReadMessage>(sip::read_message(broken.head));
    const auto response = sip::make_stateless_response(read->message, broken.flow, broken.status);
    (void)transactions_.answer_malformed({broken.flow, std::move(read), broken.head.size()},
                                         response, now);
    settle(now);  // the answer leaves before the connection is closed
  }
  close_stream(broken.flow.id, broken.reason, now);
}

void Server::close_stream(net::FlowId stream, const std::string& why, TimePoint now) {
  const auto flow = streams_.flow(stream);
  if (flow) log(LogLevel::debug, "closing " + to_string(*flow) + ": " + why);
  streams_.close(stream);
  lose_stream(stream, {Errc::connection_closed, why}, now);
}

/// A connection is gone: what waited for answers on it fails, what was registered by it is reached
/// otherwise or not at all.
void Server::lose_stream(net::FlowId stream, const Error& error, TimePoint now) {
  locations_.on_closed(stream);
  paths_.on_stream_closed(stream, error, now);
  transactions_.on_flow_failed(stream, std::nullopt, error, now);
}

void Server::close_idle(TimePoint now) {
  for (const net::FlowId stream : streams_.take_idle(now)) {
    if (locations_.is_registered_by(stream, now) || transactions_.count_on(stream) != 0) {
      streams_.keep(stream, now);
    } else {
      close_stream(stream, "idle", now);
    }
  }
}

/// Lets everything that follows from an input follow, until nothing more does.
void Server::settle(TimePoint now) {
  for (;;) {
    auto outputs = transactions_.take_outputs();
    const auto paths = paths_.take_found();
    if (outputs.empty() && paths.empty()) break;
    for (sip::TransactionOutput& output : outputs) take_output(std::move(output), now);
    for (const PathFinder::Found& found : paths) {
      if (!response_path_.on_path(found, now)) proxy_.on_path(found, now);
    }
  }
  collect(streams_.take_actions());
  collect(paths_.take_actions());
}

void Server::collect(std::vector<sip::IoAction> actions) {
  actions_.insert(actions_.end(), std::make_move_iterator(actions.begin()),
                  std::make_move_iterator(actions.end()));
}

void Server::take_output(sip::TransactionOutput output, TimePoint now) {
  std::visit(
      overloaded{
          [&](sip::SendMessage& datagram) { actions_.emplace_back(std::move(datagram)); },
          [&](sip::RequestReceived& received) { on_request(std::move(received), now); },
          [&](sip::ResponseReceived& received) {
            if (!notifier_.on_response(received, now)) proxy_.on_response(received, now);
          },
          [&](sip::AckReceived& received) {
            const auto own_routes = identity_.take_own_routes(received.ack);
            proxy_.on_ack(received, own_routes, now);
          },
          [&](sip::CancelReceived& received) { proxy_.on_cancel(received, now); },
          [&](sip::ClientFailed& failed) {
            if (!notifier_.on_client_failed(failed)) proxy_.on_client_failed(failed, now);
          },
          [](sip::ServerFailed&) {},  // the answer is out; whether it was heard changes nothing
          [&](sip::ResponseNeedsRoute& needed) { response_path_.on_needed(needed, now); },
          [](sip::StrayResponse&) {},  // RFC 6026 §8.9: never forwarded without a transaction
          [&](sip::MalformedReceived& malformed) { on_malformed(malformed, now); },
      },
      output);
}

void Server::on_malformed(const sip::MalformedReceived& malformed, TimePoint now) {
  ++counters_.malformed;
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
  const auto own_routes = identity_.take_own_routes(request);
  const auto uri = sip::parse_uri(request.uri());
  const bool for_us = uri && uri->user.empty() && identity_.is_own(*uri);
  ++counters_.requests;
  if (for_us && request.method() == sip::Method::register_) return on_register(received, now);
  if (for_us && request.method() == sip::Method::options) return answer_options(received, now);
  if (notifier_.on_subscribe(received, now)) return;
  proxy_.on_request(received, own_routes, now);
}

/// Nobody makes the server check more credentials than it can.
void Server::on_register(const sip::RequestReceived& received, TimePoint now) {
  const auto verdict = register_gate_.judge(received.flow.remote.address, now);
  if (verdict != RegisterGate::Verdict::pass) return refuse_register(received, verdict, now);
  const sip::Message response = registrar_.answer(received.request, received.flow, now);
  transactions_.respond(received.transaction, response, now);
  if (response.status() != 200) return;
  ++counters_.registrations;
  proxy_.on_registered(now);
  const auto to = sip::parse_name_addr(received.request.field(sip::Field::to).value_or(""));
  if (to) notifier_.on_registered(to->uri.user, now);
}

/// Over UDP only the first is told: others ask again by themselves, and a victim whose address is
/// forged is left in peace. By a connection each is: nobody asks again there for 32 s.
void Server::refuse_register(const sip::RequestReceived& received, RegisterGate::Verdict verdict,
                             TimePoint now) {
  const net::Flow& flow = received.flow;
  if (verdict == RegisterGate::Verdict::refuse) {
    log(LogLevel::warning, "too many REGISTERs from " + to_string(flow.remote.address));
  } else if (flow.transport == net::Transport::udp) {
    ++counters_.registrations_dropped;
    return transactions_.abandon(received.transaction);
  }
  ++counters_.registrations_refused;
  sip::Message response = make_response(received.request, 503, random_.token(8));
  response.add(sip::Field::retry_after, std::to_string(RegisterGate::kRetryAfter.count()));
  transactions_.respond(received.transaction, response, now);
}

/// RFC 3261 §11: what the server itself can do.
void Server::answer_options(const sip::RequestReceived& received, TimePoint now) {
  sip::Message response = make_response(received.request, 200, random_.token(8));
  response.add(sip::Field::allow, kAllow);
  response.add(sip::Field::supported, "path, outbound, gruu");
  response.add(sip::Field::allow_events, "reg");
  transactions_.respond(received.transaction, response, now);
}

void Server::on_timeout(TimePoint now) {
  transactions_.on_timeout(now);
  proxy_.on_timeout(now);
  notifier_.on_timeout(now);
  paths_.on_timeout(now);
  close_idle(now);
  settle(now);
}

std::optional<TimePoint> Server::next_deadline() const {
  std::optional<TimePoint> first = streams_.next_deadline();
  for (const auto& at :
       {transactions_.next_deadline(), proxy_.next_deadline(), paths_.next_deadline(),
        notifier_.next_deadline()}) {
    if (at && (!first || *at < *first)) first = at;
  }
  return first;
}

std::vector<sip::IoAction> Server::take_actions() {
  return std::exchange(actions_, {});
}

std::vector<Binding> Server::bindings(const std::string& user, TimePoint now) const {
  return locations_.bindings(user, now);
}

std::size_t Server::restore(const std::vector<StoredBindings>& stored, const Moment& moment) {
  std::size_t live = 0;
  for (const auto& [user, bindings] : stored) {
    for (const StoredBinding& binding : bindings) {
      if (restore(user, binding, moment)) ++live;
    }
  }
  return live;
}

bool Server::restore(const std::string& user, const StoredBinding& stored, const Moment& moment) {
  Binding binding = from_stored(stored, moment).value_or(Binding{});
  const auto drop = [&binding] { binding.expires_at = TimePoint::min(); };
  if (!authenticator_.knows(user)) drop();
  if (binding.connection) {
    const auto socket = sockets_.udp(binding.connection->local.family());
    if (!socket) drop();
    binding.connection->id = socket.value_or(net::FlowId{});
  }
  // A clock on the wall that was set back makes nobody reachable for longer than he may be.
  binding.expires_at = std::min(binding.expires_at, moment.now + options_.max_expires);
  const Gruus::Instance instance{user, binding.instance};
  if (!locations_.restore(user, std::move(binding), moment.now)) return false;
  if (!instance.id.empty()) gruus_.begin(instance);
  return true;
}

std::vector<StoredBindings> Server::changed_bindings(const Moment& moment) const {
  std::vector<StoredBindings> changed;
  for (const std::string& user : locations_.changed()) {
    changed.push_back({user, {}});
    for (const Binding& binding : locations_.bindings(user, moment.now)) {
      if (auto stored = to_stored(binding, moment)) {
        changed.back().bindings.push_back(*std::move(stored));
      }
    }
  }
  return changed;
}

void Server::log(LogLevel level, std::string message) const {
  if (options_.log) options_.log({level, "server", {}, std::move(message)});
}

}  // namespace godwit::server
