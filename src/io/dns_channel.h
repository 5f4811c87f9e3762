// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "godwit/options.h"
#include "io/loop.h"
#include "net/socket_address.h"

namespace godwit::io {

/// Sends one DNS message to name servers, from sockets of its own, until one gives an answer that
/// counts: c-ares' business, who asks one after the other, faster than its own defaults, goes over
/// to TCP when an answer was cut, and passes over what answers no question of ours. Destroying it
/// cancels silently.
class DnsChannel {
 public:
  struct Reply {
    std::string bytes;                         ///< empty: no server answered but with an error
    std::optional<net::SocketAddress> server;  ///< whose answer it is
  };
  using Done = std::function<void(Reply)>;

  /// @param servers best first, each with a port
  /// `done` runs once, from the loop, never from inside the constructor; it may destroy the
  /// channel.
  DnsChannel(Loop& loop, std::vector<net::SocketAddress> servers, const SocketHook& on_socket,
             const std::string& message, Done done);
  ~DnsChannel();
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

 private:
  struct Op;
  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
