// SPDX-License-Identifier: Apache-2.0
#include "sip/header/preference.h"

#include "sip/header/value_parameters.h"

namespace godwit::sip {

Scanned<Thousandths> read_preference(std::string_view text, std::size_t at, Parameters& others) {
  std::optional<Thousandths> q;
  const auto take = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    if (q || !equal_ignoring_case(name, "q")) return false;
    return put(q, scan_bare_or_quoted(value, scan_qvalue));
  };
  if (const auto wrong = read_value_parameters(text, at, others, take)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return q.value_or(kFullPreference);
}

void append_preference(std::string& text, Thousandths q, const Parameters& others) {
  // A second "q" among the others would be taken for the first.
  if (q < kFullPreference || has_parameter(others, "q")) {
    append_parameter(text, "q", write_qvalue(q));
  }
  append_parameters(text, others);
}

}  // namespace godwit::sip
