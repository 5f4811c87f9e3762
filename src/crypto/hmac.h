// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace godwit::crypto {

/// HMAC with SHA-1 (RFC 2104): 20 bytes. STUN still asks for it.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view data);
/// HMAC with SHA-256: 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view data);

}  // namespace godwit::crypto
