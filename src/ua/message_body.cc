// SPDX-License-Identifier: Apache-2.0
#include "ua/message_body.h"

#include "sip/header/plain_text.h"

namespace godwit::ua {

MessageBody body_of(const sip::Message& message) {
  MessageBody body;
  if (!message.content_type().empty()) body.content_type = sip::plain_text(message.content_type());
  body.text = std::string(message.body());
  return body;
}

std::string sender_of(const sip::Message& request) {
  const auto from = sip::parse_name_addr(request.field(sip::Field::from).value_or(""));
  if (!from) return {};
  return sip::plain_text(sip::to_string(sip::NameAddr{from->display_name, from->uri, {}}));
}

MessageReceived message_received(AccountId account, CallId call, const sip::Message& request) {
  return {account, call, sender_of(request), body_of(request)};
}

}  // namespace godwit::ua
