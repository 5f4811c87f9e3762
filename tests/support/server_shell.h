// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/overloaded.h"
#include "base/random.h"
#include "server/server.h"
#include "sip/auth/digest.h"
#include "sip/message/message.h"

namespace godwit::server {

/// What a server needs around it, without a network: sockets open, routes lead from one address of
/// the server per family, names come from a table, and what is sent can be looked at.
class ServerShell {
 public:
  struct Sent {
    net::SocketAddress from;
    net::SocketAddress to;
    sip::Message message;
  };

  explicit ServerShell(ServerOptions options) : server(std::move(options), random, now) {
    server.start(now);
    turn();
  }

  static net::SocketAddress address(net::Family family) {
    const bool v4 = family == net::Family::v4;
    return {*net::IpAddress::parse(v4 ? "10.9.0.2" : "2001:db8:9::2"), 5060};
  }

  void receive(const net::SocketAddress& from, std::string bytes) {
    const net::FlowId flow = flows.at(from.family());
    input(sip::DatagramReceived{flow, address(from.family()), from, std::move(bytes)});
  }
  void input(const sip::IoInput& input) {
    server.on_input(input, now);
    turn();
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
  std::map<std::string, std::vector<net::IpAddress>> names;
  std::map<net::IpAddress, std::optional<net::RouteChoice>> routes;  // besides the usual ones
  std::deque<Sent> sent;
  net::SocketAddress last_from;
  std::size_t route_questions = 0;

 private:
  void turn() {
    for (auto actions = server.take_actions(); !actions.empty(); actions = server.take_actions()) {
      for (const sip::IoAction& action : actions) carry_out(action);
    }
  }

  void carry_out(const sip::IoAction& action) {
    std::visit(overloaded{
                   [&](const sip::SendMessage& datagram) {
                     // The answer to a malformed request repeats what is wrong in it.
                     sip::ReadMessage read = sip::read_message(*datagram.bytes);
                     sent.push_back(
                         {{datagram.from, 5060}, datagram.to, std::move(read.message)});
                   },
                   [&](const sip::OpenUdpFlow& open) {
                     flows[open.local.family()] = open.flow;
                     server.on_input(sip::FlowOpened{open.flow, open.local}, now);
                   },
                   [](const sip::CloseFlow&) {},
                   [](const sip::OpenStream&) {},
                   [](const sip::OpenListener&) {},
                   [](const sip::QueryDns&) {},
                   [&](const sip::ResolveName& name) {
                     server.on_input(sip::NameResolved{name.name, names[name.name]}, now);
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
};

/// A user agent at one address, as simple as it can be: it makes requests and answers by hand.
class TestAgent {
 public:
  TestAgent(ServerShell& shell, std::string user, net::SocketAddress at)
      : shell_(shell), user_(std::move(user)), at_(at) {}

  const net::SocketAddress& at() const { return at_; }
  std::string contact() const { return "<sip:" + user_ + '@' + to_string(at_) + '>'; }

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

  void send(const sip::Message& m) { shell_.receive(at_, m.write()); }
  std::optional<sip::Message> next() { return shell_.take(at_); }
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
    return "SIP/2.0/UDP " + to_string(at_) + ";branch=z9hG4bK" + user_ + std::to_string(++branch_) +
           ";rport";
  }

  ServerShell& shell_;
  std::string user_;
  net::SocketAddress at_;
  std::uint32_t cseq_ = 0;
  int branch_ = 0;
};

}  // namespace godwit::server
