// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/dialog.h"

#include <algorithm>
#include <utility>

#include "sip/header/address.h"
#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

std::vector<NameAddr> record_routes(const Message& message) {
  std::vector<NameAddr> routes;
  for (const auto value : message.values(Field::record_route)) {
    if (auto route = parse_name_addr(value)) routes.push_back(*std::move(route));
  }
  return routes;
}

Result<NameAddr> read(const Message& message, Field field) {
  const auto value = message.field(field);
  if (!value) return fail(Errc::malformed_message, std::string(field_name(field)) + " missing");
  return parse_name_addr(*value);
}

/// Whether a request with this method takes the number of an earlier one (RFC 3261 §12.2.1.1).
bool keeps_sequence(Method method) {
  return method == Method::ack || method == Method::cancel;
}

/// Without what a Request-URI must not have (RFC 3261 §19.1.1, table 1).
Uri as_request_uri(Uri uri) {
  uri.headers.clear();
  std::erase_if(uri.parameters,
                [](const Parameter& p) { return equal_ignoring_case(p.name, "method"); });
  return uri;
}

}  // namespace

Result<Dialog> Dialog::from_response(const Message& request, const Message& response) {
  Dialog dialog;
  const auto from = read(request, Field::from);
  const auto to = read(response, Field::to);
  if (!from) return tl::unexpected<Error>(from.error());
  if (!to) return tl::unexpected<Error>(to.error());
  // A 2xx without a tag comes from RFC 2543 (§12.1.2); a 1xx without one starts no dialog.
  if (response.status() < 200 && tag_of(*to).empty()) {
    return fail(Errc::malformed_message, "To: tag missing");
  }
  dialog.call_id_ = std::string(request.call_id());
  dialog.local_tag_ = request.from_tag();
  dialog.remote_tag_ = response.to_tag();
  dialog.local_ = *from;
  dialog.remote_ = *to;
  dialog.local_sequence_ = request.cseq().number;
  dialog.route_set_ = record_routes(response);
  std::reverse(dialog.route_set_.begin(), dialog.route_set_.end());
  const auto contact = read(response, Field::contact);
  if (!contact) return fail(Errc::malformed_message, "Contact: " + contact.error().detail);
  dialog.remote_target_ = contact->uri;
  return dialog;
}

Result<Dialog> Dialog::from_request(const Message& request, std::string local_tag) {
  Dialog dialog;
  const auto from = read(request, Field::from);
  const auto to = read(request, Field::to);
  const auto contact = read(request, Field::contact);
  if (!from) return tl::unexpected<Error>(from.error());
  if (!to) return tl::unexpected<Error>(to.error());
  if (!contact) return fail(Errc::malformed_message, "Contact: " + contact.error().detail);
  dialog.call_id_ = std::string(request.call_id());
  dialog.local_tag_ = std::move(local_tag);
  dialog.remote_tag_ = request.from_tag();
  dialog.local_ = *to;
  dialog.remote_ = *from;
  set_parameter(dialog.local_.parameters, "tag", dialog.local_tag_);
  dialog.remote_sequence_ = request.cseq().number;
  dialog.route_set_ = record_routes(request);
  dialog.remote_target_ = contact->uri;
  return dialog;
}

Result<Dialog> Dialog::from_notify(const Message& subscribe, const Message& notify) {
  auto dialog = from_request(notify, subscribe.from_tag());
  if (dialog) dialog->local_sequence_ = subscribe.cseq().number;
  return dialog;
}

bool Dialog::matches(const Message& request) const {
  return request.call_id() == call_id_ && request.to_tag() == local_tag_ &&
         request.from_tag() == remote_tag_;
}

Message Dialog::make_request(Method method) {
  if (!keeps_sequence(method)) ++local_sequence_;
  return build(method_name(method), local_sequence_);
}

Message Dialog::make_ack(std::uint32_t invite_cseq) const {
  return build("ACK", invite_cseq);
}

Message Dialog::build(std::string_view method, std::uint32_t cseq) const {
  // RFC 3261 §12.2.1.1: a strict router wants its own URI in the Request-URI, and the remote target
  // as the last Route.
  const bool strict = !route_set_.empty() && !is_loose_route(route_set_.front());
  const Uri uri = as_request_uri(strict ? route_set_.front().uri : remote_target_);
  Message message = Message::request(method, to_string(uri));
  message.add(Field::max_forwards, "70");
  for (auto route = route_set_.begin() + (strict ? 1 : 0); route != route_set_.end(); ++route) {
    message.add(Field::route, to_string(*route));
  }
  if (strict) message.add(Field::route, to_string(NameAddr{{}, remote_target_, {}}));
  message.add(Field::from, to_string(local_));
  message.add(Field::to, to_string(remote_));
  message.add(Field::call_id, call_id_);
  message.add(Field::cseq, to_string(CSeq{cseq, std::string(method)}));
  return message;
}

Dialog::Order Dialog::accept_request(const Message& request) {
  // An ACK or CANCEL has the number of its INVITE, which was judged already.
  if (keeps_sequence(request.method())) return Order::in_order;
  const auto number = request.cseq().number;
  if (remote_sequence_ && number <= *remote_sequence_) return Order::out_of_order;
  remote_sequence_ = number;
  return Order::in_order;
}

void Dialog::refresh_target(const Message& message) {
  const auto contact = read(message, Field::contact);
  if (contact) remote_target_ = contact->uri;
}

void Dialog::confirm(const Message& response) {
  route_set_ = record_routes(response);
  std::reverse(route_set_.begin(), route_set_.end());
  refresh_target(response);
}

// Where its two sides differ in transport or family, an edge proxy stands there twice.
void Dialog::forget_flow_tokens() {
  for (auto& route : route_set_) {
    if (route.uri.user.empty()) return;
    route.uri.user.clear();
    route.uri.password.clear();
  }
}

const Uri& Dialog::next_hop() const {
  return route_set_.empty() ? remote_target_ : route_set_.front().uri;
}

}  // namespace godwit::sip
