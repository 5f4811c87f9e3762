// SPDX-License-Identifier: Apache-2.0
#include "sip/header/request_disposition.h"

#include <array>

#include "sip/header/value_list.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {
namespace {

struct Directive {
  std::optional<bool> RequestDisposition::*place;
  std::string_view yes;
  std::string_view no;
};
constexpr std::array kDirectives{
    Directive{&RequestDisposition::proxy, "proxy", "redirect"},
    Directive{&RequestDisposition::cancel, "cancel", "no-cancel"},
    Directive{&RequestDisposition::fork, "fork", "no-fork"},
    Directive{&RequestDisposition::recurse, "recurse", "no-recurse"},
    Directive{&RequestDisposition::parallel, "parallel", "sequential"},
    Directive{&RequestDisposition::queue, "queue", "no-queue"},
};

void take(RequestDisposition& disposition, const std::string& word) {
  for (const Directive& directive : kDirectives) {
    const bool yes = equal_ignoring_case(word, directive.yes);
    auto& place = disposition.*directive.place;
    if (place || (!yes && !equal_ignoring_case(word, directive.no))) continue;
    place = yes;
    return;
  }
  disposition.other.push_back(word);
}

}  // namespace

// directive *( COMMA directive )
Scanned<RequestDisposition> parse_request_disposition(std::string_view text) {
  const auto words = parse_value_list(text, [](std::string_view word) -> Scanned<std::string> {
    if (!is_token(word)) return fault("expected a directive, as \"no-fork\"", 0);
    return std::string(word);
  });
  if (!words) return tl::unexpected<Fault>(words.error());
  RequestDisposition disposition;
  for (const std::string& word : *words) take(disposition, word);
  return disposition;
}

std::string to_string(const RequestDisposition& disposition) {
  std::string text;
  const auto append = [&](std::string_view word) {
    if (!text.empty()) text += ", ";
    text += word;
  };
  for (const Directive& directive : kDirectives) {
    const auto& place = disposition.*directive.place;
    if (place) append(*place ? directive.yes : directive.no);
  }
  for (const std::string& word : disposition.other) append(as_token(word));
  return text;
}

}  // namespace godwit::sip
