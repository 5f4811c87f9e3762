// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sip/header/retry_after.h"
#include "ua/call.h"

namespace godwit::ua {
namespace {

constexpr Duration kSilence = std::chrono::seconds{2};     // network-change §4, step 2
constexpr Duration kKeepOldPath = std::chrono::seconds{2};
constexpr Duration kRetry = std::chrono::milliseconds{500};

// Some servers route only for flows that are registered: their refusal may pass with the REGISTER.
bool may_pass_with_registration(int status) {
  constexpr int kStatuses[] = {403, 404, 408, 480, 502, 503};
  return std::find(std::begin(kStatuses), std::end(kStatuses), status) != std::end(kStatuses);
}

}  // namespace

void Call::begin_handover(const Handover::Start& start, TimePoint now) {
  if (handover_) {
    handover_->restart(start);
  } else {
    handover_.emplace(start);
    context_.out.emit(Reconnecting{id_, start.change, start.reason}, now);
  }
  media_.reset_gaps();
  gap_deadline_ = start.noticed + context_.options.network.gap_limit;
  registered_since_change_ = false;
}

void Call::move(const roam::RefreshTarget& step, const Change& change, TimePoint now) {
  change_ = change;
  parked_ = false;
  if (step.signalling.verdict != roam::Verdict::keep) {
    context_.flows.steer(hop(), step.signalling.source, step.signalling.destination);
    answer_flow_stale_ = true;
  }
  if (state_ != State::up) {
    if (state_ == State::calling || state_ == State::ringing) redial(now);
    step_ended(StepStatus::done, "not answered yet");
    dial_at_ = dial_at_ ? std::min(*dial_at_, now + kRetry) : dial_at_;
    return pump(now);
  }
  if (accepting_) accepting_->next = now;  // our 2xx goes out again, where the peer can answer it
  begin_handover({change.id, step.kind, step.reason, last_local_, change.noticed}, now);
  if (refresh_ && refresh_->transaction) context_.abandon(*refresh_->transaction);
  media_.exchange().withdraw_offer();
  const bool update_refused = refresh_ && refresh_->update_refused;
  refresh_ = Refresh{};
  refresh_->update_refused = update_refused;
  refresh_->media_source = step.media.source;
  refresh_->media_destination = step.media.destination;
  const bool dead = step.media.verdict == roam::Verdict::move_now;
  if (dead && step.media.family_changes) media_.stop_sending();
  // Make before break: the old path carries our sound until the answer names the new one.
  refresh_->media_first_done = !dead || step.media.family_changes;
  pump(now);
}

void Call::park(const Change& change, TimePoint now) {
  change_ = change;
  parked_ = true;
  answer_flow_stale_ = true;
  if (state_ != State::up) return;
  begin_handover({change.id, HandoverKind::break_before_make, ReconnectReason::network_lost,
                  last_local_, change.noticed},
                 now);
  media_.stop_sending();
  if (!refresh_) return;
  if (refresh_->transaction) context_.abandon(*refresh_->transaction);
  refresh_->transaction.reset();
  refresh_->silent_at.reset();
  media_.exchange().withdraw_offer();
}

void Call::resume(const Change& change, TimePoint now) {
  if (!parked_) return;
  parked_ = false;
  change_ = change;
  if (state_ == State::up && handover_) {
    handover_->restart({change.id, HandoverKind::break_before_make, ReconnectReason::network_switch,
                        last_local_, change.noticed});
    handover_->set_target(last_local_);
    media_.reset_gaps();
    media_.move_sending(media_from_, now);
    if (!refresh_) handover_->on_refresh_not_needed();
    expect_sound(now);
  }
  pump(now);
}

void Call::on_registration_ended(bool registered, TimePoint now) {
  registered_since_change_ = true;
  if (handover_ && registered) handover_->on_registered(now);
  if (refresh_ && refresh_->waits_for_registration) {
    refresh_->waits_for_registration = false;
    pump(now);
  }
}

void Call::pump_refresh(TimePoint now) {
  if (parked_ || pending_ || refresh_->transaction || state_ != State::up) return;
  // Both are asked for before either is waited for: the answers come in the same turn.
  const auto source = media_.route().source_after_move(refresh_->media_source,
                                                       refresh_->media_destination, now);
  if (std::holds_alternative<MediaRoute::Pending>(source)) return;
  const auto* local = std::get_if<net::IpAddress>(&source);
  const auto path = local != nullptr ? media_.path_on(*local)
                                     : CallMedia::PathChoice(std::get<Error>(source));
  const auto choice = context_.flows.flow_to(hop(), now);
  if (const auto* error = std::get_if<Error>(&path)) {
    const std::string reason = "media socket: " + error->detail;
    if (local != nullptr) media_.drop_path(*local);
    if (!refresh_->retry_at) retry_refresh(reason, kRetry, now);
    return;
  }
  const auto* rtp = std::get_if<net::SocketAddress>(&path);
  if (rtp == nullptr) return;
  media_from_ = *local;
  if (!refresh_->media_first_done) {
    refresh_->media_first_done = true;
    media_.move_sending(media_from_, now);
  }
  const auto* flow = std::get_if<net::Flow>(&choice);
  if (flow == nullptr || refresh_->retry_at || refresh_->waits_for_registration) return;
  if (accepting_ && !freshen_answer_flow(now)) return;
  send_refresh(*flow, *rtp, now);
}

void Call::send_refresh(const net::Flow& flow, const net::SocketAddress& rtp, TimePoint now) {
  const auto direction =
      media_.agreement() ? media_.agreement()->direction : sdp::Direction::sendrecv;
  const auto offer = media_.exchange().make_offer(media_.route().named(rtp), direction);
  if (!offer) return;  // theirs is pending; its answer pumps again
  const bool update = peer_takes_update_ && context_.options.network.prefer_update &&
                      !refresh_->update_refused;
  // RFC 3261 §14.1: no re-INVITE while our own 2xx waits for its ACK.
  if (!update && accepting_) return media_.exchange().withdraw_offer();
  refresh_->method = update ? sip::Method::update : sip::Method::invite;
  auto request = dialog_->make_request(refresh_->method);
  add_own_fields(request, flow);
  set_session(request, *offer);
  credentials_.authorize(request);
  invite_sent_ = request;
  last_local_ = net::to_string(flow.local);
  refresh_->cseq = dialog_->local_sequence();
  refresh_->sent = now;
  if (update) refresh_->silent_at = now + std::max(kSilence, 4 * round_trip_);
  if (handover_) {
    handover_->set_target(last_local_);
    handover_->on_refresh_sent(now);
  }
  refresh_->transaction = context_.send(std::move(request), flow, CallOwner{id_}, now);
}

void Call::on_refresh_response(const sip::ResponseReceived& received, TimePoint now) {
  const auto& response = received.response;
  if (response.status() < 200) return;
  refresh_->transaction.reset();
  refresh_->silent_at.reset();
  round_trip_ = now - refresh_->sent;
  if (accepting_ && response.status() == 481) {
    media_.exchange().withdraw_offer();
    return retry_refresh("the peer has not seen our answer to its INVITE yet", kRetry, now);
  }
  accepting_.reset();  // any other final answer to our request says that our 2xx was seen
  if (response.status() < 300) return on_refresh_accepted(response, now);
  media_.exchange().withdraw_offer();
  on_refresh_refused(response, now);
}

void Call::on_refresh_accepted(const sip::Message& response, TimePoint now) {
  note_accepted(response);
  dialog_->refresh_target(response);
  if (refresh_->method == sip::Method::invite) acknowledge(refresh_->cseq, now);
  const auto session = session_in(response);
  if (!session || !*session || !media_.exchange().take_answer(**session)) {
    media_.exchange().withdraw_offer();
    if (refresh_->method == sip::Method::update) {
      refresh_->update_refused = true;
      return retry_refresh("UPDATE was answered without SDP, re-INVITE used", Duration{}, now);
    }
    return drop("the answer offers no sound that both sides can use", Who::peer, now);
  }
  refresh_.reset();
  if (handover_) handover_->on_refresh_answered(now);
  expect_sound(now);
  media_.use(media_from_, now);
  check_answered_family(now);
  check_handover(now);
}

// Some ends answer an offer of the other family with the address they had (network-change §10): that
// is no way for sound. A new INVITE lets them start over in the family we have.
void Call::check_answered_family(TimePoint now) {
  if (!media_.cut_off()) return;
  if (!handover_) return log(LogLevel::warning, "nothing leads to the peer's media address");
  if (patient_) return drop("the peer has no media address in our family", Who::peer, now);
  handover_->on_retry("the peer answered in a family without a way there, dialled again");
  redial(now);
}

void Call::on_refresh_refused(const sip::Message& response, TimePoint now) {
  const int status = response.status();
  const bool was_update = refresh_->method == sip::Method::update;
  const std::string what = std::string(sip::method_name(refresh_->method)) + " was answered " +
                           std::to_string(status);
  if (status == 401 || status == 407) {
    if (credentials_.on_challenge(*invite_sent_, response) ==
        sip::CredentialStore::Verdict::answer) {
      return retry_refresh(what, Duration{}, now);
    }
    return drop("the credentials were not accepted", Who::server, now);
  }
  if (status == 491) {
    // RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other side up to 2 s.
    const auto tens = outgoing_ ? 210 + context_.random.below(191) : context_.random.below(201);
    return retry_refresh(what, std::chrono::milliseconds{10 * tens}, now);
  }
  if (const auto after = sip::retry_after_of(response); after && status == 500) {
    return retry_refresh(what, *after, now);
  }
  if (may_pass_with_registration(status) && !registered_since_change_) {
    refresh_->waits_for_registration = true;
    return retry_refresh(what + ", registration awaited", Duration{}, now);
  }
  if (was_update) {
    refresh_->update_refused = true;
    return retry_refresh(what + ", re-INVITE used", Duration{}, now);
  }
  if (status == 481) return drop("the peer no longer knows the call", Who::peer, now);
  if (status == 488 || status == 606) {
    if (patient_) return drop("the peer takes no media in our family", Who::peer, now);
    if (handover_) handover_->on_retry(what + ", dialled again");
    return redial(now);
  }
  retry_refresh(what, kRetry, now);
}

void Call::retry_refresh(std::string why, Duration wait, TimePoint now) {
  log(LogLevel::info, why);
  if (handover_) handover_->on_retry(std::move(why));
  // Each further failure waits longer; the gap limit ends it all.
  if (wait > Duration{}) {
    wait *= 1 << std::min(refresh_->failures++, 3);
    refresh_->retry_at = now + wait;
    return;
  }
  pump(now);
}

// From now on sound may come: one that was never heard before has this long.
void Call::expect_sound(TimePoint now) {
  if (!media_heard_) sound_by_ = now + kSilence;
}

void Call::check_handover(TimePoint now) {
  if (!handover_ || refresh_ || parked_ || state_ != State::up) return;
  const auto direction =
      media_.agreement() ? media_.agreement()->direction : sdp::Direction::inactive;
  const bool receives =
      direction == sdp::Direction::sendrecv || direction == sdp::Direction::recvonly;
  const bool sends =
      direction == sdp::Direction::sendrecv || direction == sdp::Direction::sendonly;
  // A peer that never sent anything will not be heard now either, unless the call is just beginning.
  const bool hears = receives && (media_heard_ || sound_by_);
  if (!handover_->complete(hears, sends)) return;
  const auto report = handover_->report();
  handover_.reset();
  gap_deadline_.reset();
  patient_ = false;
  media_.retire_others(now + std::max(kKeepOldPath, 3 * round_trip_));
  context_.out.emit(Reconnected{id_, report}, now);
  step_ended(StepStatus::done, report.from + " -> " + report.to);
}

void Call::step_ended(StepStatus status, std::string detail) {
  outcome_ = Outcome{change_.generation, status, std::move(detail)};
}

std::optional<Call::Outcome> Call::take_outcome() { return std::exchange(outcome_, std::nullopt); }

std::optional<roam::CallInUse> Call::in_use() const {
  if (state_ == State::ended) return std::nullopt;
  const auto link = context_.flows.link_of(hop());
  if (!link) return std::nullopt;
  roam::CallInUse use{id_, identity_.id, *link, std::nullopt};
  if (state_ == State::up) use.media = media_link();
  return use;
}

// Where sound goes from and to; none while the peer is held or its name is looked up.
std::optional<roam::Link> Call::media_link() const {
  const auto& agreement = media_.agreement();
  if (!agreement) return std::nullopt;
  const auto& named = agreement->remote.address;
  const bool nowhere = named.is_unspecified() && !agreement->remote_name;
  const auto remote = media_.destination() ? media_.destination()->address : named;
  if (nowhere || remote.is_unspecified()) return std::nullopt;
  roam::Link link{media_from_, remote, {remote}};
  // What is reached through a NAT64 may be reached as it is from the next network.
  if (!named.is_unspecified() && named != remote) link.remote_addresses.push_back(named);
  return link;
}

}  // namespace godwit::ua
