// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "net/flow.h"
#include "server/server_options.h"
#include "sip/transport/io_action.h"

namespace godwit::server {

/// The UDP sockets and the listeners of the server: one of each transport it serves and of each
/// address family.
class ServerSockets {
 public:
  explicit ServerSockets(const ServerOptions& options);

  [[nodiscard]] std::vector<sip::IoAction> open();
  /// @return whether it is one of these.
  bool on_opened(const sip::FlowOpened& opened);
  bool on_failed(const sip::FlowFailed& failed);

  [[nodiscard]] bool serves(net::Transport transport, net::Family family) const;
  [[nodiscard]] bool serves(net::Family family) const;
  /// The socket from which datagrams of the family leave.
  [[nodiscard]] std::optional<net::FlowId> udp(net::Family family) const;
  /// "tcp [::]:5060", for logs.
  [[nodiscard]] std::string name(net::FlowId id) const;
  /// Nothing is left of a transport that was to be served: why its first socket failed.
  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

 private:
  enum class State { opening, open, failed };
  struct Socket {
    net::Transport transport = net::Transport::udp;
    net::SocketAddress local;
    State state = State::opening;
  };

  std::map<net::FlowId, Socket> sockets_;
  TlsOptions tls_;
  std::map<net::Transport, Error> first_failures_;
  std::optional<Error> failed_;
};

}  // namespace godwit::server
