// SPDX-License-Identifier: Apache-2.0
#include "sdp/address.h"

#include "base/overloaded.h"

namespace godwit::sdp {

std::optional<net::Family> family_of(const NamedAddress& named) {
  if (!equal_ignoring_case(named.network_type, "IN")) return std::nullopt;
  for (const auto family : {net::Family::v4, net::Family::v6}) {
    if (equal_ignoring_case(named.address_type, net::sdp_address_type(family))) return family;
  }
  return std::nullopt;
}

std::string to_string(const Address& address) {
  return std::visit(overloaded{[](const net::IpAddress& ip) {
                                 return "IN " + std::string(net::sdp_address_type(ip.family())) +
                                        ' ' + net::to_string(ip);
                               },
                               [](const NamedAddress& named) {
                                 return named.network_type + ' ' + named.address_type + ' ' +
                                        named.name;
                               }},
                    address);
}

std::optional<Fault> take_address(Words& words, AddressParts& parts) {
  parts.network_type = words.next(kTokenChars);
  if (parts.network_type.empty()) return Fault{"expected a network type: IN", words.at()};
  parts.address_type = words.next(kTokenChars);
  if (parts.address_type.empty()) {
    return Fault{"expected an address type: IP4 or IP6", words.at()};
  }
  parts.text = words.next();
  if (parts.text.empty()) return Fault{"expected an address", words.at()};
  return std::nullopt;
}

std::optional<net::IpAddress> read_ip(const AddressParts& parts) {
  if (!is_internet(parts)) return std::nullopt;
  auto ip = net::IpAddress::parse(parts.text);
  if (ip || parts.text.find(':') == std::string_view::npos) return ip;
  // A zone id means something to its sender alone (dual-stack rule R26): fe80::1%eth0 is fe80::1.
  return net::IpAddress::parse(parts.text.substr(0, parts.text.find('%')));
}

bool types_agree(const AddressParts& parts, const net::IpAddress& ip) {
  return equal_ignoring_case(parts.address_type, net::sdp_address_type(ip.family()));
}

Address read_address(const AddressParts& parts, const std::optional<net::IpAddress>& ip) {
  if (ip) return *ip;
  return NamedAddress{std::string(parts.network_type), std::string(parts.address_type),
                      std::string(parts.text)};
}

}  // namespace godwit::sdp
