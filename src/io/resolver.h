// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "godwit/time.h"
#include "io/loop.h"
#include "net/ip_address.h"

namespace godwit::io {

struct ResolverOptions {
  std::string hosts_file;  ///< hosts(5); empty: /etc/hosts
  std::string servers;     ///< "192.0.2.1:53,[2001:db8::1]:53"; empty: those of resolv.conf(5)
  /// How long the slower family may keep the faster one waiting (RFC 8305 §3).
  Duration resolution_delay = std::chrono::milliseconds{50};
  Duration timeout = std::chrono::seconds{5};
};

/// Host names to addresses of both families: literals, the hosts file, "localhost" (RFC 6761), DNS.
class Resolver {
 public:
  /// IPv6 before IPv4 when they come by DNS, the file's order from a hosts file; empty: not found.
  using Done = std::function<void(std::vector<net::IpAddress>)>;

  Resolver(Loop& loop, ResolverOptions options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// `done` runs once, from the loop, never from inside this call; not at all once the resolver is
  /// destroyed. The name servers are read anew each time, as a network change changes them.
  void resolve(const std::string& name, Done done);

 private:
  struct Shared;
  [[nodiscard]] std::vector<net::IpAddress> find_locally(const std::string& name) const;
  void answer_soon(std::vector<net::IpAddress> addresses, Done done);

  Loop& loop_;
  ResolverOptions options_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace godwit::io
