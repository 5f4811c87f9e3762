// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "sip/message/grammar.h"

namespace godwit::sip {

// Comma-separated values of which each element has its own parser.

static_assert(limits::kFields == 256);

/// Reads a list of at least one element, each by `parse`; faults are places in the whole text.
template <class Parse>
auto parse_value_list(std::string_view text, Parse parse)
    -> Scanned<std::vector<typename decltype(parse(text))::value_type>> {
  std::vector<typename decltype(parse(text))::value_type> values;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = end_of_element(text, begin);
    const auto element_at = std::min(skip_whitespace(text, begin), end);
    if (values.size() == limits::kFields) return fault("more than 256 list elements", element_at);
    auto value = parse(trim(text.substr(element_at, end - element_at)));
    if (!value) return shifted(value.error(), element_at);
    values.push_back(std::move(*value));
    begin = end + 1;
  }
  return values;
}

template <class T>
[[nodiscard]] std::string write_value_list(const std::vector<T>& values) {
  std::string text;
  for (const T& value : values) {
    if (!text.empty()) text += ", ";
    text += to_string(value);
  }
  return text;
}

}  // namespace godwit::sip
