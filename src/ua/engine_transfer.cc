// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "sip/header/dialog_reference.h"
#include "sip/message/dial_target.h"
#include "ua/engine_state.h"

namespace godwit::ua {
namespace {

/// How a call has gone so far, as its referrer is told.
struct Standing {
  int status = 0;
  std::string reason;
};

std::optional<Standing> standing_of(CallId call, const Event& event) {
  std::optional<Standing> standing;
  std::visit(overloaded{[&](const CallRinging& e) {
                          if (e.call == call) standing = {e.status, e.reason};
                        },
                        [&](const CallAnswered& e) {
                          if (e.call == call) standing = {200, {}};
                        },
                        [&](const CallEnded& e) {
                          if (e.call != call) return;
                          // Without an answer of the far end: what a proxy would have said of it.
                          const bool unanswered = e.who == Who::timeout || e.who == Who::network;
                          const int instead = unanswered ? 408 : 487;
                          standing = {e.status >= 300 ? e.status : instead, e.reason};
                        },
                        [](const auto&) {}},
             event);
  return standing;
}

}  // namespace

Result<void> Engine::transfer(CallId id, std::string_view target, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) -> Result<void> {
    const auto* account = state_->find_account(call.account());
    auto read = sip::read_dial_target(target, &account->identity.address_of_record.uri);
    if (!read) return fail(Errc::invalid_argument, "target: " + read.error().detail);
    state_->log_warnings(read->warnings, "call " + std::to_string(id.value));
    return call.transfer(std::move(read->address.uri), now);
  });
}

Result<void> Engine::transfer_to(CallId id, CallId other_id, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) -> Result<void> {
    const auto* other = state_->find_call(other_id);
    if (other == nullptr) return no_such_call(other_id);
    if (other == &call) return fail(Errc::invalid_argument, "a call is not transferred to itself");
    return call.transfer_to(*other, now);
  });
}

Call& Engine::State::add_call(Account& account, const CallOptions& call_options) {
  return add_call(account, call_options, sound_terms(call_options, sound));
}

Call& Engine::State::add_incoming(Account& account, const CallOptions& call_options) {
  return add_call(account, call_options, all_sound(sound));
}

Call& Engine::State::add_call(Account& account, const CallOptions& call_options,
                              sdp::SoundTerms terms) {
  const CallId id{++last_call};
  auto& call = calls[id] =
      std::make_unique<Call>(id, MediaId{id.value}, call_options, std::move(terms),
                             Call::Parties{account.identity, account.credentials, context});
  return *call;
}

// Calls that somebody asked for are made, and what becomes of them is told to those whom it
// concerns.
void Engine::State::settle_transfers(TimePoint now) {
  for (const auto& wanted : std::exchange(referred_calls, {})) dial_referred(wanted, now);
  if (referrers.empty() && replaced.empty()) return out.pass_over_events();
  out.look_at_events([&](const Event& event) {
    std::vector<CallId> referred;
    std::vector<CallId> replacing;
    for (const auto& [call, by] : referrers) referred.push_back(call);
    for (const auto& [call, old] : replaced) replacing.push_back(call);
    for (const auto call : referred) on_referred_call(call, event, now);
    for (const auto call : replacing) on_replacing_call(call, event, now);
  });
}

void Engine::State::dial_referred(const ReferredCall& wanted, TimePoint now) {
  auto* by = find_call(wanted.by);
  auto* account = by == nullptr ? nullptr : find_account(by->account());
  if (account == nullptr || by->ended()) return;
  auto call_options = by->options();
  call_options.record_file.clear();  // the old call still writes there
  auto& call = add_call(*account, call_options);
  referrers[call.id()] = wanted.by;
  out.emit(TransferRequested{wanted.by, sip::to_string(wanted.target), shown(wanted.referred_by),
                             call.id()},
           now);
  call.set_origin(
      {.referred_by = wanted.referred_by, .replaces = wanted.replaces, .joins = wanted.joins});
  call.dial(wanted.target, now);
}

void Engine::State::on_referred_call(CallId id, const Event& event, TimePoint now) {
  const auto standing = standing_of(id, event);
  if (!standing) return;
  const auto by = referrers.at(id);
  if (standing->status >= 200) referrers.erase(id);
  auto* referrer = find_call(by);
  if (referrer != nullptr) referrer->notify_referrer(standing->status, standing->reason, now);
}

Call* Engine::State::find_call(const Account& account, const sip::DialogName& name) {
  for (auto* call : calls.with_call_id(std::string(name.call_id))) {
    if (call->account() == account.identity.id && call->has_dialog(name)) return call;
  }
  return nullptr;
}

// RFC 3891 §3: the new dialog stands, so the old one is ended; a call of ours that only rings is
// cancelled.
void Engine::State::on_replacing_call(CallId id, const Event& event, TimePoint now) {
  const auto* answered = std::get_if<CallAnswered>(&event);
  if (answered == nullptr || answered->call != id) return;
  const auto old = replaced.at(id);
  replaced.erase(id);
  auto* call = find_call(old);
  if (call == nullptr || call->ended()) return;
  out.emit(CallReplaced{old, id}, now);
  call->give_way(now);
}

// RFC 3891 §3. Who knows Call-ID and tags of a call of the same account has the right: both are
// random, and only those in the call and its proxies have seen them. The user has agreed to talk
// when the old call came about, so the new one is answered at once, as the old one was.
void Engine::State::on_replacing_invite(const sip::RequestReceived& received, Account& account,
                                        TimePoint now) {
  const auto refuse = [&](int status, const std::string& why) {
    answer_outside_dialogs(received, {status, why, {}}, now);
  };
  const auto wanted = sip::parse_replaces(*received.request.field(sip::Field::replaces));
  if (!wanted) return refuse(400, "Replaces does not read");
  const auto name = sip::dialog_named_by(*wanted);
  auto* replaced_call = find_call(account, name);
  if (replaced_call == nullptr) return refuse(481, "there is no call to replace");
  if (replaced_call->is_sought_by(received.request, name)) {
    return replaced_call->on_replacing_invite(received, now);
  }
  const auto old = replaced_call->id();
  if (const auto status = replaced_call->refusal_to_be_replaced(*wanted)) {
    return refuse(*status, "the call is not to be replaced");
  }
  auto call_options = replaced_call->options();
  call_options.record_file.clear();  // the old call still writes there
  auto& call = add_incoming(account, call_options);
  call.set_origin({.takes_place_of = old});
  replaced[call.id()] = old;
  call.on_invite(received.transaction, received.request, received.flow, now);
  if (!call.ended()) static_cast<void>(call.answer(call_options, now));
}

}  // namespace godwit::ua
