// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "net/network_snapshot.h"
#include "sip/transport/io_action.h"

namespace godwit::sip {

/// A link-local, loopback or 464XLAT source says nothing that a far host could answer to (R26,
/// R37).
[[nodiscard]] bool may_be_advertised(const net::IpAddress& source,
                                     const net::IpAddress& destination);

/// From where the kernel would talk to the destinations of one search: asked once for each, and
/// again on another network.
class RouteTable {
 public:
  struct Way {
    bool known = false;                    ///< false: it has been asked for
    std::optional<net::IpAddress> source;  ///< empty: none that may be told to the far end
  };
  [[nodiscard]] Way to(const net::IpAddress& destination);

  /// @return whether it was asked for here.
  bool on_route_found(const RouteFound& found);
  void on_network(const net::NetworkSnapshot& snapshot);
  [[nodiscard]] std::vector<IoAction> take_actions();

 private:
  std::map<net::IpAddress, Way> ways_;
  std::vector<IoAction> actions_;
};

}  // namespace godwit::sip
