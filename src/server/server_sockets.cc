// SPDX-License-Identifier: Apache-2.0
#include "server/server_sockets.h"

#include <algorithm>
#include <memory>

namespace godwit::server {

ServerSockets::ServerSockets(const ServerOptions& options) : tls_(options.tls_options) {
  std::uint64_t last_id = 0;
  for (const auto transport : {net::Transport::udp, net::Transport::tcp, net::Transport::tls}) {
    const std::uint16_t port = port_of(options, transport);
    for (const auto family : {net::Family::v4, net::Family::v6}) {
      const net::FlowId id{++last_id};
      if (port == 0) continue;
      sockets_[id] = {transport, {net::IpAddress::any(family), port}, State::opening};
    }
  }
}

std::vector<sip::IoAction> ServerSockets::open() {
  std::vector<sip::IoAction> actions;
  const auto tls = std::make_shared<const TlsOptions>(tls_);
  for (const auto& [id, socket] : sockets_) {
    if (socket.transport == net::Transport::udp) {
      actions.emplace_back(sip::OpenUdpFlow{id, socket.local, false});
    } else {
      const bool secure = socket.transport == net::Transport::tls;
      actions.emplace_back(
          sip::OpenListener{id, socket.transport, socket.local, secure ? tls : nullptr});
    }
  }
  return actions;
}

bool ServerSockets::on_opened(const sip::FlowOpened& opened) {
  const auto socket = sockets_.find(opened.flow);
  if (socket == sockets_.end()) return false;
  socket->second.state = State::open;
  return true;
}

bool ServerSockets::on_failed(const sip::FlowFailed& failed) {
  const auto found = sockets_.find(failed.flow);
  if (found == sockets_.end()) return false;
  found->second.state = State::failed;
  const net::Transport transport = found->second.transport;
  first_failures_.try_emplace(transport, failed.error);
  const bool all = std::all_of(sockets_.begin(), sockets_.end(), [transport](const auto& s) {
    return s.second.transport != transport || s.second.state == State::failed;
  });
  if (all && !failed_) failed_ = first_failures_.at(transport);
  return true;
}

bool ServerSockets::serves(net::Transport transport, net::Family family) const {
  return std::any_of(sockets_.begin(), sockets_.end(), [&](const auto& s) {
    return s.second.transport == transport && s.second.local.address.family() == family &&
           s.second.state == State::open;
  });
}

bool ServerSockets::serves(net::Family family) const {
  return serves(net::Transport::udp, family) || serves(net::Transport::tcp, family) ||
         serves(net::Transport::tls, family);
}

std::optional<net::FlowId> ServerSockets::udp(net::Family family) const {
  for (const auto& [id, socket] : sockets_) {
    if (socket.transport == net::Transport::udp && socket.state == State::open &&
        socket.local.address.family() == family) {
      return id;
    }
  }
  return std::nullopt;
}

std::string ServerSockets::name(net::FlowId id) const {
  const Socket& socket = sockets_.at(id);
  return std::string(to_string(socket.transport)) + ' ' + to_string(socket.local);
}

}  // namespace godwit::server
