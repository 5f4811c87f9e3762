// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace godwit::stun {

/// The CRC-32 of ITU V.42, as FINGERPRINT uses it (RFC 8489 §14.7).
[[nodiscard]] std::uint32_t crc32(std::string_view bytes);

}  // namespace godwit::stun
