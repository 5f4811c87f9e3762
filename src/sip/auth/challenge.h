// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/auth/auth_parameters.h"
#include "sip/auth/digest_terms.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// A challenge of the Digest scheme where it stands in the text. Of what is quoted, the part
/// between the quotes, escapes as they came.
struct ChallengeParts {
  std::string_view realm;
  std::string_view nonce;
  std::string_view opaque;
  std::string_view qop_options;
  std::string_view algorithm_name;
  /// Empty for a name that godwit does not know; MD5 when there is none (RFC 7616 §3.3).
  std::optional<DigestAlgorithm> algorithm = DigestAlgorithm::md5;
  bool stale = false;
  bool utf8 = false;
  bool userhash = false;
  AuthNameSet given;        // an empty value is not an absent one
  std::size_t unknown = 0;  // parameters that have no meaning here
};

/// Finds and checks all that a challenge of the Digest scheme must have: realm and nonce, nothing
/// twice. Does not allocate.
[[nodiscard]] Scanned<ChallengeParts> scan_challenge(std::string_view text);

/// One challenge of the Digest scheme: what a WWW-Authenticate or Proxy-Authenticate field holds
/// (RFC 7616 §3.3, RFC 8760).
struct Challenge {
  std::string realm;  // compared exactly
  std::string nonce;
  /// What stands between its quotes, escapes as they came: it is sent back byte for byte and has no
  /// meaning to anybody but the server.
  std::optional<std::string> opaque;
  DigestAlgorithm algorithm = DigestAlgorithm::md5;
  bool qop_auth = false;      // qop offers "auth"
  bool qop_auth_int = false;  // qop offers "auth-int"
  std::string other_qop;      // options that godwit does not know: "auth-conf"; to be ignored
  bool stale = false;
  bool utf8 = false;      // charset=UTF-8: the server takes "username*"
  bool userhash = false;  // the server takes a hash instead of the user name
  /// All others; "domain" among them, which has no meaning in SIP (RFC 3261 §22.4).
  Parameters parameters;

  /// Any option at all, known or not: without, it is a challenge of RFC 2069.
  [[nodiscard]] bool has_qop() const { return qop_auth || qop_auth_int || !other_qop.empty(); }
  bool operator==(const Challenge&) const = default;
};

/// Parses one challenge; `next_challenge` cuts it out of a field value. A challenge of another
/// scheme or with an algorithm that godwit does not know is a fault like any other: who answers has
/// to pass over it (RFC 8760 §2.4).
[[nodiscard]] Scanned<Challenge> parse_challenge(std::string_view text);
[[nodiscard]] std::string to_string(const Challenge& challenge);

}  // namespace godwit::sip
