// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::stun {

enum class Integrity : std::uint8_t { absent, right, wrong };

/// Was a message written by somebody who has this key (RFC 8489 §14.5, §14.6)? Of the two proofs
/// there are, the one by SHA-256 counts where both stand (§9.1.3).
///
/// @param bytes  a message that `parse_message` takes, as it came
/// @param key    the password itself, where it is for a short time (§9.1); else `long_term_key()`
[[nodiscard]] Integrity check_integrity(std::string_view bytes, std::string_view key);

struct Credentials {
  std::string_view username, realm, password;
};
enum class PasswordAlgorithm : std::uint8_t { md5, sha256 };

/// Of a user of a realm (RFC 8489 §18.5.1). All three are taken as they are: whoever asks has
/// prepared them (RFC 8265).
[[nodiscard]] std::string long_term_key(const Credentials& credentials,
                                        PasswordAlgorithm algorithm = PasswordAlgorithm::md5);

}  // namespace godwit::stun
