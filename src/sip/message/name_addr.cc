// SPDX-License-Identifier: Apache-2.0
#include "sip/message/name_addr.h"

#include <algorithm>

#include "sip/message/grammar.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

std::optional<Fault> scan_parameters_at(std::string_view text, std::size_t at,
                                        NameAddrParts& parts) {
  at = skip_whitespace(text, at);
  parts.parameters = text.substr(at);
  const auto wrong = for_each_parameter(parts.parameters, scan_field_parameter, [](const auto&) {});
  if (wrong) return Fault{wrong->what, wrong->at + at};
  return std::nullopt;
}

// LAQUOT addr-spec RAQUOT *( SEMI param ), the "<" standing at `angle`
Scanned<NameAddrParts> scan_bracketed(std::string_view text, std::size_t angle) {
  const auto close = text.find('>', angle);
  if (close == std::string_view::npos) return fault("\">\" missing", text.size());
  const auto uri = scan_uri(text.substr(angle + 1, close - angle - 1));
  if (!uri) return shifted(uri.error(), angle + 1);
  NameAddrParts parts;
  parts.uri = *uri;
  if (const auto wrong = scan_parameters_at(text, close + 1, parts)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return parts;
}

// addr-spec *( SEMI param ): parameters belong to the field, not to the URI (RFC 3261 §20.10).
Scanned<NameAddrParts> scan_bare(std::string_view text, std::size_t begin) {
  const auto semicolon = std::min(text.find(';', begin), text.size());
  const auto uri = scan_uri(trim(text.substr(begin, semicolon - begin)));
  if (!uri) return shifted(uri.error(), begin);
  NameAddrParts parts;
  parts.uri = *uri;
  if (const auto wrong = scan_parameters_at(text, semicolon, parts)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return parts;
}

}  // namespace

// ( name-addr / addr-spec ) *( SEMI param ). A display name without quotes is taken as it stands,
// even with characters that are no token (RFC 4475 §3.1.2.15).
Scanned<NameAddrParts> scan_name_addr(std::string_view text) {
  const auto begin = skip_whitespace(text, 0);
  if (begin == text.size()) return fault("URI missing", begin);
  auto angle = text.find_first_of("<\";", begin);
  std::string_view display_name;
  if (text[begin] == '"') {
    const auto end = end_of_quoted_string(text, begin);
    if (end == std::string_view::npos) return fault("quoted string does not end", begin);
    display_name = text.substr(begin, end - begin);
    angle = skip_whitespace(text, end);
    if (angle == text.size() || text[angle] != '<') return fault("\"<\" missing", angle);
  } else if (angle == std::string_view::npos || text[angle] != '<') {
    return scan_bare(text, begin);
  } else {
    display_name = trim(text.substr(begin, angle - begin));
    const auto* const bad = std::find_if(display_name.begin(), display_name.end(), breaks_a_line);
    if (bad != display_name.end()) {
      return fault("control character", static_cast<std::size_t>(bad - text.data()));
    }
  }
  auto parts = scan_bracketed(text, angle);
  if (parts) parts->display_name = display_name;
  return parts;
}

std::string_view scan_tag(std::string_view text) {
  std::string_view tag;
  const auto parts = scan_name_addr(text);
  if (!parts) return tag;
  for_each_parameter(parts->parameters, scan_field_parameter, [&](const ParameterParts& parameter) {
    if (tag.empty() && equal_ignoring_case(parameter.name, "tag")) {
      tag = parameter.value.value_or("");
    }
  });
  return tag;
}

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
