// SPDX-License-Identifier: Apache-2.0
#include "ua/early_dialogs.h"

#include <algorithm>
#include <utility>

#include "base/earlier_of.h"
#include "base/limits.h"
#include "sip/header/number.h"
#include "sip/header/option_tag.h"
#include "ua/dialog_hop.h"
#include "ua/own_fields.h"
#include "ua/request_check.h"
#include "ua/session_abilities.h"
#include "ua/session_body.h"

namespace godwit::ua {
namespace {

using sip::Field;

// A path opens in milliseconds. Who sent the UPDATE repeats it meanwhile, and gives up after 32 s
// (RFC 3261 §17.1.2, timer F).
constexpr Duration kPathPatience = std::chrono::seconds{2};

/// The number of a response that has to be acknowledged (RFC 3262 §4).
std::optional<std::uint32_t> reliable_number(const sip::Message& response) {
  if (!lists_option(response, Field::require, sip::option_tag::kReliableProvisional)) return {};
  const auto number = sip::scan_rseq(response.field(Field::rseq).value_or(""));
  if (!number) return std::nullopt;
  return *number;
}

}  // namespace

void EarlyDialogs::begin(const sip::Message& invite, const net::IpAddress& source,
                         TimePoint now) {
  clear(now);
  invite_ = invite;
  offered_ = parts_.media.exchange();
  source_ = source;
}

EarlyDialogs::Early* EarlyDialogs::find_or_make(const sip::ResponseReceived& received) {
  const auto& response = received.response;
  for (auto& early : dialogs_) {
    if (early.dialog.remote_tag() == response.to_tag()) return &early;
  }
  if (dialogs_.size() == limits::kEarlyDialogs) return nullptr;
  auto dialog = sip::Dialog::from_response(*invite_, response);
  if (!dialog) return nullptr;  // without To tag, or without Contact: a mere notice
  follow_server(parts_.context.flows, parts_.identity, *dialog, received.flow);
  dialogs_.push_back({*std::move(dialog), *offered_, {}, {}, false, false, source_, {}});
  return &dialogs_.back();
}

std::optional<EarlyDialogs::Provisional> EarlyDialogs::on_provisional(
    const sip::ResponseReceived& received, TimePoint now) {
  const auto& response = received.response;
  Early* const early = find_or_make(received);
  const auto number = reliable_number(response);
  if (early == nullptr) return Provisional{};
  if (number) {
    // Too many unanswered ones: this is not taken, and comes again.
    if (early->pracks.size() == limits::kPracksAtOnce) return std::nullopt;
    if (!early->settled) {
      const auto session = read_session(response);
      if (session && *session && !may_be_answered(**session, source_, now)) return std::nullopt;
    }
    const auto verdict = early->order.take(*number);
    if (verdict == sip::ReliableReceiver::Verdict::again) refresh_target(*early, response, now);
    if (verdict != sip::ReliableReceiver::Verdict::in_order) return std::nullopt;
  }
  refresh_target(*early, response, now);
  early->takes_update = early->takes_update || allows_method(response, sip::Method::update);
  std::optional<sdp::SessionDescription> answer;
  const bool described = take_session(*early, response, number.has_value(), answer, now);
  if (number) {
    early->pracks.push_back({{*number, response.cseq()}, std::move(answer), {}, std::nullopt});
    send_pracks(*early, now);
  }
  return Provisional{described};
}

// A callee that has moved does not get what is under way to where it was: its PRACKs go out again,
// the same to it by their RAck.
void EarlyDialogs::refresh_target(Early& early, const sip::Message& message, TimePoint now) {
  const auto before = early.dialog.remote_target();
  early.dialog.refresh_target(message);
  if (early.dialog.remote_target() == before) return;
  for (auto& prack : early.pracks) {
    if (prack.transaction) parts_.context.abandon(*std::exchange(prack.transaction, {}));
  }
  send_pracks(early, now);
}

bool EarlyDialogs::may_be_answered(const sdp::SessionDescription& offer, const net::IpAddress& from,
                                   TimePoint now) {
  if (!offered_) return true;
  auto exchange = *offered_;
  if (exchange.state() == sdp::OfferAnswer::State::local_offer_sent) return true;
  return !exchange.take_offer(offer) || !std::holds_alternative<CallMedia::Pending>(
                                            parts_.media.path_to_offer(exchange, from, now));
}

// RFC 3261 §13.2.1, RFC 3262 §5: an offer of ours is answered by the first description; what came
// unreliably may still be put right by the 2xx. Without one the offer comes in a reliable response.
bool EarlyDialogs::take_session(Early& early, const sip::Message& response, bool reliable,
                                std::optional<sdp::SessionDescription>& answer, TimePoint now) {
  const auto session = read_session(response);
  if (!session || !*session) return false;
  if (early.settled) return true;  // "MUST ignore any session descriptions in subsequent responses"
  auto exchange = *offered_;
  if (exchange.state() == sdp::OfferAnswer::State::local_offer_sent) {
    if (!exchange.take_answer(**session)) return false;
  } else {
    if (!reliable || !exchange.take_offer(**session)) return false;
    const auto path = parts_.media.path_to_offer(exchange, source_, now);
    const auto* rtp = std::get_if<net::SocketAddress>(&path);
    if (rtp == nullptr) return false;
    early.source = rtp->address;
    auto made = exchange.make_answer(parts_.media.named(*rtp), sdp::Direction::sendrecv);
    if (!made) return false;
    answer = *std::move(made);
  }
  early.exchange = std::move(exchange);
  early.settled = reliable;
  hear(early, now);
  return true;
}

void EarlyDialogs::hear(Early& early, TimePoint now) {
  heard_ = &early;
  parts_.media.exchange() = early.exchange;
  parts_.media.use(early.source, now);
}

void EarlyDialogs::fall_silent() {
  parts_.media.stop_sending();
  parts_.media.exchange() = *offered_;
}

NextHop EarlyDialogs::hop_of(const Early& early) const {
  return ua::hop_of(early.dialog, parts_.identity.id);
}

void EarlyDialogs::pump(TimePoint now) {
  for (auto& early : dialogs_) {
    send_pracks(early, now);
    pump_update(early, now);
  }
}

std::optional<TimePoint> EarlyDialogs::next_deadline() const {
  std::optional<TimePoint> first;
  for (const auto& early : dialogs_) {
    if (early.update) first = earlier_of(first, early.update->give_up);
  }
  return first;
}

void EarlyDialogs::send_pracks(Early& early, TimePoint now) {
  for (auto& prack : early.pracks) {
    if (prack.transaction) continue;
    const auto choice = parts_.context.flows.flow_to(hop_of(early), now);
    const auto* flow = std::get_if<net::Flow>(&choice);
    if (flow == nullptr) return;
    auto request = early.dialog.make_request(sip::Method::prack);
    request.add(Field::rack, sip::to_string(prack.rack));
    request.add(Field::user_agent, user_agent_text(parts_.context.options));
    if (prack.answer) put_session(request, *prack.answer);
    parts_.credentials.authorize(request);
    last_sequence_ = std::max(last_sequence_, early.dialog.local_sequence());
    prack.sent = request;
    prack.transaction = parts_.context.send(std::move(request), *flow, CallOwner{parts_.call}, now);
  }
}

bool EarlyDialogs::on_response(const sip::ResponseReceived& received, TimePoint now) {
  for (auto& early : dialogs_) {
    const auto prack =
        std::find_if(early.pracks.begin(), early.pracks.end(),
                     [&](const Prack& one) { return one.transaction == received.transaction; });
    if (prack == early.pracks.end()) continue;
    const int status = received.response.status();
    if (status < 200) return true;
    const bool challenged = status == 401 || status == 407;
    if (challenged && parts_.credentials.on_challenge(prack->sent, received.response) ==
                          sip::CredentialStore::Verdict::answer) {
      prack->transaction.reset();
      send_pracks(early, now);
      return true;
    }
    if (status >= 300) {
      parts_.context.out.log(LogLevel::info, "call", early.dialog.call_id(),
                             "PRACK was answered " + std::to_string(status));
    }
    early.pracks.erase(prack);
    return true;
  }
  return false;
}

bool EarlyDialogs::on_client_failed(sip::ClientId id, TimePoint) {
  for (auto& early : dialogs_) {
    const auto failed =
        std::erase_if(early.pracks, [&](const Prack& prack) { return prack.transaction == id; });
    if (failed != 0) return true;
  }
  return false;
}

bool EarlyDialogs::owns(const sip::Message& request) const {
  return std::any_of(dialogs_.begin(), dialogs_.end(),
                     [&](const Early& early) { return early.dialog.matches(request); });
}

bool EarlyDialogs::has_dialog(const sip::DialogName& name) const {
  return std::any_of(dialogs_.begin(), dialogs_.end(),
                     [&](const Early& early) { return early.dialog.has_name(name); });
}

void EarlyDialogs::on_request(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  const auto early = std::find_if(dialogs_.begin(), dialogs_.end(),
                                  [&](const Early& one) { return one.dialog.matches(request); });
  if (early == dialogs_.end()) return;
  const auto& tag = early->dialog.local_tag();
  if (early->dialog.accept_request(request) == sip::Dialog::Order::out_of_order) {
    return reply(received, sip::make_response(request, 500, tag), now);
  }
  if (const auto refusal = find_refusal_in_dialog(request)) {
    return reply(received, make_response(request, *refusal, tag), now);
  }
  switch (request.method()) {
    case sip::Method::update:
      return answer_update(*early, received, now);
    case sip::Method::bye: {
      // RFC 3261 §15: a callee must not say it yet. Who does has left all the same.
      reply(received, sip::make_response(request, 200, tag), now);
      if (heard_ == &*early) fall_silent();
      abandon(*early, now);
      dialogs_.erase(early);
      return;
    }
    case sip::Method::options: {
      auto response = sip::make_response(request, 200, tag);
      add_abilities(response);
      add_session_abilities(response, request, received.flow,
                            {parts_.media.formats(), parts_.context.options.origin_username});
      return reply(received, std::move(response), now);
    }
    default:
      return reply(received, sip::make_response(request, 481, tag), now);
  }
}

// RFC 3311 §5.2
void EarlyDialogs::answer_update(Early& early, const sip::RequestReceived& received,
                                 TimePoint now) {
  const auto& request = received.request;
  const auto& tag = early.dialog.local_tag();
  const auto offer = read_session(request);
  if (!offer) return reply(received, sip::make_response(request, 400, tag), now);
  if (!*offer) {
    refresh_target(early, request, now);
    auto response = sip::make_response(request, 200, tag);
    add_own_fields(response, received.flow, parts_.identity, parts_.context.options);
    return reply(received, std::move(response), now);
  }
  // Our offer in the INVITE stands until it is answered reliably.
  if (!early.settled) return reply(received, sip::make_response(request, 491, tag), now);
  // Who offers again has given up the offer before.
  if (const auto older = std::exchange(early.update, std::nullopt)) {
    put_off(early, older->received, now);
  }
  auto exchange = early.exchange;
  if (!exchange.take_offer(**offer)) {
    return reply(received, sip::make_response(request, 488, tag), now);
  }
  early.update = Update{received, std::move(exchange), now + kPathPatience};
  pump_update(early, now);
}

// A callee that has moved may be in the other family now, and a path there takes a moment to open.
void EarlyDialogs::pump_update(Early& early, TimePoint now) {
  if (!early.update) return;
  const auto path = parts_.media.path_to_offer(early.update->exchange, early.source, now);
  const bool pending = std::holds_alternative<CallMedia::Pending>(path);
  if (pending && now < early.update->give_up) return;
  auto update = *std::exchange(early.update, std::nullopt);
  const auto& received = update.received;
  if (pending) return put_off(early, received, now);
  const auto respond = [&](int status) {
    return sip::make_response(received.request, status, early.dialog.local_tag());
  };
  const auto* rtp = std::get_if<net::SocketAddress>(&path);
  if (rtp == nullptr) return reply(received, respond(488), now);
  const auto answer =
      update.exchange.make_answer(parts_.media.named(*rtp), sdp::Direction::sendrecv);
  if (!answer) return reply(received, respond(488), now);
  refresh_target(early, received.request, now);
  early.exchange = std::move(update.exchange);
  early.source = rtp->address;
  auto response = respond(200);
  add_own_fields(response, received.flow, parts_.identity, parts_.context.options);
  put_session(response, *answer);
  reply(received, std::move(response), now);
  if (heard_ == &early) hear(early, now);
}

// The offer has to come again (RFC 3311 §5.2).
void EarlyDialogs::put_off(const Early& early, const sip::RequestReceived& update, TimePoint now) {
  auto response = sip::make_response(update.request, 500, early.dialog.local_tag());
  response.add(Field::retry_after, std::to_string(parts_.context.random.below(3)));
  reply(update, std::move(response), now);
}

void EarlyDialogs::reply(const sip::RequestReceived& received, sip::Message response,
                         TimePoint now) {
  response.set(Field::server, user_agent_text(parts_.context.options));
  parts_.context.transactions.respond(received.transaction, response, now);
}

void EarlyDialogs::abandon(Early& early, TimePoint now) {
  for (const auto& prack : early.pracks) {
    if (prack.transaction) parts_.context.abandon(*prack.transaction);
  }
  early.pracks.clear();
  if (const auto update = std::exchange(early.update, std::nullopt)) {
    const auto& request = update->received.request;
    reply(update->received, sip::make_response(request, 487, early.dialog.local_tag()), now);
  }
  if (heard_ == &early) heard_ = nullptr;
}

EarlyDialogs::Winner EarlyDialogs::winner_of(const Early& early) {
  return {.dialog = early.dialog,
          .exchange = early.exchange,
          .settled = early.settled,
          .described = early.exchange.agreement().has_value(),
          .takes_update = early.takes_update,
          .source = early.source,
          .update = {}};
}

// A reliable response without its PRACK would have the callee give up; a forked INVITE may be answered by
// somebody whom we have not heard of.
std::optional<EarlyDialogs::Winner> EarlyDialogs::take_only() {
  if (dialogs_.size() != 1 || !offered_) return std::nullopt;
  const auto& early = dialogs_.front();
  const bool offers = offered_->state() == sdp::OfferAnswer::State::local_offer_sent;
  if (!offers || !early.takes_update || !early.pracks.empty() || early.update) return std::nullopt;
  auto winner = winner_of(early);
  heard_ = nullptr;
  dialogs_.clear();
  offered_.reset();
  return winner;
}

std::optional<EarlyDialogs::Winner> EarlyDialogs::take(const sip::Message& accepted,
                                                       TimePoint now) {
  std::optional<Winner> winner;
  for (auto& early : dialogs_) {
    if (early.dialog.remote_tag() == accepted.to_tag()) {
      winner = winner_of(early);
      if (auto update = std::exchange(early.update, std::nullopt)) {
        winner->update = std::move(update->received);
      }
    }
    abandon(early, now);
  }
  dialogs_.clear();
  return winner;
}

void EarlyDialogs::clear(TimePoint now) {
  for (auto& early : dialogs_) abandon(early, now);
  if (!dialogs_.empty()) fall_silent();
  dialogs_.clear();
  offered_.reset();
}

}  // namespace godwit::ua
