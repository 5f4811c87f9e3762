// SPDX-License-Identifier: Apache-2.0
#include "shown_text.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/utf8.h"

namespace godwit::cli {
namespace {

bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/// Marks that change the order or place of what is shown (Unicode bidirectional controls,
/// zero-width and line separators).
bool misleads(std::uint32_t c) {
  return c == 0x061C || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

enum class LineEnds { escaped, kept };

std::string escape(std::string_view text, LineEnds line_ends) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (c.length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    const bool kept_end = line_ends == LineEnds::kept && (c.value == '\n' || c.value == '\r');
    if (!kept_end && is_control(c.value)) {
      out += fmt::format("\\x{:02x}", c.value);
    } else if (misleads(c.value)) {
      out += fmt::format("\\u{{{:04x}}}", c.value);
    } else if (c.value != '\r' || !kept_end) {
      out += text.substr(0, c.length);
    }
    text.remove_prefix(c.length);
  }
  return out;
}

}  // namespace

std::string shown(std::string_view text) {
  return escape(text, LineEnds::escaped);
}

std::string shown_lines(std::string_view text) {
  return escape(text, LineEnds::kept);
}

}  // namespace godwit::cli
