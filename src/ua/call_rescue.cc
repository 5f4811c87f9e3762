// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "sip/header/option_tag.h"
#include "sip/header/retry_after.h"
#include "ua/call.h"
#include "ua/own_fields.h"
#include "ua/session_body.h"

// A call of ours rings, and the network goes that it was dialled from. The answer follows the INVITE's Via and never
// comes. The callee is told where we are, and asked by re-INVITE until one is accepted: then it has answered. That
// is against RFC 3261 §14.1, which has a re-INVITE wait for the INVITE's end, on purpose.
namespace godwit::ua {
namespace {

constexpr Duration kSilence = std::chrono::seconds{2};     // of an UPDATE
constexpr Duration kLongSilence = std::chrono::seconds{4};  // of a re-INVITE
constexpr Duration kBetween = std::chrono::seconds{2};

}  // namespace

bool Call::begin_rescue(TimePoint now) {
  if (state_ != State::ringing || !invite_ || left_ || up_since_) return false;
  if (context_.options.network.ringing_calls != RingingCalls::rescue) return false;
  auto early = early_.take_only();
  if (!early) return false;
  log(LogLevel::info, "it rings: the callee is told where we are");
  rescue_ = Rescue{*std::exchange(invite_, std::nullopt), *invite_sent_, early->settled, false, 0, {}, {}};
  dialog_ = std::move(early->dialog);
  dialog_->skip_to(early_.last_sequence());
  media_.exchange() = std::move(early->exchange);
  media_.exchange().withdraw_offer();
  media_.stop_sending();
  media_.drop_path(early->source);
  peer_takes_update_ = true;
  pump(now);
  return true;
}

// The network has changed since the callee was told.
void Call::rescue_again() {
  if (rescue_->sent) context_.abandon(std::exchange(rescue_->sent, std::nullopt)->transaction);
  media_.exchange().withdraw_offer();
  media_.stop_sending();
  media_.drop_path(media_from_);
  rescue_->told = false;
  rescue_->next.reset();
}

void Call::pump_rescue(TimePoint now) {
  if (parked_ || rescue_->sent || rescue_->next) return;
  const auto choice = context_.flows.flow_to(hop(), now);
  const auto* flow = std::get_if<net::Flow>(&choice);
  if (flow == nullptr) return;
  // RFC 3311 §5.1: before the answer, UPDATE offers only where the first exchange is complete for sure.
  if (rescue_->told || rescue_->settled) return offer_to_callee(*flow, now);
  send_to_callee(nullptr, *flow, now);
}

void Call::offer_to_callee(const net::Flow& flow, TimePoint now) {
  const auto source = media_.route().source_of_offer(signalling_on(flow), media_family_);
  const auto* local = std::get_if<net::IpAddress>(&source);
  if (std::holds_alternative<Error>(source)) return give_up_rescue("no way for sound", now);
  if (local == nullptr) return;
  const auto path = media_.path_on(*local);
  if (const auto* error = std::get_if<Error>(&path)) {
    media_.drop_path(*local);
    return give_up_rescue("media socket: " + error->detail, now);
  }
  const auto* rtp = std::get_if<net::SocketAddress>(&path);
  if (rtp == nullptr || media_.asks_for_name(*local)) return;
  const auto offer = media_.exchange().make_offer(media_.named(*rtp), own_direction(negotiation_.hold));
  if (!offer) return;
  media_from_ = *local;
  send_to_callee(&*offer, flow, now);
}

void Call::send_to_callee(const sdp::SessionDescription* offer, const net::Flow& flow, TimePoint now) {
  const bool asks = rescue_->told;
  auto dialog = *dialog_;  // which counts the request once it leaves
  auto request = dialog.make_request(asks ? sip::Method::invite : sip::Method::update);
  add_own_fields(request, flow);
  if (asks) session_timer_.add_to_request(request);
  if (offer != nullptr) set_session(request, *offer);
  const auto carrier = context_.flows.carrier_of(request, &credentials_, hop(), flow, now);
  const auto* by = std::get_if<net::Flow>(&carrier);
  if (by == nullptr) return media_.exchange().withdraw_offer();
  // Who has answered meanwhile waits for this; who rings on ignores it.
  if (asks && rescue_->asked++ > 0) {
    auto ack = dialog_->make_ack(rescue_->invite_message.cseq().number);
    sip::repeat_credentials(rescue_->invite_message, ack);
    static_cast<void>(context_.transactions.send_ack(std::move(ack), flow));
  }
  credentials_.authorize(request);
  dialog_ = std::move(dialog);
  early_.note_sequence(dialog_->local_sequence());
  invite_sent_ = request;
  cseq_ = dialog_->local_sequence();
  last_local_ = net::to_string(flow.local);
  negotiation_.invite_holds = negotiation_.hold;
  const auto silence = std::max(asks ? kLongSilence : kSilence, 4 * round_trip_);
  rescue_->sent.emplace(Rescue::Sent{{}, request, now + silence});
  rescue_->sent->transaction = context_.send(std::move(request), *by, CallOwner{id_}, now);
}

void Call::on_rescue_response(const sip::ResponseReceived& received, TimePoint now) {
  const auto& response = received.response;
  const int status = response.status();
  if (status < 200) return;
  const auto sent = *std::exchange(rescue_->sent, std::nullopt);
  const bool asked = sent.message.method() == sip::Method::invite;
  if (asked && status < 300) return on_rescued(response, now);
  if (status >= 300) media_.exchange().withdraw_offer();
  if (status == 401 || status == 407) {
    if (credentials_.on_challenge(sent.message, response) != sip::CredentialStore::Verdict::answer) {
      return give_up_rescue("the credentials were not accepted", now);
    }
    return pump(now);
  }
  if (status < 300) {
    rescue_->told = true;
    dialog_->refresh_target(response);
    if (rescue_->settled && take_answer(response)) media_.use(media_from_, now);
    media_.exchange().withdraw_offer();
    return pump(now);
  }
  // The dialog went with the INVITE, which somebody has refused, or nobody answered.
  if (status == 481) {
    leave_rescue();
    forsake_invite(now);
    return end(Who::peer, 487, "the far end gave up while the network changed", now);
  }
  const auto after = sip::retry_after_of(response);
  if (status == 491 || status == 500) {
    rescue_->next = now + std::max<Duration>(kBetween, after.value_or(std::chrono::seconds{0}));
    return;
  }
  give_up_rescue(std::string(response.method_name()) + " was answered " + std::to_string(status), now);
}

// It has answered, and is ours.
void Call::on_rescued(const sip::Message& response, TimePoint now) {
  rescue_.reset();
  dialog_->refresh_target(response);
  note_accepted(response);
  peer_takes_update_ = peer_takes_update_ || allows_method(response, sip::Method::update);
  peer_takes_replaces_ = lists_option(response, sip::Field::supported, sip::option_tag::kReplaces);
  const auto taken = take_answer(response);
  acknowledge(cseq_, now);
  if (!taken) {
    send_bye();
    return end(Who::local, 488, no_sound(taken.error()), now);
  }
  media_.use(media_from_, now);
  session_timer_.on_accepted(response, now);
  set_up(now);
  const bool holds = negotiation_.invite_holds;
  note_agreed(own_direction(holds), holds, now);
  expect_sound(now);
}

void Call::on_rescue_timeout(TimePoint now) {
  if (rescue_->next && now >= *rescue_->next) rescue_->next.reset();
  const auto& sent = rescue_->sent;
  if (sent && sent->silent_at && now >= *sent->silent_at) give_up_rescue("no answer", now);
}

std::optional<TimePoint> Call::rescue_deadline() const {
  if (!rescue_ || parked_) return std::nullopt;
  return rescue_->sent ? rescue_->sent->silent_at : rescue_->next;
}

void Call::give_up_rescue(const std::string& why, TimePoint now) {
  log(LogLevel::info, "the callee cannot be told where we are: " + why);
  redial(now);
}

// The INVITE is what it was: to be cancelled.
void Call::leave_rescue() {
  if (rescue_->sent) context_.abandon(rescue_->sent->transaction);
  invite_ = rescue_->invite;
  invite_sent_ = rescue_->invite_message;
  rescue_.reset();
}

}  // namespace godwit::ua
