// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "sip/header/option_tag.h"
#include "ua/call.h"
#include "ua/dialog_hop.h"
#include "ua/own_fields.h"

// Another dialog for the same call (RFC 3891): where both ends have moved, neither reaches the other by the
// dialog that they have, but their servers know where they are.
namespace godwit::ua {
namespace {

constexpr Duration kFirstPatience = std::chrono::seconds{2};  // who never failed to answer gets more time
constexpr Duration kPatience = std::chrono::milliseconds{500};
constexpr Duration kCallersLead = std::chrono::seconds{2};
constexpr Duration kSeekingPatience = std::chrono::milliseconds{1500};
constexpr Duration kPause = std::chrono::milliseconds{500};
// One device of the peer's may not know the call while another one, which does, is not registered yet.
constexpr int kUnknownForSure = 2;

// Refusals by servers that know nothing of the peer now, but may in a moment.
bool may_pass(int status) {
  constexpr int kStatuses[] = {404, 408, 410, 430, 480, 481, 487, 491, 500, 502, 503, 504};
  return std::find(std::begin(kStatuses), std::end(kStatuses), status) != std::end(kStatuses);
}

}  // namespace

bool Call::may_seek_peer() const {
  return state_ == State::up && dialog_ && handover_ && !left_ && !pending_ && !accepting_ &&
         peer_takes_replaces_ && !negotiation_.replaces_refused && dialog_->remote().uri.is_sip();
}

Duration Call::patience_with_reinvite() const {
  const auto own = std::max(negotiation_.was_silent ? kPatience : kFirstPatience, 4 * round_trip_);
  return outgoing_ || sought_ > 0 ? own : own + kCallersLead;
}

// By a GRUU the INVITE finds the very phone, by the address-of-record all of its user's.
bool Call::seek_peer(const std::string& why, bool leads_nowhere, TimePoint now) {
  if (!may_seek_peer()) return false;
  ++sought_;
  log(LogLevel::info, why + ", INVITE with Replaces");
  handover_->on_retry(why + ", INVITE with Replaces");
  abandon_negotiation(now);
  const sip::Replaces replaces{dialog_->call_id(), dialog_->remote_tag(), dialog_->local_tag(), false, {}};
  const auto& contact = dialog_->remote_target();
  const bool by_gruu = sip::has_parameter(contact.parameters, "gr");
  if (by_gruu || !outgoing_) target_ = by_gruu ? contact : dialog_->remote().uri;
  leave_dialog();
  left_->leads_nowhere = leads_nowhere;
  media_family_.reset();  // the peer's may be another one where it is now
  family_tries_ = 0;
  left_->give_up = now + std::max(kSeekingPatience, 6 * round_trip_);
  origin_.replaces = sip::to_string(replaces);
  start_over(now);
  return true;
}

void Call::leave_dialog() {
  left_.emplace(Left{*dialog_, media_.exchange(), session_timer_, negotiation_, call_id_, from_tag_, cseq_,
                     invite_sent_, outgoing_, std::nullopt, false});
  left_->negotiation.sent.reset();
}

void Call::restore_dialog(TimePoint now) {
  forsake_invite(now);
  accepting_.reset();
  auto left = *std::exchange(left_, std::nullopt);
  dialog_ = std::move(left.dialog);
  media_.exchange() = std::move(left.exchange);
  session_timer_ = left.session_timer;
  left.negotiation.hold = negotiation_.hold;
  negotiation_ = std::move(left.negotiation);
  call_id_ = std::move(left.call_id);
  from_tag_ = std::move(left.from_tag);
  cseq_ = left.cseq;
  invite_sent_ = std::move(left.invite_sent);
  outgoing_ = left.outgoing;
  origin_.replaces.clear();
  our_offer_in_2xx_ = false;
  patient_ = false;
  dial_at_.reset();
  state_ = State::up;
}

void Call::return_to_dialog(TimePoint now) {
  if (!left_) return;
  restore_dialog(now);
  pump(now);
}

// RFC 3891 §3: who takes the new dialog ends the old one.
void Call::part_from_left() {
  if (!left_) return;
  auto bye = left_->dialog.make_request(sip::Method::bye);
  bye.add(sip::Field::user_agent, user_agent_text(context_.options));
  context_.partings.push_back(
      {identity_.id, hop_of(left_->dialog, identity_.id).server, std::nullopt, std::move(bye)});
  left_.reset();
}

void Call::on_request_in_left(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  auto& dialog = left_->dialog;
  const bool offers = request.method() == sip::Method::invite || request.method() == sip::Method::update;
  // The peer has not heard our answer to its INVITE, and is back where it was.
  if (state_ == State::up && offers) {
    restore_dialog(now);
    return on_request(received, now);
  }
  const auto answer = [&](int status) {
    auto response = sip::make_response(request, status, dialog.local_tag());
    response.set(sip::Field::server, user_agent_text(context_.options));
    context_.transactions.respond(received.transaction, response, now);
  };
  if (dialog.accept_request(request) == sip::Dialog::Order::out_of_order) return answer(500);
  if (request.method() == sip::Method::bye) {
    answer(200);
    left_.reset();
    forsake_invite(now);
    return end(Who::peer, 0, "the other side hung up", now);
  }
  // Our own INVITE may reach it at this very moment: one of the two has to wait.
  answer(491);
}

void Call::on_seeking_refused(int status, TimePoint now) {
  const bool leads_nowhere = left_->leads_nowhere;
  const std::string what = "INVITE with Replaces was answered " + std::to_string(status);
  log(LogLevel::info, what);
  restore_dialog(now);
  if (leads_nowhere) {
    if (handover_) handover_->on_retry(what + ", dialled again");
    return redial(now);
  }
  if (status == 481 && ++unknown_to_peer_ == kUnknownForSure) {
    return drop("the peer no longer knows the call", Who::peer, now);
  }
  negotiation_.replaces_refused = !may_pass(status);
  // The caller's INVITE is on its way.
  const auto wait = status == 491 ? kCallersLead : kPause * (1 << std::min(sought_ - 1, 2));
  put_off_negotiation(what, wait, now);
}

bool Call::is_sought_by(const sip::Message& invite, const sip::DialogName& name) const {
  const auto from = sip::parse_name_addr(invite.field(sip::Field::from).value_or(""));
  const auto* dialog = dialog_ && dialog_->has_name(name)               ? &*dialog_
                       : left_ && left_->dialog.has_name(name) ? &left_->dialog
                                                               : nullptr;
  // Whom somebody sent here wants to talk in the place of another one: that is another call.
  const bool sent = invite.field(sip::Field::referred_by).has_value();
  if (dialog == nullptr || !from || sent || !up_since_ || ended()) return false;
  return sip::equivalent(from->uri, dialog->remote().uri);
}

void Call::on_replacing_invite(const sip::RequestReceived& received, TimePoint now) {
  const auto& invite = received.request;
  if (pending_) refuse(*pending_, 491, {}, now);
  if (left_ && state_ != State::up) {
    // Both seek each other: the INVITE of who called stands.
    if (left_->outgoing) {
      auto response = sip::make_response(invite, 491, context_.random.token(8));
      return context_.transactions.respond(received.transaction, response, now);
    }
    restore_dialog(now);
  }
  auto dialog = sip::Dialog::from_request(invite, context_.random.token(16));
  if (!dialog) {
    auto response = sip::make_response(invite, 400, context_.random.token(8), dialog.error().detail);
    return context_.transactions.respond(received.transaction, response, now);
  }
  log(LogLevel::info, "the peer seeks us by INVITE with Replaces");
  abandon_negotiation(now);
  accepting_.reset();
  if (!left_) leave_dialog();
  dialog_ = *std::move(dialog);
  call_id_ = std::string(invite.call_id());
  outgoing_ = false;
  announced_ = true;
  answer_flow_stale_ = false;
  negotiation_.start_over();
  session_timer_.restart();
  media_.restart_exchange();
  follow_server(context_.flows, identity_, *dialog_, received.flow);
  peer_takes_update_ = allows_method(invite, sip::Method::update);
  peer_takes_replaces_ = lists_option(invite, sip::Field::supported, sip::option_tag::kReplaces);
  const PendingRequest pending{received.transaction, invite, received.flow, false, true};
  const auto offer = session_in(invite);
  if (!offer) return refuse(pending, 400, {}, now);
  our_offer_in_2xx_ = !*offer;
  if (*offer && !take_offer(**offer)) return refuse(pending, 488, {}, now);
  pending_ = pending;
  pump(now);
}

// Our answer was acknowledged: the new dialog stands, and the peer knows where we are.
void Call::on_replaced(TimePoint now) {
  part_from_left();
  if (!handover_) return;
  handover_->on_refresh_answered(now);
  expect_sound(now);
  check_handover(now);
}

}  // namespace godwit::ua
