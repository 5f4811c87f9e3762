// SPDX-License-Identifier: Apache-2.0
#include "support/sim_shell.h"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "sip/locate/explain.h"
#include "support/sent_message.h"

namespace godwit::test {
namespace {

// How long the system and its resolver take for a name, at most.
constexpr Duration kResolveTime = std::chrono::milliseconds{2};

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

/// What the hosts file says of the addresses of a name; empty: the name does not stand there.
std::optional<net::DnsAnswer> from_hosts_file(const FakeNetwork& network,
                                              const sip::QueryDns& question) {
  const bool v4 = question.type == net::DnsType::a;
  if (!v4 && question.type != net::DnsType::aaaa) return std::nullopt;
  const auto addresses = network.resolve(question.name);
  if (addresses.empty()) return std::nullopt;
  net::DnsAnswer answer;
  answer.status = net::DnsAnswer::Status::no_data;
  answer.from_hosts_file = true;
  for (const auto& address : addresses) {
    if (address.is_v4() == v4) answer.addresses.push_back(address);
  }
  if (!answer.addresses.empty()) answer.status = net::DnsAnswer::Status::found;
  return answer;
}

}  // namespace

void SimShell::perform(const sip::IoAction& action) {
  std::visit(overloaded{[this](const sip::SendMessage& a) { send(a); },
                        [this](const sip::OpenUdpFlow& a) { open(a); },
                        [this](const sip::OpenStream& a) { open(a); },
                        [this](const sip::OpenListener& a) { open(a); },
                        [this](const sip::CloseFlow& a) { close(a); },
                        [this](const sip::QueryDns& a) { query(a); },
                        [this](const sip::LookUpRoute& a) {
                          owner_.note("look up the way to " + to_string(a.destination));
                          tell(sip::RouteFound{a.destination, host_.route_to(a.destination)});
                        }},
             action);
}

std::size_t SimShell::open_streams() const {
  return static_cast<std::size_t>(
      std::count_if(flows_.begin(), flows_.end(), [](const auto& entry) {
        const auto* stream = std::get_if<Stream>(&entry.second);
        return stream != nullptr && !stream->ended;
      }));
}

void SimShell::check(const std::string& bytes, const net::Flow& flow) {
  owner_.note(to_string(flow) + ' ' + bytes.substr(0, bytes.find('\r')));
  if (owner_.leaves) owner_.leaves(flow.local);
  if (is_keep_alive(bytes)) return;
  auto wrong = find_fault(bytes, flow);
  if (!wrong && owner_.origin == sip::Origin::own) wrong = gruus_.find_untold(bytes);
  if (wrong) owner_.blame(*wrong + ": " + bytes);
}

void SimShell::tell(sip::IoInput input) {
  if (const auto* datagram = std::get_if<sip::DatagramReceived>(&input)) {
    gruus_.on_received(datagram->flow, datagram->bytes);
  } else if (const auto* stream = std::get_if<sip::StreamReceived>(&input)) {
    gruus_.on_received(stream->flow, stream->bytes);
  }
  owner_.tell(std::move(input));
}

std::optional<std::string> SimShell::find_fault(const std::string& bytes,
                                                const net::Flow& flow) const {
  auto wrong = find_wrong(bytes, flow, owner_.origin);
  for (const auto& address : public_addresses_) {
    if (!wrong || address.family() != flow.local.family()) continue;
    auto named = flow;
    named.advertised = net::SocketAddress{address, flow.local.port};
    if (!find_wrong(bytes, named, owner_.origin)) wrong.reset();
  }
  for (const auto& outside : host_.outsides_of(flow.local)) {
    auto named = flow;
    named.advertised = outside;
    if (wrong && !find_wrong(bytes, named, owner_.origin)) wrong.reset();
  }
  return wrong;
}

void SimShell::allow_public_address(const std::string& address) {
  if (const auto parsed = net::IpAddress::parse(address)) public_addresses_.push_back(*parsed);
}

void SimShell::send(const sip::SendMessage& action) {
  const auto at = flows_.find(action.flow);
  if (at == flows_.end()) {
    return owner_.blame("sent on a flow that is not open: " + *action.bytes);
  }
  std::visit(
      overloaded{[&](const Datagrams& datagrams) { send_datagram(datagrams, action); },
                 [&](const Stream& stream) { send_on_stream(stream, action); },
                 [&](const Listener&) { owner_.blame("sent on a listener: " + *action.bytes); }},
      at->second);
}

void SimShell::send_datagram(const Datagrams& datagrams, const sip::SendMessage& action) {
  net::SocketAddress local = host_.local_of(datagrams.socket);
  const bool takes_every_address = local.address.is_unspecified();
  if (takes_every_address) local.address = action.from;
  check(*action.bytes, {action.flow, net::Transport::udp, local, action.to});
  const auto sent = host_.send(datagrams.socket, action.from, action.to, *action.bytes);
  if (sent) return;
  std::optional<net::SocketAddress> about;  // only this destination, or the flow itself
  if (takes_every_address || sent.error().code == std::errc::network_unreachable) {
    about = action.to;
  }
  tell(sip::FlowFailed{action.flow, about, sent.error()});
}

void SimShell::send_on_stream(const Stream& stream, const sip::SendMessage& action) {
  if (stream.ended) return;  // the core hears of it in this turn
  if (stream.flow.local.port == 0) {
    return owner_.blame("sent on a stream that is not open: " + *action.bytes);
  }
  check(*action.bytes, stream.flow);
  host_.streams().send(stream.id, *action.bytes);
}

void SimShell::open(const sip::OpenUdpFlow& action) {
  owner_.note("open a flow from " + to_string(action.local));
  const auto receive = [this, flow = action.flow](const FakePacket& packet) {
    tell(sip::DatagramReceived{flow, packet.destination, packet.source, packet.bytes});
  };
  const auto refused = [this, flow = action.flow](const net::SocketAddress& remote) {
    tell(sip::FlowFailed{flow, remote, {make_error_code(Errc::unreachable), to_string(remote)}});
  };
  auto socket = host_.bind(action.local, receive, refused);
  if (!socket && socket.error().code == make_error_code(Errc::address_in_use) &&
      action.fallback_to_any_port) {
    socket = host_.bind({action.local.address, 0}, receive, refused);
  }
  if (!socket) return tell(sip::FlowFailed{action.flow, std::nullopt, socket.error()});
  flows_[action.flow] = Datagrams{*socket};
  tell(sip::FlowOpened{action.flow, host_.local_of(*socket)});
}

void SimShell::open(const sip::OpenStream& action) {
  owner_.note("open a stream: " + std::string(to_string(action.transport)) + " to " +
              to_string(action.remote));
  FakeConnect wish;
  wish.transport = action.transport;
  wish.local = action.local;
  wish.remote = action.remote;
  wish.server_name = action.server_name;
  wish.verify = action.tls == nullptr || action.tls->verify;
  if (action.transport == net::Transport::tls && action.tls == nullptr) {
    owner_.blame("a TLS stream without TlsOptions");
  }
  auto handlers = handlers_of(action.flow);
  handlers.opened = [this, action] {
    auto& stream = std::get<Stream>(flows_.at(action.flow));
    const auto local = host_.tcp().local_of(stream.id);
    stream.flow = {action.flow, action.transport, local, action.remote};
    tell(sip::FlowOpened{action.flow, local});
  };
  const auto stream = host_.streams().connect(wish, std::move(handlers));
  if (!stream) return tell(sip::FlowFailed{action.flow, std::nullopt, stream.error()});
  flows_[action.flow] = Stream{*stream, {}, false};
}

StreamHandlers SimShell::handlers_of(net::FlowId flow) {
  StreamHandlers handlers;
  handlers.received = [this, flow](std::string bytes) {
    tell(sip::StreamReceived{flow, std::move(bytes)});
  };
  handlers.ended = [this, flow](const Error& error) {
    owner_.note("a stream has ended: " + error.code.message() + ", " + error.detail);
    // Those that ended before are not spoken of any more.
    std::erase_if(flows_, [](const auto& entry) {
      const auto* stream = std::get_if<Stream>(&entry.second);
      return stream != nullptr && stream->ended;
    });
    std::get<Stream>(flows_.at(flow)).ended = true;
    tell(sip::FlowFailed{flow, std::nullopt, error});
  };
  return handlers;
}

void SimShell::open(const sip::OpenListener& action) {
  owner_.note("listen on " + std::string(to_string(action.transport)) + ' ' +
              to_string(action.local));
  FakeListen wish;
  wish.transport = action.transport;
  wish.local = action.local;
  if (action.transport == net::Transport::tls) {
    if (action.tls != nullptr) wish.names = split(action.tls->certificate_file);
    if (wish.names.empty()) {
      return tell(sip::FlowFailed{
          action.listener, std::nullopt, {make_error_code(Errc::tls_failed), "no certificate"}});
    }
  }
  const auto listener = host_.streams().listen(
      wish, [this, action](FakeStreams::StreamId id, const net::SocketAddress& local,
                           const net::SocketAddress& remote) {
        return accept(action, id, local, remote);
      });
  if (!listener) return tell(sip::FlowFailed{action.listener, std::nullopt, listener.error()});
  flows_[action.listener] = Listener{*listener};
  tell(sip::FlowOpened{action.listener, host_.tcp().local_of_listener(*listener)});
}

StreamHandlers SimShell::accept(const sip::OpenListener& action, FakeStreams::StreamId id,
                                const net::SocketAddress& local, const net::SocketAddress& remote) {
  const net::FlowId flow{sip::kAcceptedFlows | ++accepted_};
  flows_[flow] = Stream{id, {flow, action.transport, local, remote}, false};
  tell(sip::StreamAccepted{action.listener, flow, action.transport, local, remote});
  return handlers_of(flow);
}

void SimShell::close(const sip::CloseFlow& action) {
  const auto at = flows_.find(action.flow);
  if (at == flows_.end()) return;
  const Opened opened = at->second;
  flows_.erase(at);
  std::visit(overloaded{[&](const Datagrams& a) { host_.close(a.socket); },
                        [&](const Stream& a) {
                          if (!a.ended) host_.streams().close(a.id);
                        },
                        [&](const Listener& a) { host_.streams().close_listener(a.id); }},
             opened);
}

void SimShell::query(const sip::QueryDns& action) {
  owner_.note("ask for " + std::string(sip::to_string(action.type)) + " of " + action.name);
  if (auto answer = from_hosts_file(network_, action)) {
    return tell(sip::DnsAnswered{action.name, action.type, std::move(*answer)});
  }
  ++questions_;
  const auto& zone = network_.zone();
  auto answer = zone.answer(action.name, action.type);
  auto after = zone.delay_of(action.name, action.type) + network_.random_up_to(kResolveTime);
  if (answer && answer->from_hosts_file) after = {};
  if (!answer || after > kDnsLimit) {
    answer = net::DnsAnswer{};
    after = kDnsLimit;
  }
  sip::DnsAnswered answered{action.name, action.type, std::move(*answer)};
  if (answered.answer.from_hosts_file) return tell(std::move(answered));
  network_.time().after(after, [this, answered = std::move(answered)] { tell(answered); });
}

}  // namespace godwit::test
