// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "base/random.h"
#include "server/server.h"
#include "sip/auth/digest.h"
#include "sip/message/message.h"
#include "sip/transport/stream_framer.h"

namespace godwit::server {

/// What a server needs around it, without a network: sockets open, routes lead from one address of
/// the server per family, names come from a table, and what is sent can be looked at.
class ServerShell {
 public:
  struct Sent {
    net::FlowId flow;
    net::SocketAddress from;
    net::SocketAddress to;
    sip::Message message;
  };
  struct Stream {
    net::Transport transport = net::Transport::tcp;
    net::SocketAddress local;
    net::SocketAddress remote;
    std::string server_name;
  };

  explicit ServerShell(ServerOptions options) : server(std::move(options), random, now) {
    server.start(now);
    turn();
  }

  static net::SocketAddress address(net::Family family, std::uint16_t port = 5060) {
    const bool v4 = family == net::Family::v4;
    return {*net::IpAddress::parse(v4 ? "10.9.0.2" : "2001:db8:9::2"), port};
  }
  /// Options of a server on all transports.
  static ServerOptions with_tls(ServerOptions options) {
    options.tls_options.certificate_file = "server.pem";
    options.tls_options.private_key_file = "server.key";
    return options;
  }

  void receive(const net::SocketAddress& from, std::string bytes) {
    const net::FlowId flow = flows.at(from.family());
    input(sip::DatagramReceived{flow, address(from.family()), from, std::move(bytes)});
  }
  void input(const sip::IoInput& input) {
    server.on_input(input, now);
    turn();
  }
  /// Somebody connects. @return the connection; 0: nobody listens.
  net::FlowId accept(net::Transport transport, const net::SocketAddress& from) {
    const auto listener = listeners.find({transport, from.family()});
    if (listener == listeners.end()) return {};
    const net::FlowId flow{sip::kAcceptedFlows | ++accepted_};
    const auto& [id, local] = listener->second;
    const net::SocketAddress here{address(from.family()).address, local.port};
    streams[flow] = {transport, here, from, {}};
    input(sip::StreamAccepted{id, flow, transport, here, from});
    return flow;
  }
  /// The far end closes a connection.
  void hang_up(net::FlowId stream) {
    streams.erase(stream);
    input(sip::FlowFailed{stream, std::nullopt, {Errc::connection_closed, "by the far end"}});
  }
  /// Time passes, and every deadline on the way is met.
  void advance(Duration by) {
    const TimePoint end = now + by;
    while (server.next_deadline() && *server.next_deadline() <= end) {
      now = std::max(now, *server.next_deadline());
      server.on_timeout(now);
      turn();
    }
    now = end;
  }
  /// The oldest message sent to this address and not taken yet.
  std::optional<sip::Message> take(const net::SocketAddress& to) {
    for (auto it = sent.begin(); it != sent.end(); ++it) {
      if (it->to != to) continue;
      last_from = it->from;
      last_flow = it->flow;
      sip::Message message = std::move(it->message);
      sent.erase(it);
      return message;
    }
    return std::nullopt;
  }

  SeededRandom random{1};
  TimePoint now{std::chrono::hours(1)};
  Server server;
  std::map<net::Family, net::FlowId> flows;
  std::map<std::pair<net::Transport, net::Family>, std::pair<net::FlowId, net::SocketAddress>>
      listeners;
  std::map<net::FlowId, Stream> streams;
  std::set<net::SocketAddress> listening;  // agents that take connections; others refuse them
  std::set<net::SocketAddress> holes;      // where nothing comes back from
  std::vector<Stream> opened;              // connections asked for, in order
  std::vector<net::FlowId> closed;         // those that the server closed
  std::map<net::SocketAddress, int> pongs;
  std::map<std::string, std::vector<net::IpAddress>> names;             // the hosts file
  std::map<std::pair<std::string, net::DnsType>, net::DnsAnswer> zone;  // other records
  std::map<net::IpAddress, std::optional<net::RouteChoice>> routes;     // besides the usual ones
  std::deque<Sent> sent;
  net::SocketAddress last_from;
  net::FlowId last_flow;
  std::size_t route_questions = 0;

 private:
  void turn() {
    constexpr int kMaxRounds = 1000;  // a server that never comes to rest does not stop the test
    for (int round = 0; round < kMaxRounds; ++round) {
      const auto actions = server.take_actions();
      for (const sip::IoAction& action : actions) carry_out(action);
      if (!actions.empty()) continue;
      const auto next = server.next_deadline();
      if (!next || *next > now) return;
      server.on_timeout(now);
    }
  }

