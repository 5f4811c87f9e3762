// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "net/network_snapshot.h"

namespace godwit::roam {

enum class DeltaKind {
  address_gained,
  address_lost,
  address_deprecated,
  interface_up,
  interface_down,
  interface_renamed,
  default_route_changed,
  route_changed,
  family_came,
  family_went,
  name_servers_changed,  ///< perhaps another network, though the address is the same
};

/// One named difference of two snapshots.
struct Difference {
  DeltaKind kind{};
  std::string interface;  ///< name; may be empty
  std::string detail;     ///< "10.1.0.2", "v4 via 10.1.0.1 dev wifi0 -> via 10.2.0.1 dev lte0"

  bool operator==(const Difference&) const = default;
};

/// The named differences of two snapshots, in the order of `DeltaKind`'s importance to a call: what
/// was lost first. Empty: nothing that matters changed (a tentative address, a lifetime).
using Delta = std::vector<Difference>;
[[nodiscard]] Delta diff(const net::NetworkSnapshot& before, const net::NetworkSnapshot& after);
[[nodiscard]] std::string to_string(const Difference& difference);  // "address_lost wifi0 10.1.0.2"
[[nodiscard]] std::string_view to_string(DeltaKind kind);

}  // namespace godwit::roam
