// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "godwit/options.h"
#include "godwit/time.h"
#include "io/dns_file.h"
#include "io/dns_servers.h"
#include "io/loop.h"
#include "io/system_random.h"
#include "net/dns_message.h"
#include "net/hosts_file.h"
#include "net/ip_address.h"

namespace godwit::io {

struct ResolverOptions {
  std::string hosts_file{};            ///< hosts(5); empty: /etc/hosts
  std::vector<std::string> servers{};  ///< "192.0.2.1", "[2001:db8::1]:5353"; empty: the system's
  std::string resolv_conf{};  ///< resolv.conf(5), which names those; empty: /etc/resolv.conf
  SocketHook on_socket{};     ///< sees every socket before it is connected
  /// How long the slower family may keep the faster one waiting (RFC 8305 §3).
  Duration resolution_delay = std::chrono::milliseconds{50};
  Duration timeout = std::chrono::seconds{5};  ///< of one question, however many servers there are
};

/// Asks DNS, and the hosts file before it. Both hosts file and name servers are read again when
/// they have changed. Nothing is kept of what was learnt, but which server answered.
class Resolver {
 public:
  using Answered = std::function<void(const net::DnsAnswer&)>;
  /// IPv6 before IPv4 when they come by DNS, the file's order from a hosts file; empty: not found.
  using Resolved = std::function<void(std::vector<net::IpAddress>)>;

  Resolver(Loop& loop, ResolverOptions options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// What needs no DNS: addresses from the hosts file, also that it has none of this family for a
  /// name it knows, "localhost" and what is below it (RFC 6761), and literal addresses.
  [[nodiscard]] std::optional<net::DnsAnswer> find_locally(const std::string& name,
                                                           net::DnsType type);
  /// Asks DNS. The same question asked twice at a time is one. `answered` runs once, from the loop,
  /// never from inside this call; not at all once the resolver is destroyed, which it may do
  /// itself.
  void query(const std::string& name, net::DnsType type, Answered answered);
  /// Both families of a name, from wherever they are known; `resolved` runs like `answered`.
  void resolve(const std::string& name, Resolved resolved);
  /// The network is another one: name servers are read anew, and asked what is still open.
  void reread();

 private:
  struct Shared;
  struct AddressSearch;
  void answer_soon(std::function<void()> answer);
  [[nodiscard]] std::vector<net::IpAddress> known_addresses(const std::string& name);

  Loop& loop_;
  ResolverOptions options_;
  SystemRandom random_;
  DnsFile hosts_file_;
  net::HostsFile hosts_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace godwit::io
