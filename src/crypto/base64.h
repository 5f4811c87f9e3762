// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::crypto {

/// The two alphabets of RFC 4648.
enum class Base64 {
  standard,  ///< §4: with "+", "/" and padding
  url,       ///< §5: with "-" and "_", without padding: a URI takes it as it is
};

[[nodiscard]] std::string to_base64(std::span<const std::uint8_t> bytes,
                                    Base64 form = Base64::standard);
/// Empty when it is none. In the standard form padding may be missing, because some leave it out of
/// a=crypto; in that of URLs there is one text only for the same bytes.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text,
                                                                   Base64 form = Base64::standard);

}  // namespace godwit::crypto
