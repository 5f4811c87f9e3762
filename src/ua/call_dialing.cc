// SPDX-License-Identifier: Apache-2.0
#include "sip/header/option_tag.h"
#include "sip/header/retry_after.h"
#include "ua/call.h"
#include "ua/custom_fields.h"
#include "ua/dialog_hop.h"
#include "ua/own_fields.h"
#include "ua/session_body.h"

namespace godwit::ua {
namespace {

// How long a redial waits after its CANCEL, so that the far end sees the old call end first.
constexpr auto kRedialPause = std::chrono::milliseconds{300};
// How often a redial looks for a network that no hint told of.
constexpr auto kPatience = std::chrono::milliseconds{500};

}  // namespace

void Call::dial(const sip::Uri& target, TimePoint now) {
  outgoing_ = true;
  target_ = target;
  call_id_ = context_.random.token(16);
  from_tag_ = context_.random.token(16);
  answer_by_ = now + options_.answer_timeout;
  media_.create(options_);
  context_.flows.check_source(identity_.hop);
  pump(now);
}

void Call::pump_dialing(TimePoint now) {
  if (dial_at_ || parked_) return;
  const auto flow_choice = context_.flows.flow_to(identity_.hop, now);
  if (std::holds_alternative<FlowSelector::Pending>(flow_choice)) return;
  if (const auto* error = std::get_if<Error>(&flow_choice)) {
    context_.flows.reselect(identity_.hop);
    if (!patient_) return end(who_refused(*error), 0, error->detail, now);
    dial_at_ = now + kPatience;
    return;
  }
  const auto flow = std::get<net::Flow>(flow_choice);
  // Sound leaves from where signalling does, unless the options or the callee want another family.
  const auto source = media_.route().source_of_offer(signalling_on(flow), media_family_);
  if (std::holds_alternative<MediaRoute::Pending>(source)) return;
  if (const auto* error = std::get_if<Error>(&source)) {
    if (!media_family_) return end(who_refused(*error), 0, error->detail, now);
    return end(Who::peer, 488, "the callee takes no media in a family that we have", now);
  }
  const auto local = std::get<net::IpAddress>(source);
  const auto path = media_.path_on(local);
  if (std::holds_alternative<CallMedia::Pending>(path)) return;
  if (const auto* error = std::get_if<Error>(&path)) {
    if (!patient_) return end(Who::local, 0, "media socket: " + error->detail, now);
    // The address has gone, and nobody has told us yet.
    media_.drop_path(local);
    dial_at_ = now + kPatience;
    return;
  }
  if (!options_.late_offer && media_.asks_for_name(local)) return;
  media_from_ = local;
  send_invite(flow, std::get<net::SocketAddress>(path), now);
}

void Call::send_invite(const net::Flow& chosen, const net::SocketAddress& rtp, TimePoint now) {
  std::optional<sdp::SessionDescription> offer;
  media_.signalled_by(chosen);
  if (!options_.late_offer) {
    auto made =
        media_.exchange().make_offer(media_.named(rtp), own_direction(negotiation_.hold));
    if (!made) return end(Who::local, 0, made.error().detail, now);
    offer = *std::move(made);
  }
  negotiation_.invite_holds = negotiation_.hold && offer;
  auto invite = compose_invite(chosen, offer);
  const auto carrier =
      context_.flows.carrier_of(invite, &credentials_, identity_.hop, chosen, now);
  const auto* flow = std::get_if<net::Flow>(&carrier);
  if (flow == nullptr) return media_.exchange().withdraw_offer();
  credentials_.authorize(invite);
  ++cseq_;
  invite_sent_ = invite;
  early_.begin(invite, media_from_, now);
  last_local_ = net::to_string(chosen.local);
  state_ = State::calling;
  invite_ = context_.send(std::move(invite), *flow, CallOwner{id_}, now);
}

sip::Message Call::compose_invite(const net::Flow& flow,
                                  const std::optional<sdp::SessionDescription>& offer) const {
  const auto& uri = redirected_ ? redirected_->uri : target_;
  auto from = identity_.address_of_record;
  sip::set_parameter(from.parameters, "tag", from_tag_);
  auto invite = start_request({sip::Method::invite, sip::to_string(uri), from,
                               sip::NameAddr{{}, target_, {}}, call_id_, cseq_ + 1});
  lead_by_server(invite, identity_, uri);
  if (redirected_ && redirected_->proxy) {
    sip::Uri proxy = *redirected_->proxy;
    sip::set_parameter(proxy.parameters, "lr", std::nullopt);
    invite.add(sip::Field::route, sip::to_string(sip::NameAddr{{}, proxy, {}}));
  }
  add_referral(invite);
  add_own_fields(invite, flow);
  add_extensions(invite);
  session_timer_.add_to_request(invite);
  add_custom_fields(invite, options_.headers);
  if (offer) set_session(invite, *offer);
  return invite;
}

void Call::add_extensions(sip::Message& invite) const {
  set_supported(invite, options_.reliable_responses);
  if (options_.reliable_responses == ReliableResponses::required) {
    invite.set(sip::Field::require, sip::option_tag::kReliableProvisional);
  }
}

void Call::on_invite_response(const sip::ResponseReceived& received, TimePoint now) {
  const auto& response = received.response;
  if (response.status() != 503) context_.flows.on_answered(identity_.hop, now);
  if (response.status() >= 300) return on_invite_refused(response, now);
  if (response.status() >= 200) return on_invite_accepted(received, now);
  if (response.status() == 100) return;
  state_ = State::ringing;
  if (left_) left_->give_up.reset();  // somebody is there
  const auto told = early_.on_provisional(received, now);
  if (!told) return;
  context_.out.emit(
      CallRinging{id_, response.status(), std::string(response.reason()), told->early_media}, now);
}

void Call::on_invite_accepted(const sip::ResponseReceived& received, TimePoint now) {
  const auto& response = received.response;
  if (dialog_) {
    // Another copy of the 2xx: the ACK was lost. One with another tag is another callee's.
    if (dialog_->remote_tag() == response.to_tag()) return acknowledge(cseq_, now);
    return refuse_second_answer(response);
  }
  if (!may_be_answered(response, now)) return;  // it comes again (RFC 3261 §13.3.1.4)
  const auto early = early_.take(response, now);
  auto dialog = early ? Result<sip::Dialog>(early->dialog)
                      : sip::Dialog::from_response(*invite_sent_, response);
  if (!dialog) return end(Who::peer, response.status(), dialog.error().detail, now);
  dialog_ = *std::move(dialog);
  dialog_->confirm(response);
  follow_server(context_.flows, identity_, *dialog_, received.flow);
  note_accepted(response);
  peer_takes_update_ =
      (early && early->takes_update) || allows_method(response, sip::Method::update);
  peer_takes_replaces_ = lists_option(response, sip::Field::supported, sip::option_tag::kReplaces);
  if (left_) {  // who answers ends the dialog that this one takes the place of
    left_.reset();
    origin_.replaces.clear();
  }
  const auto settled = settle_session(response, early, now);
  acknowledge(cseq_, now);
  if (!settled) {
    send_bye();
    return end(Who::local, 488, no_sound(settled.error()), now);
  }
  media_.use(media_from_, now);
  session_timer_.on_accepted(response, now);
  set_up(now);
  const bool holds = negotiation_.invite_holds;
  note_agreed(own_direction(holds), holds, now);
  // The new call stands: what was left of the change that made us dial again is a matter of media.
  if (handover_) handover_->on_refresh_answered(now);
  expect_sound(now);
  // What the callee has offered meanwhile may lead where its first description does not.
  if (early && early->update) on_offer(*early->update, now);
  if (!pending_) check_answered_family(now);
  if (moves_when_up_) move(*std::exchange(moves_when_up_, std::nullopt), change_, now);
}

// Where the offer of a 2xx wants our sound to come from may have to be found out.
bool Call::may_be_answered(const sip::Message& accepted, TimePoint now) {
  if (!options_.late_offer) return true;
  const auto session = session_in(accepted);
  return !session || !*session || early_.may_be_answered(**session, media_from_, now);
}

// What the 2xx makes of the session: what its early dialog has agreed on for sure, or the answer to
// our offer, or, where the INVITE had none, an offer that our ACK answers (RFC 3261 §13.2.2.4).
// Errors: why there is none.
Result<void> Call::settle_session(const sip::Message& accepted,
                                  const std::optional<EarlyDialogs::Winner>& early,
                                  TimePoint now) {
  const auto nothing = fail(Errc::media_failed, "nothing was described that could be used");
  auto& exchange = media_.exchange();
  if (early) media_from_ = early->source;
  if (early && early->settled) {
    exchange = early->exchange;
    return {};
  }
  if (const auto& offered = early_.offered()) exchange = *offered;
  const auto session = session_in(accepted);
  if (!session) return nothing;
  if (!*session) {
    if (!early || !early->described) return nothing;
    exchange = early->exchange;
    return {};
  }
  if (exchange.state() == sdp::OfferAnswer::State::local_offer_sent) {
    const auto agreed = exchange.take_answer(**session);
    if (!agreed) return tl::unexpected(agreed.error());
    return {};
  }
  if (auto taken = exchange.take_offer(**session); !taken) return taken;
  const auto path = media_.path_to_offer(exchange, media_from_, now);
  const auto* rtp = std::get_if<net::SocketAddress>(&path);
  if (rtp == nullptr) return nothing;
  media_from_ = rtp->address;
  const auto answer = exchange.make_answer(media_.named(*rtp), sdp::Direction::sendrecv);
  if (!answer) return nothing;
  ack_session_ = *answer;
  return {};
}

void Call::on_invite_refused(const sip::Message& response, TimePoint now) {
  invite_.reset();
  early_.clear(now);
  media_.exchange().withdraw_offer();
  const int status = response.status();
  const bool challenged = status == 401 || status == 407;
  if (challenged &&
      credentials_.on_challenge(*invite_sent_, response) == sip::CredentialStore::Verdict::answer) {
    state_ = State::starting;
    return pump(now);
  }
  if (status == 422 && session_timer_.on_too_small(response)) {
    state_ = State::starting;
    return pump(now);
  }
  if (status == 503) {
    const Error error{Errc::rejected, "503 " + std::string(response.reason())};
    if (try_next_server(error, sip::retry_after_of(response), now)) return;
  }
  if (try_other_family(response)) return pump(now);
  if (left_) return on_seeking_refused(status, now);
  if (try_next_target(&response, now)) return;
  std::string reason(response.reason());
  if (challenged) reason = "the credentials were not accepted";
  const bool by_server = challenged || status == 404 || status == 503;
  end(by_server ? Who::server : Who::peer, status, std::move(reason), now);
}

// RFC 3263 §4.3: the same call at the next server, rendered for the way there (R12): CSeq, tag and
// Call-ID stay.
bool Call::try_next_server(const Error& error,
                           const std::optional<std::chrono::seconds>& retry_after, TimePoint now) {
  if (!context_.flows.give_up_on(identity_.hop, error, retry_after, now)) return false;
  invite_.reset();
  media_.exchange().withdraw_offer();
  credentials_.forget(call_id_);  // a nonce is the business of who gave it (R19)
  --cseq_;
  state_ = State::starting;
  log(LogLevel::info, error.detail + "; the next server is tried");
  pump(now);
  return true;
}

// RFC 3261 §8.1.3.4: where a 3xx leads, or the next one of them when the last has failed. Call-ID,
// To and From stay. Credentials do not: they were for whom we called first.
bool Call::try_next_target(const sip::Message* response, TimePoint now) {
  const int status = response == nullptr ? 408 : response->status();
  if (status >= 600) return false;
  const auto& asked = redirected_ ? redirected_->uri : target_;
  auto next = status < 400 ? redirection_.on_redirect(*response, asked) : redirection_.next();
  if (!next) return false;
  redirected_ = *std::move(next);
  credentials_.forget(call_id_);
  media_family_.reset();
  family_tries_ = 0;
  state_ = State::starting;
  context_.out.emit(CallRedirected{id_, redirected_->status, sip::to_string(redirected_->uri)},
                    now);
  pump(now);
  return true;
}

// 488 or 606 with Warning 300 or 301 is about the address family, not about codecs: the other one
// is tried once (dual-stack rule R22).
bool Call::try_other_family(const sip::Message& response) {
  constexpr int kTries = 2;  // the callee may move between families while we ask
  if (response.status() != 488 && response.status() != 606) return false;
  const auto warning = response.field(sip::Field::warning).value_or("").substr(0, 4);
  if ((warning != "300 " && warning != "301 ") || family_tries_ == kTries) return false;
  const auto other = media_from_.is_v4() ? net::Family::v6 : net::Family::v4;
  if (!media_.route().allows(other)) return false;
  ++family_tries_;
  media_family_ = other;
  media_.drop_path(media_from_);
  state_ = State::starting;
  log(LogLevel::info, "the callee takes no media in our family, the other one is tried");
  return true;
}

void Call::on_stray_answer(const sip::Message& response, TimePoint now) {
  if (dialog_ && dialog_->remote_tag() == response.to_tag()) {
    return acknowledge(response.cseq().number, now);
  }
  refuse_second_answer(response);
}

bool Call::invited(const sip::Message& response) const {
  return invite_sent_ && invite_sent_->call_id() == response.call_id() &&
         invite_sent_->from_tag() == response.from_tag();
}

// Who else answers our INVITE, by a fork or because a server that was given up on had passed it on
// after all, is acknowledged and hung up on (RFC 3261 §13.2.2.4).
void Call::refuse_second_answer(const sip::Message& response) {
  auto dialog = sip::Dialog::from_response(*invite_sent_, response);
  if (!dialog) return;
  log(LogLevel::info, "a second answer to the INVITE is hung up on");
  auto ack = dialog->make_ack(response.cseq().number);
  sip::repeat_credentials(*invite_sent_, ack);
  dialog->skip_to(early_.last_sequence());
  context_.partings.push_back({identity_.id, sip::next_hop_of(dialog->next_hop()), std::move(ack),
                               dialog->make_request(sip::Method::bye)});
}

// RFC 3261 §13.2.2.4: one ACK for each copy of the 2xx.
void Call::acknowledge(std::uint32_t cseq, TimePoint now) {
  ack_due_ = cseq;
  pump_ack(now);
}

void Call::pump_ack(TimePoint now) {
  const auto choice = context_.flows.flow_to(hop(), now);
  const auto* error = std::get_if<Error>(&choice);
  // Another network may bring a way there, but nothing makes an impostor the one we mean.
  if (error != nullptr && who_refused(*error) == Who::identity) {
    ack_due_.reset();
    return end(Who::identity, 0, error->detail, now);
  }
  const auto* flow = std::get_if<net::Flow>(&choice);
  if (flow == nullptr || !dialog_) return;
  auto ack = dialog_->make_ack(*ack_due_);
  if (ack_session_ && *ack_due_ == cseq_) set_session(ack, *ack_session_);
  if (invite_sent_ && invite_sent_->cseq().number == *ack_due_) {
    sip::repeat_credentials(*invite_sent_, ack);
  } else {
    credentials_.authorize(ack);
  }
  last_local_ = net::to_string(flow->local);
  static_cast<void>(context_.transactions.send_ack(std::move(ack), *flow));
  ack_due_.reset();
}

// The INVITE is given up: CANCEL, and whatever still answers it is ended without the user.
void Call::forsake_invite(TimePoint now) {
  if (!invite_) return;
  cancel_due_ = *std::exchange(invite_, std::nullopt);
  context_.owners.insert_or_assign(
      *cancel_due_, FarewellOwner{identity_.id, std::make_shared<const sip::Message>(*invite_sent_),
                                  early_.last_sequence()});
  early_.clear(now);
  media_.exchange().withdraw_offer();
  pump_cancel(now);
}

// After a move the CANCEL leaves by the new flow, once that is open.
void Call::pump_cancel(TimePoint now) {
  const auto choice = context_.flows.flow_to(identity_.hop, now);
  const auto* flow = std::get_if<net::Flow>(&choice);
  if (flow == nullptr) return;
  context_.transactions.cancel(*cancel_due_, *flow, now);
  cancel_due_.reset();
}

// The same call for the user, a new one on the wire.
void Call::redial(TimePoint now) {
  if (rescue_) leave_rescue();
  if (dialog_ && !outgoing_) target_ = dialog_->remote().uri;
  if (dialog_) send_bye();
  log(LogLevel::info, "dialling again");
  start_over(now);
}

void Call::start_over(TimePoint now) {
  const bool announced = state_ == State::ringing || state_ == State::calling;
  forsake_invite(now);
  ack_session_.reset();
  dialog_.reset();
  // What it was made for is done, or goes by the name of the dialog that is left.
  if (up_since_ && !left_) origin_.replaces.clear();
  if (up_since_) origin_.joins.clear();
  // What is agreed has to fit the network that we are in now: an offer of theirs would not know of it.
  options_.late_offer = false;
  negotiation_.start_over();
  session_timer_.restart();
  outgoing_ = true;
  patient_ = true;
  call_id_ = context_.random.token(16);
  from_tag_ = context_.random.token(16);
  cseq_ = 0;
  identity_ = identity_for(account_, options_);  // the way there may be another one by now
  media_.restart_exchange();
  state_ = State::starting;
  if (announced) dial_at_ = now + kRedialPause;
  if (!up_since_ && !answer_by_) answer_by_ = now + options_.answer_timeout;
  pump(now);
}

}  // namespace godwit::ua
