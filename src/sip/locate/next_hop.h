// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "net/flow.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// Where a request goes next, as its URI says: the input of RFC 3263.
struct NextHop {
  std::string host;        ///< lower case; literal addresses in their one spelling
  std::uint16_t port = 0;  ///< 0: not given, which is not the same as 5060 (RFC 3263 §4.2)
  std::optional<net::Transport> transport;  ///< of the URI; empty: not given
  bool secure = false;                      ///< a sips URI: never leaves TLS

  auto operator<=>(const NextHop&) const = default;
};

/// `maddr` stands for the host (RFC 3261 §16.6); an unknown transport counts as none given.
[[nodiscard]] NextHop next_hop_of(const Uri& uri);
/// What carries a request there when DNS has no say in it (RFC 3263 §4.1).
[[nodiscard]] net::Transport transport_of(const NextHop& hop);
/// "sip:example.org;transport=tcp", for logs and errors.
[[nodiscard]] std::string to_string(const NextHop& hop);

}  // namespace godwit::sip
