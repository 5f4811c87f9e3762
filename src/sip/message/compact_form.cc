// SPDX-License-Identifier: Apache-2.0
#include "sip/message/compact_form.h"

#include <string_view>

#include "sip/message/field.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kSeparator = ": ";

/// '\0' for a field that has none, or none that everybody knows.
constexpr char letter_for(Field field) {
  switch (field) {
    case Field::call_id:
      return 'i';
    case Field::contact:
      return 'm';
    case Field::content_encoding:
      return 'e';
    case Field::content_length:
      return 'l';
    case Field::content_type:
      return 'c';
    case Field::from:
      return 'f';
    case Field::session_expires:
      return 'x';
    case Field::subject:
      return 's';
    case Field::supported:
      return 'k';
    case Field::to:
      return 't';
    case Field::via:
      return 'v';
    default:
      return '\0';
  }
}

}  // namespace

// What `write` gives has one line for each field, a colon and a blank behind the name, and no line end in a
// value. A blank need not be there (RFC 3261 §25.1, HCOLON).
std::string write_compact(const Message& message) {
  const std::string full = message.write();
  std::string text;
  text.reserve(full.size());
  auto begin = full.find(kLineEnd) + kLineEnd.size();
  text.append(full, 0, begin);
  while (!std::string_view(full).substr(begin).starts_with(kLineEnd)) {
    const auto colon = full.find(':', begin);
    const auto next = full.find(kLineEnd, colon) + kLineEnd.size();
    const auto name = std::string_view(full).substr(begin, colon - begin);
    if (const char letter = letter_for(field_from_name(name)); letter != '\0') {
      text += letter;
    } else {
      text.append(name);
    }
    text += ':';
    text.append(full, colon + kSeparator.size(), next - colon - kSeparator.size());
    begin = next;
  }
  return text.append(full, begin);
}

}  // namespace godwit::sip
