// SPDX-License-Identifier: Apache-2.0
#include "sip/message/name_addr.h"

#include "sip/message/grammar.h"
#include "sip/message/scan.h"

namespace godwit::sip {
Result<NameAddr> parse_name_addr(std::string_view text) {
  const auto parts = scan_name_addr(text);
  if (!parts) return tl::unexpected<Error>(malformed("address", parts.error()));
  NameAddr value;
  const bool quoted = !parts->display_name.empty() && parts->display_name.front() == '"';
  value.display_name = quoted ? unquote(parts->display_name) : std::string(parts->display_name);
  value.uri = read_uri(parts->uri);
  value.parameters = read_parameters(parts->parameters, scan_field_parameter);
  return value;
}

std::string to_string(const NameAddr& value) {
  std::string text;
  if (!value.display_name.empty()) text = quote(value.display_name) + ' ';
  text += '<' + to_string(value.uri) + '>';
  for (const Parameter& parameter : value.parameters) {
    text += ';' + parameter.name;
    if (parameter.value) text += '=' + *parameter.value;
  }
  return text;
}

std::string_view tag_of(const NameAddr& value) {
  const std::string* const tag = find_parameter(value.parameters, "tag");
  return tag == nullptr ? std::string_view{} : std::string_view{*tag};
}

}  // namespace godwit::sip
