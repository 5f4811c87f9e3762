// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/canonical.h"

#include <algorithm>
#include <optional>

#include "sip/header/number.h"
#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

template <class Value>
std::optional<std::string> rewritten(const Value& value) {
  return value ? std::optional(to_string(*value)) : std::nullopt;
}

/// Empty: the value stays as it came.
std::optional<std::string> typed_form(Field field, std::string_view value) {
  switch (field) {
    case Field::via:
      return rewritten(parse_via(value));
    case Field::from:
    case Field::to:
    case Field::contact:
    case Field::route:
    case Field::record_route:
    case Field::path:
    case Field::service_route:
    case Field::refer_to:
    case Field::reply_to:
      return rewritten(parse_name_addr(value));
    case Field::cseq:
      return rewritten(parse_cseq(value));
    case Field::max_forwards:
    case Field::expires:
    case Field::min_expires: {
      const auto number = scan_number(value);
      return number ? std::optional(std::to_string(*number)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

void rewrite(Message& message, Field field) {
  std::string all;
  for (const auto value : message.values(field)) {
    // A NUL in a quoted pair is grammar, but nothing that godwit writes.
    if (std::any_of(value.begin(), value.end(), breaks_a_line)) return;
    if (!all.empty()) all += ", ";
    all += typed_form(field, value).value_or(std::string(value));
  }
  if (!all.empty()) message.set(field, all);
}

}  // namespace

std::string canonical_form(Message message) {
  for (const Field field :
       {Field::via, Field::from, Field::to, Field::contact, Field::route, Field::record_route,
        Field::path, Field::service_route, Field::refer_to, Field::reply_to, Field::cseq,
        Field::max_forwards, Field::expires, Field::min_expires}) {
    rewrite(message, field);
  }
  return message.write();
}

}  // namespace godwit::sip
