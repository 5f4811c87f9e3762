// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/header/number.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// One element of Accept-Language (RFC 3261 §20.3).
struct LanguageRange {
  std::string language = "*";  // "de", "en-GB"; "*": any
  Thousandths q = kFullPreference;
  Parameters parameters;

  bool operator==(const LanguageRange&) const = default;
};

[[nodiscard]] Scanned<LanguageRange> parse_language_range(std::string_view text);
[[nodiscard]] std::string to_string(const LanguageRange& range);

/// The whole value. Empty, like a missing field: any language.
[[nodiscard]] Scanned<std::vector<LanguageRange>> parse_accept_language(std::string_view text);

/// How welcome a language is: by the longest range that it begins with (RFC 2616 §14.4).
[[nodiscard]] Thousandths preference_for(const std::vector<LanguageRange>& accept,
                                         std::string_view language);

/// "en", "de-CH", "es-419": RFC 3261 §20.13 and, for the digits, BCP 47.
[[nodiscard]] bool is_language_tag(std::string_view text);
/// The Content-Language header field value: a list of language tags.
[[nodiscard]] std::optional<Fault> check_content_language(std::string_view text);

}  // namespace godwit::sip
