// SPDX-License-Identifier: Apache-2.0
#include "sip/header/content_disposition.h"

#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

using Handling = ContentDisposition::Handling;

std::string_view name_of(Handling handling) {
  switch (handling) {
    case Handling::optional:
      return "optional";
    case Handling::required:
      return "required";
  }
  return {};
}

}  // namespace

// Content-Disposition = "Content-Disposition" HCOLON disp-type *( SEMI disp-param )
// disp-param          = handling-param / generic-param
Scanned<ContentDisposition> parse_content_disposition(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto type = reader.take_token();
  if (type.empty()) return reader.fault("expected a disposition type");
  ContentDisposition disposition{lower_case(type), std::nullopt, {}};
  const auto take = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    if (disposition.handling || !equal_ignoring_case(name, "handling")) return false;
    for (const auto known : {Handling::optional, Handling::required}) {
      if (!equal_ignoring_case(value_text(value.value_or("")), name_of(known))) continue;
      disposition.handling = known;
      return true;
    }
    return false;
  };
  if (const auto wrong = read_value_parameters(text, reader.at(), disposition.parameters, take)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return disposition;
}

std::string to_string(const ContentDisposition& disposition) {
  std::string text = as_token(disposition.type);
  if (disposition.handling) append_parameter(text, "handling", name_of(*disposition.handling));
  append_parameters(text, disposition.parameters);
  return text;
}

}  // namespace godwit::sip
