// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/random.h"
#include "godwit/options.h"
#include "godwit/time.h"
#include "io/loop.h"
#include "net/dns_message.h"
#include "net/socket_address.h"

namespace godwit::io {

/// One question asked of DNS until there is an answer or time is up. Aliases that lead out of an
/// answer are asked for; a server whose answer does not read is not asked again.
/// Destroying it cancels silently.
class DnsQuery {
 public:
  struct Options {
    std::vector<net::SocketAddress> servers;  ///< best first
    SocketHook on_socket;
    Duration timeout = std::chrono::seconds{5};
  };
  /// @param server the one that knew the answer
  using Done = std::function<void(net::DnsAnswer, std::optional<net::SocketAddress> server)>;

  /// `done` runs once, from the loop, never from inside the constructor; it may destroy the query.
  DnsQuery(Loop& loop, Random& random, net::DnsQuestion question, Options options, Done done);
  ~DnsQuery();
  DnsQuery(const DnsQuery&) = delete;
  DnsQuery& operator=(const DnsQuery&) = delete;

  /// Asks other servers from now on, in the time that is left.
  void restart(std::vector<net::SocketAddress> servers);

 private:
  struct Op;
  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
