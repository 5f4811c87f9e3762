// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "sip/transaction/timer_profile.h"
#include "ua/call.h"

namespace godwit::ua {
namespace {

constexpr Duration kFirstSound = std::chrono::seconds{2};
constexpr Duration kKeepOldPath = std::chrono::seconds{2};
constexpr Duration kRetry = std::chrono::milliseconds{500};
constexpr sip::TimerProfile kTimers;

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
  server_answers_ = false;
  sought_ = 0;
  unknown_to_peer_ = 0;
}

void Call::move(const roam::RefreshTarget& step, const Change& change, TimePoint now) {
  change_ = change;
  parked_ = false;
  network_back_ = now;
  if (left_ && state_ != State::up) restore_dialog(now);
  moves_when_up_.reset();
  // What was sent by the way that still carries is answered there.
  const bool dialled = (state_ == State::calling || state_ == State::ringing) && invite_;
  if (dialled && step.signalling.verdict != roam::Verdict::move_now) {
    moves_when_up_ = step;
    return step_ended(StepStatus::done, "not answered yet");
  }
  const bool rescued = rescue_ || (dialled && begin_rescue(now));
  if (step.signalling.verdict != roam::Verdict::keep) {
    if (context_.flows.link_of(hop())) {
      context_.flows.steer(hop(), step.signalling.source, step.signalling.destination);
    } else {
      context_.flows.choose_again(hop());
    }
    answer_flow_stale_ = true;
    // Against RFC 3261 §12.2.1.1 on purpose: RFC 5626 has no way for a dialog to leave its flow.
    if (dialog_ && identity_.keeps_flow) dialog_->forget_flow_tokens();
  }
  if (state_ == State::up && context_.options.network.end_calls) return end_for_change(now);
  if (state_ != State::up) {
    if (rescued) {
      rescue_again();
    } else if (dialled && context_.options.network.ringing_calls == RingingCalls::end) {
      forsake_invite(now);
      end(Who::network, 0, "the network that it was dialled from is gone", now);
    } else if (state_ == State::calling || state_ == State::ringing) {
      redial(now);
    }
    step_ended(StepStatus::done, "not answered yet");
    dial_at_ = dial_at_ ? std::min(*dial_at_, now + kRetry) : dial_at_;
    if (state_ == State::incoming && provisional_.session()) move_early(step, now);
    return pump(now);
  }
  repeat_answer_at_once(now);
  begin_handover({change.id, step.kind, step.reason, last_local_, change.noticed}, now);
  abandon_negotiation(now);
  const bool update_refused = negotiation_.move && negotiation_.update_refused;
  negotiation_.forget_tries();
  negotiation_.update_refused = update_refused;
  const bool dead = step.media.verdict == roam::Verdict::move_now;
  // Of the other family nothing may be known before the answer.
  const bool elsewhere = step.media.destination.is_unspecified();
  if (dead && elsewhere) media_.stop_sending();
  // Make before break: the old path carries our sound until the answer names the new one.
  negotiation_.move = Negotiation::Move{step.media.source, step.media.destination,
                                        !dead || elsewhere};
  pump(now);
}

// As the application wants it.
void Call::end_for_change(TimePoint now) {
  media_.stop_sending();
  sip::Reason told;
  told.cause = 410;
  told.text = "the network changed";
  send_bye(told);
  end(Who::local, 0, told.text, now);
}

// Our 2xx goes out again, where the peer can answer it.
void Call::repeat_answer_at_once(TimePoint now) {
  if (!accepting_) return;
  accepting_->next = now;
  accepting_->give_up = std::max(accepting_->give_up, now + kTimers.timer_h());
}

// The caller knows where our sound was to go: it hears of the new address by UPDATE where that can
// be (RFC 3311 §5.1), else with the first request after our answer. Early sound moves at once.
void Call::move_early(const roam::RefreshTarget& step, TimePoint now) {
  abandon_negotiation(now);
  negotiation_.forget_tries();
  // Nothing leaves from there any more, not even after an answer; and where it was to go may be out of
  // reach of the other family.
  if (step.media.verdict == roam::Verdict::move_now) {
    media_.stop_sending();
    media_.drop_path(media_from_);
  }
  negotiation_.move = Negotiation::Move{step.media.source, step.media.destination};
}

// The old path was to carry until the answer; where nothing is being told, the plan sees to it.
void Call::leave_what_is_gone(const net::NetworkSnapshot& network, TimePoint now) {
  const auto local = media_.local_rtp();
  if (!media_.sending() || !local || network.has_address(local->address)) return;
  media_.stop_sending();
  const bool same_family = media_from_.family() == local->address.family();
  if (same_family && network.has_address(media_from_)) media_.move_sending(media_from_, now);
}

void Call::park(const Change& change, TimePoint now) {
  change_ = change;
  parked_ = true;
  answer_flow_stale_ = true;
  media_.stop_sending();  // early sound too
  if (left_ && state_ != State::up) restore_dialog(now);
  if (state_ != State::up) return;
  begin_handover({change.id, HandoverKind::break_before_make, ReconnectReason::network_lost,
                  last_local_, change.noticed},
                 now);
  abandon_negotiation(now);
}

void Call::resume(const Change& change, TimePoint now) {
  if (!parked_) return;
  parked_ = false;
  change_ = change;
  network_back_ = now;
  if (state_ != State::up) media_.move_sending(media_from_, now);
  // Its ACK may have come while we were away; an UPDATE is answered all the same, which will do.
  if (accepting_) negotiation_.contact_due = true;
  repeat_answer_at_once(now);
  if (state_ == State::up && handover_) {
    handover_->restart({change.id, HandoverKind::break_before_make, ReconnectReason::network_switch,
                        last_local_, change.noticed});
    handover_->set_target(last_local_);
    media_.reset_gaps();
    media_.move_sending(media_from_, now);
    if (!negotiation_.move) handover_->on_refresh_not_needed();
    expect_sound(now);
  }
  pump(now);
}

void Call::on_registration_ended(bool registered, TimePoint now) {
  registered_since_change_ = true;
  server_answers_ = registered;
  if (handover_ && registered) handover_->on_registered(now);
  if (registered) tell_other_port(now);
  if (std::exchange(negotiation_.waits_for_registration, false)) pump(now);
}

// A connection that came back from another port is told to the peer, whose requests would go to the one that is gone.
void Call::tell_other_port(TimePoint now) {
  const auto own = state_ == State::up && dialog_ ? context_.flows.chosen(hop()) : std::nullopt;
  if (!own || parked_ || negotiation_.move || negotiation_.sent) return;
  if (net::to_string(own->local) == last_local_) return;
  negotiation_.contact_due = true;
  // What ended the connection may have been a NAT that started anew, and that has forgotten our sound as well.
  if (media_.ask_names_again(now)) negotiation_.sound_renamed = true;
  pump(now);
}

// The peer knows the new address.
void Call::finish_move(TimePoint now) {
  const bool moved = negotiation_.move.has_value();
  negotiation_.move.reset();
  if (moved && handover_) handover_->on_refresh_answered(now);
  if (moved) expect_sound(now);
  media_.use(media_from_, now);
  check_answered_family(now);
  check_handover(now);
}

// Some ends answer an offer of the other family with the address they had (network-change §10):
// that is no way for sound. A new INVITE lets them start over in the family we have.
void Call::check_answered_family(TimePoint now) {
  if (!media_.cut_off()) return;
  if (!handover_) return log(LogLevel::warning, "nothing leads to the peer's media address");
  if (patient_) return drop("the peer has no media address in our family", Who::peer, now);
  const std::string why = "the peer answered in a family without a way there";
  if (seek_peer(why, true, now)) return;
  handover_->on_retry(why + ", dialled again");
  redial(now);
}

// From now on sound may come: one that was never heard before has this long.
void Call::expect_sound(TimePoint now) {
  if (!media_heard_) sound_by_ = now + kFirstSound;
}

void Call::check_handover(TimePoint now) {
  if (!handover_ || negotiation_.move || parked_ || state_ != State::up) return;
  const auto direction =
      media_.agreement() ? media_.agreement()->direction : sdp::Direction::inactive;
  const bool speaks = !negotiation_.held && sdp::sends(direction);
  // A peer that never sent anything will not be heard now either, unless the call is just
  // beginning.
  const bool hears = sdp::receives(direction) && (media_heard_ || sound_by_);
  if (!handover_->complete(hears, speaks)) return;
  const auto report = handover_->report();
  handover_.reset();
  gap_deadline_.reset();
  patient_ = false;
  media_.retire_others(media_from_, now + std::max(kKeepOldPath, 3 * round_trip_));
  context_.out.emit(Reconnected{id_, report}, now);
  step_ended(StepStatus::done, report.from + " -> " + report.to);
}

void Call::step_ended(StepStatus status, std::string detail) {
  outcome_ = Outcome{change_.generation, status, std::move(detail)};
}

std::optional<Call::Outcome> Call::take_outcome() {
  return std::exchange(outcome_, std::nullopt);
}

std::optional<roam::CallInUse> Call::in_use() const {
  if (state_ == State::ended) return std::nullopt;
  // While the way inside the dialog is still looked for, the account's own is as good a guess as any.
  auto link = context_.flows.link_of(hop());
  if (!link) link = context_.flows.link_of(identity_.hop);
  if (!link) return std::nullopt;
  roam::CallInUse use{id_, identity_.id, *link, std::nullopt};
  if (state_ == State::up || provisional_.session()) use.media = media_link();
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
