// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/earlier_of.h"
#include "sip/transaction/timer_profile.h"
#include "ua/engine_state.h"

// The user's call is over; what is still said about it is said here.
namespace godwit::ua {
namespace {

/// The same BYE once more: a new request of the dialog.
sip::Message next_bye(const sip::Message& last) {
  auto bye = last;
  auto cseq = bye.cseq();
  ++cseq.number;
  bye.set(sip::Field::cseq, sip::to_string(cseq));
  return bye;
}

// RFC 5626 §5.3: the far end's flow failed (430), or nobody was there to take it (ICMP, a connection that broke).
// There may be another way in the next moment, and the far end would keep up a call that we have ended.
constexpr int kMostFailures = 3;
constexpr Duration kFirstPause = std::chrono::milliseconds{500};

bool is_bye(const FarewellOwner& farewell) {
  return farewell.request->method() == sip::Method::bye;
}

}  // namespace

void Engine::State::on_farewell_answered(const FarewellOwner& farewell,
                                         const sip::ResponseReceived& received, TimePoint now) {
  const auto& response = received.response;
  auto* account = find_account(farewell.account);
  if (account == nullptr) return;
  const int status = response.status();
  if (is_bye(farewell)) {
    if (status == 430) return say_again(farewell, now);
    if (status != 401 && status != 407) return account->credentials.forget(response.call_id());
    if (account->credentials.on_challenge(*farewell.request, response) !=
        sip::CredentialStore::Verdict::answer) {
      return;
    }
    auto again = farewell;
    return send_bye(next_bye(*farewell.request), std::move(again), received.flow, now);
  }
  if (status >= 300) return account->credentials.forget(response.call_id());
  // The 2xx crossed our CANCEL: the dialog is acknowledged and ended (RFC 3261 §15).
  auto dialog = sip::Dialog::from_response(*farewell.request, response);
  if (!dialog) return;
  auto ack = dialog->make_ack(response.cseq().number);
  sip::repeat_credentials(*farewell.request, ack);
  dialog->skip_to(farewell.last_sequence);
  partings.push_back({farewell.account, sip::next_hop_of(dialog->next_hop()), std::move(ack),
                      dialog->make_request(sip::Method::bye)});
  pump_partings(now);
}

void Engine::State::say_again(const FarewellOwner& farewell, TimePoint now) {
  if (farewell.failures == kMostFailures || now >= farewell.give_up) return;
  partings.push_back({farewell.account, farewell.hop, std::nullopt, next_bye(*farewell.request),
                      farewell.give_up, now + kFirstPause * (1 << farewell.failures),
                      farewell.failures + 1});
}

// The network went before the answer came: the peer may not have heard us. A 481 will do as well.
void Engine::State::on_farewell_failed(sip::ClientId request, const FarewellOwner& farewell,
                                       const Error& error, TimePoint now) {
  if (is_bye(farewell) && (error.code == Errc::unreachable || error.code == Errc::connection_closed)) {
    return say_again(farewell, now);
  }
  if (error.code != Errc::no_network) return;
  // An INVITE whose CANCEL waited for a 1xx: that has nowhere to come any more.
  if (!is_bye(farewell)) {
    return late_cancels.push_back({farewell.account, request, now + sip::TimerProfile().timer_b()});
  }
  if (now >= farewell.give_up) return;
  partings.push_back({farewell.account, farewell.hop, std::nullopt, next_bye(*farewell.request),
                      farewell.give_up});
}

// By whatever network there is: the peer rings for nobody.
void Engine::State::pump_late_cancels(TimePoint now) {
  std::erase_if(late_cancels, [&](const LateCancel& late) {
    const auto* account = find_account(late.account);
    if (account == nullptr || now >= late.give_up) return true;
    const auto choice = flows.flow_to(account->identity.hop, now);
    const auto* flow = std::get_if<net::Flow>(&choice);
    if (flow != nullptr) transactions.cancel(late.invite, *flow, now);
    return flow != nullptr;
  });
}

// Without a network they wait for one, as long as the peer would keep up the call for us.
void Engine::State::pump_partings(TimePoint now) {
  pump_late_cancels(now);
  std::vector<Parting> waiting;
  for (auto& parting : std::exchange(partings, {})) {
    if (!parting.give_up) parting.give_up = now + options.network.gap_limit;
    if (parting.not_before && now < *parting.not_before) {
      waiting.push_back(std::move(parting));
      continue;
    }
    parting.not_before.reset();
    const auto choice = flows.flow_to({parting.hop, parting.account}, now);
    const auto* flow = std::get_if<net::Flow>(&choice);
    const auto* error = std::get_if<Error>(&choice);
    const bool known = find_account(parting.account) != nullptr;
    const bool hopeless = error != nullptr && who_refused(*error) == Who::identity;
    if (!known || hopeless || (flow == nullptr && now >= *parting.give_up)) {
      note_unsaid(parting);
      continue;
    }
    if (flow == nullptr) {
      waiting.push_back(std::move(parting));
      continue;
    }
    if (parting.ack) {
      static_cast<void>(transactions.send_ack(*std::move(parting.ack), *flow));
    }
    send_bye(std::move(parting.bye),
             {parting.account, nullptr, 0, parting.hop, *parting.give_up, parting.failures}, *flow,
             now);
  }
  partings = std::move(waiting);
}

void Engine::State::send_bye(sip::Message bye, FarewellOwner farewell, const net::Flow& flow,
                             TimePoint now) {
  find_account(farewell.account)->credentials.authorize(bye);
  farewell.request = std::make_shared<const sip::Message>(bye);
  context.send(std::move(bye), flow, std::move(farewell), now);
}

// That nothing led there was true of another network.
void Engine::State::look_again_for_partings() {
  for (const auto& parting : partings) {
    const NextHop hop{parting.hop, parting.account};
    if (!flows.chosen(hop)) flows.reselect(hop);
  }
}

// Nobody is there any more who could wait.
void Engine::State::hurry_partings(TimePoint now) {
  std::erase_if(late_cancels, [&](const LateCancel& late) {
    const auto* account = find_account(late.account);
    return account == nullptr ||
           std::holds_alternative<Error>(flows.flow_to(account->identity.hop, now));
  });
  std::erase_if(partings, [&](const Parting& parting) {
    const auto choice = flows.flow_to({parting.hop, parting.account}, now);
    const bool wayless = std::holds_alternative<Error>(choice);
    if (wayless) note_unsaid(parting);
    return wayless;
  });
}

void Engine::State::note_unsaid(const Parting& parting) {
  out.log(LogLevel::warning, "call", std::string(parting.bye.call_id()), "no flow for the BYE");
}

std::optional<TimePoint> Engine::State::partings_deadline() const {
  std::optional<TimePoint> first;
  for (const auto& parting : partings) {
    first = earlier_of(first, parting.not_before ? parting.not_before : parting.give_up);
  }
  for (const auto& late : late_cancels) first = earlier_of(first, late.give_up);
  return first;
}

}  // namespace godwit::ua
