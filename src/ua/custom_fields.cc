// SPDX-License-Identifier: Apache-2.0
#include "ua/custom_fields.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "sip/header/check_field.h"
#include "sip/message/grammar.h"

namespace godwit::ua {
namespace {

using sip::Field;

/// The fields known by name that are not ours: they inform, and no rule of the protocol hangs on
/// them.
bool is_free(Field field) {
  switch (field) {
    case Field::extension:
    case Field::accept_contact:
    case Field::accept_language:
    case Field::alert_info:
    case Field::call_info:
    case Field::date:
    case Field::diversion:
    case Field::error_info:
    case Field::history_info:
    case Field::in_reply_to:
    case Field::organization:
    case Field::p_asserted_identity:
    case Field::priority:
    case Field::reason:
    case Field::reject_contact:
    case Field::reply_to:
    case Field::request_disposition:
    case Field::session_id:
    case Field::subject:
    case Field::user_to_user:
      return true;
    default:
      return false;
  }
}

/// Reserved although they have no name of their own here.
bool is_reserved(std::string_view name) {
  constexpr std::string_view kReserved[] = {"Proxy-Authentication-Info", "Path", "Identity"};
  return std::any_of(std::begin(kReserved), std::end(kReserved),
                     [&](std::string_view r) { return equal_ignoring_case(r, name); });
}

/// Bytes that are no UTF-8, or a control character other than a tab.
bool breaks_a_line_of_text(std::string_view text) {
  while (!text.empty()) {
    const auto c = first_code_point(text);
    const bool control = (c.value < 0x20 && c.value != '\t') || (c.value >= 0x7F && c.value <= 0x9F);
    if (c.length == 0 || control) return true;
    text.remove_prefix(c.length);
  }
  return false;
}

tl::unexpected<Error> refuse(const HeaderField& field, const std::string& why) {
  const bool showable = sip::is_token(field.name) && field.name.size() <= kCustomNameBytes;
  return fail(Errc::invalid_argument, "headers: " + (showable ? field.name + ": " : "") + why);
}

Result<void> check(const HeaderField& field) {
  if (field.name.size() > kCustomNameBytes) return refuse(field, "a name has at most 64 bytes");
  if (!sip::is_token(field.name)) return refuse(field, "a name is a token, such as X-Ticket");
  const Field known = sip::field_from_name(field.name);
  if (!is_free(known) || is_reserved(field.name)) {
    return refuse(field, "godwit sets this field itself");
  }
  if (field.value.size() > kCustomValueBytes) {
    return refuse(field, "a value has at most 2048 bytes");
  }
  if (breaks_a_line_of_text(field.value)) {
    return refuse(field, "a value is one line of UTF-8 without control characters");
  }
  auto probe = sip::Message::request("INVITE", "sip:x");
  add_custom_fields(probe, {field});
  for (const auto value : probe.values(known)) {
    if (known == Field::extension) break;
    if (const auto wrong = sip::check_field(known, value)) {
      return refuse(field, wrong->what + std::string(" at byte ") + std::to_string(wrong->at));
    }
  }
  return {};
}

}  // namespace

Result<void> check_custom_fields(const std::vector<HeaderField>& fields) {
  if (fields.size() > kMostCustomFields) {
    return fail(Errc::invalid_argument, "headers: at most 32");
  }
  for (const auto& field : fields) {
    if (auto checked = check(field); !checked) return checked;
  }
  return {};
}

void add_custom_fields(sip::Message& message, const std::vector<HeaderField>& fields) {
  for (const auto& field : fields) {
    const Field known = sip::field_from_name(field.name);
    if (known == Field::extension) {
      message.add_extension(field.name, field.value);
    } else {
      message.add(known, field.value);
    }
  }
}

}  // namespace godwit::ua
