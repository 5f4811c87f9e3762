// SPDX-License-Identifier: Apache-2.0
#include "sip/header/reason.h"

#include "sip/header/number.h"
#include "sip/header/text_parameter.h"
#include "sip/header/value_list.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {

// reason-value = protocol *( SEMI reason-params )                     (RFC 3326 §2)
// reason-params = "cause" EQUAL 1*DIGIT / "text" EQUAL quoted-string / generic-param
Scanned<Reason> parse_reason(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto protocol = reader.take_token();
  if (protocol.empty()) return reader.fault("expected a protocol, \"SIP\" or \"Q.850\"");
  Reason reason;
  reason.protocol = protocol;
  const auto take = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    if (equal_ignoring_case(name, "text")) return put_text(reason.text, value);
    if (reason.cause || !equal_ignoring_case(name, "cause")) return false;
    return put(reason.cause, scan_bare_or_quoted(
                                 value, [](std::string_view cause) { return scan_number(cause); }));
  };
  if (const auto wrong = read_value_parameters(text, reader.at(), reason.parameters, take)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return reason;
}

std::string to_string(const Reason& reason) {
  std::string text = as_token(reason.protocol);
  if (reason.cause) append_parameter(text, "cause", std::to_string(*reason.cause));
  if (!reason.text.empty()) append_parameter(text, "text", quote(reason.text));
  append_parameters(text, reason.parameters);
  return text;
}

Scanned<std::vector<Reason>> parse_reasons(std::string_view text) {
  return parse_value_list(text, parse_reason);
}

}  // namespace godwit::sip
