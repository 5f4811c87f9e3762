// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"
#include "godwit/time.h"
#include "net/network_snapshot.h"
#include "sip/locate/locate_policy.h"
#include "sip/locate/next_hop.h"
#include "sip/locate/target.h"
#include "sip/transport/io_action.h"

namespace godwit::sip {

/// Finds the servers of next hops: RFC 3263 with RFC 7984, RFC 6724 and RFC 8305, and NAT64 where
/// the network has it. Asks for DNS records and routes, keeps what it learnt as long as it may, and
/// tells the targets in the order in which they are to be tried.
///
/// It never contacts a target; what failed is remembered elsewhere (`FailureMemory`).
class Locator {
 public:
  /// What is known of a next hop now. `targets` only grows at its end or by late addresses that
  /// sort between; whoever has tried one recognises it by its value.
  struct Located {
    std::vector<Target> targets;  ///< best first; only those that a route leads to
    bool usable = false;    ///< the first may be tried: nothing better is worth waiting for (R10)
    bool complete = false;  ///< nothing more will come
    /// Complete without a target: name_not_found, no_network, or unsupported (the transport).
    std::optional<Error> error;
  };
  /// One question that was asked, for `godwit resolve`.
  struct Question {
    std::string name;
    net::DnsType type = net::DnsType::a;
    std::optional<net::DnsAnswer> answer;
    bool from_cache = false;
  };

  Locator(LocatePolicy policy, Random& random);
  ~Locator();
  Locator(const Locator&) = delete;
  Locator& operator=(const Locator&) = delete;

  /// Starts looking, or looks at what has been found since. A search stands until `forget`.
  const Located& locate(const NextHop& hop, TimePoint now);
  [[nodiscard]] const Located* found(const NextHop& hop) const;
  /// The next `locate` searches anew: cached answers within their TTL, SRV weights drawn again.
  void forget(const NextHop& hop);
  /// Every address the hop's targets have, both families as the policy allows, also those without a
  /// route now: what a change of the network may lead to.
  [[nodiscard]] std::vector<net::IpAddress> addresses(const NextHop& hop) const;
  /// Questions of the search for a hop, in the order asked.
  [[nodiscard]] std::vector<Question> questions(const NextHop& hop) const;

  void on_dns_answered(const DnsAnswered& answered, TimePoint now);
  void on_route_found(const RouteFound& found, TimePoint now);
  /// The network is another one: routes are taken from the snapshot or asked again, cached answers
  /// dropped but for the searches that stand, whose names are asked again while the old answers
  /// serve.
  void on_network(const net::NetworkSnapshot& snapshot, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::vector<IoAction> take_actions();

  /// How to send to an address of a message (media, in-dialog targets): itself, or behind a NAT64
  /// its IPv6 form (R39). Empty while the prefix is being asked for.
  [[nodiscard]] std::optional<net::IpAddress> reach(const net::IpAddress& address, TimePoint now);
  /// This network has a NAT64, as far as is known.
  [[nodiscard]] bool has_nat64() const;
  /// The address is such a form, by a prefix that is known.
  [[nodiscard]] bool is_nat64_form(const net::IpAddress& address) const;
  /// Such forms of an IPv4 address as far as prefixes are known and IPv4 has no way of its own, best first.
  [[nodiscard]] std::vector<net::IpAddress> nat64_forms(const net::IpAddress& v4) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::sip
