// SPDX-License-Identifier: Apache-2.0
#include "net/rtnetlink_reader.h"

#include <algorithm>

namespace godwit::net::rtnetlink {
namespace {

constexpr std::size_t kAttributeHeaderSize = 4;       // struct rtattr {u16 length, type}
constexpr std::uint16_t kAttributeTypeMask = 0x3fff;  // without NLA_F_NESTED, NLA_F_NET_BYTEORDER

// Messages and attributes start at multiples of four.
std::size_t aligned(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

}  // namespace

std::optional<Family> family_of(std::uint16_t number) {
  if (number == kFamilyInet) return Family::v4;
  if (number == kFamilyInet6) return Family::v6;
  return std::nullopt;
}

std::optional<IpAddress> read_address(Bytes value, Family family, std::uint32_t scope) {
  if (family == Family::v4) {
    const auto bytes = read<std::array<std::uint8_t, 4>>(value, 0);
    if (!bytes) return std::nullopt;
    return IpAddress::v4(*bytes);
  }
  const auto bytes = read<std::array<std::uint8_t, 16>>(value, 0);
  if (!bytes) return std::nullopt;
  const auto address = IpAddress::v6(*bytes);
  return address.is_link_local() ? IpAddress::v6(*bytes, scope) : address;
}

std::string read_text(Bytes value) {
  const auto end = std::find(value.begin(), value.end(), std::byte{0});
  return {reinterpret_cast<const char*>(value.data()),
          static_cast<std::size_t>(end - value.begin())};
}

void for_each_message(Bytes datagram, const std::function<void(const Message&)>& visit) {
  while (datagram.size() >= kHeaderSize) {
    const std::size_t length = *read<std::uint32_t>(datagram, 0);
    if (length < kHeaderSize || length > datagram.size()) return;
    visit({*read<std::uint16_t>(datagram, 4), *read<std::uint16_t>(datagram, 6),
           datagram.subspan(kHeaderSize, length - kHeaderSize)});
    datagram = datagram.subspan(std::min(aligned(length), datagram.size()));
  }
}

void for_each_attribute(Bytes attributes, const std::function<void(const Attribute&)>& visit) {
  while (attributes.size() >= kAttributeHeaderSize) {
    const std::size_t length = *read<std::uint16_t>(attributes, 0);
    if (length < kAttributeHeaderSize || length > attributes.size()) return;
    const auto type = *read<std::uint16_t>(attributes, 2);
    visit({static_cast<std::uint16_t>(type & kAttributeTypeMask),
           attributes.subspan(kAttributeHeaderSize, length - kAttributeHeaderSize)});
    attributes = attributes.subspan(std::min(aligned(length), attributes.size()));
  }
}

}  // namespace godwit::net::rtnetlink
