// SPDX-License-Identifier: Apache-2.0
// Two lines, each taken for a URI, a telephone number, an escaped text and something to dial.

#include <algorithm>
#include <string>

#include "base/assert.h"
#include "base/limits.h"
#include "fuzz_input.h"
#include "sip/message/dial_target.h"
#include "sip/message/escape.h"
#include "sip/message/tel_uri.h"
#include "sip/message/uri.h"

namespace {

using namespace godwit::sip;
using godwit::limits::kUriBytes;

const Uri& account() {
  static const Uri kAccount = parse_uri("sips:me@[2001:db8::1]:5071").value();
  return kAccount;
}

void check_uri(std::string_view text) {
  const auto uri = parse_uri(text);
  if (!uri) {
    GODWIT_ASSERT(!uri.error().detail.empty());
    return;
  }
  const auto written = to_string(*uri);
  const auto again = parse_uri(written);
  // An address in its canonical form can be longer than it came: only so may a limit be passed.
  GODWIT_ASSERT(again ? *again == *uri : written.size() > kUriBytes);
  GODWIT_ASSERT(equivalent(*uri, *uri));
}

void check_both(std::string_view a, std::string_view b) {
  const auto first = parse_uri(a);
  const auto second = parse_uri(b);
  if (first && second) GODWIT_ASSERT(equivalent(*first, *second) == equivalent(*second, *first));
}

void check_tel(std::string_view text) {
  const auto tel = parse_telephone_subscriber(text, PhoneContext::optional);
  if (!tel) {
    GODWIT_ASSERT(tel.error().at <= text.size());
    return;
  }
  const auto written = to_string(*tel);
  const auto again = parse_tel_uri(written, PhoneContext::optional);
  GODWIT_ASSERT(again && *again == *tel && to_string(*again) == written);
  GODWIT_ASSERT(equivalent(*tel, *tel));
  GODWIT_ASSERT(parse_telephone_subscriber(text) || tel->phone_context.empty());
  const auto sip = to_string(to_sip_uri(*tel, account()));
  GODWIT_ASSERT(parse_uri(sip) || sip.size() > kUriBytes);
}

void check_escapes(std::string_view text) {
  for (const UriPart part : {UriPart::user, UriPart::password, UriPart::parameter, UriPart::header,
                             UriPart::subaddress}) {
    GODWIT_ASSERT(unescape(escape(text, part)) == text);
    const auto rest = escape_the_rest(text, part);
    GODWIT_ASSERT(find_unescaped(rest, part) == rest.npos && escape_the_rest(rest, part) == rest);
  }
  const auto plain = unescape(text);
  GODWIT_ASSERT(plain.has_value() == (find_bad_escape(text) == text.npos));
  if (!plain) GODWIT_ASSERT(plain.error().at == find_bad_escape(text));
}

void check_dial(std::string_view text, const Uri* caller) {
  const auto target = read_dial_target(text, caller);
  if (!target) {
    GODWIT_ASSERT(target.error().code == godwit::Errc::invalid_argument);
    GODWIT_ASSERT(!target.error().detail.empty());
    return;
  }
  const Uri& uri = target->address.uri;
  GODWIT_ASSERT(uri.is_sip() && uri.headers.empty() && !has_parameter(uri.parameters, "method"));
  GODWIT_ASSERT(parse_uri(to_string(uri)).value() == uri);
  const auto again = parse_name_addr(to_string(target->address));
  GODWIT_ASSERT(again && again->uri == uri);
  for (const auto& warning : target->warnings) {
    GODWIT_ASSERT(!warning.empty() && warning.find_first_of("\r\n\x1b") == warning.npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto first = input.substr(0, input.find('\n'));
  const auto second = input.substr(std::min(first.size() + 1, size));
  for (const auto text : {first, second}) {
    check_uri(text);
    check_tel(text.substr(std::min(text.find(':') + 1, text.size())));
    check_escapes(text);
    check_dial(text, nullptr);
    check_dial(text, &account());
  }
  check_both(first, second);
  return 0;
}
