// SPDX-License-Identifier: Apache-2.0
#include "io/core_ports.h"

#include <utility>
#include <variant>

#include "io/built_transports.h"
#include "io/send_error.h"
#include "io/system_error.h"

namespace godwit::io {
namespace {

constexpr int kReceiveBuffer = 1024 * 1024;  // bytes of a UDP socket for SIP

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ResolverOptions with_hook(ResolverOptions options, const SocketHook& on_socket) {
  if (!options.on_socket) options.on_socket = on_socket;
  return options;
}

}  // namespace

CorePorts::CorePorts(Loop& loop, CorePortsOptions options, Deliver deliver)
    : loop_(loop),
      tap_(std::move(options.tap)),
      on_socket_(std::move(options.on_socket)),
      deliver_(std::move(deliver)),
      resolver_(loop, with_hook(std::move(options.resolver), on_socket_)),
      streams_(loop, {tap_, on_socket_, options.most_accepted},
               [this](sip::IoInput input) { deliver_(std::move(input)); }) {}

CorePorts::~CorePorts() = default;

std::vector<sip::IoInput> CorePorts::take_answers() {
  return std::exchange(answers_, {});
}

void CorePorts::execute(const sip::IoAction& action) {
  std::visit([this](const auto& wanted) { carry_out(wanted); }, action);
}

void CorePorts::on_network_changed() {
  streams_.forget_sessions();
  resolver_.reread();
}

void CorePorts::carry_out(const sip::SendMessage& action) {
  if (streams_.send(action)) return;
  const auto socket = sockets_.find(action.flow);
  if (socket == sockets_.end()) {
    answers_.emplace_back(sip::FlowFailed{
        action.flow, std::nullopt,
        Error{std::make_error_code(std::errc::bad_file_descriptor), "the flow is closed"}});
    return;
  }
  if (tap_) {
    tap_({true, loop_.now(),
          to_string(net::SocketAddress{action.from, socket->second.local().port}),
          to_string(action.to), *action.bytes});
  }
  const auto error =
      socket->second.send(action.from, action.to, std::as_bytes(std::span(*action.bytes)));
  if (error) report_refusal(action, error);
}

void CorePorts::report_refusal(const sip::SendMessage& action, std::error_code error) {
  const auto verdict = judge_send_error(error, action.from);
  if (verdict == SendVerdict::lost) return;  // retransmission's business
  sip::FlowFailed failed{action.flow, std::nullopt, {error, {}}};
  if (verdict == SendVerdict::unreachable) {
    failed.remote = action.to;
  } else {
    // Whatever the kernel calls it (see judge_send_error).
    failed.error.code = std::make_error_code(std::errc::address_not_available);
  }
  failed.error.detail = "sending from " + to_string(action.from) + " to " + to_string(action.to) +
                        ": " + error.message();
  answers_.emplace_back(std::move(failed));
}

void CorePorts::carry_out(const sip::OpenUdpFlow& action) {
  auto socket = open(action, action.local.port);
  if (!socket && action.fallback_to_any_port && socket.error().code == Errc::address_in_use) {
    socket = open(action, 0);
  }
  if (!socket) {
    answers_.emplace_back(sip::FlowFailed{action.flow, std::nullopt, std::move(socket.error())});
    return;
  }
  answers_.emplace_back(sip::FlowOpened{action.flow, socket->local()});
  sockets_.insert_or_assign(action.flow, std::move(*socket));
}

Result<UdpSocket> CorePorts::open(const sip::OpenUdpFlow& action, std::uint16_t port) {
  if constexpr (!kUdpBuilt) return fail(Errc::unsupported, "UDP is not built in");
  const net::FlowId flow = action.flow;
  UdpHandlers handlers;
  handlers.on_datagram = [this, flow](const Datagram& datagram) { on_datagram(flow, datagram); };
  handlers.on_unreachable = [this, flow](const net::SocketAddress& remote, std::error_code error) {
    deliver_(sip::FlowFailed{
        flow,
        remote,
        {error, "ICMP from the way to " + to_string(remote) + ": " + error.message()}});
  };
  UdpOptions options;
  options.receive_buffer = kReceiveBuffer;
  options.setup = {SocketUse::sip_udp, action.intent, on_socket_};
  return UdpSocket::open(loop_, {action.local.address, port}, options, std::move(handlers));
}

void CorePorts::on_datagram(net::FlowId flow, const Datagram& datagram) {
  const std::string_view bytes = text_of(datagram.bytes);
  if (tap_) {
    tap_({false, loop_.now(), to_string(datagram.local), to_string(datagram.remote), bytes});
  }
  deliver_(sip::DatagramReceived{flow, datagram.local, datagram.remote, std::string(bytes)});
}

void CorePorts::carry_out(const sip::OpenStream& action) {
  if (auto opening = streams_.open(action); !opening) {
    answers_.emplace_back(sip::FlowFailed{action.flow, std::nullopt, std::move(opening.error())});
  }
}

void CorePorts::carry_out(const sip::OpenListener& action) {
  auto local = streams_.listen(action);
  if (local) {
    answers_.emplace_back(sip::FlowOpened{action.listener, *local});
  } else {
    answers_.emplace_back(sip::FlowFailed{action.listener, std::nullopt, std::move(local.error())});
  }
}

void CorePorts::carry_out(const sip::CloseFlow& action) {
  sockets_.erase(action.flow);
  streams_.close(action.flow);
}

void CorePorts::carry_out(const sip::QueryDns& action) {
  if (auto known = resolver_.find_locally(action.name, action.type)) {
    answers_.emplace_back(sip::DnsAnswered{action.name, action.type, std::move(*known)});
    return;
  }
  const auto deliver = [this, action](const net::DnsAnswer& answer) {
    deliver_(sip::DnsAnswered{action.name, action.type, answer});
  };
  resolver_.query(action.name, action.type, deliver);
}

void CorePorts::carry_out(const sip::LookUpRoute& action) {
  answers_.emplace_back(sip::RouteFound{action.destination, routes_.find(action.destination)});
}

}  // namespace godwit::io
