// SPDX-License-Identifier: Apache-2.0
#include "ua/call.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/earlier_of.h"
#include "ua/dialog_hop.h"
#include "ua/own_fields.h"
#include "ua/request_check.h"
#include "ua/session_body.h"
#include "ua/told_by_peer.h"

namespace godwit::ua {
namespace {

std::optional<TimePoint> earliest(std::initializer_list<std::optional<TimePoint>> deadlines) {
  std::optional<TimePoint> first;
  for (const auto& deadline : deadlines) first = earlier_of(first, deadline);
  return first;
}

}  // namespace

Call::Call(CallId id, MediaId media, const CallOptions& options, sdp::SoundTerms sound,
           Parties parties)
    : id_(id),
      account_(parties.identity),
      identity_(identity_for(parties.identity, options)),
      credentials_(parties.credentials),
      context_(parties.context),
      options_(options),
      media_(media, parties.identity, std::move(sound), parties.context),
      redirection_(options.redirects),
      early_({id, identity_, credentials_, context_, media_}),
      provisional_(1 + static_cast<std::uint32_t>(parties.context.random.below(0x7fffffff))),
      session_timer_(timer_options(options.session_timer)),
      requests_(parties.context, CallOwner{id}, parties.credentials) {}

void Call::hang_up(TimePoint now) {
  switch (state_) {
    case State::starting:
      return end(Who::local, 0, "hung up", now);
    case State::calling:
    case State::ringing:
      if (rescue_) {
        leave_rescue();
        send_bye();
      }
      forsake_invite(now);
      return end(Who::local, 0, "hung up before the answer", now);
    case State::incoming:
      static_cast<void>(decline(486, now));
      return;
    case State::up:
      send_bye();
      return end(Who::local, 0, "hung up", now);
    case State::ended:
      return;
  }
}

CallInfo Call::info() const {
  CallInfo info;
  switch (state_) {
    case State::starting:
    case State::calling:
      info.state = CallState::dialing;
      break;
    case State::ringing:
      info.state = CallState::ringing;
      break;
    case State::incoming:
      info.state = CallState::incoming;
      break;
    case State::up:
      info.state = handover_ ? CallState::reconnecting : CallState::up;
      break;
    case State::ended:
      info.state = CallState::ended;
      break;
  }
  info.remote = sip::to_string(dialog_ ? dialog_->remote().uri : target_);
  info.local_signalling = last_local_;
  if (const auto local = media_.local_rtp()) info.local_media = net::to_string(*local);
  info.held_by_us = negotiation_.held;
  info.held_by_peer = negotiation_.held_by_peer;
  if (const auto& agreement = media_.agreement()) {
    info.codec = agreement->send.name + "/" + std::to_string(agreement->send.clock_rate);
    info.remote_media = net::to_string(agreement->remote);
    info.protection = describe(agreement->protection);
  }
  describe_sound(info);
  return info;
}

NextHop Call::hop() const {
  return dialog_ ? hop_of(*dialog_, identity_.id) : identity_.hop;
}

void Call::log(LogLevel level, std::string message) const {
  context_.out.log(level, "call", dialog_ ? dialog_->call_id() : call_id_, std::move(message));
}

void Call::add_own_fields(sip::Message& message, const net::Flow& flow) const {
  ua::add_own_fields(message, flow, identity_, context_.options);
}

void Call::set_session(sip::Message& message, const sdp::SessionDescription& description) const {
  put_session(message, description);
}

// What was read in spite of what the RFC says is for who looks into the far end's faults (T73).
Result<std::optional<sdp::SessionDescription>> Call::session_in(const sip::Message& message) const {
  for (const auto& warning : session_warnings(message)) {
    log(LogLevel::debug, "session description: " + warning);
  }
  return read_session(message);
}

MediaRoute::Signalling Call::signalling_on(const net::Flow& flow) const {
  const auto link = context_.flows.link_of(hop());
  return {flow, link ? link->remote_addresses : std::vector<net::IpAddress>()};
}

bool Call::owns(const sip::Message& request) const {
  return (dialog_ && dialog_->matches(request)) || early_.owns(request) ||
         (left_ && left_->dialog.matches(request));
}

void Call::on_request(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  if (early_.owns(request)) return early_.on_request(received, now);
  if (left_ && left_->dialog.matches(request)) return on_request_in_left(received, now);
  if (dialog_->accept_request(request) == sip::Dialog::Order::out_of_order) {
    return reply(received.transaction, request, 500, now);
  }
  if (const auto refusal = find_refusal_in_dialog(request)) {
    log(LogLevel::info, std::string(request.method_name()) + " was refused: " + refusal->reason);
    auto response = make_response(request, *refusal, dialog_->local_tag());
    response.set(sip::Field::server, user_agent_text(context_.options));
    return context_.transactions.respond(received.transaction, response, now);
  }
  // What it says in the dialog may be that it has answered.
  if (rescue_ && !rescue_->sent) rescue_->next = now;
  switch (request.method()) {
    case sip::Method::bye:
      reply(received.transaction, request, 200, now);
      return end(Who::peer, 0, ended_by_peer("the other side hung up", request), now);
    case sip::Method::prack:
      return on_prack(received, now);
    case sip::Method::update:
      if (state_ == State::incoming) return on_early_update(received, now);
      return on_offer(received, now);
    case sip::Method::invite:
      return on_offer(received, now);
    default:
      return on_other_request(received, now);  // ACK and CANCEL come by other ways
  }
}

void Call::on_response(const sip::ResponseReceived& received, TimePoint now) {
  if (invite_ == received.transaction) return on_invite_response(received, now);
  if (early_.on_response(received, now)) return;
  if (rescue_ && rescue_->sent && rescue_->sent->transaction == received.transaction) {
    return on_rescue_response(received, now);
  }
  if (negotiation_.sent && negotiation_.sent->transaction == received.transaction) {
    return on_negotiation_response(received, now);
  }
  if (requests_.sent_with(received.transaction)) {
    requests_.on_response(received, now);
    return pump_requests(now);
  }
  // A repeated 2xx to a re-INVITE means that the ACK was lost.
  const auto cseq = received.response.cseq();
  if (cseq.method == "INVITE" && received.response.status() / 100 == 2) {
    acknowledge(cseq.number, now);
  }
}

void Call::on_client_failed(sip::ClientId id, const Error& error, TimePoint now) {
  if (requests_.sent_with(id)) {
    requests_.on_failure(error, now);
    return pump_requests(now);
  }
  if (early_.on_client_failed(id, now)) return;
  if (rescue_ && rescue_->sent && rescue_->sent->transaction == id) {
    if (error.code == Errc::timed_out) return give_up_rescue("no answer", now);
    rescue_->sent.reset();
    return pump(now);
  }
  if (invite_ == id && error.code == Errc::no_network && begin_rescue(now)) return;
  if (invite_ == id) {
    early_.clear(now);
    // Another server is for when this one failed, not when we lost our own address.
    const bool by_server = error.code != Errc::no_network && state_ == State::calling;
    if (by_server && try_next_server(error, std::nullopt, now)) return;
    const bool flow_lives = !invite_sent_ || context_.flows.chosen(identity_.hop).has_value();
    invite_.reset();
    media_.exchange().withdraw_offer();
    if (!flow_lives) {
      cancel_due_ = id;
      return redial(now);
    }
    if (left_) return on_seeking_refused(408, now);
    const bool silent = error.code == Errc::timed_out;
    if (silent && try_next_target(nullptr, now)) return;
    return end(silent ? Who::timeout : Who::network, silent ? 408 : 0,
               silent ? "no answer from the server" : error.detail, now);
  }
  if (negotiation_.sent && negotiation_.sent->transaction == id) on_negotiation_failed(error, now);
}

void Call::on_media_path(const MediaPathOpened& opened, TimePoint now) {
  media_.on_path_opened(opened, now);
  pump(now);
}

void Call::on_media_path(const MediaPathFailed& failed, TimePoint now) {
  media_.on_path_failed(failed);
  log(LogLevel::warning, "media socket: " + failed.error.detail);
  pump(now);
}

void Call::on_media_report(const MediaReport& report, TimePoint now) {
  if (const auto* seen = std::get_if<media::AddressSeen>(&report.notice)) {
    media_.on_address_seen(*seen);
    return pump(now);
  }
  tell_sound(report.notice, now);
  if (ended()) return;
  const auto* heard = std::get_if<media::FirstPacketReceived>(&report.notice);
  if (heard != nullptr) media_.on_heard(heard->path);
  if (heard != nullptr && !media_heard_) {
    media_heard_ = true;
    context_.out.emit(MediaStarted{id_}, now);
  }
  if (!handover_ || parked_) return;
  handover_->take_statistics(report.statistics);
  const auto* sent = std::get_if<media::FirstPacketSent>(&report.notice);
  if (sent != nullptr && media_.is_path_on(sent->path, media_from_)) {
    handover_->on_rtp_sent(sent->at);
  }
  if (heard != nullptr && media_.is_path_on(heard->path, media_from_)) {
    handover_->on_rtp_received(heard->at);
  }
  check_handover(now);
}

void Call::set_up(TimePoint now) {
  state_ = State::up;
  if (up_since_) return;
  up_since_ = now;
  answer_by_.reset();
  const auto details = info();
  context_.out.emit(CallAnswered{id_, details.remote, details.codec, details.local_media,
                                 details.remote_media, details.protection},
                    now);
}

// A 2xx to the newest request that may have carried credentials.
void Call::note_accepted(const sip::Message& response) {
  if (credentials_.on_accepted(*invite_sent_, response) ==
      sip::CredentialStore::ServerProof::wrong) {
    log(LogLevel::warning, std::string(kWrongProof));
  }
}

// RFC 3261 §15.1.1; the user's call is over, so the BYE goes its own way.
void Call::send_bye(const std::optional<sip::Reason>& reason) {
  if (!dialog_) return;
  if (negotiation_.sent) context_.abandon(negotiation_.sent->transaction);
  auto bye = dialog_->make_request(sip::Method::bye);
  bye.add(sip::Field::user_agent, user_agent_text(context_.options));
  if (reason) bye.add(sip::Field::reason, sip::to_string(*reason));
  context_.partings.push_back({identity_.id, hop().server, std::nullopt, std::move(bye)});
}

void Call::end(Who who, int status, std::string reason, TimePoint now) {
  if (state_ == State::ended) return;
  const bool told = outgoing_ || announced_;
  state_ = State::ended;
  ended_by_ = who;
  ended_with_ = status;
  if (handover_) {
    context_.out.emit(Dropped{id_, change_.id, reason, who}, now);
    handover_.reset();
    step_ended(StepStatus::failed, reason);
  }
  if (negotiation_.sent) context_.abandon(negotiation_.sent->transaction);
  if (rescue_) leave_rescue();
  // No flow leads there yet: it goes by its own. What has ended with that is cancelled without the call.
  if (cancel_due_ && context_.transactions.is_live(*cancel_due_)) {
    context_.transactions.cancel(*cancel_due_, std::nullopt, now);
  }
  // RFC 3261 §15.1.2: nobody is left to answer it later.
  if (pending_) {
    static_cast<void>(freshen_answer_flow(now));
    refuse(*pending_, 487, {}, now);
  }
  part_from_left();
  negotiation_ = {};
  accepting_.reset();
  early_.clear(now);
  media_.end();
  end_requests(now);
  if (!told) return;
  const auto duration = up_since_ ? now - *up_since_ : Duration{};
  context_.out.emit(CallEnded{id_, who, status, std::move(reason), duration}, now);
}

void Call::drop(const std::string& reason, Who who, TimePoint now) {
  // RFC 3326: the far end is told why, for nobody there hung up either.
  sip::Reason told;
  told.cause = who == Who::timeout ? 408 : who == Who::local ? 488 : 480;
  told.text = reason;
  if (pending_ && pending_->first_invite) {
    refuse(*pending_, 480, {}, now);
  } else {
    send_bye(told);
  }
  end(who, 0, reason, now);
}

// Nobody answered in time, on whichever side.
void Call::give_up_waiting(TimePoint now) {
  if (!outgoing_ && pending_) {
    refuse(*pending_, 480, {}, now);
    return end(Who::timeout, 480, "nobody answered in time", now);
  }
  if (rescue_) {
    leave_rescue();
    send_bye();
  }
  forsake_invite(now);
  end(Who::timeout, 408, "no answer in time", now);
}

void Call::pump(TimePoint now) {
  if (state_ == State::starting) pump_dialing(now);
  if (rescue_) pump_rescue(now);
  if (cancel_due_) pump_cancel(now);
  if (ack_due_) pump_ack(now);
  if (state_ == State::incoming && pending_ && !announced_) pump_ringing(now);
  if (state_ == State::incoming && pending_) pump_progress(now);
  if (pending_) pump_answer(now);
  early_.pump(now);
  // Media sockets are asked for before flows: when the flow is there, the refresh can leave at
  // once.
  if (negotiation_.wanted()) pump_negotiation(now);
  pump_requests(now);
  // Even who never sends a request in the dialog has to know which way it would go: that way is
  // what a network change is judged by.
  if (dialog_ && !parked_) static_cast<void>(context_.flows.flow_to(hop(), now));
  if (media_.pump(now) && state_ == State::up) check_answered_family(now);
}

void Call::on_timeout(TimePoint now) {
  media_.on_timeout(now);
  if (gap_deadline_ && now >= *gap_deadline_) {
    gap_deadline_.reset();
    return drop("no way back within the gap limit", Who::network, now);
  }
  if (answer_by_ && now >= *answer_by_) {
    answer_by_.reset();
    return give_up_waiting(now);
  }
  if (rescue_) on_rescue_timeout(now);
  if (left_ && left_->give_up && now >= *left_->give_up) {
    log(LogLevel::info, "nobody answers the INVITE with Replaces");
    return_to_dialog(now);
  }
  if (accepting_ && now >= accepting_->next) repeat_accept(now);
  if (state_ == State::incoming) repeat_progress(now);
  if (dial_at_ && now >= *dial_at_) dial_at_.reset();
  if (transfer_) tell_transfer(transfer_->on_timeout(now), now);
  if (sound_by_ && now >= *sound_by_) {
    sound_by_.reset();
    check_handover(now);
  }
  auto& sent = negotiation_.sent;
  if (sent && sent->silent_at && now >= *sent->silent_at) on_negotiation_silent(now);
  if (negotiation_.retry_at && now >= *negotiation_.retry_at) negotiation_.retry_at.reset();
  check_session(now);
  pump(now);
}

std::optional<TimePoint> Call::next_deadline() const {
  if (state_ == State::ended) return std::nullopt;
  return earliest({gap_deadline_, answer_by_, dial_at_, sound_by_, media_.next_deadline(),
                   may_ask() ? requests_.next_deadline() : std::nullopt,
                   transfer_ ? transfer_->next_deadline() : std::nullopt,
                   provisional_.next_deadline(), early_.next_deadline(),
                   accepting_ ? std::optional{accepting_->next} : std::nullopt,
                   left_ ? left_->give_up : std::nullopt, rescue_deadline(),
                   negotiation_.sent ? negotiation_.sent->silent_at : std::nullopt,
                   negotiation_.retry_at, session_deadline()});
}

}  // namespace godwit::ua
