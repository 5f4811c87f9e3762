// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/derived_request.h"

namespace godwit::sip {
namespace {

/// Same Request-URI, top Via, Route, From, Call-ID and CSeq number.
Message derive(const Message& invite, Method method, std::string_view to) {
  Message request = Message::request(method_name(method), invite.uri());
  request.add(Field::via, invite.field(Field::via).value_or(""));
  request.add(Field::max_forwards, "70");
  for (const std::string_view route : invite.values(Field::route)) request.add(Field::route, route);
  request.add(Field::from, invite.field(Field::from).value_or(""));
  request.add(Field::to, to);
  request.add(Field::call_id, invite.call_id());
  request.add(Field::cseq, to_string(CSeq{invite.cseq().number, std::string(method_name(method))}));
  return request;
}

}  // namespace

Message make_failure_ack(const Message& invite, const Message& response) {
  return derive(invite, Method::ack, response.field(Field::to).value_or(""));
}

Message make_cancel(const Message& invite) {
  return derive(invite, Method::cancel, invite.field(Field::to).value_or(""));
}

}  // namespace godwit::sip
