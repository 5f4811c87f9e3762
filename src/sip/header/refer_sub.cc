// SPDX-License-Identifier: Apache-2.0
#include "sip/header/refer_sub.h"

#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {

// ( "true" / "false" ) *( SEMI generic-param )
Scanned<ReferSub> parse_refer_sub(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto at = reader.at();
  const auto word = reader.take_token();
  ReferSub value;
  value.subscribes = equal_ignoring_case(word, "true");
  if (!value.subscribes && !equal_ignoring_case(word, "false")) {
    return fault("expected \"true\" or \"false\"", at);
  }
  const auto wrong = read_value_parameters(text, reader.at(), value.other);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

std::string to_string(const ReferSub& value) {
  std::string text = value.subscribes ? "true" : "false";
  append_parameters(text, value.other);
  return text;
}

}  // namespace godwit::sip
