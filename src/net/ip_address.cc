// SPDX-License-Identifier: Apache-2.0
#include "net/ip_address.h"

#include <algorithm>
#include <charconv>

namespace godwit::net {
namespace {

constexpr std::size_t kGroups = 8;
constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet   (RFC 3986 §3.2.2)
// A leading zero is refused: some readers take such an octet for octal.
std::optional<std::array<std::uint8_t, 4>> parse_v4(std::string_view text) {
  std::array<std::uint8_t, 4> bytes{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, bytes[i]);
    if (error != std::errc{} || (*at == '0' && next - at > 1)) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  return bytes;
}

/// The 16-bit groups on one side of "::", at most eight.
struct Groups {
  std::array<std::uint16_t, kGroups> values{};
  std::size_t count = 0;

  bool push(unsigned value) {
    if (count == kGroups) return false;
    values[count++] = static_cast<std::uint16_t>(value);
    return true;
  }
};

bool push_v4_tail(Groups& groups, std::string_view text) {
  const auto tail = parse_v4(text);
  if (!tail) return false;
  return groups.push(unsigned{(*tail)[0]} << 8 | (*tail)[1]) &&
         groups.push(unsigned{(*tail)[2]} << 8 | (*tail)[3]);
}

bool push_group(Groups& groups, std::string_view text) {
  if (text.empty() || text.size() > 4) return false;
  std::uint16_t value = 0;
  const auto [next, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc{} && next == text.data() + text.size() && groups.push(value);
}

// h16 *( ":" h16 ) [ ":" IPv4address ]; empty text is no groups at all.
bool read_groups(std::string_view text, bool may_end_in_v4, Groups& groups) {
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto part = text.substr(0, colon);
    if (colon == std::string_view::npos && may_end_in_v4 && part.find('.') != part.npos) {
      return push_v4_tail(groups, part);
    }
    if (!push_group(groups, part)) return false;
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;  // a trailing single colon
  }
  return true;
}

// RFC 4291 §2.2
std::optional<std::array<std::uint8_t, 16>> parse_v6(std::string_view text) {
  const auto gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  Groups head;
  Groups tail;
  if (!read_groups(text.substr(0, gap), !has_gap, head)) return std::nullopt;
  if (has_gap && !read_groups(text.substr(gap + 2), true, tail)) return std::nullopt;
  const auto given = head.count + tail.count;
  if (has_gap ? given >= kGroups : given != kGroups) return std::nullopt;

  std::array<std::uint16_t, kGroups> all{};
  std::copy_n(head.values.begin(), head.count, all.begin());
  std::copy_n(tail.values.begin(), tail.count, all.end() - static_cast<std::ptrdiff_t>(tail.count));
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    bytes[2 * i] = static_cast<std::uint8_t>(all[i] >> 8);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(all[i] & 0xff);
  }
  return bytes;
}

std::string write_v4(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const auto byte : bytes) {
    if (!text.empty()) text += '.';
    text += std::to_string(byte);
  }
  return text;
}

/// The run of zero groups that "::" stands for: the longest, the first of equals, never one alone.
struct ZeroRun {
  std::size_t begin = kGroups;
  std::size_t size = 1;
};

ZeroRun longest_zero_run(const std::array<unsigned, kGroups>& groups) {
  ZeroRun best;
  for (std::size_t i = 0; i < kGroups;) {
    std::size_t end = i;
    while (end < kGroups && groups[end] == 0) ++end;
    if (end - i > best.size) best = {i, end - i};
    i = end + 1;
  }
  return best;
}

// RFC 5952 §4: lower case, no leading zeros, "::" for the longest run of zeros.
std::string write_v6(std::span<const std::uint8_t> bytes) {
  std::array<unsigned, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = unsigned{bytes[2 * i]} << 8 | bytes[2 * i + 1];
  }
  const auto run = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == run.begin) {
      text += "::";
      i += run.size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 4> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), groups[i], 16);
    text.append(digits.data(), written.ptr);
  }
  return text;
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
  IpAddress address;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> bytes, std::uint32_t scope) {
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin())) {
    return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
  }
  IpAddress address;
  address.family_ = Family::v6;
  address.bytes_ = bytes;
  address.scope_ = scope;
  return address;
}

IpAddress IpAddress::any(Family family) {
  return family == Family::v4 ? IpAddress{} : v6({});
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    const auto bytes = parse_v6(text.substr(1, text.size() - 2));
    return bytes ? std::optional(v6(*bytes)) : std::nullopt;
  }
  if (text.find(':') != std::string_view::npos) {
    const auto bytes = parse_v6(text);
    return bytes ? std::optional(v6(*bytes)) : std::nullopt;
  }
  const auto bytes = parse_v4(text);
  return bytes ? std::optional(v4(*bytes)) : std::nullopt;
}

std::span<const std::uint8_t> IpAddress::bytes() const {
  return std::span(bytes_).first(is_v4() ? 4 : 16);
}

bool IpAddress::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[0] == 127;
  return bytes_.back() == 1 &&
         std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_link_local() const {
  if (is_v4()) return bytes_[0] == 169 && bytes_[1] == 254;  // RFC 3927
  return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;    // RFC 4291 §2.5.6
}

bool IpAddress::is_multicast() const {
  return is_v4() ? (bytes_[0] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
}

bool IpAddress::is_clat() const {
  return is_v4() && bytes_[0] == 192 && bytes_[1] == 0 && bytes_[2] == 0 && bytes_[3] < 8;
}

bool IpAddress::is_private() const {
  if (!is_v4()) return (bytes_[0] & 0xfeU) == 0xfc;
  return bytes_[0] == 10 || (bytes_[0] == 172 && (bytes_[1] & 0xf0U) == 16) ||
         (bytes_[0] == 192 && bytes_[1] == 168) || (bytes_[0] == 100 && (bytes_[1] & 0xc0U) == 64);
}

std::string to_string(const IpAddress& address) {
  return address.is_v4() ? write_v4(address.bytes()) : write_v6(address.bytes());
}

std::string to_uri_host(const IpAddress& address) {
  return address.is_v4() ? to_string(address) : '[' + to_string(address) + ']';
}

std::string_view sdp_address_type(Family family) {
  return family == Family::v4 ? "IP4" : "IP6";
}

std::string_view to_string(Family family) {
  return family == Family::v4 ? "v4" : "v6";
}

}  // namespace godwit::net
