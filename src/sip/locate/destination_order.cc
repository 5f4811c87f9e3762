// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/destination_order.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <deque>
#include <span>
#include <tuple>
#include <utility>

namespace godwit::sip {
namespace {

/// What the policy table says of the addresses under one prefix.
struct Policy {
  int precedence = 0;
  int label = 0;
};

// The default policy table (RFC 6724 §2.1).
constexpr Policy kLoopback{50, 0};     // ::1/128
constexpr Policy kNative{40, 1};       // ::/0
constexpr Policy kV4{35, 4};           // ::ffff:0:0/96
constexpr Policy k6to4{30, 2};         // 2002::/16
constexpr Policy kTeredo{5, 5};        // 2001::/32
constexpr Policy kUniqueLocal{3, 13};  // fc00::/7
constexpr Policy kV4Compatible{1, 3};  // ::/96
constexpr Policy kSiteLocal{1, 11};    // fec0::/10
constexpr Policy k6bone{1, 12};        // 3ffe::/16

bool is_site_local(const net::IpAddress& address) {
  const auto bytes = address.bytes();
  return !address.is_v4() && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0xc0;
}

bool is_zero(std::span<const std::uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

Policy policy_of(const net::IpAddress& address) {
  if (address.is_v4()) return kV4;
  if (address.is_loopback()) return kLoopback;
  const auto bytes = address.bytes();
  const auto start = unsigned{bytes[0]} << 8 | bytes[1];
  if (start == 0x2002) return k6to4;
  if (start == 0x2001 && is_zero(bytes.subspan(2, 2))) return kTeredo;
  if ((start & 0xfe00) == 0xfc00) return kUniqueLocal;
  if (is_zero(bytes.first(12))) return kV4Compatible;
  if (is_site_local(address)) return kSiteLocal;
  if (start == 0x3ffe) return k6bone;
  return kNative;
}

// RFC 6724 §3.1 and §3.2; as in RFC 4007 §4 a loopback address counts as link-local. Private IPv4
// and unique local IPv6 addresses are global here: what tells them apart is their label.
int scope_of(const net::IpAddress& address) {
  if (address.is_link_local() || address.is_loopback()) return 0x2;
  if (is_site_local(address)) return 0x5;
  return 0xe;
}

// RFC 6724 §2.2: up to the length of the source's prefix, which is 64 bits wherever addresses are
// made by their host. IPv4 subnets say nothing about nearness.
int common_prefix(const net::IpAddress& source, const net::IpAddress& destination) {
  constexpr std::size_t kPrefixBytes = 8;
  if (source.is_v4() || destination.is_v4()) return 0;
  int bits = 0;
  for (std::size_t i = 0; i < kPrefixBytes; ++i) {
    const auto difference = static_cast<std::uint8_t>(source.bytes()[i] ^ destination.bytes()[i]);
    bits += std::countl_zero(difference);
    if (difference != 0) break;
  }
  return bits;
}

bool is_tunnelled(const Policy& source) {
  return source.label == k6to4.label || source.label == kTeredo.label;
}

bool allowed(net::Family family, FamilyUse use) {
  switch (use) {
    case FamilyUse::only_v4:
      return family == net::Family::v4;
    case FamilyUse::only_v6:
      return family == net::Family::v6;
    case FamilyUse::any:
    case FamilyUse::prefer_v4:
    case FamilyUse::prefer_v6:
      break;
  }
  return true;
}

bool preferred(net::Family family, FamilyUse use) {
  return (use == FamilyUse::prefer_v4 && family == net::Family::v4) ||
         (use == FamilyUse::prefer_v6 && family == net::Family::v6);
}

/// A destination with what decides its place.
struct Ranked {
  using Rank = std::tuple<bool, bool, bool, bool, int, bool, int, int>;

  net::IpAddress address;
  Rank rank;  // the least is the best
  bool same_scope = true;
};

// RFC 6724 §6, one member for each rule from 2 on; rule 1, whether there is a way at all, is
// decided before. What the user prefers stands where a policy table of his own would have put it,
// but never before rules 2 and 3: a source of another scope gets no answer, one that ends takes
// nothing new.
Ranked rank(const Destination& destination, FamilyUse use) {
  const auto& address = destination.address;
  const auto& source = *destination.source;
  const auto to = policy_of(address);
  const auto from = policy_of(source);
  const bool same_scope = scope_of(address) == scope_of(source);
  const bool moved_back = (use == FamilyUse::prefer_v4 || use == FamilyUse::prefer_v6) &&
                          !preferred(address.family(), use);
  return {.address = address,
          .rank = {!same_scope,                       // rule 2
                   destination.deprecated,            // rule 3
                   moved_back,                        //
                   to.label != from.label,            // rule 5
                   -to.precedence,                    // rule 6
                   is_tunnelled(from),                // rule 7
                   scope_of(address),                 // rule 8
                   -common_prefix(source, address)},  // rule 9
          .same_scope = same_scope};
}

// RFC 8305 §4: the family of the first address, then the other one, and so on.
void append_by_turns(std::span<const Ranked> sorted, std::vector<net::IpAddress>& ordered) {
  if (sorted.empty()) return;
  std::deque<net::IpAddress> first;
  std::deque<net::IpAddress> other;
  for (const auto& ranked : sorted) {
    const bool leads = ranked.address.family() == sorted.front().address.family();
    (leads ? first : other).push_back(ranked.address);
  }
  for (bool turn = true; !first.empty() || !other.empty(); turn = !turn) {
    auto& next = turn ? first : other;
    if (next.empty()) continue;
    ordered.push_back(next.front());
    next.pop_front();
  }
}

}  // namespace

std::vector<net::IpAddress> order_destinations(const std::vector<Destination>& destinations,
                                               FamilyUse use) {
  std::vector<Ranked> sorted;
  for (const auto& destination : destinations) {
    if (!destination.source || !allowed(destination.address.family(), use)) continue;
    sorted.push_back(rank(destination, use));
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [](const Ranked& a, const Ranked& b) { return a.address == b.address; }),
               sorted.end());
  const auto last_resort = std::find_if(sorted.begin(), sorted.end(),
                                        [](const Ranked& ranked) { return !ranked.same_scope; });
  const auto usable = static_cast<std::size_t>(last_resort - sorted.begin());

  std::vector<net::IpAddress> ordered;
  append_by_turns(std::span(sorted).first(usable), ordered);
  append_by_turns(std::span(sorted).subspan(usable), ordered);
  return ordered;
}

}  // namespace godwit::sip
