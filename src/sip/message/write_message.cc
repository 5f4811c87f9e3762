// SPDX-License-Identifier: Apache-2.0
#include "sip/message/message.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kPerLine = 4;  // ": " and CRLF

void append_field(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append(kLineEnd);
}

}  // namespace

std::string Message::write() const {
  const auto name_of = [this](const Entry& entry) {
    return entry.field == Field::extension ? view(entry.name) : field_name(entry.field);
  };
  std::size_t size = 64 + first_.size + uri_.size + body_.size;
  for (const Entry& entry : entries_) size += name_of(entry).size() + entry.value.size + kPerLine;

  std::string text;
  text.reserve(size);
  if (is_request()) {
    text.append(view(first_)).append(" ").append(view(uri_)).append(" ").append(kVersion);
  } else {
    text.append(kVersion).append(" ").append(std::to_string(status_)).append(" ");
    text.append(view(first_));
  }
  text.append(kLineEnd);
  for (const Entry& entry : entries_) {
    if (entry.field == Field::content_length) continue;  // written last, and true
    append_field(text, name_of(entry), view(entry.value));
  }
  append_field(text, field_name(Field::content_length), std::to_string(body_.size));
  text.append(kLineEnd).append(view(body_));
  return text;
}

}  // namespace godwit::sip
