// SPDX-License-Identifier: Apache-2.0
#include "ua/call.h"
#include "ua/digit_info.h"
#include "ua/errands.h"
#include "ua/message_body.h"
#include "ua/request_check.h"
#include "ua/session_abilities.h"

namespace godwit::ua {
namespace {

// Between two digits, so that the far end hears them apart (as RFC 4733 §2.5.1.2 has it for events).
constexpr Duration kBetweenDigits = std::chrono::milliseconds{50};

}  // namespace

Result<void> Call::send_text(MessageId id, sip::Method method, const MessageBody& body,
                             TimePoint now) {
  if (state_ != State::up) return fail(Errc::wrong_state, "the call is not up");
  requests_.add({method, id, {}, body, {}});
  pump(now);
  return {};
}

Result<void> Call::send_digits_by_info(std::string_view digits, Duration each, TimePoint now) {
  if (digits.empty() || digits.find_first_not_of("0123456789*#ABCD") != std::string_view::npos) {
    return fail(Errc::invalid_argument, "digits: 0-9 * # A-D");
  }
  if (each < std::chrono::milliseconds{40} || each > std::chrono::seconds{5}) {
    return fail(Errc::invalid_argument, "each: 40 ms to 5 s");
  }
  if (state_ != State::up) return fail(Errc::wrong_state, "the call is not up");
  const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(each);
  for (const char digit : digits) {
    requests_.add({sip::Method::info, CallRequests::Digit{}, {},
                   write_info_digit({digit, duration}), each + kBetweenDigits});
  }
  pump(now);
  return {};
}

// Requests wait for their way: while the call is parked, or its answer is not there.
void Call::pump_requests(TimePoint now) {
  while (may_ask()) {
    requests_.pump(hop(),
                   [this](sip::Method method, const net::Flow& flow) {
                     auto request = dialog_->make_request(method);
                     if (method == sip::Method::refer && transfer_) {
                       transfer_->on_sent(request.cseq().number);
                     }
                     add_own_fields(request, flow);
                     // RFC 3428 §4 and RFC 6086 §4.2: neither of them is a target refresh.
                     const bool refreshes =
                         method == sip::Method::refer || method == sip::Method::notify;
                     if (!refreshes) request.remove(sip::Field::contact);
                     return request;
                   },
                   now);
    const auto answered = requests_.take_answered();
    if (!answered) return;
    on_own_request_answered(*answered, now);
  }
}

void Call::on_own_request_answered(const CallRequests::Answered& answered, TimePoint now) {
  const auto& outcome = answered.outcome;
  if (const auto* id = std::get_if<MessageId>(&answered.what)) {
    context_.out.emit(message_answered(*id, outcome), now);
  }
  const int status = outcome.response ? outcome.response->status() : 0;
  if (std::holds_alternative<CallRequests::Referral>(answered.what) && transfer_) {
    tell_transfer(outcome.response ? transfer_->on_answer(*outcome.response, now)
                                   : transfer_->on_no_answer(outcome.error.detail),
                  now);
  }
  // RFC 6665 §4.2.2: who refuses a NOTIFY is not told more.
  if (std::holds_alternative<CallRequests::Notice>(answered.what) && (status == 0 || status >= 300)) {
    referral_.reset();
  }
  // RFC 5057 §5.1: it knows nothing of the call.
  const bool gone = status == 481 && !std::holds_alternative<CallRequests::Notice>(answered.what);
  if (gone) drop("the peer no longer knows the call", Who::peer, now);
}

// What else comes in the dialog.
void Call::on_other_request(const sip::RequestReceived& received, TimePoint now) {
  switch (received.request.method()) {
    case sip::Method::message:
      reply(received.transaction, received.request, 200, now);
      return context_.out.emit(message_received(identity_.id, id_, received.request), now);
    case sip::Method::info:
      return on_info(received, now);
    case sip::Method::options:
      return on_options(received, now);
    case sip::Method::refer:
      return on_refer(received, now);
    case sip::Method::notify:
      return on_notify(received, now);
    case sip::Method::subscribe:
      return on_subscribe(received, now);
    default:
      return;
  }
}

// RFC 3261 §11.2: as outside dialogs. What is told there is not offered: what both sides have agreed on
// stands (RFC 3264 §9).
void Call::on_options(const sip::RequestReceived& received, TimePoint now) {
  auto response = sip::make_response(received.request, 200, dialog_->local_tag());
  add_abilities(response);
  add_session_abilities(response, received.request, received.flow,
                        {media_.formats(), context_.options.origin_username});
  response.set(sip::Field::server, user_agent_text(context_.options));
  context_.transactions.respond(received.transaction, response, now);
}

void Call::on_info(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  if (request.field(sip::Field::info_package)) {
    // RFC 6086 §4.2.2: no package is taken.
    const sip::Answer refusal{469, "no Info-Package is taken", {{sip::Field::recv_info, ""}}};
    auto response = make_response(request, refusal, dialog_->local_tag());
    return context_.transactions.respond(received.transaction, response, now);
  }
  reply(received.transaction, request, 200, now);
  if (request.body().empty()) return;
  const auto body = body_of(request);
  if (const auto digit = read_info_digit(body)) {
    return context_.out.emit(DtmfReceived{id_, digit->digit, digit->duration}, now);
  }
  context_.out.emit(InfoReceived{id_, body}, now);
}

// What was asked for and never answered is told before the call's end.
void Call::end_requests(TimePoint now) {
  for (const auto& what : requests_.abandon()) {
    if (const auto* id = std::get_if<MessageId>(&what)) {
      context_.out.emit(MessageAnswered{*id, 0, "the call has ended", Who::local}, now);
    }
  }
  referral_.reset();
  if (!transfer_) return;
  const auto news = transfer_->on_no_answer("the call has ended");
  if (news) context_.out.emit(TransferProgress{id_, news->status, news->reason, true}, now);
  transfer_.reset();
}

}  // namespace godwit::ua
