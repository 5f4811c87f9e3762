// SPDX-License-Identifier: Apache-2.0
#include "sip/header/diversion.h"

#include <algorithm>

#include "sip/header/address.h"
#include "sip/header/number.h"
#include "sip/header/text_parameter.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {
namespace {

constexpr std::uint8_t kMaxCount = 99;  // 1*2DIGIT

Scanned<std::uint8_t> scan_count(std::string_view text) {
  return scan_number(text, kMaxCount).map([](std::uint32_t n) {
    return static_cast<std::uint8_t>(n);
  });
}

Taken take(Diversion& diversion, std::string_view name, std::optional<std::string_view> value) {
  const auto is = [&](std::string_view own) { return equal_ignoring_case(name, own); };
  if (is("reason")) return put_text(diversion.reason, value);
  if (is("privacy")) return put_text(diversion.privacy, value);
  if (is("screen")) return put_text(diversion.screen, value);
  if (is("counter") && !diversion.counter) {
    return put(diversion.counter, scan_bare_or_quoted(value, scan_count));
  }
  if (is("limit") && !diversion.limit) {
    return put(diversion.limit, scan_bare_or_quoted(value, scan_count));
  }
  return false;
}

void append_count(std::string& text, std::string_view name, std::optional<std::uint8_t> count) {
  if (count) append_parameter(text, name, std::to_string(std::min(*count, kMaxCount)));
}

}  // namespace

// name-addr *( SEMI ( reason / counter / limit / privacy / screen / extension ) )
Scanned<Diversion> parse_diversion(std::string_view text) {
  const auto parts = scan_name_addr(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  Diversion diversion;
  diversion.display_name = read_display_name(*parts);
  diversion.uri = read_uri(parts->uri);
  const auto wrong = read_value_parameters(
      text, parameters_at(text, *parts), diversion.other,
      [&](std::string_view name, auto value) { return take(diversion, name, value); });
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return diversion;
}

std::string to_string(const Diversion& diversion) {
  std::string text;
  append_address(text, diversion.display_name, diversion.uri);
  append_text_parameter(text, "reason", diversion.reason);
  append_count(text, "counter", diversion.counter);
  append_count(text, "limit", diversion.limit);
  append_text_parameter(text, "privacy", diversion.privacy);
  append_text_parameter(text, "screen", diversion.screen);
  append_parameters(text, diversion.other);
  return text;
}

}  // namespace godwit::sip
