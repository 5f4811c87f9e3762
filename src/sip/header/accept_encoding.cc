// SPDX-License-Identifier: Apache-2.0
#include "sip/header/accept_encoding.h"

#include "sip/header/preference.h"
#include "sip/header/value_list.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {

// encoding = codings *( SEMI accept-param )          codings = content-coding / "*"
Scanned<EncodingRange> parse_encoding_range(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto coding = reader.take_token();
  if (coding.empty()) return reader.fault("expected a content coding or \"*\"");
  EncodingRange range{std::string(coding), kFullPreference, {}};
  const auto q = read_preference(text, reader.at(), range.parameters);
  if (!q) return tl::unexpected<Fault>(q.error());
  range.q = *q;
  return range;
}

std::string to_string(const EncodingRange& range) {
  std::string text = as_token(range.coding);
  append_preference(text, range.q, range.parameters);
  return text;
}

// Accept-Encoding = "Accept-Encoding" HCOLON [ encoding *( COMMA encoding ) ]
Scanned<std::vector<EncodingRange>> parse_accept_encoding(std::string_view text) {
  if (trim(text).empty()) return std::vector<EncodingRange>{};
  return parse_value_list(text, parse_encoding_range);
}

Thousandths preference_for(const std::vector<EncodingRange>& accept, std::string_view coding) {
  // RFC 2616 §14.3: "*" speaks of every coding that is not named.
  const EncodingRange* any = nullptr;
  for (const EncodingRange& range : accept) {
    if (equal_ignoring_case(range.coding, coding)) return range.q;
    if (any == nullptr && range.coding == "*") any = &range;
  }
  if (any != nullptr) return any->q;
  return equal_ignoring_case(coding, "identity") ? kFullPreference : Thousandths{0};
}

}  // namespace godwit::sip
