// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sip/header/retry_after.h"
#include "sip/transaction/timer_profile.h"
#include "ua/call.h"
#include "ua/own_fields.h"
#include "ua/session_body.h"

namespace godwit::ua {
namespace {

constexpr sip::TimerProfile kTimers;
constexpr Duration kSilence = std::chrono::seconds{2};  // network-change §4, step 2
constexpr Duration kRetry = std::chrono::milliseconds{500};
constexpr Duration kRefreshRetry = std::chrono::seconds{5};  // of a session timer: it has time
// So long a peer may put off a hold (491, 500) before the application is told that it will not be.
constexpr Duration kHoldPatience = std::chrono::seconds{32};

// Some servers route only for flows that are registered: their refusal may pass with the REGISTER.
bool may_pass_with_registration(int status) {
  constexpr int kStatuses[] = {403, 404, 408, 480, 502, 503};
  return std::find(std::begin(kStatuses), std::end(kStatuses), status) != std::end(kStatuses);
}

std::string refusal_text(const Negotiation::Sent& sent, const sip::Message& response) {
  return std::string(sip::method_name(sent.method)) + " was answered " +
         std::to_string(response.status());
}

}  // namespace

Result<void> Call::set_hold(Hold wish, TimePoint now) {
  if (!up_since_) return fail(Errc::wrong_state, "the call is not answered yet");
  put_aside(wish, now);
  return {};
}

void Call::put_aside(Hold wish, TimePoint now) {
  negotiation_.hold = wish == Hold::on;
  negotiation_.hold_tried_since.reset();
  pump(now);
}

// What we would agree to of ourselves (RFC 6337 §5.3): a hold of the peer's is the peer's to say.
sdp::Direction Call::own_direction(bool holds) {
  return holds ? sdp::Direction::sendonly : sdp::Direction::sendrecv;
}

// RFC 3264 §8.4. What an offer is not about stays as it was.
sdp::Direction Call::direction_to_offer() const {
  if (!negotiation_.held_by_peer) return own_direction(negotiation_.hold);
  if (negotiation_.hold) return sdp::Direction::inactive;
  if (negotiation_.held || !media_.agreement()) return sdp::Direction::sendrecv;
  return media_.agreement()->direction;
}

void Call::note_agreed(sdp::Direction own, bool holds, TimePoint now) {
  if (!media_.agreement()) return;
  const bool held = negotiation_.held;
  const bool held_by_peer = negotiation_.held_by_peer;
  negotiation_.held = holds;
  // Who sends nothing anyway does not learn whether the peer would take it.
  if (sends(own)) negotiation_.held_by_peer = !sends(media_.agreement()->direction);
  media_.set_silent(holds);
  if (held != negotiation_.held || held_by_peer != negotiation_.held_by_peer) tell_hold(now);
}

void Call::tell_hold(TimePoint now) {
  context_.out.emit(CallHoldChanged{id_, negotiation_.held, negotiation_.held_by_peer}, now);
}

// RFC 3311 §5.1: before our answer, UPDATE is for who has all of the first exchange for sure.
bool Call::may_negotiate() const {
  if (state_ == State::up) return !pending_;
  return state_ == State::incoming && provisional_.settled() &&
         negotiation_method() == sip::Method::update;
}

void Call::pump_negotiation(TimePoint now) {
  auto& move = negotiation_.move;
  // Our sound leaves an address that is gone even while the peer can not be told of it.
  const bool moves_media = move && !move->media_first_done;
  const bool may_send = !negotiation_.sent && may_negotiate();
  if (parked_ || (!moves_media && !may_send)) return;
  // Both are asked for before either is waited for: the answers come in the same turn.
  const auto source =
      move ? media_.route().source_after_move(move->media_source, move->media_destination, now)
           : MediaRoute::Choice(media_from_);
  if (std::holds_alternative<MediaRoute::Pending>(source)) return;
  const auto* local = std::get_if<net::IpAddress>(&source);
  const auto path =
      local != nullptr ? media_.path_on(*local) : CallMedia::PathChoice(std::get<Error>(source));
  const auto choice = context_.flows.flow_to(hop(), now);
  if (const auto* error = std::get_if<Error>(&path)) {
    const std::string reason = "media socket: " + error->detail;
    if (local != nullptr) media_.drop_path(*local);
    if (!negotiation_.retry_at) retry_negotiation(reason, kRetry, now);
    return;
  }
  const auto* rtp = std::get_if<net::SocketAddress>(&path);
  if (rtp == nullptr) return;
  media_from_ = *local;
  if (move && !move->media_first_done) {
    move->media_first_done = true;
    media_.move_sending(media_from_, now);
  }
  const auto* flow = std::get_if<net::Flow>(&choice);
  if (flow == nullptr || negotiation_.retry_at || negotiation_.waits_for_registration) return;
  if (!may_send) return;
  if (media_.asks_for_name(media_from_)) return;
  if (accepting_ && !freshen_answer_flow(now)) return;
  send_negotiation(*flow, *rtp, now);
}

// RFC 3311 §5.1 recommends INVITE for what a user may have to be asked; a move cannot wait for
// that, and a refresh of the session timer asks nothing.
sip::Method Call::negotiation_method() const {
  const bool takes_update = peer_takes_update_ && !negotiation_.update_refused;
  const bool may =
      negotiation_.move ? context_.options.network.prefer_update : !negotiation_.holds_or_resumes();
  return takes_update && may ? sip::Method::update : sip::Method::invite;
}

void Call::send_negotiation(const net::Flow& flow, const net::SocketAddress& rtp, TimePoint now) {
  Negotiation::Sent sent;
  sent.method = negotiation_method();
  const bool update = sent.method == sip::Method::update;
  // RFC 3261 §14.1: no re-INVITE while our own 2xx waits for its ACK.
  if (!update && accepting_) return;
  std::optional<sdp::SessionDescription> offer;
  if (!update || negotiation_.move || negotiation_.sound_renamed || negotiation_.rekey) {
    sent.offered = direction_to_offer();
    sent.rekeys = negotiation_.rekey;
    sent.holds = negotiation_.hold;
    // A move wants nothing else to be otherwise; what the user asks for may come out as it will.
    using Extent = sdp::OfferAnswer::Extent;
    const bool short_one = (negotiation_.move || negotiation_.sound_renamed) &&
                           !negotiation_.short_offer_refused;
    const auto extent = short_one ? Extent::as_agreed : Extent::everything;
    auto made = media_.exchange().make_offer(media_.named(rtp), *sent.offered, extent);
    if (!made) return;  // theirs is pending; its answer pumps again
    offer = *std::move(made);
  }
  acknowledge_orphan(flow, now);
  dispatch(sent, offer ? &*offer : nullptr, flow, now);
}

void Call::dispatch(Negotiation::Sent sent, const sdp::SessionDescription* offer,
                    const net::Flow& flow, TimePoint now) {
  auto dialog = *dialog_;  // which counts the request once it leaves
  auto request = dialog.make_request(sent.method);
  if (negotiation_.move) {
    add_fields_of_a_move(request, flow, identity_);
  } else {
    add_own_fields(request, flow);
  }
  if (offer != nullptr) set_session(request, *offer);
  if (state_ == State::up) session_timer_.add_to_request(request);
  const auto carrier = context_.flows.carrier_of(request, &credentials_, hop(), flow, now);
  const auto* by = std::get_if<net::Flow>(&carrier);
  if (by == nullptr) {
    if (offer != nullptr) media_.exchange().withdraw_offer();
    return;
  }
  credentials_.authorize(request);
  dialog_ = std::move(dialog);
  invite_sent_ = request;
  last_local_ = net::to_string(flow.local);
  sent.cseq = dialog_->local_sequence();
  sent.at = now;
  sent.named = flow.named();
  if (sent.method == sip::Method::update) {
    sent.silent_at = now + std::max(kSilence, 4 * round_trip_);
  } else if (may_seek_peer()) {
    sent.silent_at = now + patience_with_reinvite();
  }
  if (handover_) {
    handover_->set_target(last_local_);
    handover_->on_refresh_sent(now);
  }
  if (!negotiation_.hold_tried_since) negotiation_.hold_tried_since = now;
  sent.transaction = context_.send(std::move(request), *by, CallOwner{id_}, now);
  negotiation_.sent = sent;
}

// The offer has to wait; where we are has not, or the peer's own requests would miss us.
void Call::tell_address(TimePoint now) {
  auto& move = negotiation_.move;
  if (!move || move->address_told || negotiation_.sent) return;
  // Silence may have been the network's.
  const bool refused = negotiation_.update_refused && !negotiation_.was_silent;
  if (!peer_takes_update_ || refused) return;
  const auto choice = context_.flows.flow_to(hop(), now);
  const auto* flow = std::get_if<net::Flow>(&choice);
  if (flow == nullptr) return;
  move->address_told = true;
  dispatch({}, nullptr, *flow, now);
}

// A refresh without offer, for it is the peer's requests that would miss us; with one where a NAT has
// changed what we had told of our sound by a STUN server's word.
void Call::on_renamed(const net::Flow& flow, TimePoint now) {
  const auto own = context_.flows.chosen(hop());
  const bool by_it = own && own->id == flow.id && own->remote == flow.remote;
  if (ended() || !by_it || !context_.options.network.refresh_calls) return;
  negotiation_.contact_due = true;
  if (media_.ask_names_again(now)) negotiation_.sound_renamed = true;
  pump(now);
}

// The way it went by is gone, or nobody answers there: its answer is not waited for.
void Call::abandon_negotiation(TimePoint now) {
  const auto sent = std::exchange(negotiation_.sent, std::nullopt);
  if (!sent) return;
  context_.abandon(sent->transaction);
  if (sent->offered) media_.exchange().withdraw_offer();
  if (sent->method == sip::Method::invite) {
    negotiation_.orphan = Negotiation::Orphan{sent->cseq, now + kTimers.timer_h()};
  }
}

// A peer that still thinks ignores the ACK.
void Call::acknowledge_orphan(const net::Flow& flow, TimePoint now) {
  if (!negotiation_.orphan) return;
  if (now >= negotiation_.orphan->until) return negotiation_.orphan.reset();
  auto ack = dialog_->make_ack(negotiation_.orphan->cseq);
  credentials_.authorize(ack);
  static_cast<void>(context_.transactions.send_ack(std::move(ack), flow));
}

void Call::on_negotiation_response(const sip::ResponseReceived& received, TimePoint now) {
  const auto& response = received.response;
  // Who thinks is there.
  const bool reinvited = negotiation_.sent->method == sip::Method::invite;
  if (reinvited && response.status() > 100) negotiation_.sent->silent_at.reset();
  server_answers_ = true;
  if (response.status() < 200) return;
  const auto sent = *std::exchange(negotiation_.sent, std::nullopt);
  round_trip_ = now - sent.at;
  if (response.status() >= 300 && sent.offered) media_.exchange().withdraw_offer();
  if (accepting_ && response.status() == 481) {
    return retry_negotiation("the peer has not seen our answer to its INVITE yet", kRetry, now);
  }
  // Any other final answer to our request says that our 2xx was seen.
  if (!our_offer_in_2xx_) accepting_.reset();
  if (response.status() < 300) return on_negotiated(sent, response, now);
  on_negotiation_refused(sent, response, now);
}

void Call::on_negotiated(const Negotiation::Sent& sent, const sip::Message& response,
                         TimePoint now) {
  note_accepted(response);
  dialog_->refresh_target(response);
  if (sent.method == sip::Method::invite) acknowledge(sent.cseq, now);
  if (state_ == State::up) session_timer_.on_accepted(response, now);
  negotiation_.refresh_due = false;
  const auto own = context_.flows.chosen(hop());
  if (own && own->named() == sent.named) negotiation_.contact_due = false;
  negotiation_.orphan.reset();
  if (sent.offered) {
    const auto taken = take_answer(response);
    const bool keeps = !taken && keeps_protection(taken.error());
    if (!taken && !keeps) {
      media_.exchange().withdraw_offer();
      if (sent.method == sip::Method::update) {
        negotiation_.update_refused = true;
        return retry_negotiation("UPDATE was answered without SDP, re-INVITE used", Duration{},
                                 now);
      }
      return drop(no_sound(taken.error()), Who::peer, now);
    }
    if (taken) note_agreed(*sent.offered, sent.holds, now);
    if (taken && sent.rekeys) negotiation_.rekey = false;
    if (!media_.asks_for_name(media_from_)) negotiation_.sound_renamed = false;
    finish_move(now);
    if (keeps) negotiation_.hold = negotiation_.held;
  }
  if (sent.offered || !negotiation_.move) negotiation_.forget_tries();
  pump(now);
}

Result<void> Call::take_answer(const sip::Message& message) {
  const auto session = session_in(message);
  if (!session || !*session) return fail(Errc::media_failed, "no session is described");
  const auto agreed = media_.exchange().take_answer(**session);
  if (!agreed) return tl::unexpected(agreed.error());
  return {};
}

// The far end gives up the protection of the sound, and we do not: the call goes on as it was agreed
// before, and it is for the far end to come back to that.
bool Call::keeps_protection(const Error& error) {
  if (error.code != Errc::not_protected || !media_.agreement()) return false;
  log(LogLevel::warning, "the answer was not followed: " + error.detail);
  return true;
}

void Call::on_negotiation_refused(const Negotiation::Sent& sent, const sip::Message& response,
                                  TimePoint now) {
  const int status = response.status();
  const auto what = refusal_text(sent, response);
  if (status == 401 || status == 407) {
    if (credentials_.on_challenge(*invite_sent_, response) ==
        sip::CredentialStore::Verdict::answer) {
      return retry_negotiation(what, Duration{}, now);
    }
    return drop("the credentials were not accepted", Who::server, now);
  }
  if (status == 491) {
    // RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other side up to 2 s.
    const auto tens = outgoing_ ? 210 + context_.random.below(191) : context_.random.below(201);
    put_off_negotiation(what, std::chrono::milliseconds{10 * tens}, now);
    return tell_address(now);
  }
  if (const auto after = sip::retry_after_of(response); after && status == 500) {
    put_off_negotiation(what, std::max<Duration>(*after, kRetry), now);
    return tell_address(now);
  }
  if (status == 422 && session_timer_.on_too_small(response)) {
    return retry_negotiation(what, Duration{}, now);
  }
  if (negotiation_.move) return on_move_refused(sent, response, now);
  if (status == 488 || status == 606) negotiation_.short_offer_refused = true;
  if (sent.method == sip::Method::update && status != 481 && status != 408) {
    negotiation_.update_refused = true;
    return retry_negotiation(what + ", re-INVITE used", Duration{}, now);
  }
  // RFC 3261 §12.2.1.2, RFC 5057 §5.1
  if (status == 481) return drop("the peer no longer knows the call", Who::peer, now);
  if (status == 408) return drop("the peer did not answer", Who::timeout, now);
  // RFC 6141: the session stays as it was.
  if (negotiation_.holds_or_resumes()) return give_up_hold(what, now);
  retry_negotiation(what, kRefreshRetry, now);
}

void Call::on_move_refused(const Negotiation::Sent& sent, const sip::Message& response,
                           TimePoint now) {
  const int status = response.status();
  const auto what = refusal_text(sent, response);
  if (may_pass_with_registration(status) && !registered_since_change_) {
    negotiation_.waits_for_registration = true;
    return retry_negotiation(what + ", registration awaited", Duration{}, now);
  }
  // The server has nobody there: the peer has moved as well, and we hear nothing of it where we were.
  if (may_pass_with_registration(status) && may_seek_peer()) {
    if (outgoing_ || negotiation_.was_silent) {
      if (seek_peer(what, false, now)) return;
    }
    negotiation_.was_silent = true;
    return retry_negotiation(what, kSilence, now);
  }
  const bool no_such_session = status == 488 || status == 606;
  const bool was_short = no_such_session && !std::exchange(negotiation_.short_offer_refused, true);
  if (sent.method == sip::Method::update) {
    negotiation_.update_refused = true;
    return retry_negotiation(what + ", re-INVITE used", Duration{}, now);
  }
  if (status == 481) return drop("the peer no longer knows the call", Who::peer, now);
  if (was_short) return retry_negotiation(what + ", everything offered", Duration{}, now);
  if (no_such_session) {
    if (patient_) return drop("the peer takes no media in our family", Who::peer, now);
    if (handover_) handover_->on_retry(what + ", dialled again");
    return redial(now);
  }
  retry_negotiation(what, kRetry, now);
}

// No answer at all.
void Call::on_negotiation_failed(const Error& error, TimePoint now) {
  if (negotiation_.sent->offered) media_.exchange().withdraw_offer();
  negotiation_.sent.reset();
  // RFC 3261 §12.2.1.2; while the network changes, the gap limit decides.
  if (error.code == Errc::timed_out && !negotiation_.move && !handover_) {
    return drop("the peer did not answer", Who::timeout, now);
  }
  retry_negotiation("no answer: " + error.code.message(), std::chrono::milliseconds{200}, now);
}

// Some boxes on the way swallow UPDATE. Who does not hear a re-INVITE either is somewhere else.
void Call::on_negotiation_silent(TimePoint now) {
  const bool update = negotiation_.sent->method == sip::Method::update;
  negotiation_.was_silent = true;
  abandon_negotiation(now);
  if (!update) {
    const std::string why = "the peer does not answer where it was";
    if (server_answers_ && seek_peer(why, false, now)) return;
    return retry_negotiation(why, kRetry, now);
  }
  // No re-INVITE may go while our answer waits for its ACK (RFC 3261 §14.1).
  if (accepting_) return retry_negotiation("UPDATE was not answered", Duration{}, now);
  negotiation_.update_refused = true;
  retry_negotiation("UPDATE was not answered, re-INVITE used", Duration{}, now);
}

void Call::retry_negotiation(std::string why, Duration wait, TimePoint now) {
  // Each further failure waits longer; the gap limit, or the end of the session, ends it all.
  if (wait > Duration{}) wait *= 1 << std::min(negotiation_.failures++, 3);
  put_off_negotiation(std::move(why), wait, now);
}

void Call::put_off_negotiation(std::string why, Duration wait, TimePoint now) {
  const auto& since = negotiation_.hold_tried_since;
  const bool only_hold = negotiation_.holds_or_resumes() && !negotiation_.move && !handover_;
  if (only_hold && since && now - *since >= kHoldPatience) return give_up_hold(why, now);
  log(LogLevel::info, why);
  if (handover_) handover_->on_retry(std::move(why));
  if (wait > Duration{}) {
    negotiation_.retry_at = now + wait;
    return;
  }
  pump(now);
}

void Call::give_up_hold(const std::string& why, TimePoint now) {
  log(LogLevel::warning, (negotiation_.hold ? "hold: " : "resume: ") + why);
  negotiation_.hold = negotiation_.held;
  negotiation_.forget_tries();
  tell_hold(now);
  pump(now);
}

}  // namespace godwit::ua
