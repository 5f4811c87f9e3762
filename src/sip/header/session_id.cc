// SPDX-License-Identifier: Apache-2.0
#include "sip/header/session_id.h"

#include <algorithm>
#include <charconv>

#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

// sess-uuid = 32( DIGIT / %x61-66 )
Scanned<SessionUuid> scan_uuid(std::string_view text) {
  constexpr std::size_t kDigits = 32;
  SessionUuid uuid{};
  for (std::size_t i = 0; i < std::min(text.size(), kDigits); ++i) {
    std::uint8_t digit = 0;
    const char* const at = text.data() + i;
    if (std::from_chars(at, at + 1, digit, 16).ec != std::errc{}) {
      return fault("expected a hexadecimal digit", i);
    }
    uuid[i / 2] = static_cast<std::uint8_t>(uuid[i / 2] << 4U | digit);
  }
  if (text.size() != kDigits) {
    return fault("expected 32 hexadecimal digits", std::min(text.size(), kDigits));
  }
  return uuid;
}

std::string write_uuid(const SessionUuid& uuid) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : uuid) {
    text += kHex[byte >> 4U];
    text += kHex[byte & 15U];
  }
  return text;
}

}  // namespace

// ( sess-uuid / nil ) *( SEMI ( "remote" EQUAL ( sess-uuid / nil ) / generic-param ) )
Scanned<SessionId> parse_session_id(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto at = reader.at();
  const auto local = scan_uuid(reader.take_token());
  if (!local) return shifted(local.error(), at);
  SessionId value{*local, {}, {}};
  const auto take = [&](std::string_view name, std::optional<std::string_view> uuid) -> Taken {
    if (value.remote || !equal_ignoring_case(name, "remote")) return false;
    return put(value.remote, scan_bare_or_quoted(uuid, scan_uuid));
  };
  const auto wrong = read_value_parameters(text, reader.at(), value.other, take);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

std::string to_string(const SessionId& value) {
  std::string text = write_uuid(value.local);
  if (value.remote) append_parameter(text, "remote", write_uuid(*value.remote));
  append_parameters(text, value.other);
  return text;
}

}  // namespace godwit::sip
