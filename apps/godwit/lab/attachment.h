// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/ip_address.h"

namespace godwit::lab {

/// One way in which A can be on the network: a device, an address and its router.
struct Attachment {
  std::string label;   ///< for people: "Wi-Fi"
  std::string device;  ///< "wifi0"
  net::IpAddress address;
  net::IpAddress gateway;
  std::uint32_t table = 0;  ///< routing table of this address; also the priority of its rule
  net::IpAddress outside{};  ///< what others see of it, behind a NAT; unspecified: there is none

  [[nodiscard]] std::uint8_t prefix_length() const { return address.is_v4() ? 24 : 64; }
  [[nodiscard]] net::IpAddress any() const { return net::IpAddress::any(address.family()); }
};

/// An address the lab itself wrote down.
inline net::IpAddress lab_address(std::string_view text) {
  return *net::IpAddress::parse(text);
}

inline Attachment wifi_v4() {
  return {"Wi-Fi", "wifi0", lab_address("10.1.0.2"), lab_address("10.1.0.1"), 101};
}
inline Attachment wifi_v6() {
  return {"Wi-Fi", "wifi0", lab_address("2001:db8:1::2"), lab_address("2001:db8:1::1"), 102};
}
inline Attachment lte_v4() {
  return {"LTE", "lte0", lab_address("10.2.0.2"), lab_address("10.2.0.1"), 103};
}
/// The lease of a second visit: another address than the first one.
inline Attachment lte_v4_again() {
  return {"LTE", "lte0", lab_address("10.2.0.3"), lab_address("10.2.0.1"), 104};
}
inline Attachment lte_v6() {
  return {"LTE", "lte0", lab_address("2001:db8:2::2"), lab_address("2001:db8:2::1"), 106};
}
/// The same LTE behind a NAT of its provider, which lets in only answers.
inline Attachment lte_behind_nat() {
  Attachment lte = lte_v4();
  lte.label = "LTE behind a NAT";
  lte.outside = lab_address("10.77.0.1");
  return lte;
}
/// LTE that has only IPv6, and a NAT64 towards IPv4.
inline Attachment lte_with_nat64() {
  Attachment lte = lte_v6();
  lte.label = "LTE with a NAT64";
  lte.outside = lab_address("10.64.0.2");
  return lte;
}
/// Wi-Fi at home, behind a router that lets in only answers.
inline Attachment wifi_behind_nat() {
  Attachment wifi = wifi_v4();
  wifi.outside = lab_address("10.77.0.1");
  return wifi;
}
/// The same after that router has started anew: others see another address, A sees nothing.
inline Attachment wifi_behind_nat_anew() {
  Attachment wifi = wifi_v4();
  wifi.label = "Wi-Fi, its NAT anew";
  wifi.outside = lab_address("10.77.0.2");
  return wifi;
}
/// Another access point with a subnet of its own: the same device, another address.
inline Attachment roamed_wifi_v4() {
  return {"Wi-Fi 2", "wifi0", lab_address("10.4.0.2"), lab_address("10.4.0.1"), 107};
}
/// The same Wi-Fi after its provider has given it another prefix.
inline Attachment renumbered_wifi_v6() {
  return {"Wi-Fi, new prefix", "wifi0", lab_address("2001:db8:4::2"), lab_address("2001:db8:4::1"),
          108};
}
inline Attachment vpn_v4() {
  return {"VPN", "tun0", lab_address("10.3.0.2"), lab_address("10.3.0.1"), 105};
}

inline constexpr const char* kOutsides = "10.77.0.0/24";  // of all NATs
inline constexpr const char* kCoreV4 = "10.8.0.2";
inline constexpr const char* kCoreV6 = "2001:db8:8::2";
inline constexpr const char* kPeerV4 = "10.9.0.2";
inline constexpr const char* kPeerV6 = "2001:db8:9::2";

}  // namespace godwit::lab
