// SPDX-License-Identifier: Apache-2.0
#include "sip/message/field.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "sip/message/field_lookup.h"
#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

// RFC 3261 §7.3.3, RFC 3841 (a, d, j), RFC 3892 (b), RFC 6665 (o, u), RFC 3515 (r), RFC 4028 (x),
// RFC 8224 (y)
constexpr Field compact_form(char letter) {
  switch (to_lower(letter)) {
    case 'a':
      return Field::accept_contact;
    case 'b':
      return Field::referred_by;
    case 'c':
      return Field::content_type;
    case 'd':
      return Field::request_disposition;
    case 'e':
      return Field::content_encoding;
    case 'f':
      return Field::from;
    case 'i':
      return Field::call_id;
    case 'j':
      return Field::reject_contact;
    case 'k':
      return Field::supported;
    case 'l':
      return Field::content_length;
    case 'm':
      return Field::contact;
    case 'o':
      return Field::event;
    case 'r':
      return Field::refer_to;
    case 's':
      return Field::subject;
    case 't':
      return Field::to;
    case 'u':
      return Field::allow_events;
    case 'v':
      return Field::via;
    case 'x':
      return Field::session_expires;
    case 'y':
      return Field::identity;
    default:
      return Field::extension;
  }
}

// In the order of the enum.
constexpr std::array<std::string_view, static_cast<std::size_t>(Method::other)> kMethods{
    "INVITE", "ACK",  "BYE",     "CANCEL", "OPTIONS", "REGISTER",  "UPDATE",
    "PRACK",  "INFO", "MESSAGE", "REFER",  "NOTIFY",  "SUBSCRIBE", "PUBLISH"};

}  // namespace

Field field_from_name(std::string_view name) {
  using namespace field_detail;
  if (name.size() == 1) return compact_form(name.front());
  if (name.size() < kShortestName || name.size() > kLongestName) return Field::extension;
  const Field field = kSlots[slot_of(name)];
  return equal_ignoring_case(name, field_name(field)) ? field : Field::extension;
}

std::string_view field_name(Field field) {
  return known_field_name(field);
}

Method method_from_name(std::string_view name) {
  const auto* const found = std::find(kMethods.begin(), kMethods.end(), name);
  return static_cast<Method>(found - kMethods.begin());
}

std::string_view method_name(Method method) {
  return method == Method::other ? "" : kMethods[static_cast<std::size_t>(method)];
}

}  // namespace godwit::sip
