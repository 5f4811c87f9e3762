// SPDX-License-Identifier: Apache-2.0
#include "sip/header/value_parameters.h"

#include <algorithm>

namespace godwit::sip {
namespace {

/// Whether the value reads back as it stands: the scanner itself is asked.
bool stands_for_itself(std::string_view value) {
  if (is_token(value)) return true;
  const std::string alone = ";v=" + std::string(value);
  std::size_t at = 0;
  const auto parameter = scan_field_parameter(alone, at);
  return parameter && at == alone.size() && parameter->value == value;
}

}  // namespace

std::optional<Fault> read_value_parameters(std::string_view text, std::size_t at, Parameters& all) {
  return read_value_parameters(text, at, all,
                               [](std::string_view, const auto&) { return Taken(false); });
}

std::string value_text(std::string_view value) {
  return value.starts_with('"') ? unquote(value) : std::string(value);
}

void append_parameter(std::string& text, std::string_view name,
                      std::optional<std::string_view> value) {
  if (!is_token(name)) return;
  text += ';';
  text += name;
  if (!value) return;
  text += '=';
  text += stands_for_itself(*value) ? std::string(*value) : quote(*value);
}

void append_parameters(std::string& text, const Parameters& parameters) {
  for (const Parameter& parameter : parameters) {
    append_parameter(text, parameter.name, parameter.value);
  }
}

std::string as_token(std::string_view text) {
  if (text.empty()) return "-";
  std::string token(text);
  std::replace_if(
      token.begin(), token.end(), [](char c) { return !is_token_char(c); }, '-');
  return token;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return lower;
}

}  // namespace godwit::sip
