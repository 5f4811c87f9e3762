// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/overloaded.h"
#include "base/random.h"
#include "sip/message/message.h"
#include "sip/transport/flow_truth.h"
#include "support/sent_message.h"
#include "ua/engine.h"

namespace godwit::test {

/// An engine on a workbench: the shell's answers come from tables, SIP that leaves is kept for the
/// test to read and answer, media does nothing. For what needs a far end, see tests/sim.
class EngineBench {
 public:
  explicit EngineBench(UserAgentOptions options = without_keep_alives())
      : engine(std::move(options), random, now) {
    add_address("10.1.0.2", 2);
    route("10.9.0.1", "10.1.0.2");
    names["core.test"] = {*net::IpAddress::parse("10.9.0.1")};
    observe();
  }

  /// Nobody is there to answer them.
  static UserAgentOptions without_keep_alives() {
    UserAgentOptions options;
    options.transport.udp_keep_alive = options.transport.stream_keep_alive =
        std::chrono::seconds{0};
    return options;
  }
  static UserAgentOptions one_active_call() {
    auto options = without_keep_alives();
    options.active_calls = ActiveCalls::one;
    return options;
  }

  void add_address(const std::string& address, std::uint32_t interface) {
    net::Interface entry;
    entry.index = interface;
    entry.name = "if" + std::to_string(interface);
    entry.up = true;
    entry.addresses.push_back({*net::IpAddress::parse(address), 24, false, false, false});
    snapshot.interfaces.push_back(entry);
  }
  void remove_addresses() { snapshot.interfaces.clear(); }
  void route(const std::string& destination, const std::string& source) {
    routes[*net::IpAddress::parse(destination)] =
        net::RouteChoice{*net::IpAddress::parse(source), 2};
  }
  void observe() {
    snapshot.routes.clear();
    for (const auto& destination : engine.destinations_in_use()) {
      snapshot.routes[destination] = lookup(destination);
    }
    feed(ua::NetworkObserved{snapshot, now});
  }

  void feed(const ua::Input& input) {
    engine.on_input(input, now);
    drain();
  }
  void advance(Duration d) {
    const TimePoint end = now + d;
    for (auto due = engine.next_deadline(); due && *due <= end; due = engine.next_deadline()) {
      now = std::max(now, *due);
      engine.on_timeout(now);
      drain();
    }
    now = end;
  }
  /// Carries out what the engine asked for, until it asks for nothing more.
  void drain() {
    for (auto actions = engine.take_actions(); !actions.empty() || !answers.empty();
         actions = engine.take_actions()) {
      for (const auto& action : actions) carry_out(action);
      std::deque<ua::Input> inputs;
      inputs.swap(answers);
      for (const auto& input : inputs) engine.on_input(input, now);
    }
  }

  struct Sent {
    net::SocketAddress local;
    net::SocketAddress to;
    sip::Message message;
  };
  /// The oldest message not yet looked at.
  std::optional<Sent> next_sent() {
    if (sent.empty()) return std::nullopt;
    Sent first = std::move(sent.front());
    sent.pop_front();
    return first;
  }
  /// The next request of a method; what is before it is passed over.
  std::optional<Sent> next_request(std::string_view method) {
    while (auto one = next_sent()) {
      if (one->message.is_request() && one->message.method_name() == method) return one;
    }
    return std::nullopt;
  }
  /// The newest one that was bound there.
  [[nodiscard]] net::FlowId flow_at(const net::SocketAddress& bound) const {
    net::FlowId flow;
    for (const auto& [id, local] : sockets) {
      if (local == bound) flow = id;
    }
    return flow;
  }
  void receive(const Sent& at, const sip::Message& message) { receive(at, message.write()); }
  void receive(const Sent& at, const std::string& bytes) {
    const auto flow = flow_at(at.local);
    if (streams.contains(flow)) return feed(sip::IoInput{sip::StreamReceived{flow, bytes}});
    feed(sip::IoInput{sip::DatagramReceived{flow, at.local, at.to, bytes}});
  }
  void answer(const Sent& request, int status,
              const std::function<void(sip::Message&)>& edit = {}) {
    auto response = sip::make_response(request.message, status, "far-tag");
    if (edit) edit(response);
    receive(request, response);
  }

  template <class E>
  std::vector<E> events_of() const {
    std::vector<E> out;
    for (const auto& event : events) {
      if (const auto* one = std::get_if<E>(&event)) out.push_back(*one);
    }
    return out;
  }

  TimePoint now{std::chrono::seconds{1000}};
  SeededRandom random{7};
  net::NetworkSnapshot snapshot;
  std::map<net::IpAddress, std::optional<net::RouteChoice>> routes;
  std::map<std::string, std::vector<net::IpAddress>> names;
  std::map<net::FlowId, net::SocketAddress> sockets;  // streams too
  std::set<net::FlowId> streams;
  std::deque<Sent> sent;
  std::vector<std::pair<net::FlowId, std::string>> line_ends;  // pings and pongs that left
  std::set<net::SocketAddress> refusing;                       // streams to these are refused
  std::vector<sip::OpenStream> wanted_streams;                 // all that were asked for
  bool streams_open = true;                                    // or nobody answers
  std::vector<Event> events;
  std::vector<LogRecord> logged;
  std::vector<ua::MediaAction> media;
  std::deque<ua::Input> answers;
  bool media_opens = true;          // or paths wait in `unopened`
  std::deque<ua::Input> unopened;
  ua::Engine engine;

