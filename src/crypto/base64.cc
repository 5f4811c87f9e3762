// SPDX-License-Identifier: Apache-2.0
#include "crypto/base64.h"

#include <algorithm>
#include <array>

#include "crypto/wipe.h"

namespace godwit::crypto {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNoDigit = 0xff;

using Values = std::array<std::uint8_t, 256>;
constexpr Values values_of(std::string_view digits) {
  Values values{};
  for (auto& value : values) value = kNoDigit;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr Values kStandardValues = values_of(kStandard);
constexpr Values kUrlValues = values_of(kUrl);

/// Leaves out the padding, if it is all there or not there at all.
std::optional<std::string_view> without_padding(std::string_view text) {
  const std::string_view digits = text.substr(0, text.find('='));
  const std::string_view padding = text.substr(digits.size());
  if (padding.empty()) return digits;
  if (text.size() % 4 != 0 || padding.size() > 2) return std::nullopt;
  if (padding.find_first_not_of('=') != std::string_view::npos) return std::nullopt;
  return digits;
}

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes, Base64 form) {
  const std::string_view digits = form == Base64::url ? kUrl : kStandard;
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t given = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < given ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= given) {
        text += digits[group >> (18 - 6 * k) & 0x3f];
      } else if (form == Base64::standard) {
        text += '=';
      }
    }
  }
  return text;
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text, Base64 form) {
  const bool url = form == Base64::url;
  const auto digits = url ? text : without_padding(text);
  const Values& values = url ? kUrlValues : kStandardValues;
  if (!digits || digits->size() % 4 == 1) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(digits->size() * 3 / 4);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : *digits) {
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == kNoDigit) {
      crypto::wipe(bytes);  // what begins like a key may be one
      return std::nullopt;
    }
    group = (group << 6 | value) & 0xffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(group >> bits & 0xffU));
  }
  // What is left over is no whole byte and says nothing.
  if (url && (group & ((1U << bits) - 1U)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace godwit::crypto
