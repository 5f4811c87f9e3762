// SPDX-License-Identifier: Apache-2.0
#include "sip/header/info_link.h"

#include "sip/header/address.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {

// LAQUOT absoluteURI RAQUOT *( SEMI generic-param )
Scanned<InfoLink> parse_info_link(std::string_view text) {
  const auto begin = skip_whitespace(text, 0);
  if (begin == text.size() || text[begin] != '<') {
    return fault("expected \"<\" before the URI", begin);
  }
  const auto parts = scan_bracketed_address(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  InfoLink link{read_uri(parts->uri), {}};
  const auto wrong = read_value_parameters(text, parameters_at(text, *parts), link.parameters);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return link;
}

std::string to_string(const InfoLink& link) {
  std::string text;
  append_address(text, {}, link.uri);
  append_parameters(text, link.parameters);
  return text;
}

std::string purpose_of(const InfoLink& link) {
  const std::string* const purpose = find_parameter(link.parameters, "purpose");
  return purpose == nullptr ? "" : value_text(*purpose);
}

}  // namespace godwit::sip
