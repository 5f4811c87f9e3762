// SPDX-License-Identifier: Apache-2.0
#include "sip/header/call_id.h"

#include <algorithm>

#include "base/limits.h"

namespace godwit::sip {
namespace {

// word = 1*( token / "(" / ")" / "<" / ">" / ":" / "\" / DQUOTE / "/" / "[" / "]" / "?" / "{" / "}"
// )
bool is_call_id_char(char c) {
  constexpr std::string_view kMore = "()<>:\\\"/[]?{}@=";
  return is_token_char(c) || kMore.find(c) != std::string_view::npos;
}

}  // namespace

Scanned<std::string_view> scan_call_id(std::string_view text) {
  if (text.empty()) return fault("expected a Call-ID", 0);
  const auto* const bad = std::find_if_not(text.begin(), text.end(), is_call_id_char);
  if (bad != text.end()) {
    return fault("character not allowed in a Call-ID",
                 static_cast<std::size_t>(bad - text.begin()));
  }
  return text;
}

std::string as_call_id(std::string_view text) {
  if (text.empty()) return "-";
  std::string call_id(text);
  std::replace_if(
      call_id.begin(), call_id.end(), [](char c) { return !is_call_id_char(c); }, '-');
  return call_id;
}

// callid *( COMMA callid ): a quotation mark or a bracket in a Call-ID opens nothing.
Scanned<InReplyTo> parse_in_reply_to(std::string_view text) {
  InReplyTo value;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const auto at = std::min(skip_whitespace(text, begin), end);
    if (value.call_ids.size() == limits::kFields) return fault("too many list elements", at);
    const auto call_id = scan_call_id(trim(text.substr(at, end - at)));
    if (!call_id) return shifted(call_id.error(), at);
    value.call_ids.emplace_back(*call_id);
    begin = end + 1;
  }
  return value;
}

std::string to_string(const InReplyTo& value) {
  std::string text;
  for (const std::string& call_id : value.call_ids) {
    if (!text.empty()) text += ", ";
    text += as_call_id(call_id);
  }
  return text;
}

}  // namespace godwit::sip
