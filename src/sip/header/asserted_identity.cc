// SPDX-License-Identifier: Apache-2.0
#include "sip/header/asserted_identity.h"

#include "sip/header/address.h"
#include "sip/header/value_list.h"

namespace godwit::sip {

// PAssertedID-value *( COMMA PAssertedID-value ), each a name-addr or an addr-spec
Scanned<AssertedIdentity> parse_asserted_identity(std::string_view text) {
  auto addresses = parse_value_list(text, parse_address);
  if (!addresses) return tl::unexpected<Fault>(addresses.error());
  AssertedIdentity identity;
  for (NameAddr& address : *addresses) add_identity(identity, std::move(address));
  return identity;
}

std::string to_string(const AssertedIdentity& identity) {
  std::vector<NameAddr> all;
  if (identity.sip) all.push_back(*identity.sip);
  if (identity.tel) all.push_back(*identity.tel);
  all.insert(all.end(), identity.other.begin(), identity.other.end());
  return write_value_list(all);
}

void add_identity(AssertedIdentity& identity, NameAddr address) {
  if (!identity.sip && address.uri.is_sip()) {
    identity.sip = std::move(address);
  } else if (!identity.tel && address.uri.scheme == "tel") {
    identity.tel = std::move(address);
  } else {
    identity.other.push_back(std::move(address));
  }
}

}  // namespace godwit::sip
