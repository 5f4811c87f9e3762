// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "godwit/error.h"
#include "net/ip_address.h"

namespace godwit::sip {

/// A host: a name, or an IP address compared by its bytes (RFC 5954).
using Host = std::variant<std::string, net::IpAddress>;
[[nodiscard]] std::string to_string(const Host& host);  // IPv6 in brackets
[[nodiscard]] Host host_from_text(
    std::string_view text);  // never fails: what is no address is a name
/// Names without regard to case, addresses by bytes.
[[nodiscard]] bool same_host(const Host& a, const Host& b);

/// `name=value` or a bare `name`; names are compared without regard to case.
struct Parameter {
  std::string name;
  std::optional<std::string> value;  // as on the wire, quotes included

  bool operator==(const Parameter&) const = default;
};
using Parameters = std::vector<Parameter>;
/// The value of a parameter: nullptr when absent; "" for a bare name.
[[nodiscard]] const std::string* find_parameter(const Parameters& parameters,
                                                std::string_view name);
[[nodiscard]] bool has_parameter(const Parameters& parameters, std::string_view name);
void set_parameter(Parameters& parameters, std::string_view name, std::optional<std::string> value);

/// A SIP or SIPS URI (RFC 3261 §19.1); any other scheme is kept opaque.
struct Uri {
  std::string scheme = "sip";  // lower case
  std::string user;            // escapes kept as they came; empty: none
  std::string password;
  Host host;
  std::uint16_t port = 0;  // 0: not given
  Parameters parameters;   // lr, transport, …
  Parameters headers;      // after "?"
  std::string opaque;      // what follows the scheme when it is neither sip nor sips

  [[nodiscard]] bool is_sip() const { return scheme == "sip" || scheme == "sips"; }
  bool operator==(const Uri&) const = default;
};

/// Parses one URI without angle brackets. Errors: `malformed_message` with the byte offset.
[[nodiscard]] Result<Uri> parse_uri(std::string_view text);
[[nodiscard]] std::string to_string(const Uri& uri);
/// Equality by RFC 3261 §19.1.4, hosts by RFC 5954 §4.
[[nodiscard]] bool equivalent(const Uri& a, const Uri& b);

}  // namespace godwit::sip
