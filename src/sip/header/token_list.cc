// SPDX-License-Identifier: Apache-2.0
#include "sip/header/token_list.h"

#include <algorithm>

#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

void append_element(std::string& list, std::string_view token) {
  if (!list.empty()) list += ", ";
  list += token;
}

}  // namespace

void TokenList::Iterator::advance() {
  while (!rest_.empty()) {
    const auto comma = std::min(rest_.find(','), rest_.size());
    element_ = trim(rest_.substr(0, comma));
    rest_.remove_prefix(std::min(comma + 1, rest_.size()));
    if (!element_.empty()) return;
  }
  element_ = {};
}

bool TokenList::contains(std::string_view token) const {
  return std::any_of(begin(), end(),
                     [&](std::string_view element) { return equal_ignoring_case(element, token); });
}

bool TokenList::contains_exactly(std::string_view token) const {
  return std::find(begin(), end(), token) != end();
}

// [ token *( COMMA token ) ]
std::optional<Fault> check_token_list(std::string_view text, EmptyList empty) {
  ValueReader reader(text);
  reader.skip_space();
  if (reader.at_end() && empty == EmptyList::allowed) return std::nullopt;
  do {
    if (reader.take_token().empty()) return reader.fault("expected a token").value();
  } while (reader.take_separator(','));
  reader.skip_space();
  if (!reader.at_end()) return reader.fault("expected \",\" between tokens").value();
  return std::nullopt;
}

std::string write_token_list(std::span<const std::string_view> tokens) {
  std::string list;
  for (const auto token : tokens) {
    if (is_token(token)) append_element(list, token);
  }
  return list;
}

std::string tokens_missing(TokenList wanted, std::span<const std::string_view> known) {
  std::string missing;
  for (const auto token : wanted) {
    const bool is_known = std::any_of(known.begin(), known.end(), [&](std::string_view one) {
      return equal_ignoring_case(one, token);
    });
    if (!is_known && is_token(token)) append_element(missing, token);
  }
  return missing;
}

}  // namespace godwit::sip
