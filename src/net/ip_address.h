// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace godwit::net {

enum class Family : std::uint8_t { v4, v6 };

/// An IPv4 or IPv6 address, compared by its bytes. An IPv4-mapped IPv6 address is unmapped on the
/// way in (dual-stack rule R35), so the two spellings of one address are equal.
class IpAddress {
 public:
  /// 0.0.0.0
  IpAddress() = default;
  static IpAddress v4(std::array<std::uint8_t, 4> bytes);
  static IpAddress v6(std::array<std::uint8_t, 16> bytes, std::uint32_t scope = 0);
  static IpAddress any(Family family);

  /// Reads "192.0.2.1", "2001:db8::1" and, with brackets, "[2001:db8::1]". No zone id (RFC 5954).
  static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] bool is_v4() const { return family_ == Family::v4; }
  /// 4 or 16 bytes, network order.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const;
  /// Interface index of a link-local address; never written into any message (R26).
  [[nodiscard]] std::uint32_t scope() const { return scope_; }

  [[nodiscard]] bool is_unspecified() const;
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] bool is_link_local() const;
  [[nodiscard]] bool is_multicast() const;
  /// 192.0.0.0/29, the host side of a 464XLAT: carries packets, is never advertised.
  [[nodiscard]] bool is_clat() const;
  /// Of one network, used again in others: RFC 1918, RFC 6598 (behind a carrier's NAT), RFC 4193.
  [[nodiscard]] bool is_private() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  Family family_ = Family::v4;
  std::array<std::uint8_t, 16> bytes_{};
  std::uint32_t scope_ = 0;
};

/// RFC 5952 text, without brackets or zone: the one formatter of addresses.
[[nodiscard]] std::string to_string(const IpAddress& address);
/// As the host of a URI or Via: IPv6 in brackets.
[[nodiscard]] std::string to_uri_host(const IpAddress& address);
/// "IP4" or "IP6" (RFC 8866 §5.7).
[[nodiscard]] std::string_view sdp_address_type(Family family);
[[nodiscard]] std::string_view to_string(Family family);  // "v4", "v6"

}  // namespace godwit::net
