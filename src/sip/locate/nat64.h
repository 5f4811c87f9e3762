// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/time.h"
#include "net/network_snapshot.h"
#include "sip/locate/nat64_prefix.h"
#include "sip/transport/io_action.h"

namespace godwit::sip {

/// Reaches IPv4 literals from a network that has only IPv6, through its NAT64 (RFC 7050, R37 to
/// R39).
///
/// Asks for the prefix when it is needed for the first time, from then on keeps it fresh and asks
/// anew on each other network. A network with an IPv4 default route never causes a question, unless
/// that route is a 464XLAT's, whose address must not be told (R37).
class Nat64 {
 public:
  static constexpr std::string_view kName = "ipv4only.arpa";  // RFC 7050 §3
  /// Asked again this long before the answer's TTL ends (RFC 7050 §3); of one that is not twice as
  /// long, at its half.
  static constexpr std::chrono::seconds kRefreshAhead{10};
  /// Asked again this long after no server answered, and after answers without a TTL. Until there
  /// is an answer the prefixes known of this network go on being used.
  static constexpr std::chrono::seconds kRetry{10};
  static constexpr std::chrono::hours kLongestTtl{24};

  void on_network(const net::NetworkSnapshot& snapshot, TimePoint now);
  /// The network leads out over IPv6 and has no default route of IPv4 but a 464XLAT's.
  [[nodiscard]] bool wanted() const { return wanted_; }

  /// The addresses that stand for an IPv4 address, best first. Empty list: there is none, by this
  /// network or for this address. Nothing: the prefix is being asked for.
  [[nodiscard]] std::optional<std::vector<net::IpAddress>> synthesise(const net::IpAddress& v4,
                                                                      TimePoint now);
  /// Takes AAAA answers for ipv4only.arpa, passes over all others.
  void on_dns_answered(const DnsAnswered& answered, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return ask_at_; }
  [[nodiscard]] std::vector<IoAction> take_actions();

  /// Those known of this network, best first.
  [[nodiscard]] const std::vector<Nat64Prefix>& prefixes() const { return prefixes_; }

 private:
  void ask();

  std::string attachment_;
  bool wanted_ = false;
  bool needed_ = false;   // something has asked for an IPv4 literal
  bool settled_ = false;  // this network has answered, or failed to
  std::vector<Nat64Prefix> prefixes_;
  std::optional<TimePoint> ask_at_;
  std::optional<TimePoint> doubted_from_;  // that there is none: the next who needs one asks anew
  std::vector<IoAction> actions_;
};

}  // namespace godwit::sip