 private:
  std::uint16_t last_port_ = 40'000;

  std::optional<net::RouteChoice> lookup(const net::IpAddress& destination) const {
    const auto it = routes.find(destination);
    return it == routes.end() ? std::nullopt : it->second;
  }
  void carry_out(const ua::Action& action) {
    std::visit(overloaded{[&](const sip::IoAction& io) { carry_out_io(io); },
                          [&](const ua::MediaAction& m) { carry_out_media(m); },
                          [&](const ua::Emit& emit) { events.push_back(emit.event); },
                          [&](const ua::WriteLog& log) { logged.push_back(log.record); }},
               action);
  }
  void carry_out_io(const sip::IoAction& action) {
    std::visit(
        overloaded{
            [&](const sip::SendMessage& send) {
              if (is_keep_alive(*send.bytes)) return line_ends.push_back({send.flow, *send.bytes});
              // The answer to a malformed request repeats what is wrong in it.
              sent.push_back(
                  {sockets.at(send.flow), send.to, sip::read_message(*send.bytes).message});
            },
            [&](const sip::OpenUdpFlow& open) {
              const net::SocketAddress local{
                  open.local.address, open.local.port != 0 ? open.local.port : std::uint16_t{5070}};
              sockets[open.flow] = local;
              answers.emplace_back(sip::IoInput{sip::FlowOpened{open.flow, local}});
            },
            [&](const sip::CloseFlow& close) {
              sockets.erase(close.flow);
              streams.erase(close.flow);
            },
            [&](const sip::OpenStream& open) { open_stream(open); },
            [&](const sip::OpenListener& open) {
              answers.emplace_back(sip::IoInput{sip::FlowOpened{open.listener, open.local}});
            },
            [&](const sip::QueryDns& query) {
              answers.emplace_back(
                  sip::IoInput{sip::DnsAnswered{query.name, query.type, answer_to(query)}});
            },
            [&](const sip::LookUpRoute& wanted) {
              answers.emplace_back(
                  sip::IoInput{sip::RouteFound{wanted.destination, lookup(wanted.destination)}});
            }},
        action);
  }
  /// Every stream opens at once, from a port of its own.
  void open_stream(const sip::OpenStream& open) {
    wanted_streams.push_back(open);
    if (!streams_open) return;
    const auto route = lookup(open.remote.address);
    if (!route) {
      answers.emplace_back(sip::IoInput{sip::FlowFailed{
          open.flow, std::nullopt, {make_error_code(Errc::no_network), "no route"}}});
      return;
    }
    if (refusing.contains(open.remote)) {
      answers.emplace_back(sip::IoInput{sip::FlowFailed{
          open.flow, std::nullopt, {make_error_code(Errc::unreachable), "connection refused"}}});
      return;
    }
    const bool routed = open.local.address.is_unspecified();
    const net::SocketAddress local{routed ? route->source : open.local.address, ++last_port_};
    sockets[open.flow] = local;
    streams.insert(open.flow);
    answers.emplace_back(sip::IoInput{sip::FlowOpened{open.flow, local}});
  }
  /// The names stand in the hosts file; DNS knows nothing.
  [[nodiscard]] net::DnsAnswer answer_to(const sip::QueryDns& query) const {
    net::DnsAnswer answer;
    answer.status = net::DnsAnswer::Status::no_such_name;
    const bool v4 = query.type == net::DnsType::a;
    const auto known = names.find(query.name);
    if (known == names.end() || (!v4 && query.type != net::DnsType::aaaa)) return answer;
    answer.from_hosts_file = true;
    for (const auto& address : known->second) {
      if (address.is_v4() == v4) answer.addresses.push_back(address);
    }
    answer.status =
        answer.addresses.empty() ? net::DnsAnswer::Status::no_data : net::DnsAnswer::Status::found;
    return answer;
  }
  void carry_out_media(const ua::MediaAction& action) {
    media.push_back(action);
    if (const auto* open = std::get_if<ua::OpenMediaPath>(&action)) {
      auto& opened = media_opens ? answers : unopened;
      opened.emplace_back(ua::MediaPathOpened{
          open->media,
          open->path,
          {open->local, static_cast<std::uint16_t>(40000 + open->path.value * 2)}});
    }
  }
};

/// An SDP body of a far end that takes PCMU at `address`.
inline std::string far_sdp(const std::string& address, std::uint16_t port = 50000,
                           std::uint64_t version = 1) {
  const std::string type = address.find(':') == std::string::npos ? "IP4 " : "IP6 ";
  return "v=0\r\no=far 1 " + std::to_string(version) + " IN " + type + address +
         "\r\ns=-\r\nc=IN " + type + address + "\r\nt=0 0\r\nm=audio " + std::to_string(port) +
         " RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n";
}

}  // namespace godwit::test
