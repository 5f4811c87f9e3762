// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ua/call.h"
#include "ua/dialog_contact.h"
#include "ua/own_fields.h"
#include "ua/request_check.h"
#include "ua/session_body.h"

namespace godwit::ua {

Result<void> Call::send_progress(int status, const CallOptions& options, TimePoint now) {
  if (status < 101 || status > 199) return fail(Errc::invalid_argument, "status: 101 to 199");
  if (state_ != State::incoming || accept_wanted_ || !announced_) {
    return fail(Errc::wrong_state, "there is nothing to answer");
  }
  using Use = ReliableResponses;
  if (options.reliable_responses == Use::required && !provisional_.supported()) {
    return fail(Errc::unsupported, "the caller takes no reliable responses");
  }
  const bool reliable = provisional_.required() ||
                        (provisional_.supported() && options.reliable_responses != Use::off);
  // RFC 3261 §13.2.1: an offer of ours must arrive.
  const bool described = status == 183 && (reliable || !our_offer_in_2xx_);
  if (described) {
    if (auto fits = media_.use_sound(options); !fits) return fits;
  }
  if (auto wanted = provisional_.want({status, described, reliable}); !wanted) return wanted;
  if (described) {
    options_ = options;
    media_.create(options_);
  }
  pump(now);
  return {};
}

void Call::pump_progress(TimePoint now) {
  while (const auto* wanted = provisional_.next()) {
    if (parked_ || !freshen_answer_flow(now)) return;
    std::optional<sdp::SessionDescription> session;
    if (wanted->described && !provisional_.settled()) {
      session = provisional_.session();
      if (!session && !describe_early(session, now)) return;
    }
    auto response = make_dialog_response(pending_->request, wanted->status, dialog_->local_tag());
    add_own_fields(response, pending_->flow);
    provisional_.send(response, session, now);
    context_.transactions.respond(pending_->transaction, response, now);
  }
}

// Makes our description ahead of the answer: that of the caller's offer, or an offer of ours. Where
// no sound can go there is none, and the answer will say why.
// @return false while what it takes is not known yet.
bool Call::describe_early(std::optional<sdp::SessionDescription>& session, TimePoint now) {
  const auto source = answer_source(now);
  if (std::holds_alternative<MediaRoute::Pending>(source)) return false;
  const auto* local = std::get_if<net::IpAddress>(&source);
  if (local == nullptr) return true;
  const auto path = media_.path_on(*local);
  if (std::holds_alternative<CallMedia::Pending>(path)) return false;
  const auto* rtp = std::get_if<net::SocketAddress>(&path);
  if (rtp == nullptr) return true;
  if (media_.asks_for_name(*local)) return false;
  auto& exchange = media_.exchange();
  const auto named = media_.named(*rtp);
  auto made = our_offer_in_2xx_ ? exchange.make_offer(named, sdp::Direction::sendrecv)
                                : exchange.make_answer(named, sdp::Direction::sendrecv);
  if (!made) return true;
  media_from_ = *local;
  session = *std::move(made);
  if (!our_offer_in_2xx_) media_.use(media_from_, now);
  return true;
}

void Call::repeat_progress(TimePoint now) {
  const auto due = provisional_.on_timeout(now);
  if (!due || !pending_) return;
  if (*due == ProvisionalResponses::Due::give_up) {
    refuse(*pending_, 504, {}, now);
    return end(Who::timeout, 504, "the caller did not acknowledge what it was told", now);
  }
  if (parked_ || !freshen_answer_flow(now)) return;
  auto& latest = provisional_.latest();
  latest.set(sip::Field::contact, sip::to_string(dialog_contact(pending_->flow, identity_)));
  context_.transactions.respond(pending_->transaction, latest, now);
}

// RFC 3262 §3, §5
void Call::on_prack(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  if (!provisional_.on_prack(request, invite_sequence_)) {
    return reply(received.transaction, request, 481, now);
  }
  const auto session = session_in(request);
  if (!session) return reply(received.transaction, request, 400, now);
  if (media_.exchange().state() == sdp::OfferAnswer::State::local_offer_sent) {
    reply(received.transaction, request, 200, now);
    take_early_answer(*session, now);
  } else if (*session) {
    answer_early_offer(received, **session, now);
  } else {
    reply(received.transaction, request, 200, now);
  }
  pump(now);
}

// The PRACK's answer to the offer in our 1xx. Without one the 2xx makes the offer again.
void Call::take_early_answer(const std::optional<sdp::SessionDescription>& answer, TimePoint now) {
  if (!answer) return provisional_.expect_answer_later();
  if (const auto agreed = media_.exchange().take_answer(*answer); !agreed) {
    if (pending_) refuse(*pending_, 488, {}, now);
    return end(Who::local, 488, no_sound(agreed.error()), now);
  }
  our_offer_in_2xx_ = false;
  media_.use(media_from_, now);
}

// An offer that comes before our answer to the INVITE, in an UPDATE (RFC 3311 §5.2) or a PRACK.
void Call::answer_early_offer(const sip::RequestReceived& received,
                              const sdp::SessionDescription& offer, TimePoint now) {
  const auto& request = received.request;
  auto& exchange = media_.exchange();
  const auto path = media_.path_on(media_from_);
  const auto* rtp = std::get_if<net::SocketAddress>(&path);
  if (rtp == nullptr || !exchange.take_offer(offer)) {
    return reply(received.transaction, request, 488, now);
  }
  const auto answer = exchange.make_answer(media_.named(*rtp), sdp::Direction::sendrecv);
  if (!answer) {
    exchange.refuse_offer();
    return reply(received.transaction, request, 488, now);
  }
  auto response = sip::make_response(request, 200, dialog_->local_tag());
  add_own_fields(response, received.flow);
  set_session(response, *answer);
  context_.transactions.respond(received.transaction, response, now);
  media_.use(media_from_, now);
}

void Call::on_early_update(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  const auto offer = session_in(request);
  if (!offer) return reply(received.transaction, request, 400, now);
  const auto state = media_.exchange().state();
  if (*offer && state == sdp::OfferAnswer::State::local_offer_sent) {
    return reply(received.transaction, request, 491, now);
  }
  if (*offer && (!provisional_.session() || state != sdp::OfferAnswer::State::stable)) {
    // RFC 3311 §5.2: the offer in the INVITE has no answer yet.
    return answer_too_early(received, now);
  }
  const auto before = dialog_->remote_target();
  dialog_->refresh_target(request);
  if (dialog_->remote_target() != before) {
    caller_moved_ = true;
    provisional_.on_caller_moved();
  }
  if (*offer) return answer_early_offer(received, **offer, now);
  auto response = sip::make_response(request, 200, dialog_->local_tag());
  add_own_fields(response, received.flow);
  context_.transactions.respond(received.transaction, response, now);
}

// The 2xx after a 1xx that described the session: it says the same again, or nothing if that is
// known to have arrived (RFC 3261 §13.2.1, RFC 6337 §3.1).
void Call::answer_as_told(TimePoint now) {
  const auto pending = *std::exchange(pending_, std::nullopt);
  auto response = make_dialog_response(pending.request, 200, dialog_->local_tag());
  add_own_fields(response, pending.flow);
  if (!provisional_.settled()) set_session(response, *provisional_.session());
  finish_answer(pending, std::move(response), false, now);
}

Result<void> Call::redirect(const std::vector<sip::NameAddr>& targets, TimePoint now) {
  if (state_ != State::incoming || !pending_ || accept_wanted_) {
    return fail(Errc::wrong_state, "there is nothing to answer");
  }
  auto response = sip::make_response(pending_->request, 302, dialog_->local_tag());
  response.add(sip::Field::server, user_agent_text(context_.options));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    auto contact = targets[i];
    // RFC 3261 §20.10: the first is the one to try first.
    const auto tenths = 10 - std::min<std::size_t>(i, 9);
    sip::set_parameter(contact.parameters, "q", tenths == 10 ? "1" : "0." + std::to_string(tenths));
    response.add(sip::Field::contact, sip::to_string(contact));
  }
  provisional_.stop();
  media_.exchange().refuse_offer();
  context_.transactions.respond(pending_->transaction, response, now);
  pending_.reset();
  end(Who::local, 302, "redirected", now);
  return {};
}

}  // namespace godwit::ua
