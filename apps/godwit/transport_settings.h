// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/options.h"
#include "grammar.h"

namespace godwit::cli {

/// How SIP is to be carried and servers to be found, as it is typed.
struct TransportSettings {
  std::string transport;         ///< "udp", "tcp" or "tls"; empty: as URI and DNS say
  std::vector<std::string> dns;  ///< "192.0.2.53", "[2001:db8::53]:5353"
  bool only_v4 = false;
  bool only_v6 = false;
  bool prefer_v4 = false;
  bool prefer_v6 = false;
  BindOptions bind;  ///< address and interface
  int dscp = 0;
  std::vector<std::string> public_addresses;
  std::string stun_server;
  std::vector<std::string> listen;  ///< "tcp:192.0.2.1:5060"
  TlsOptions tls;
  bool tls_no_verify = false;
  std::vector<std::string> interface_use;  ///< "wifi=prefer", "lte0=last-resort"
  std::vector<std::string> metered;        ///< "lte0", "ww*"
  bool no_warm_standby = false;
  int stream_keep_alive = 100;  ///< seconds; 0: none
  int udp_keep_alive = 25;      ///< seconds; 0: none
  int udp_keep_alive_longest = 0;  ///< seconds; 0: no search
};

/// --dns, --transport and the choice of families: what it takes to find a server.
void add_finding_options(const Verb& verb, TransportSettings& settings);
/// All of them.
void add_transport_options(const Verb& verb, TransportSettings& settings);

/// The servers of --dns, each with its port. @return `invalid_argument` naming what is wrong.
[[nodiscard]] Result<std::vector<std::string>> dns_servers(const TransportSettings& settings);
/// @return `invalid_argument` when two of --ipv4, --ipv6, --prefer-ipv4, --prefer-ipv6 are given.
[[nodiscard]] Result<FamilyUse> families(const TransportSettings& settings);
/// Everything but --transport, which belongs to an account or target: see `with_transport()`.
/// @return `invalid_argument` naming the option that is wrong.
[[nodiscard]] Result<void> apply(const TransportSettings& settings, UserAgentOptions& options);

/// "example.org" with "tcp" becomes "sip:example.org;transport=tcp"; an empty transport changes
/// nothing. @return `invalid_argument` when the address itself asks for another transport.
[[nodiscard]] Result<std::string> with_transport(const std::string& uri,
                                                 const std::string& transport);

}  // namespace godwit::cli
