// SPDX-License-Identifier: Apache-2.0
#include "sip/header/text_parameter.h"

#include "sip/header/value_parameters.h"

namespace godwit::sip {

bool put_text(std::string& place, std::optional<std::string_view> value) {
  if (!place.empty() || !value) return false;
  place = value_text(*value);
  return !place.empty();
}

void append_text_parameter(std::string& text, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  append_parameter(text, name, is_token(value) ? std::string(value) : quote(value));
}

}  // namespace godwit::sip
