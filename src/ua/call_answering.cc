// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sip/header/number.h"
#include "sip/header/option_tag.h"
#include "ua/call.h"
#include "ua/custom_fields.h"
#include "ua/dialog_contact.h"
#include "ua/dialog_hop.h"
#include "ua/own_fields.h"
#include "ua/request_check.h"
#include "ua/session_body.h"
#include "ua/told_by_peer.h"

namespace godwit::ua {
namespace {

constexpr sip::TimerProfile kTimers;

// RFC 3261 §20.43: the offer wants media in an address family that leads nowhere from here.
constexpr std::string_view kIncompatibleAddressFormat =
    "301 godwit \"Incompatible network address formats\"";

// A caller that is gone without a word would be rung for otherwise for ever: its proxy is told
// every minute that we still ring. The caller may want less (RFC 3261 §13.3.1).
Duration longest_ring(const sip::Message& invite) {
  constexpr std::chrono::seconds kLongest{180};
  const auto wanted = sip::scan_delta_seconds(invite.field(sip::Field::expires).value_or(""));
  return wanted ? std::min(*wanted, kLongest) : kLongest;
}

}  // namespace

void Call::on_invite(sip::ServerId id, const sip::Message& invite, const net::Flow& flow,
                     TimePoint now) {
  outgoing_ = false;
  state_ = State::incoming;
  call_id_ = std::string(invite.call_id());
  auto dialog = sip::Dialog::from_request(invite, context_.random.token(16));
  if (!dialog) {
    context_.transactions.respond(
        id, sip::make_response(invite, 400, context_.random.token(8), dialog.error().detail), now);
    state_ = State::ended;
    return;
  }
  dialog_ = *std::move(dialog);
  follow_server(context_.flows, identity_, *dialog_, flow);
  pending_ = PendingRequest{id, invite, flow, true};
  provisional_.begin(invite);
  invite_sequence_ = invite.cseq().number;
  peer_takes_update_ = allows_method(invite, sip::Method::update);
  peer_takes_replaces_ = lists_option(invite, sip::Field::supported, sip::option_tag::kReplaces);
  const auto offer = session_in(invite);
  our_offer_in_2xx_ = offer && !*offer;
  media_.signalled_by(flow);
  if (!our_offer_in_2xx_ && (!offer || !take_offer(**offer))) {
    refuse(*pending_, 488, {}, now);
    state_ = State::ended;  // the application never heard of it
    return;
  }
  last_local_ = net::to_string(flow.local);
  pump(now);
}

// @return false: it is to be refused.
bool Call::take_offer(const sdp::SessionDescription& offer) {
  const auto taken = media_.exchange().take_offer(offer);
  if (!taken) log(LogLevel::info, "the offer was refused: " + taken.error().detail);
  return taken.has_value();
}

// Rings once it is known that the caller can be heard: what has no way for sound is refused before
// the user hears of it, and the caller may try the other address family.
void Call::pump_ringing(TimePoint now) {
  const auto source = answer_source(now);
  if (std::holds_alternative<MediaRoute::Pending>(source)) return;
  if (const auto* error = std::get_if<Error>(&source)) {
    log(LogLevel::info, "refused, no way for sound to the caller: " + error->detail);
    refuse(*pending_, 488, std::string(kIncompatibleAddressFormat), now);
    state_ = State::ended;
    return;
  }
  announced_ = true;
  answer_by_ = now + longest_ring(pending_->request);
  static_cast<void>(provisional_.want({180, false, provisional_.required()}));
  pump_progress(now);
  context_.out.emit(told_of_caller(), now);
}

// Whose word on identities counts is known by the addresses of the account's server.
IncomingCall Call::told_of_caller() const {
  auto from = dialog_->remote();
  auto to = dialog_->local();
  from.parameters.clear();
  to.parameters.clear();
  IncomingCall call;
  call.account = identity_.id;
  call.call = id_;
  call.from = sip::to_string(from);
  call.to = sip::to_string(to);
  const bool own = context_.flows.is_address_of(account_.hop, pending_->flow.remote.address);
  call.replaces = origin_.takes_place_of;
  call.joins = origin_.comes_to;
  tell_of_caller(pending_->request, own ? Source::own_server : Source::anybody, call);
  return call;
}

Result<void> Call::answer(const CallOptions& options, TimePoint now) {
  if (state_ != State::incoming || accept_wanted_) {
    return fail(Errc::wrong_state, "there is nothing to answer");
  }
  options_ = options;
  session_timer_ = sip::SessionTimer(timer_options(options.session_timer));
  identity_ = identity_for(account_, options_);
  if (const auto fits = media_.use_sound(options_); !fits) {
    refuse(*pending_, 488, {}, now);
    end(Who::local, 488, no_sound(fits.error()), now);
    return {};
  }
  accept_wanted_ = true;
  media_.create(options_);
  pump(now);
  return {};
}

Result<void> Call::decline(int status, TimePoint now) {
  if (status < 400 || status > 699) return fail(Errc::invalid_argument, "status: 400 to 699");
  if (state_ != State::incoming || !pending_) {
    return fail(Errc::wrong_state, "there is nothing to decline");
  }
  refuse(*pending_, status, {}, now);
  end(Who::local, status, std::string(sip::default_reason(status)), now);
  return {};
}

void Call::on_cancel(const sip::Message& cancel, TimePoint now) {
  if (!pending_) return;
  const bool first = pending_->first_invite;
  if (!first && !pending_->replaces) return;
  refuse(*pending_, 487, {}, now);
  if (first) end(Who::peer, 487, ended_by_peer("the caller gave up", cancel), now);
}

// An INVITE or UPDATE inside the dialog.
void Call::on_offer(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  const bool is_update = request.method() == sip::Method::update;
  const auto offer = session_in(request);
  const bool offers_nothing = offer && !*offer;
  const bool waits_alike = pending_ && pending_->request.method() == request.method();
  if (is_update && offers_nothing && !waits_alike) return accept_without_offer(received, now);
  if (pending_) {
    // RFC 3311 §5.2, RFC 3261 §14.2: their earlier one has no answer yet.
    return answer_too_early(received, now);
  }
  PendingRequest pending{received.transaction, request, received.flow, false};
  if (media_.exchange().state() == sdp::OfferAnswer::State::local_offer_sent) {
    if (!negotiation_.sent || !comes_from_elsewhere(request)) {
      return refuse(pending, 491, {}, now);
    }
    // The peer has moved, and where ours went nobody is: it leaves again when theirs is answered. Against
    // RFC 3261 §14.2 on purpose, by which both would wait until a proxy gives up, 32 s later.
    abandon_negotiation(now);
  }
  // Who begins the next INVITE has had our answer to the last one (RFC 3261 §14.1): its ACK was
  // lost.
  if (!is_update) accepting_.reset();
  if (!offer) return refuse(pending, 400, {}, now);
  our_offer_in_2xx_ = offers_nothing;
  if (!offers_nothing && !take_offer(**offer)) return refuse(pending, 488, {}, now);
  pending_ = std::move(pending);
  pump(now);
}

// Its Contact is another one than we know.
bool Call::comes_from_elsewhere(const sip::Message& request) const {
  const auto contact = sip::parse_name_addr(request.field(sip::Field::contact).value_or(""));
  const auto& known = dialog_->remote_target();
  return contact && (contact->uri.host != known.host || contact->uri.port != known.port);
}

// An UPDATE that only tells where the peer is now, or that its session lives (RFC 3311 §5.2, RFC
// 4028).
void Call::accept_without_offer(const sip::RequestReceived& received, TimePoint now) {
  auto response = sip::make_response(received.request, 200, dialog_->local_tag());
  add_own_fields(response, received.flow);
  const auto before = dialog_->remote_target();
  dialog_->refresh_target(received.request);
  answer_session(received.request, response, now);
  context_.transactions.respond(received.transaction, response, now);
  // What waits for an answer from where the peer was is asked again where it is.
  if (!negotiation_.sent || dialog_->remote_target() == before) return;
  abandon_negotiation(now);
  pump(now);
}

void Call::answer_too_early(const sip::RequestReceived& received, TimePoint now) {
  auto response = sip::make_response(received.request, 500, dialog_->local_tag());
  // RFC 3261 §14.2 has 0 to 10 s. A caller that has moved asks in this way whether its INVITE is answered.
  const bool rings = pending_ && pending_->first_invite;
  response.add(sip::Field::retry_after, std::to_string(context_.random.below(rings ? 3 : 11)));
  context_.transactions.respond(received.transaction, response, now);
}

// From where media would go to where the offer wants it (R29).
MediaRoute::Choice Call::answer_source(TimePoint now) {
  const auto source = media_.source_to_offer(media_.exchange(), now);
  return source ? *source : source_of_silence();
}

// The offer is ours to make, or held: nothing leads to anywhere, but the family is to be right.
MediaRoute::Choice Call::source_of_silence() {
  if (media_.local_rtp()) return media_from_;
  const auto& route = media_.route();
  const auto signalling = signalling_on(pending_->flow);
  const auto wanted = media_.exchange().offered_family();
  const auto source = route.source_of_offer(signalling, wanted);
  if (!wanted || !std::holds_alternative<Error>(source)) return source;
  return route.source_of_offer(signalling, std::nullopt);
}

// Answers to a request that came by a flow which has died leave on the flow that works.
bool Call::freshen_answer_flow(TimePoint now) {
  // By a flow that stood ready, say, which has gone alone: the account has not moved, nor has the call.
  const bool gone = pending_ && pending_->flow.transport == net::Transport::udp &&
                    !context_.flows.local_of(pending_->flow.id);
  if (!answer_flow_stale_ && !gone) return true;
  const auto choice = context_.flows.flow_to(hop(), now);
  const auto* flow = std::get_if<net::Flow>(&choice);
  if (flow == nullptr) return false;
  answer_flow_stale_ = false;
  if (pending_) {
    pending_->flow = *flow;
    context_.transactions.move_server(pending_->transaction, *flow);
  }
  if (accepting_) {
    accepting_->response.set(sip::Field::contact, sip::to_string(dialog_contact(*flow, identity_)));
    context_.transactions.move_server(accepting_->transaction, *flow);
  }
  return true;
}

void Call::pump_answer(TimePoint now) {
  if (parked_ || (pending_->first_invite && !accept_wanted_)) return;
  if (!freshen_answer_flow(now)) return;
  if (pending_->first_invite && provisional_.holds_answer()) return;
  if (pending_->first_invite && provisional_.session()) return answer_as_told(now);
  const auto source = answer_source(now);
  if (std::holds_alternative<MediaRoute::Pending>(source)) return;
  if (std::holds_alternative<Error>(source)) {
    if (negotiation_.move) return answer_after_the_move(now);
    const bool first = pending_->first_invite;
    refuse(*pending_, 488, std::string(kIncompatibleAddressFormat), now);
    if (first) end(Who::network, 488, "no network leads to the caller's media address", now);
    return;
  }
  const auto local = std::get<net::IpAddress>(source);
  const auto path = media_.path_on(local);
  if (std::holds_alternative<CallMedia::Pending>(path)) return;
  if (const auto* error = std::get_if<Error>(&path)) {
    const std::string reason = "media socket: " + error->detail;
    const bool first = pending_->first_invite;
    media_.drop_path(local);
    refuse(*pending_, 500, {}, now);
    if (first) end(Who::local, 500, reason, now);
    return;
  }
  if (media_.asks_for_name(local)) return;
  media_from_ = local;
  answer_with(std::get<net::SocketAddress>(path), now);
}

// The peer offers what fits the network that we have left: first it has to know the new one.
void Call::answer_after_the_move(TimePoint now) {
  media_.exchange().refuse_offer();
  refuse(*pending_, 491, {}, now);
  negotiation_.retry_at.reset();
}

void Call::answer_with(const net::SocketAddress& rtp, TimePoint now) {
  const auto pending = *std::exchange(pending_, std::nullopt);
  auto response = make_dialog_response(pending.request, 200, dialog_->local_tag());
  add_own_fields(response, pending.flow);
  auto& exchange = media_.exchange();
  const auto named = media_.named(rtp);
  const bool holds = negotiation_.hold;
  const auto own = own_direction(holds);
  const auto description =
      our_offer_in_2xx_ ? exchange.make_offer(named, own) : exchange.make_answer(named, own);
  if (!description) {
    refuse(pending, 488, {}, now);
    if (pending.first_invite) end(Who::local, 488, description.error().detail, now);
    return;
  }
  set_session(response, *description);
  finish_answer(pending, std::move(response), holds, now);
}

// The peer has moved to the other family meanwhile: what we have yet to tell of our own move is where we are in that.
void Call::follow_to_another_family() {
  auto& move = negotiation_.move;
  if (!move || !media_.agreement()) return;
  const auto& remote = media_.agreement()->remote.address;
  if (remote.is_unspecified() || remote.family() == move->media_source.family()) return;
  // What was answered may be of the time before: then it is our address that is gone.
  const auto local = media_.local_rtp();
  if (!local || local->address != media_from_) return;
  move->media_source = media_from_;
  move->media_destination = remote;
}

void Call::finish_answer(const PendingRequest& pending, sip::Message response, bool holds,
                         TimePoint now) {
  answer_session(pending.request, response, now);
  if (pending.first_invite) {
    ask_for_privacy(response, identity_);
    add_custom_fields(response, options_.headers);
  }
  last_local_ = net::to_string(pending.flow.local);
  // What an UPDATE has said of the caller since is newer than the INVITE.
  if (!pending.first_invite || !caller_moved_) dialog_->refresh_target(pending.request);
  if (!our_offer_in_2xx_) {
    media_.use(media_from_, now);
    follow_to_another_family();
  }
  media_.retire_others(media_from_, now + std::chrono::seconds{2});
  if (pending.request.method() != sip::Method::update) {
    accepting_ = Accepting{pending.transaction,     response, kTimers.t1, now + kTimers.t1,
                           now + kTimers.timer_h(), holds};
  }
  if (pending.first_invite) provisional_.stop();
  context_.transactions.respond(pending.transaction, response, now);
  if (pending.first_invite) set_up(now);
  // The answer goes to where the INVITE came from; that there is one is told to where the caller is.
  if (pending.first_invite && caller_moved_) negotiation_.contact_due = true;
  if (our_offer_in_2xx_) return;
  // An offer made while we held cannot end our hold: that is for one of ours.
  const bool still =
      negotiation_.held && media_.agreement() && !sdp::receives(media_.agreement()->direction);
  note_agreed(own_direction(holds), holds || still, now);
}

void Call::refuse(const PendingRequest& pending, int status, const std::string& warning,
                  TimePoint now) {
  if (pending.first_invite) provisional_.stop();
  auto response = sip::make_response(pending.request, status, dialog_->local_tag());
  response.add(sip::Field::server, user_agent_text(context_.options));
  if (!warning.empty()) response.add(sip::Field::warning, warning);
  // Glare is about our offer, which stands; everything else ends the peer's.
  if (status != 491) media_.exchange().refuse_offer();
  context_.transactions.respond(pending.transaction, response, now);
  const bool replaces = pending.replaces;
  pending_.reset();
  if (replaces) return_to_dialog(now);
}

void Call::reply(sip::ServerId id, const sip::Message& request, int status, TimePoint now) {
  auto response = sip::make_response(request, status, dialog_->local_tag());
  response.set(sip::Field::server, user_agent_text(context_.options));
  context_.transactions.respond(id, response, now);
}

void Call::on_ack(const sip::Message& ack, TimePoint now) {
  // One to an earlier INVITE of theirs is late.
  if (!accepting_ || ack.cseq().number != accepting_->response.cseq().number) return;
  const bool holds = accepting_->holds;
  accepting_.reset();
  if (std::exchange(our_offer_in_2xx_, false)) {
    const auto taken = take_answer(ack);
    if (!taken && !keeps_protection(taken.error())) {
      return drop(no_sound(taken.error()), Who::local, now);
    }
    media_.use(media_from_, now);
    if (taken) note_agreed(own_direction(holds), holds, now);
  }
  if (left_) on_replaced(now);
  pump(now);
}

void Call::repeat_accept(TimePoint now) {
  if (now >= accepting_->give_up && parked_) {
    // The ACK may have gone to where we were: as long as there is no network, the gap limit decides.
    accepting_->give_up = accepting_->next = now + kTimers.timer_h();
    return;
  }
  if (now >= accepting_->give_up) {
    accepting_.reset();
    return drop("our answer was never acknowledged", Who::timeout, now);
  }
  accepting_->interval = std::min(accepting_->interval * 2, kTimers.t2);
  accepting_->next = std::min(now + accepting_->interval, accepting_->give_up);
  if (parked_ || !freshen_answer_flow(now)) return;
  context_.transactions.respond(accepting_->transaction, accepting_->response, now);
}

}  // namespace godwit::ua
