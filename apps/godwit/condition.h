// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event_json.h"
#include "godwit/error.h"

namespace godwit::cli {

enum class Comparator { equal, unequal, less, at_most, greater, at_least, contains };

/// One thing that is asked of an event: "status>=400".
struct Term {
  std::string field;
  Comparator comparator = Comparator::equal;
  std::string value;

  bool operator==(const Term&) const = default;
};

/// An event that is waited for or expected: "call.ended status=486 reason~busy".
struct Condition {
  std::string type;
  std::vector<Term> terms;

  bool operator==(const Condition&) const = default;
};

/// Cuts a text at blanks; "quotes" and 'quotes' keep blanks together.
/// @return `invalid_argument` when a quote is not closed.
[[nodiscard]] Result<std::vector<std::string>> split_words(std::string_view text);

/// Reads "status=486", "reason~busy". @return `invalid_argument` without a comparison in it.
[[nodiscard]] Result<Term> parse_term(std::string_view text);

/// Reads the words of a condition: the type of an event, then terms on its fields.
/// @return `invalid_argument` for a type or field that no event has, naming the nearest.
[[nodiscard]] Result<Condition> parse_condition(const std::vector<std::string>& words);

/// Numbers are compared as numbers, everything else as text; "~" is "contains", whatever the case.
[[nodiscard]] bool matches(const Term& term, const Json& value);
[[nodiscard]] bool matches(const Condition& condition, const Json& event);

}  // namespace godwit::cli
