// SPDX-License-Identifier: Apache-2.0
#include "sip/header/from_to.h"

#include "sip/header/address.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {

// ( name-addr / addr-spec ) *( SEMI ( "tag" EQUAL token / generic-param ) )     (RFC 3261 §25.1)
Scanned<FromTo> parse_from_to(std::string_view text) {
  const auto parts = scan_name_addr(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  FromTo value{read_display_name(*parts), read_uri(parts->uri), {}, {}};
  const auto take = [&](std::string_view name, std::optional<std::string_view> tag) -> Taken {
    if (!value.tag.empty() || !equal_ignoring_case(name, "tag")) return false;
    if (!tag || !is_token(*tag)) return fault("expected a token after \"tag=\"", 0);
    value.tag = *tag;
    return true;
  };
  const auto wrong = read_value_parameters(text, parameters_at(text, *parts), value.other, take);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

std::string to_string(const FromTo& value) {
  std::string text;
  append_address(text, value.display_name, value.uri);
  if (!value.tag.empty()) append_parameter(text, "tag", as_token(value.tag));
  append_parameters(text, value.other);
  return text;
}

}  // namespace godwit::sip
