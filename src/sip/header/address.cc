// SPDX-License-Identifier: Apache-2.0
#include "sip/header/address.h"

#include "sip/header/value_parameters.h"

namespace godwit::sip {
namespace {

Scanned<NameAddr> read(std::string_view text, const Scanned<NameAddrParts>& parts) {
  if (!parts) return tl::unexpected<Fault>(parts.error());
  NameAddr value{read_display_name(*parts), read_uri(parts->uri), {}};
  const auto wrong = read_value_parameters(text, parameters_at(text, *parts), value.parameters);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

}  // namespace

Scanned<NameAddrParts> scan_bracketed_address(std::string_view text) {
  auto parts = scan_name_addr(text);
  if (!parts) return parts;
  // The scheme is the first part of every URI.
  const auto uri = static_cast<std::size_t>(parts->uri.scheme.data() - text.data());
  if (uri == 0 || text[uri - 1] != '<') return fault("expected \"<\" before the URI", uri);
  return parts;
}

std::size_t parameters_at(std::string_view text, const NameAddrParts& parts) {
  if (parts.parameters.empty()) return text.size();
  return static_cast<std::size_t>(parts.parameters.data() - text.data());
}

std::string read_display_name(const NameAddrParts& parts) {
  const bool quoted = parts.display_name.starts_with('"');
  return quoted ? unquote(parts.display_name) : std::string(parts.display_name);
}

void append_address(std::string& text, std::string_view display_name, const Uri& uri) {
  if (!display_name.empty()) text += quote(display_name) + ' ';
  text += '<';
  text += to_string(uri);
  text += '>';
}

Scanned<NameAddr> parse_address(std::string_view text) {
  return read(text, scan_name_addr(text));
}

Scanned<NameAddr> parse_route(std::string_view text) {
  return read(text, scan_bracketed_address(text));
}

bool is_loose_route(const NameAddr& route) {
  return has_parameter(route.uri.parameters, "lr");
}

}  // namespace godwit::sip
