// SPDX-License-Identifier: Apache-2.0
#include "support/sim_server.h"

#include <algorithm>

#include "base/overloaded.h"
#include "support/sent_message.h"
#include "support/time_text.h"

namespace godwit::test {

SimServer::SimServer(FakeNetwork& network, FakeHost& host, server::ServerOptions options)
    : network_(network),
      host_(host),
      time_(network.time()),
      random_(network.random().u64()),
      server_(
          [&] {
            options.log = [this](const LogRecord& record) { note(record.message); };
            return std::move(options);
          }(),
          random_, time_.now()) {
  server_.start(time_.now());
  settle();
}

std::vector<std::string> SimServer::bindings(const std::string& user) const {
  std::vector<std::string> uris;
  for (const auto& binding : server_.bindings(user, time_.now())) {
    uris.push_back(sip::to_string(binding.contact));
  }
  return uris;
}

void SimServer::note(const std::string& line) {
  log_ += time_text(time_.now()) + " server: " + line + '\n';
}

void SimServer::input(sip::IoInput input) {
  inputs_.push_back(std::move(input));
  settle();
}

void SimServer::settle() {
  if (settling_) return;
  settling_ = true;
  for (;;) {
    const auto actions = server_.take_actions();
    for (const auto& action : actions) perform(action);
    if (actions.empty() && inputs_.empty()) break;
    while (!inputs_.empty()) {
      const auto next = std::move(inputs_.front());
      inputs_.pop_front();
      server_.on_input(next, time_.now());
    }
  }
  settling_ = false;
  arm();
}

void SimServer::arm() {
  const auto next = server_.next_deadline();
  if (!next || (armed_ && *armed_ <= *next)) return;
  armed_ = std::max(*next, time_.now());
  time_.at(*armed_, [this, when = *armed_] {
    if (armed_ == when) armed_.reset();
    server_.on_timeout(time_.now());
    settle();
  });
}

void SimServer::perform(const sip::IoAction& action) {
  std::visit(
      overloaded{
          [this](const sip::SendMessage& a) { send(a); },
          [this](const sip::OpenUdpFlow& a) { open(a); },
          [this](const sip::CloseFlow& a) {
            const auto at = flows_.find(a.flow);
            if (at == flows_.end()) return;
            host_.close(at->second);
            flows_.erase(at);
          },
          [](const sip::OpenStream&) {},
          [](const sip::OpenListener&) {},
          [](const sip::QueryDns&) {},
          [this](const sip::ResolveName& a) {
            inputs_.emplace_back(sip::NameResolved{a.name, network_.resolve(a.name)});
          },
          [this](const sip::LookUpRoute& a) {
            inputs_.emplace_back(sip::RouteFound{a.destination, host_.route_to(a.destination)});
          }},
      action);
}

void SimServer::open(const sip::OpenUdpFlow& action) {
  const auto socket =
      host_.bind(action.local, [this, flow = action.flow](const FakePacket& packet) {
        input(sip::DatagramReceived{flow, packet.destination, packet.source, packet.bytes});
      });
  if (!socket) {
    inputs_.emplace_back(sip::FlowFailed{action.flow, std::nullopt, socket.error()});
    return;
  }
  flows_[action.flow] = *socket;
  inputs_.emplace_back(sip::FlowOpened{action.flow, host_.local_of(*socket)});
}

void SimServer::send(const sip::SendMessage& action) {
  const auto socket = flows_.at(action.flow);
  const net::SocketAddress local{action.from, host_.local_of(socket).port};
  const net::Flow flow{action.flow, net::Transport::udp, local, action.to};
  note(to_string(flow) + ' ' + action.bytes->substr(0, action.bytes->find('\r')));
  const auto wrong = find_wrong(*action.bytes, flow, sip::Origin::forwarded);
  if (wrong) faults_.push_back(*wrong + ": " + *action.bytes);
  const auto sent = host_.send(socket, action.from, action.to, *action.bytes);
  if (sent) return;
  // One destination cannot be reached; the sockets take every address and outlive it.
  inputs_.emplace_back(sip::FlowFailed{action.flow, action.to, sent.error()});
}

}  // namespace godwit::test
