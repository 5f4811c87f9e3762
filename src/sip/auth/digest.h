// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"

namespace godwit::sip {

/// Digest algorithms in rising order of strength (RFC 8760).
enum class DigestAlgorithm : std::uint8_t { md5, sha256 };
[[nodiscard]] std::string_view to_string(DigestAlgorithm algorithm);  // "MD5", "SHA-256"

/// One WWW-Authenticate or Proxy-Authenticate value (RFC 7616 §3.3).
struct Challenge {
  std::string realm;
  std::string nonce;
  std::string opaque;     // "" when absent
  DigestAlgorithm algorithm = DigestAlgorithm::md5;
  bool qop_auth = false;  // qop offers "auth"
  bool stale = false;

  bool operator==(const Challenge&) const = default;
};
/// Errors: `malformed_message`; `unsupported` for another scheme, algorithm or only qop=auth-int.
[[nodiscard]] Result<Challenge> parse_challenge(std::string_view value);
[[nodiscard]] std::string to_string(const Challenge& challenge);

/// An Authorization or Proxy-Authorization value.
struct DigestCredentials {
  std::string username, realm, nonce, uri, response, opaque, cnonce;
  DigestAlgorithm algorithm = DigestAlgorithm::md5;
  std::optional<std::uint32_t> nonce_count;  // with qop=auth only
};
[[nodiscard]] Result<DigestCredentials> parse_digest_credentials(std::string_view value);
[[nodiscard]] std::string to_string(const DigestCredentials& credentials);

struct Secret {
  std::string username;
  std::string password;
};
/// Computes `response` (RFC 7616 §3.4.1) for what the other members say.
[[nodiscard]] std::string digest_response(const DigestCredentials& credentials,
                                          std::string_view password, std::string_view method);
/// A server's check of what a client sent; compares in constant time.
[[nodiscard]] bool verify(const DigestCredentials& credentials, std::string_view password,
                          std::string_view method);

}  // namespace godwit::sip
