// SPDX-License-Identifier: Apache-2.0
#include "sip/header/user_to_user.h"

#include <charconv>

#include "sip/header/text_parameter.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {

// ( token / quoted-string ) *( SEMI ( pkg-param / cont-param / enc-param / generic-param ) )
Scanned<UserToUser> parse_user_to_user(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const bool quoted = reader.next_is('"');
  const auto data = quoted ? reader.take_quoted() : reader.take_token();
  if (data.empty()) {
    return reader.fault(quoted ? "unterminated quoted string"
                               : "expected a token or a quoted string");
  }
  UserToUser value;
  value.data = value_text(data);
  const auto take = [&](std::string_view name, std::optional<std::string_view> text_of) -> Taken {
    if (equal_ignoring_case(name, "encoding")) return put_text(value.encoding, text_of);
    if (equal_ignoring_case(name, "purpose")) return put_text(value.purpose, text_of);
    if (equal_ignoring_case(name, "content")) return put_text(value.content, text_of);
    return false;
  };
  const auto wrong = read_value_parameters(text, reader.at(), value.other, take);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

std::string to_string(const UserToUser& value) {
  std::string text = is_token(value.data) ? value.data : quote(value.data);
  append_text_parameter(text, "encoding", value.encoding);
  append_text_parameter(text, "purpose", value.purpose);
  append_text_parameter(text, "content", value.content);
  append_parameters(text, value.other);
  return text;
}

std::optional<std::string> octets_of(const UserToUser& value) {
  const bool hex = value.encoding.empty() || equal_ignoring_case(value.encoding, "hex");
  if (!hex) return value.data;
  if (value.data.size() % 2 != 0) return std::nullopt;
  std::string octets;
  for (std::size_t i = 0; i < value.data.size(); i += 2) {
    unsigned octet = 0;
    const char* const digits = value.data.data() + i;
    const auto [end, error] = std::from_chars(digits, digits + 2, octet, 16);
    if (error != std::errc{} || end != digits + 2) return std::nullopt;
    octets += static_cast<char>(octet);
  }
  return octets;
}

}  // namespace godwit::sip
