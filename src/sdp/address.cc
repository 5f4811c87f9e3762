// SPDX-License-Identifier: Apache-2.0
#include "sdp/address.h"

#include "base/overloaded.h"

namespace godwit::sdp {
namespace {

/// A zone id means something to its sender alone (dual-stack rule R26): "fe80::1%eth0" is fe80::1.
std::optional<net::IpAddress> read_ip(std::string_view text) {
  const auto ip = net::IpAddress::parse(text);
  if (ip || text.find(':') == std::string_view::npos) return ip;
  return net::IpAddress::parse(text.substr(0, text.find('%')));
}

}  // namespace

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

Scanned<AddressParts> scan_address(Words& words) {
  AddressParts parts;
  parts.network_type = words.next(kTokenChars);
  if (parts.network_type.empty()) return fault("expected a network type: IN", words.at());
  parts.address_type = words.next(kTokenChars);
  if (parts.address_type.empty()) {
    return fault("expected an address type: IP4 or IP6", words.at());
  }
  parts.text = words.next();
  if (parts.text.empty()) return fault("expected an address", words.at());
  if (is_internet(parts)) parts.ip = read_ip(parts.text);
  return parts;
}

bool types_agree(const AddressParts& parts) {
  return !parts.ip ||
         equal_ignoring_case(parts.address_type, net::sdp_address_type(parts.ip->family()));
}

Address read_address(const AddressParts& parts) {
  if (parts.ip) return *parts.ip;
  return NamedAddress{std::string(parts.network_type), std::string(parts.address_type),
                      std::string(parts.text)};
}

}  // namespace godwit::sdp
