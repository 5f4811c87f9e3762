// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "net/ip_address.h"

/// The wire form of rtnetlink(7): numbers of <linux/rtnetlink.h> and bounded reading of messages
/// and attributes, without any system header, so that it can be tested and fuzzed anywhere.
namespace godwit::net::rtnetlink {

using Bytes = std::span<const std::byte>;

// struct nlmsghdr {u32 length; u16 type, flags; u32 sequence, port}
inline constexpr std::size_t kHeaderSize = 16;
inline constexpr std::size_t kLinkMessageSize = 16;
inline constexpr std::size_t kAddressMessageSize = 8;
inline constexpr std::size_t kRouteMessageSize = 12;
inline constexpr std::size_t kNextHopSize = 8;

// Message types and flags.
inline constexpr std::uint16_t kError = 2;
inline constexpr std::uint16_t kDone = 3;
inline constexpr std::uint16_t kOverrun = 4;
inline constexpr std::uint16_t kNewLink = 16;
inline constexpr std::uint16_t kDelLink = 17;
inline constexpr std::uint16_t kNewAddress = 20;
inline constexpr std::uint16_t kDelAddress = 21;
inline constexpr std::uint16_t kNewRoute = 24;
inline constexpr std::uint16_t kDelRoute = 25;
inline constexpr std::uint16_t kFlagDumpInterrupted = 0x10;
inline constexpr std::uint16_t kFlagReplace = 0x100;

// Families.
inline constexpr std::uint8_t kFamilyUnspecified = 0;
inline constexpr std::uint16_t kFamilyInet = 2;
inline constexpr std::uint16_t kFamilyInet6 = 10;

// Links: IFLA_* and IFF_*.
inline constexpr std::uint16_t kIflaName = 3;
inline constexpr std::uint32_t kLinkUp = 0x1;
inline constexpr std::uint32_t kLinkLoopback = 0x8;
inline constexpr std::uint32_t kLinkLowerUp = 0x10000;
inline constexpr std::uint32_t kLinkDormant = 0x20000;

// Addresses: IFA_* and IFA_F_*.
inline constexpr std::uint16_t kIfaAddress = 1;
inline constexpr std::uint16_t kIfaLocal = 2;
inline constexpr std::uint16_t kIfaFlags = 8;
inline constexpr std::uint32_t kAddressTemporary = 0x01;
inline constexpr std::uint32_t kAddressDadFailed = 0x08;
inline constexpr std::uint32_t kAddressDeprecated = 0x20;
inline constexpr std::uint32_t kAddressTentative = 0x40;

// Routes: RTA_*, RTN_*, RTM_F_*, RTNH_F_*.
inline constexpr std::uint16_t kRtaOif = 4;
inline constexpr std::uint16_t kRtaGateway = 5;
inline constexpr std::uint16_t kRtaPriority = 6;
inline constexpr std::uint16_t kRtaPrefsrc = 7;
inline constexpr std::uint16_t kRtaMultipath = 9;
inline constexpr std::uint16_t kRtaTable = 15;
inline constexpr std::uint16_t kRtaVia = 18;
inline constexpr std::uint8_t kRouteUnicast = 1;
inline constexpr std::uint8_t kRouteLocal = 2;
inline constexpr std::uint32_t kNextHopDead = 0x1;
inline constexpr std::uint32_t kNextHopLinkDown = 0x10;
inline constexpr std::uint32_t kRouteCloned = 0x200;

/// One netlink message without its header.
struct Message {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  Bytes body;
};

struct Attribute {
  std::uint16_t type = 0;
  Bytes value;
};

/// An optional that can be chained, as std::optional can from C++23 on.
template <class T>
struct Field : std::optional<T> {
  using std::optional<T>::optional;

  template <class F>
  [[nodiscard]] std::optional<Family> and_then(F f) const {
    return this->has_value() ? f(**this) : std::nullopt;
  }
};

/// The number at `offset`, in host byte order; empty when the bytes end before.
template <class T>
[[nodiscard]] Field<T> read(Bytes bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return {};
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

[[nodiscard]] std::optional<Family> family_of(std::uint16_t number);
/// `scope` is the interface the address is on; kept for link-local addresses only.
[[nodiscard]] std::optional<IpAddress> read_address(Bytes value, Family family,
                                                    std::uint32_t scope = 0);
/// A text that ends with its first zero byte.
[[nodiscard]] std::string read_text(Bytes value);

/// Calls `visit` for every whole message, and stops at the first that cannot be true.
void for_each_message(Bytes datagram, const std::function<void(const Message&)>& visit);
void for_each_attribute(Bytes attributes, const std::function<void(const Attribute&)>& visit);

}  // namespace godwit::net::rtnetlink
