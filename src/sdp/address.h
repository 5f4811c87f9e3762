// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "net/ip_address.h"
#include "sdp/grammar.h"

namespace godwit::sdp {

/// An address that is no literal IP address: a host name, or one of another network than the
/// Internet. Its types are kept as they came (RFC 8866 §5.7).
struct NamedAddress {
  std::string network_type = "IN";
  std::string address_type = "IP4";
  std::string name;
  bool operator==(const NamedAddress&) const = default;
};

/// The address of o=, c= and a=rtcp. The types of a literal are written from it, so that the two
/// can never disagree.
using Address = std::variant<net::IpAddress, NamedAddress>;

/// The literal; nullptr when it is a name.
[[nodiscard]] inline const net::IpAddress* literal(const Address& address) {
  return std::get_if<net::IpAddress>(&address);
}
/// The family that a name is of, by the types before it; empty when they are not the Internet's.
[[nodiscard]] std::optional<net::Family> family_of(const NamedAddress& named);
/// "IN IP4 192.0.2.1"
[[nodiscard]] std::string to_string(const Address& address);

/// An address in place.
struct AddressParts {
  std::string_view network_type;
  std::string_view address_type;
  std::string_view text;  // of c=: without time to live and number
};
/// Takes network type, address type and address from `words`.
[[nodiscard]] std::optional<Fault> take_address(Words& words, AddressParts& parts);
[[nodiscard]] inline bool is_internet(const AddressParts& parts) {
  const std::string_view type = parts.network_type;
  return type.size() == 2 && to_lower(type[0]) == 'i' && to_lower(type[1]) == 'n';
}
/// The literal that the text is, whatever its types say (dual-stack test T73); empty when it is a
/// name.
[[nodiscard]] std::optional<net::IpAddress> read_ip(const AddressParts& parts);
[[nodiscard]] bool types_agree(const AddressParts& parts, const net::IpAddress& ip);
/// `ip` as `read_ip` gives it.
[[nodiscard]] Address read_address(const AddressParts& parts,
                                   const std::optional<net::IpAddress>& ip);
[[nodiscard]] inline Address read_address(const AddressParts& parts) {
  return read_address(parts, read_ip(parts));
}

}  // namespace godwit::sdp
