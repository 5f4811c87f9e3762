// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::sip {

// The words that challenges, credentials and infos of the Digest scheme have in common.

/// RFC 7616 §3.3, RFC 8760 §2.1. With "-sess" the hash of the password is mixed with the first
/// nonces of a session and never used bare (RFC 7616 §3.4.2).
enum class DigestAlgorithm : std::uint8_t {
  md5,
  md5_sess,
  sha256,
  sha256_sess,
  sha512_256,
  sha512_256_sess,
};
[[nodiscard]] std::string_view to_string(DigestAlgorithm algorithm);  // "SHA-512-256-sess"
/// Regardless of case; nullopt for a name that godwit does not know.
[[nodiscard]] std::optional<DigestAlgorithm> digest_algorithm_from_name(std::string_view name);
[[nodiscard]] bool is_session(DigestAlgorithm algorithm);
/// A greater one is harder to break: SHA-512/256, SHA-256, MD5. "-sess" makes no difference.
[[nodiscard]] int strength(DigestAlgorithm algorithm);
/// H(data) of RFC 7616 §3.3: lower-case hexadecimal.
[[nodiscard]] std::string digest_hash(DigestAlgorithm algorithm, std::string_view data);

/// Quality of protection (RFC 7616 §3.3): what the response covers.
enum class Qop : std::uint8_t {
  auth,      // method and digest-uri
  auth_int,  // the body too
};
[[nodiscard]] std::string_view to_string(Qop qop);
[[nodiscard]] std::optional<Qop> qop_from_name(std::string_view name);

// nc-value  =  8LHEX      (RFC 3261 §25.1)
// Upper case is refused: the text is part of what is hashed, and would be hashed in lower case.
[[nodiscard]] std::optional<std::uint32_t> nonce_count_from_text(std::string_view text);
[[nodiscard]] std::string nonce_count_text(std::uint32_t count);

}  // namespace godwit::sip