  void carry_out(const sip::IoAction& action) {
    std::visit(overloaded{
                   [&](const sip::SendMessage& message) { send(message); },
                   [&](const sip::OpenUdpFlow& open) {
                     flows[open.local.family()] = open.flow;
                     server.on_input(sip::FlowOpened{open.flow, open.local}, now);
                   },
                   [&](const sip::CloseFlow& close) {
                     closed.push_back(close.flow);
                     streams.erase(close.flow);
                   },
                   [&](const sip::OpenStream& open) { connect(open); },
                   [&](const sip::OpenListener& open) {
                     listeners[{open.transport, open.local.family()}] = {open.listener, open.local};
                     server.on_input(sip::FlowOpened{open.listener, open.local}, now);
                   },
                   [&](const sip::QueryDns& query) {
                     server.on_input(sip::DnsAnswered{query.name, query.type, answer(query)}, now);
                   },
                   [&](const sip::LookUpRoute& route) {
                     ++route_questions;
                     const auto known = routes.find(route.destination);
                     const net::RouteChoice usual{address(route.destination.family()).address, 2};
                     server.on_input(sip::RouteFound{route.destination,
                                                     known == routes.end() ? usual : known->second},
                                     now);
                   },
               },
               action);
  }

  void send(const sip::SendMessage& message) {
    if (*message.bytes == sip::kPong) {
      ++pongs[message.to];
      return;
    }
    // The answer to a malformed request repeats what is wrong in it.
    sip::ReadMessage read = sip::read_message(*message.bytes);
    const auto stream = streams.find(message.flow);
    const net::SocketAddress from =
        stream == streams.end() ? net::SocketAddress{message.from, 5060} : stream->second.local;
    sent.push_back({message.flow, from, message.to, std::move(read.message)});
  }

  void connect(const sip::OpenStream& open) {
    const auto port = static_cast<std::uint16_t>(40'000 + opened.size());
    const Stream stream{open.transport, address(open.remote.family(), port), open.remote,
                        open.server_name};
    opened.push_back(stream);
    if (holes.count(open.remote) != 0) return;
    if (listening.count(open.remote) == 0) {
      return server.on_input(
          sip::FlowFailed{open.flow, std::nullopt, {Errc::unreachable, "refused"}}, now);
    }
    streams[open.flow] = stream;
    server.on_input(sip::FlowOpened{open.flow, stream.local}, now);
  }

  net::DnsAnswer answer(const sip::QueryDns& query) const {
    net::DnsAnswer answer;
    const auto record = zone.find({query.name, query.type});
    if (record != zone.end()) return record->second;
    answer.status = net::DnsAnswer::Status::no_such_name;
    const auto name = names.find(query.name);
    if (name == names.end()) return answer;
    for (const net::IpAddress& address : name->second) {
      const bool v4 = query.type == net::DnsType::a && address.is_v4();
      const bool v6 = query.type == net::DnsType::aaaa && !address.is_v4();
      if (v4 || v6) answer.addresses.push_back(address);
    }
    answer.status =
        answer.addresses.empty() ? net::DnsAnswer::Status::no_data : net::DnsAnswer::Status::found;
    answer.from_hosts_file = query.type == net::DnsType::a || query.type == net::DnsType::aaaa;
    return answer;
  }

  std::uint64_t accepted_ = 0;
};

/// A user agent at one address, as simple as it can be: it makes requests and answers by hand. By
/// TCP or TLS it sends requests on one connection, opened when it first needs it.
class TestAgent {
 public:
  TestAgent(ServerShell& shell, std::string user, net::SocketAddress at,
            net::Transport transport = net::Transport::udp)
      : shell_(shell), user_(std::move(user)), at_(at), transport_(transport) {}

  const net::SocketAddress& at() const { return at_; }
  net::FlowId connection() const { return connection_; }
  std::string contact() const {
    const std::string by = transport_ == net::Transport::udp
                               ? std::string()
                               : ";transport=" + std::string(to_string(transport_));
    return "<sip:" + user_ + '@' + to_string(at_) + by + '>';
  }

