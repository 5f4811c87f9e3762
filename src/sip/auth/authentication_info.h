// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip/auth/digest_terms.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// An Authentication-Info or Proxy-Authentication-Info value: what a server says once it has
/// accepted credentials (RFC 7616 §3.5).
struct AuthenticationInfo {
  std::optional<std::string> next_nonce;     // "nextnonce": for the next request
  std::optional<std::string> response_auth;  // "rspauth": the server knows the password too
  std::optional<Qop> qop;                    // what response_auth covers
  std::optional<std::string> cnonce;         // of the request
  std::optional<std::uint32_t> nonce_count;  // of the request
  Parameters parameters;                     // those that godwit does not know

  bool operator==(const AuthenticationInfo&) const = default;
};

[[nodiscard]] Scanned<AuthenticationInfo> parse_authentication_info(std::string_view text);
/// Empty for an info that says nothing: it makes no field.
[[nodiscard]] std::string to_string(const AuthenticationInfo& info);

}  // namespace godwit::sip
