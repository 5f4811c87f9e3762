// SPDX-License-Identifier: Apache-2.0
#include "sdp/packet_time.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace godwit::sdp {
namespace {

constexpr std::int64_t kMicroseconds = 1'000;  // in a millisecond
constexpr std::size_t kDecimals = 3;
constexpr std::chrono::milliseconds kStep{10};
constexpr std::chrono::milliseconds kLongest{60};

std::optional<std::chrono::milliseconds> said(const Media& line, std::string_view name) {
  const Attribute* const attribute = find_attribute(line.attributes, name);
  if (attribute == nullptr) return std::nullopt;
  const auto time = parse_packet_time(attribute->value);
  if (!time) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(time->length);
}

}  // namespace

// ptime-value = non-zero-int-or-real: integer / zero-based-integer "." integer
Scanned<PacketTime> parse_packet_time(std::string_view value) {
  Words words(value);
  const std::string_view number = words.next();
  const std::size_t at = words.at();
  const auto dot = number.find('.');
  const auto whole = read_number<std::uint32_t>(number.substr(0, dot));
  if (!whole) return fault("expected a number of milliseconds", at);
  std::int64_t length = *whole * kMicroseconds;
  if (dot != std::string_view::npos) {
    const std::string_view decimals = number.substr(dot + 1);
    if (decimals.empty() || !std::all_of(decimals.begin(), decimals.end(), is_digit)) {
      return fault("expected digits after \".\"", at + dot + 1);
    }
    std::int64_t weight = kMicroseconds / 10;
    for (const char digit : decimals.substr(0, kDecimals)) {
      length += weight * (digit - '0');
      weight /= 10;
    }
  }
  if (length == 0) return fault("expected a packet time above 0", at);
  if (!words.next().empty()) return fault("expected nothing after the packet time", words.at());
  return PacketTime{std::chrono::microseconds(length)};
}

std::string to_string(const PacketTime& time) {
  const std::int64_t length = time.length.count();
  std::string text = std::to_string(length / kMicroseconds);
  if (length % kMicroseconds == 0) return text;
  std::string decimals = std::to_string(kMicroseconds + length % kMicroseconds);  // "1500": .5
  decimals.front() = '.';
  while (decimals.ends_with('0')) decimals.pop_back();
  return text + decimals;
}

std::chrono::milliseconds packet_time_to(const Media& line, std::chrono::milliseconds usual) {
  const auto most = std::min(said(line, "maxptime").value_or(kLongest), kLongest);
  const auto wanted = std::min(said(line, "ptime").value_or(usual), most);
  return std::max(wanted - wanted % kStep, kStep);
}

}  // namespace godwit::sdp
