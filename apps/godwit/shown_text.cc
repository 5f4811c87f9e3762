// SPDX-License-Identifier: Apache-2.0
#include "shown_text.h"

#include <fmt/format.h>

#include <cstdint>

namespace godwit::cli {
namespace {

/// One UTF-8 sequence at the start of `text`; length 0 if there is none.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 0;
};

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

CodePoint first_code_point(std::string_view text) {
  constexpr std::uint32_t kLeadMask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(lead);
  if (length == 0 || length > text.size()) return {};
  std::uint32_t value = lead & kLeadMask[length];
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return {};
  return {value, length};
}

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
