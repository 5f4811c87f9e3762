// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "godwit/ids.h"
#include "godwit/options.h"
#include "net/flow.h"
#include "sdp/address.h"
#include "ua/flow_selector.h"

namespace godwit::ua {

/// From which of our addresses media of one account goes, and to which form of the far end's: by
/// route, as the account is bound, in the families that media may use, through a NAT64 where nothing
/// else leads to an IPv4 address (R39).
///
/// Every answer may be `Pending`; ask again after the next input or time-out.
class MediaRoute {
 public:
  using Pending = FlowSelector::Pending;
  using Choice = std::variant<net::IpAddress, Pending, Error>;

  MediaRoute(FlowSelector& flows, const UserAgentOptions& options, AccountId account)
      : flows_(flows), options_(options), account_(account) {}

  /// Our address for media to what a description names. Errors: `no_network`.
  [[nodiscard]] Choice source_to(const net::IpAddress& named, TimePoint now) const;
  /// What a socket of that family sends to, to reach what a description names. Errors:
  /// `no_network`.
  [[nodiscard]] Choice form_in(net::Family family, const net::IpAddress& named,
                               TimePoint now) const;
  /// What a name in a description stands for, by the type that stands before it (T73). Errors:
  /// `name_not_found`.
  [[nodiscard]] Choice address_of(const sdp::NamedAddress& name, TimePoint now) const;

  /// How an offer is sent, and what the far end is known by.
  struct Signalling {
    net::Flow flow;
    std::vector<net::IpAddress> remote_addresses;
  };
  /// Our address for an offer: of the family `wanted`, or of the one that the options want (F47),
  /// usually that of signalling. Errors: `no_network` when we have none.
  [[nodiscard]] Choice source_of_offer(const Signalling& signalling,
                                       std::optional<net::Family> wanted) const;

  /// Where media is bound when the kernel would send it to `destination` from `routed`. Errors:
  /// `no_network` when the account is bound elsewhere, or media must not use the family.
  [[nodiscard]] Choice bound(const net::IpAddress& routed,
                             const net::IpAddress& destination) const;
  /// The same for where a move of the network leads. What must not be told, as the address of a
  /// 464XLAT, is no way.
  [[nodiscard]] Choice source_after_move(const net::IpAddress& routed,
                                         const net::IpAddress& destination, TimePoint now) const;
  [[nodiscard]] bool allows(net::Family family) const;
  /// Media may use the family, and we have an address of it.
  [[nodiscard]] bool is_of_use(net::Family family) const;
  /// What a description names for a socket of ours: behind a fixed NAT its address (T81).
  [[nodiscard]] net::SocketAddress named(const net::SocketAddress& rtp) const;

 private:
  [[nodiscard]] Choice direct_source(const net::IpAddress& destination) const;

  FlowSelector& flows_;
  const UserAgentOptions& options_;
  AccountId account_;
};

}  // namespace godwit::ua
