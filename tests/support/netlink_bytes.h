// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/ip_address.h"

namespace godwit::test {

/// Builds one netlink message, field by field, as the kernel would write it.
class NetlinkBytes {
 public:
  explicit NetlinkBytes(std::uint16_t type, std::uint16_t flags = 0) : has_header_(true) {
    u32(0).u16(type).u16(flags).u32(0).u32(0);
  }
  /// Without a header: the inside of a nested attribute.
  static NetlinkBytes raw() { return NetlinkBytes(); }

  NetlinkBytes& u8(std::uint8_t value) { return append(value); }
  NetlinkBytes& u16(std::uint16_t value) { return append(value); }
  NetlinkBytes& u32(std::uint32_t value) { return append(value); }
  NetlinkBytes& family(net::Family family) { return u8(family == net::Family::v4 ? 2 : 10); }

  NetlinkBytes& attribute(std::uint16_t type, std::span<const std::byte> value) {
    u16(static_cast<std::uint16_t>(value.size() + 4)).u16(type);
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    while (bytes_.size() % 4 != 0) bytes_.push_back(std::byte{0});
    return finish();
  }
  NetlinkBytes& text(std::uint16_t type, std::string_view value) {
    const std::string terminated(value);
    return attribute(type, std::as_bytes(std::span(terminated.c_str(), terminated.size() + 1)));
  }
  NetlinkBytes& number(std::uint16_t type, std::uint32_t value) {
    return attribute(type, std::as_bytes(std::span(&value, 1)));
  }
  NetlinkBytes& address(std::uint16_t type, const net::IpAddress& value) {
    return attribute(type, std::as_bytes(value.bytes()));
  }

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  NetlinkBytes() = default;

  template <class T>
  NetlinkBytes& append(T value) {
    const auto raw = std::as_bytes(std::span(&value, 1));
    bytes_.insert(bytes_.end(), raw.begin(), raw.end());
    return finish();
  }
  NetlinkBytes& finish() {
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    if (has_header_) std::memcpy(bytes_.data(), &length, sizeof length);
    return *this;
  }

  bool has_header_ = false;
  std::vector<std::byte> bytes_;
};

}  // namespace godwit::test
