// SPDX-License-Identifier: Apache-2.0
#include "sip/header/language.h"

#include <algorithm>

#include "sip/header/preference.h"
#include "sip/header/value_list.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

bool is_letter(char c) {
  return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

bool is_subtag(std::string_view text) {
  return !text.empty() && text.size() <= 8 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

/// Whether the language is the range or one of its kinds: "en" covers "en-GB" but not "eng".
bool covers(std::string_view range, std::string_view language) {
  return equal_ignoring_case(language.substr(0, range.size()), range) &&
         (language.size() == range.size() || language[range.size()] == '-');
}

}  // namespace

// language-tag = primary-tag *( "-" subtag )        primary-tag = 1*8ALPHA
bool is_language_tag(std::string_view text) {
  const auto primary = text.substr(0, text.find('-'));
  if (!is_subtag(primary) || !std::all_of(primary.begin(), primary.end(), is_letter)) return false;
  for (auto at = primary.size(); at < text.size();) {
    const auto end = std::min(text.find('-', at + 1), text.size());
    if (!is_subtag(text.substr(at + 1, end - at - 1))) return false;
    at = end;
  }
  return true;
}

// language = language-range *( SEMI accept-param )
Scanned<LanguageRange> parse_language_range(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto language_at = reader.at();
  const auto language = reader.take_token();
  if (language != "*" && !is_language_tag(language)) {
    return fault("expected a language tag or \"*\"", language_at);
  }
  LanguageRange range{std::string(language), kFullPreference, {}};
  const auto q = read_preference(text, reader.at(), range.parameters);
  if (!q) return tl::unexpected<Fault>(q.error());
  range.q = *q;
  return range;
}

std::string to_string(const LanguageRange& range) {
  std::string text = is_language_tag(range.language) ? range.language : "*";
  append_preference(text, range.q, range.parameters);
  return text;
}

// Accept-Language = "Accept-Language" HCOLON [ language *( COMMA language ) ]
Scanned<std::vector<LanguageRange>> parse_accept_language(std::string_view text) {
  if (trim(text).empty()) return std::vector<LanguageRange>{};
  return parse_value_list(text, parse_language_range);
}

Thousandths preference_for(const std::vector<LanguageRange>& accept, std::string_view language) {
  if (accept.empty()) return kFullPreference;
  const LanguageRange* closest = nullptr;
  for (const LanguageRange& range : accept) {
    const bool any = range.language == "*";
    if (!any && !covers(range.language, language)) continue;
    const bool closer = closest == nullptr || closest->language == "*" ||
                        (!any && range.language.size() > closest->language.size());
    if (closer) closest = &range;
  }
  return closest == nullptr ? Thousandths{0} : closest->q;
}

// Content-Language = "Content-Language" HCOLON language-tag *( COMMA language-tag )
std::optional<Fault> check_content_language(std::string_view text) {
  const auto tags = parse_value_list(text, [](std::string_view tag) -> Scanned<std::string_view> {
    if (!is_language_tag(tag)) return fault("expected a language tag", 0);
    return tag;
  });
  return tags ? std::nullopt : std::optional(tags.error());
}

}  // namespace godwit::sip