  sip::Message request(std::string_view method, const std::string& uri, const std::string& to) {
    sip::Message m = sip::Message::request(method, uri);
    m.add(sip::Field::via, via());
    m.add(sip::Field::max_forwards, "70");
    m.add(sip::Field::from, "<sip:" + user_ + "@example.org>;tag=" + user_ + "-tag");
    m.add(sip::Field::to, to);
    m.add(sip::Field::call_id, user_ + "-call");
    m.add(sip::Field::cseq, std::to_string(++cseq_) + ' ' + std::string(method));
    return m;
  }
  /// The same request once more, as a new transaction with the next CSeq.
  void renew(sip::Message& m) {
    m.remove_first(sip::Field::via);
    m.prepend(sip::Field::via, via());
    m.set(sip::Field::cseq, std::to_string(++cseq_) + ' ' + std::string(m.method_name()));
  }
  sip::Message registration() {
    sip::Message m = request("REGISTER", "sip:example.org", "<sip:" + user_ + "@example.org>");
    m.add(sip::Field::contact, contact());
    return m;
  }
  sip::Message invitation(const std::string& callee) {
    sip::Message m =
        request("INVITE", "sip:" + callee + "@example.org", "<sip:" + callee + "@example.org>");
    m.add(sip::Field::contact, contact());
    return m;
  }
  /// Answers the strongest challenge of a 401 or 407.
  void authorize(sip::Message& m, const sip::Message& challenged, const std::string& password,
                 std::uint32_t count = 1) {
    const bool proxy = challenged.status() == 407;
    const auto challenge = sip::parse_challenge(
        *challenged.field(proxy ? sip::Field::proxy_authenticate : sip::Field::www_authenticate));
    sip::DigestCredentials c;
    c.username = user_;
    c.realm = challenge->realm;
    c.nonce = challenge->nonce;
    c.algorithm = challenge->algorithm;
    c.uri = m.uri();
    c.cnonce = "cnonce";
    c.nonce_count = count;
    c.response = digest_response(c, password, m.method_name());
    m.set(proxy ? sip::Field::proxy_authorization : sip::Field::authorization, to_string(c));
  }

  void send(const sip::Message& m) {
    if (transport_ == net::Transport::udp) return shell_.receive(at_, m.write());
    send_by(m.is_request() ? connect() : came_by_, m.write());
  }
  void send_by(net::FlowId stream, std::string bytes) {
    shell_.input(sip::StreamReceived{stream, std::move(bytes)});
  }
  net::FlowId connect() {
    if (!connection_) connection_ = shell_.accept(transport_, at_);
    return connection_;
  }
  /// The connection is gone; the next request opens another, from `at`.
  void reconnect_from(net::SocketAddress at) {
    shell_.hang_up(std::exchange(connection_, {}));
    at_ = at;
  }
  std::optional<sip::Message> next() {
    auto message = shell_.take(at_);
    if (message) came_by_ = shell_.last_flow;
    return message;
  }
  /// The next message to us that is no 100.
  std::optional<sip::Message> answer() {
    auto m = next();
    while (m && m->status() == 100) m = next();
    return m;
  }
  void respond(const sip::Message& to, int status, const std::string& extra_contact = {}) {
    sip::Message m = make_response(to, status, user_ + "-answer");
    for (const auto route : to.values(sip::Field::record_route)) {
      m.add(sip::Field::record_route, route);
    }
    if (status < 300) m.add(sip::Field::contact, extra_contact.empty() ? contact() : extra_contact);
    send(m);
  }
  /// Registers with all that it takes.
  void sign_in(const std::string& password) {
    sip::Message m = registration();
    send(m);
    const auto challenged = answer();
    renew(m);
    authorize(m, *challenged, password);
    send(m);
    (void)answer();
  }
  /// The ACK for a refused INVITE: it belongs to the INVITE's transaction.
  void acknowledge(const sip::Message& invite, const sip::Message& response) {
    sip::Message ack = sip::Message::request("ACK", invite.uri());
    for (const sip::Field f : {sip::Field::via, sip::Field::from, sip::Field::call_id}) {
      ack.add(f, *invite.field(f));
    }
    ack.add(sip::Field::to, *response.field(sip::Field::to));
    ack.add(sip::Field::cseq, std::to_string(invite.cseq().number) + " ACK");
    send(ack);
  }
  /// Sends an INVITE, answers the challenge, and returns the request as it was accepted.
  sip::Message call(sip::Message m, const std::string& password) {
    send(m);
    const auto challenged = answer();
    if (!challenged || challenged->status() != 407) return m;
    acknowledge(m, *challenged);
    renew(m);
    authorize(m, *challenged, password);
    send(m);
    return m;
  }

 private:
  std::string via() {
    return "SIP/2.0/" + std::string(via_transport(transport_)) + ' ' + to_string(at_) +
           ";branch=z9hG4bK" + user_ + std::to_string(++branch_) + ";rport";
  }

  ServerShell& shell_;
  std::string user_;
  net::SocketAddress at_;
  net::Transport transport_;
  net::FlowId connection_;
  net::FlowId came_by_;  // the latest message
  std::uint32_t cseq_ = 0;
  int branch_ = 0;
};

}  // namespace godwit::server
