// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace godwit {

/// One character, and how many bytes of UTF-8 it takes.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 0;  // 0: no UTF-8

  bool operator==(const CodePoint&) const = default;
};

/// The character that the text begins with. Length 0 for what RFC 3629 §3 forbids: stray or missing
/// continuation bytes, overlong forms, surrogates, values above U+10FFFF; and for no text.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

}  // namespace godwit
