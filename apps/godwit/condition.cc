// SPDX-License-Identifier: Apache-2.0
#include "condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "event_shapes.h"
#include "nearest_word.h"

namespace godwit::cli {
namespace {

/// Longer signs first: "<=" is not "<".
constexpr std::array<std::pair<std::string_view, Comparator>, 7> kSigns{{
    {"!=", Comparator::unequal},
    {"<=", Comparator::at_most},
    {">=", Comparator::at_least},
    {"=", Comparator::equal},
    {"<", Comparator::less},
    {">", Comparator::greater},
    {"~", Comparator::contains},
}};

std::optional<double> as_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class T>
bool compare(Comparator comparator, const T& a, const T& b) {
  switch (comparator) {
    case Comparator::equal:
      return a == b;
    case Comparator::unequal:
      return a != b;
    case Comparator::less:
      return a < b;
    case Comparator::at_most:
      return a <= b;
    case Comparator::greater:
      return a > b;
    case Comparator::at_least:
      return a >= b;
    case Comparator::contains:
      break;
  }
  return false;
}

bool contains(const std::string& text, const std::string& part) {
  const auto same = [](char a, char b) { return to_lower(a) == to_lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

tl::unexpected<Error> wrong(std::string what) {
  return fail(Errc::invalid_argument, std::move(what));
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  char quote = '\0';
  for (const char c : text) {
    if (quote == '\0' && (c == ' ' || c == '\t')) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else {
      words.back().push_back(c);
    }
  }
  if (quote != '\0') return wrong(fmt::format("{}: a quote is not closed", text));
  return words;
}

Result<Term> parse_term(std::string_view text) {
  const auto at = text.find_first_of("!<>=~");
  if (at != std::string_view::npos && at > 0) {
    for (const auto& [sign, comparator] : kSigns) {
      if (text.substr(at, sign.size()) != sign) continue;
      return Term{std::string(text.substr(0, at)), comparator,
                  std::string(text.substr(at + sign.size()))};
    }
  }
  return wrong(fmt::format("{}: not a comparison like status=486", text));
}

Result<Condition> parse_condition(const std::vector<std::string>& words) {
  if (words.empty()) return wrong("no event is named");
  Condition condition{words.front(), {}};
  const Json shape = event_shape(condition.type);
  if (shape.is_null()) {
    return wrong(fmt::format("{}: there is no such event{}; docs/events.md lists them",
                             condition.type, hint(condition.type, event_types())));
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    auto term = parse_term(words[i]);
    if (!term) return tl::unexpected(term.error());
    const std::vector<std::string> fields = field_names(shape);
    if (std::find(fields.begin(), fields.end(), term->field) == fields.end()) {
      return wrong(fmt::format("{}: {} has no such field{}", term->field, condition.type,
                               hint(term->field, fields)));
    }
    condition.terms.push_back(std::move(*term));
  }
  return condition;
}

bool matches(const Term& term, const Json& value) {
  if (value.is_number()) {
    const auto wanted = as_number(term.value);
    if (wanted && term.comparator != Comparator::contains) {
      return compare(term.comparator, value.get<double>(), *wanted);
    }
  }
  const std::string text = value.is_string() ? value.get<std::string>() : write(value);
  if (term.comparator == Comparator::contains) return contains(text, term.value);
  return compare(term.comparator, text, term.value);
}

bool matches(const Condition& condition, const Json& event) {
  const Json type = field_of(event, "type");
  if (!type.is_string() || type.get<std::string>() != condition.type) return false;
  return std::all_of(condition.terms.begin(), condition.terms.end(), [&event](const Term& term) {
    return matches(term, field_of(event, term.field));
  });
}

}  // namespace godwit::cli
