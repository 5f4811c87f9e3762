// SPDX-License-Identifier: Apache-2.0
#include "sip/message/message.h"

#include "base/assert.h"
#include "sip/message/grammar.h"
#include "sip/message/scan.h"

namespace godwit::sip {

Message Message::request(std::string_view method, std::string_view uri) {
  GODWIT_ASSERT(is_token(method));
  Message message;
  message.text_.reserve(1024);
  message.first_ = message.append(method);
  message.method_ = method_from_name(method);
  message.set_uri(uri);
  return message;
}

Message Message::response(int status, std::string_view reason) {
  GODWIT_ASSERT(status >= 100 && status <= 699);
  Message message;
  message.text_.reserve(1024);
  message.status_ = status;
  message.first_ = message.append(reason.empty() ? default_reason(status) : reason);
  return message;
}

std::string_view Message::method_name() const {
  if (is_request()) return view(first_);
  const auto value = field(Field::cseq);
  const auto cseq = scan_cseq(value.value_or(""));
  return cseq ? cseq->method : std::string_view{};
}

std::string_view Message::uri() const {
  return view(uri_);
}

std::string_view Message::reason() const {
  return is_request() ? std::string_view{} : view(first_);
}

void Message::set_uri(std::string_view uri) {
  // A blank would end the URI in the start line, and everything behind it would be read as
  // something else; it can only be a mistake of the caller's, so it is left out.
  std::string clean(uri);
  std::erase_if(clean, [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
  uri_ = append(clean);
}

std::vector<std::string_view> Message::values(Field field) const {
  std::vector<std::string_view> values;
  for_each(field, [&](std::string_view value) { values.push_back(value); });
  return values;
}

std::size_t Message::count(Field field) const {
  std::size_t count = 0;
  for_each(field, [&](std::string_view) { ++count; });
  return count;
}

std::optional<std::string_view> Message::extension(std::string_view name) const {
  const Field known = field_from_name(name);
  if (known != Field::extension) return field(known);
  for (const auto* entry = find(known); entry != nullptr; entry = after(*entry)) {
    if (equal_ignoring_case(view(entry->name), name)) return view(entry->value);
  }
  return std::nullopt;
}

std::string_view Message::body() const {
  return view(body_);
}

std::string_view Message::content_type() const {
  return field(Field::content_type).value_or("");
}

Via Message::top_via() const {
  return parse_via(field(Field::via).value_or("")).value_or(Via{});
}

CSeq Message::cseq() const {
  return parse_cseq(field(Field::cseq).value_or("")).value_or(CSeq{});
}

std::string_view Message::call_id() const {
  return field(Field::call_id).value_or("");
}

std::string Message::from_tag() const {
  return std::string(scan_tag(field(Field::from).value_or("")));
}

std::string Message::to_tag() const {
  return std::string(scan_tag(field(Field::to).value_or("")));
}

Message make_response(const Message& request, int status, std::string_view to_tag,
                      std::string_view reason) {
  Message response = Message::response(status, reason);
  for (const auto via : request.values(Field::via)) response.add(Field::via, via);
  for (const Field field : {Field::from, Field::to, Field::call_id, Field::cseq}) {
    const auto value = request.field(field);
    if (!value) continue;
    // RFC 3261 §8.2.6.2: only the To that came without a tag gets ours.
    if (field == Field::to && !to_tag.empty() && scan_tag(*value).empty()) {
      response.add(field, std::string(*value) + ";tag=" + std::string(to_tag));
    } else {
      response.add(field, *value);
    }
  }
  return response;
}

}  // namespace godwit::sip
