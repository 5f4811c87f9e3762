// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "sip/message/grammar.h"
#include "sip/message/scan.h"
#include "sip/message/uri.h"

namespace godwit::sip {

// The parameters of a field value: some have a type and a place of their own, all others are kept
// as they came. Read and written here for all fields of this room.

/// Whether a parameter was taken for what it is, or is one of the others.
using Taken = Scanned<bool>;

static_assert(limits::kParameters == 64);

/// Reads the parameters that fill `text` from `at` on. `take(name, value)` answers `Taken`; the
/// faults it finds are places in the value. A parameter not taken goes to `others`.
template <class Take>
std::optional<Fault> read_value_parameters(std::string_view text, std::size_t at,
                                           Parameters& others, Take take) {
  at = skip_whitespace(text, at);
  for (std::size_t count = 0; at < text.size(); ++count) {
    if (count == limits::kParameters) return Fault{"more than 64 parameters", at};
    const auto parameter = scan_field_parameter(text, at);
    if (!parameter) return parameter.error();
    const auto value = parameter->value.value_or(parameter->name);
    const auto value_at = static_cast<std::size_t>(value.data() - text.data());
    const Taken taken = take(parameter->name, parameter->value);
    if (!taken) return Fault{taken.error().what, taken.error().at + value_at};
    if (*taken) continue;
    auto& other = others.emplace_back();
    other.name = parameter->name;
    if (parameter->value) other.value = std::string(value);
  }
  return std::nullopt;
}

/// The same with all parameters among the others.
[[nodiscard]] std::optional<Fault> read_value_parameters(std::string_view text, std::size_t at,
                                                         Parameters& all);

/// Puts what `scan` reads into `place`: the usual end of a `take`.
template <class T>
Taken put(std::optional<T>& place, Scanned<T> scanned) {
  if (!scanned) return tl::unexpected<Fault>(scanned.error());
  place = std::move(*scanned);
  return true;
}

/// Reads a value that the grammar has bare, and that some peers put in quotes.
template <class Scan>
auto scan_bare_or_quoted(std::optional<std::string_view> value, Scan scan)
    -> decltype(scan(std::string_view{})) {
  if (!value) return scan(std::string_view{});
  const bool quoted = value->size() >= 2 && value->front() == '"';
  if (!quoted) return scan(*value);
  auto scanned = scan(value->substr(1, value->size() - 2));
  if (!scanned) return shifted(scanned.error(), 1);
  return scanned;
}

/// What a parameter's value says: a quoted-string without its quotes, anything else as it stands.
[[nodiscard]] std::string value_text(std::string_view value);

/// Writes `;name=value`, or `;name`. A value that could not be read back is quoted; a parameter
/// whose name is no token is left out.
void append_parameter(std::string& text, std::string_view name,
                      std::optional<std::string_view> value);
void append_parameters(std::string& text, const Parameters& parameters);

/// The text as a token: what no token may hold becomes "-", and so does nothing at all.
[[nodiscard]] std::string as_token(std::string_view text);
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace godwit::sip
