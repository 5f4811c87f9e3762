// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/nat64_prefix.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::sip {
namespace {

using V4Bytes = std::array<std::uint8_t, 4>;
using V6Bytes = std::array<std::uint8_t, 16>;

constexpr std::array kLengths{32, 40, 48, 56, 64, 96};  // RFC 6052 §2.2
constexpr std::size_t kReserved = 8;  // the octet of bits 64 to 71 is zero and holds nothing

constexpr std::array<V4Bytes, 2> kWellKnown{{{192, 0, 0, 170}, {192, 0, 0, 171}}};  // RFC 7050 §2.2

V6Bytes bytes_of_v6(const net::IpAddress& address) {
  V6Bytes bytes{};
  std::copy_n(address.bytes().begin(), bytes.size(), bytes.begin());
  return bytes;
}

V4Bytes bytes_of_v4(const net::IpAddress& address) {
  V4Bytes bytes{};
  std::copy_n(address.bytes().begin(), bytes.size(), bytes.begin());
  return bytes;
}

// Where the octets of an IPv4 address stand behind a prefix (RFC 6052 §2.2, figure 1).
std::array<std::size_t, 4> places(int length) {
  std::array<std::size_t, 4> at{};
  auto next = static_cast<std::size_t>(length) / 8;
  for (auto& place : at) {
    if (next == kReserved && length < 96) ++next;
    place = next++;
  }
  return at;
}

bool known_length(int length) {
  return std::find(kLengths.begin(), kLengths.end(), length) != kLengths.end();
}

V4Bytes read_v4(const V6Bytes& bytes, int length) {
  V4Bytes v4{};
  const auto at = places(length);
  for (std::size_t i = 0; i < v4.size(); ++i) v4[i] = bytes[at[i]];
  return v4;
}

net::IpAddress write_v4(const Nat64Prefix& prefix, const V4Bytes& v4) {
  auto bytes = bytes_of_v6(prefix.network);
  const auto at = places(prefix.length);
  for (std::size_t i = 0; i < v4.size(); ++i) bytes[at[i]] = v4[i];
  return net::IpAddress::v6(bytes);
}

Nat64Prefix prefix_of(V6Bytes bytes, int length) {
  std::fill(bytes.begin() + length / 8, bytes.end(), std::uint8_t{0});
  return {net::IpAddress::v6(bytes), length};
}

bool is_well_known(const Nat64Prefix& prefix) {
  static const auto kPrefix = net::IpAddress::v6({0, 0x64, 0xff, 0x9b});
  return prefix.network == kPrefix;
}

struct V4Block {
  V4Bytes network;
  int length;
};

// Not globally reachable (the registry of RFC 6890), and what no host has at all.
constexpr std::array<V4Block, 15> kNotGlobal{{{{0, 0, 0, 0}, 8},
                                              {{10, 0, 0, 0}, 8},
                                              {{100, 64, 0, 0}, 10},
                                              {{127, 0, 0, 0}, 8},
                                              {{169, 254, 0, 0}, 16},
                                              {{172, 16, 0, 0}, 12},
                                              {{192, 0, 0, 0}, 24},
                                              {{192, 0, 2, 0}, 24},
                                              {{192, 88, 99, 0}, 24},
                                              {{192, 168, 0, 0}, 16},
                                              {{198, 18, 0, 0}, 15},
                                              {{198, 51, 100, 0}, 24},
                                              {{203, 0, 113, 0}, 24},
                                              {{224, 0, 0, 0}, 4},
                                              {{240, 0, 0, 0}, 4}}};

std::uint32_t number(const V4Bytes& bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
}

bool is_global(const V4Bytes& v4) {
  return std::none_of(kNotGlobal.begin(), kNotGlobal.end(), [&](const V4Block& block) {
    return ((number(v4) ^ number(block.network)) >> (32 - block.length)) == 0;
  });
}

bool may_be_translated(const net::IpAddress& v4, const Nat64Prefix& prefix) {
  if (v4.is_unspecified() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()) {
    return false;
  }
  return !is_well_known(prefix) || is_global(bytes_of_v4(v4));
}

// How often the value stands in the address, at any octet.
std::size_t count_of(const V6Bytes& bytes, const V4Bytes& value) {
  std::size_t count = 0;
  for (auto at = bytes.begin(); at + 4 <= bytes.end(); ++at) {
    count += std::equal(value.begin(), value.end(), at) ? 1 : 0;
  }
  return count;
}

bool is_routable(const net::IpAddress& network) {
  return !network.is_unspecified() && !network.is_link_local() && !network.is_multicast();
}

bool has(const std::vector<net::IpAddress>& records, const net::IpAddress& address) {
  return std::find(records.begin(), records.end(), address) != records.end();
}

/// A prefix that one record may show, and the record that its other well-known address makes.
struct Reading {
  Nat64Prefix prefix;
  net::IpAddress other_record;
};

std::vector<Reading> readings(const V6Bytes& bytes) {
  std::vector<Reading> found;
  for (const int length : kLengths) {
    if (length < 96 && bytes[kReserved] != 0) continue;
    for (std::size_t i = 0; i < kWellKnown.size(); ++i) {
      if (read_v4(bytes, length) != kWellKnown[i]) continue;
      const auto prefix = prefix_of(bytes, length);
      if (!is_routable(prefix.network)) continue;
      found.push_back({prefix, write_v4(prefix, kWellKnown[1 - i])});
    }
  }
  return found;
}

// The values may also stand in the prefix itself, by chance or by malice. Then one record does not
// say which of them the DNS64 has put there, and the record of the other address has to.
bool is_ambiguous(const V6Bytes& bytes, const std::vector<Reading>& found) {
  const auto parted = std::count_if(found.begin(), found.end(), [](const Reading& reading) {
    return reading.prefix.length > 32 && reading.prefix.length < 64;  // by the reserved octet
  });
  return count_of(bytes, kWellKnown[0]) + count_of(bytes, kWellKnown[1]) +
             static_cast<std::size_t>(parted) >
         1;
}

}  // namespace

std::optional<net::IpAddress> synthesise(const Nat64Prefix& prefix, const net::IpAddress& v4) {
  if (!v4.is_v4() || prefix.network.is_v4() || !known_length(prefix.length)) return std::nullopt;
  if (!may_be_translated(v4, prefix)) return std::nullopt;
  return write_v4(prefix, bytes_of_v4(v4));
}

std::optional<net::IpAddress> extract_v4(const Nat64Prefix& prefix, const net::IpAddress& v6) {
  if (v6.is_v4() || prefix.network.is_v4() || !known_length(prefix.length)) return std::nullopt;
  const auto bytes = bytes_of_v6(v6);
  if (prefix_of(bytes, prefix.length).network != prefix.network) return std::nullopt;
  return net::IpAddress::v4(read_v4(bytes, prefix.length));
}

std::vector<Nat64Prefix> find_nat64_prefixes(const std::vector<net::IpAddress>& records) {
  std::vector<Nat64Prefix> prefixes;
  for (const auto& record : records) {
    if (record.is_v4()) continue;
    const auto bytes = bytes_of_v6(record);
    const auto found = readings(bytes);
    const bool ambiguous = is_ambiguous(bytes, found);
    for (const auto& reading : found) {
      if (ambiguous && !has(records, reading.other_record)) continue;
      if (std::find(prefixes.begin(), prefixes.end(), reading.prefix) == prefixes.end()) {
        prefixes.push_back(reading.prefix);
      }
    }
  }
  return prefixes;
}

}  // namespace godwit::sip
