// SPDX-License-Identifier: Apache-2.0
#include "sip/header/referred_by.h"

#include "sip/header/address.h"
#include "sip/header/text_parameter.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {

// ( name-addr / addr-spec ) *( SEMI ( "cid" EQUAL sip-clean-msg-id / generic-param ) )
Scanned<ReferredBy> parse_referred_by(std::string_view text) {
  const auto parts = scan_name_addr(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  ReferredBy value{read_display_name(*parts), read_uri(parts->uri), {}, {}};
  const auto take = [&](std::string_view name, std::optional<std::string_view> cid) -> Taken {
    return equal_ignoring_case(name, "cid") && put_text(value.content_id, cid);
  };
  const auto wrong = read_value_parameters(text, parameters_at(text, *parts), value.other, take);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

std::string to_string(const ReferredBy& value) {
  std::string text;
  append_address(text, value.display_name, value.uri);
  // sip-clean-msg-id has its quotes in the grammar: it is never a token.
  if (!value.content_id.empty()) append_parameter(text, "cid", quote(value.content_id));
  append_parameters(text, value.other);
  return text;
}

}  // namespace godwit::sip
