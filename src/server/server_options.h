// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "godwit/log.h"
#include "godwit/options.h"
#include "net/flow.h"
#include "sip/auth/digest.h"

namespace godwit::server {

/// What the server is made with.
struct ServerOptions {
  std::string domain;          ///< it serves sip:USER@domain; also the digest realm
  std::string host_name;       ///< put into Record-Route; empty: `domain`
  std::uint16_t port = 5060;   ///< UDP and TCP; 1 to 65535
  std::uint16_t tls_port = 0;  ///< 0: the one after `port`
  /// What is served, in both address families, and used to reach others. TLS needs a certificate
  /// and its key in `tls_options`.
  bool udp = true;
  bool tcp = true;
  bool tls = true;
  TlsOptions tls_options;
  std::map<std::string, std::string> users;  ///< user name to password
  /// The same where H(A1) is known and not the password (RFC 7616 §3.4.2, lower-case hexadecimal):
  /// user name to the keys by algorithm. Who has none for an algorithm is not believed by it, so
  /// there has to be one for the first of `algorithms`, which most clients answer.
  std::map<std::string, std::map<sip::DigestAlgorithm, std::string>> digest_keys;
  /// Lifetimes of bindings: shorter ones are refused (423), longer ones cut; default is the
  /// longest.
  std::chrono::seconds min_expires{60};
  std::chrono::seconds max_expires{3600};
  /// REGISTERs that one IPv4 address or IPv6 /64 may send each second, and four times as many at
  /// once; what goes beyond is refused (503) or dropped. 0 to 1,000,000; 0: no limit.
  int register_rate = 500;
  /// Told to outbound clients (RFC 5626 §5.4): they keep their flows alive more often than this.
  std::chrono::seconds flow_timer{120};
  /// Other domains whose users reach their registrar by us, as edge proxy (RFC 5626 §5).
  std::vector<std::string> edge_domains{};
  bool authenticate_calls = true;  ///< challenge calls of our users (407); REGISTER always is
  /// Challenges to give, best first (RFC 8760). baresip 1.0 registers only if MD5 is alone.
  std::vector<sip::DigestAlgorithm> algorithms = {sip::DigestAlgorithm::sha256,
                                                  sip::DigestAlgorithm::md5};
  LogSink log;  ///< default: drop
};

/// Where a transport is served; 0: it is not.
[[nodiscard]] std::uint16_t port_of(const ServerOptions& options, net::Transport transport);

}  // namespace godwit::server
