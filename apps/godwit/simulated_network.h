// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "godwit/error.h"
#include "net/network_snapshot.h"

namespace godwit::cli {

/// What would be different, for `network plan`.
struct Supposition {
  struct NewAddress {
    std::string interface;
    net::IpAddress address;
  };
  std::vector<std::string> without_interfaces;
  std::vector<NewAddress> with_addresses;  ///< each with a default route behind those there are
};

/// Reads "lte0=10.2.0.2". @return `invalid_argument`.
[[nodiscard]] Result<Supposition::NewAddress> parse_new_address(const std::string& text);

/// The network as it would be. Ways through an interface that is supposed away go by the best
/// default route that is left, from the first usable address there.
[[nodiscard]] net::NetworkSnapshot suppose(net::NetworkSnapshot snapshot,
                                           const Supposition& supposition);

}  // namespace godwit::cli
