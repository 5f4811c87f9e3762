// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// The parameters that the Digest scheme knows (RFC 3261 §25.1, RFC 7616 §3.3 to §3.5).
enum class AuthName : std::uint8_t {
  username,
  username_extended,  // "username*"
  realm,
  nonce,
  uri,
  response,
  algorithm,
  cnonce,
  opaque,
  qop,
  nonce_count,  // "nc"
  userhash,
  domain,
  stale,
  charset,
  next_nonce,     // "nextnonce"
  response_auth,  // "rspauth"
  other,
};
/// Of a token, regardless of case.
[[nodiscard]] AuthName auth_name(std::string_view token);

class AuthNameSet {
 public:
  constexpr AuthNameSet() = default;
  constexpr AuthNameSet(std::initializer_list<AuthName> names) {
    for (const AuthName name : names) bits_ |= bit(name);
  }
  [[nodiscard]] constexpr bool has(AuthName name) const { return (bits_ & bit(name)) != 0; }
  constexpr void add(AuthName name) { bits_ |= bit(name); }
  [[nodiscard]] constexpr std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(bits_));
  }

 private:
  static constexpr std::uint32_t bit(AuthName name) {
    return std::uint32_t{1} << static_cast<unsigned>(name);
  }
  std::uint32_t bits_ = 0;
};

/// `name=value` where it stands in the text.
struct AuthParameterParts {
  std::string_view name;
  AuthName id = AuthName::other;  // what the name is
  std::string_view value;  // of a quoted-string what is between the quotes, escapes as they came
  bool quoted = false;
};

/// Walks over a challenge, credentials or an info, one parameter at a time, and copies nothing.
///
/// Takes what RFC 7235 §2.1 has and peers do: white space around "=" and ",", empty elements, and
/// values without quotes that are no tokens, up to the comma. More than `limits::kAuthParameters`
/// are a fault. Measured with scan_digest_credentials on the nine parameters of an Authorization
/// field of 246 bytes: 120 to 130 ns (-O2, best of 30 rounds).
class AuthParameterReader {
 public:
  enum class Begin {
    with_scheme,     // a challenge, credentials
    with_parameter,  // Authentication-Info
  };
  AuthParameterReader(std::string_view text, Begin begin);

  [[nodiscard]] std::string_view scheme() const { return scheme_; }
  /// The next parameter, good until the next call; nullptr at the end and at a fault.
  const AuthParameterParts* next();
  /// Why `next()` came to no end, with the place in the text.
  [[nodiscard]] std::optional<Fault> fault() const;
  /// Where a part that this reader gave begins in the text.
  [[nodiscard]] std::size_t place_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - begin_);
  }

 private:
  void read_scheme();
  const char* read_quoted(const char* quote);
  const char* read_bare(const char* value);
  std::nullptr_t stop(const char* what, const char* at);

  const char* begin_;
  const char* end_;
  const char* at_;
  std::string_view scheme_;
  AuthParameterParts parts_;
  std::size_t count_ = 0;
  Fault fault_;  // none while `what` is empty
};

/// Cuts the next challenge out of a field value that may hold several (RFC 7235 §4.1), although
/// commas separate parameters as well: it goes up to the comma before the next scheme. Moves `at`
/// behind it; nullopt when none is left. What a challenge holds is not checked.
[[nodiscard]] std::optional<std::string_view> next_challenge(std::string_view list,
                                                             std::size_t& at);

/// Text without the escapes of the quoted-string that it stood in.
[[nodiscard]] std::string without_escapes(std::string_view between_quotes);
/// Text that still has its escapes, in quotes again, byte for byte; what could not stand there is
/// quoted anew.
[[nodiscard]] std::string requote(std::string_view between_quotes);

// Parameters without a meaning in their place are kept: `value` is a token or a quoted-string with
// its quotes.
[[nodiscard]] Parameter kept_parameter(const AuthParameterParts& parts);
/// Those of a challenge or credentials that are none of `own`.
[[nodiscard]] Parameters read_other_parameters(std::string_view text, AuthNameSet own);
/// Whether all of `own` and the kept ones stay within `limits::kAuthParameters`.
[[nodiscard]] bool has_room(AuthNameSet own, const Parameters& parameters);
/// Writes ", name=value" for each; left out are those whose name is no token or one of `own`.
void append_parameters(std::string& text, const Parameters& parameters, AuthNameSet own);

}  // namespace godwit::sip
