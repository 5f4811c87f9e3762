// SPDX-License-Identifier: Apache-2.0
#include "sip/header/privacy.h"

#include <algorithm>

#include "base/limits.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {

// Privacy-hdr = priv-value *( ";" priv-value )
Scanned<Privacy> parse_privacy(std::string_view text) {
  Privacy privacy;
  ValueReader reader(text);
  reader.skip_space();
  do {
    if (privacy.values.size() == limits::kParameters) return reader.fault("too many values");
    const auto token = reader.take_token();
    if (token.empty()) return reader.fault("expected a token, as \"id\"");
    privacy.values.emplace_back(token);
  } while (reader.take_separator(';') || reader.take_separator(',') ||
           (reader.skip_space() && !reader.at_end()));
  if (!reader.at_end()) return reader.fault("expected \";\"");
  return privacy;
}

std::string to_string(const Privacy& privacy) {
  std::string text;
  for (const std::string& value : privacy.values) {
    if (!text.empty()) text += ';';
    text += as_token(value);
  }
  return text;
}

bool asks_for(const Privacy& privacy, std::string_view value) {
  return std::any_of(privacy.values.begin(), privacy.values.end(),
                     [&](const std::string& own) { return equal_ignoring_case(own, value); });
}

}  // namespace godwit::sip
