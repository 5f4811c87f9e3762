// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace godwit::crypto {

/// MD5 as 32 lower-case hexadecimal digits. For SIP digest only (RFC 7616): it is broken elsewhere.
[[nodiscard]] std::string md5_hex(std::string_view data);
/// SHA-256 as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view data);
/// SHA-512/256 as 64 lower-case hexadecimal digits: no SHA-512 cut off, it starts from other values
/// (FIPS 180-4 §5.3.6).
[[nodiscard]] std::string sha512_256_hex(std::string_view data);

}  // namespace godwit::crypto
