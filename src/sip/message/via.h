// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/error.h"
#include "net/flow.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// One Via value (RFC 3261 §20.42, RFC 3581).
struct Via {
  std::string transport = "UDP";  // as on the wire, upper case
  Host host;                      // sent-by
  std::uint16_t port = 0;         // 0: not given
  std::string branch;             // "" when absent
  std::optional<net::IpAddress> received;
  /// RFC 3581: empty: no rport at all; 0: asked for, without a value; else the value.
  std::optional<std::uint16_t> rport;
  Parameters other;  // ttl, maddr, extensions

  bool operator==(const Via&) const = default;
};

inline constexpr std::string_view kBranchCookie = "z9hG4bK";  // RFC 3261 §8.1.1.7

[[nodiscard]] Result<Via> parse_via(std::string_view text);
[[nodiscard]] std::string to_string(const Via& via);
/// The Via of a request that leaves on `flow`: sent-by is what the flow is named by, rport is asked
/// for.
[[nodiscard]] Via via_for(const net::Flow& flow, std::string branch);

}  // namespace godwit::sip
