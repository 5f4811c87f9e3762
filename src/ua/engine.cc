// SPDX-License-Identifier: Apache-2.0
#include "ua/engine.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/earlier_of.h"
#include "base/overloaded.h"
#include "crypto/dtls_association.h"
#include "sip/message/dial_target.h"
#include "ua/call_options_check.h"
#include "ua/engine_state.h"
#include "ua/instance_id.h"
#include "ua/transport_check.h"

namespace godwit::ua {
namespace {

// A flow that nothing has chosen any more still hears what is under way to it: answers may be late
// by as much as a transaction lasts (RFC 3261 §17.1.1.2).
constexpr Duration kDrain = std::chrono::seconds{32};

}  // namespace

Engine::State::State(UserAgentOptions user_agent_options, Random& random)
    : options(std::move(user_agent_options)),
      transactions(sip::TimerProfile{}, random),
      flows(out, options, random),
      watch(random),
      pace(options.registration_rate, [this](AccountId id) { return calls.has_any_of(id); }),
      context{options, random,    out,      transactions,   flows,
              owners,  last_path, partings, referred_calls, sound, pace},
      roaming(options.network),
      errands(context),
      subscriptions(context),
      watchers(context) {}

Engine::Engine(UserAgentOptions options, Random& random, TimePoint)
    : state_(std::make_unique<State>(std::move(options), random)) {
  auto kit = std::make_shared<media::Kit>();
  for (const auto& codec : state_->options.codecs) {
    if (const auto added = kit->codecs.add(codec); !added) {
      state_->out.log(LogLevel::error, "audio", {}, added.error().detail);
    }
  }
  if (auto certificate = crypto::DtlsCertificate::make()) {
    state_->sound.certificate = {{"sha-256", certificate->fingerprint()}};
    kit->certificate = std::move(*certificate);
  } else {
    state_->out.log(LogLevel::error, "audio", {}, certificate.error().detail);
  }
  state_->sound.kit = std::move(kit);
}
Engine::~Engine() = default;

Result<AccountId> Engine::add_account(AccountOptions options, TimePoint) {
  if (auto read = check_transport(state_->options.transport); !read) {
    return tl::unexpected(read.error());
  }
  if (auto read = check_stun_server(state_->options.stun_server); !read) {
    return tl::unexpected(read.error());
  }
  if (auto read = check_instance_id(state_->options.instance_id); !read) {
    return tl::unexpected(read.error());
  }
  if (options.bind) {
    if (auto read = check_bind(*options.bind, "bind"); !read) return tl::unexpected(read.error());
  }
  const AccountId id{state_->last_account + 1};
  auto identity = read_identity(id, options);
  if (!identity) return tl::unexpected(identity.error());
  state_->log_warnings(identity->warnings, "account " + std::to_string(id.value));
  ++state_->last_account;
  state_->flows.add_account(id, options);
  state_->accounts.add(
      id, std::make_unique<Account>(std::move(options), *std::move(identity), state_->context));
  return id;
}

Result<void> Engine::remove_account(AccountId id, TimePoint now) {
  auto* account = state_->find_account(id);
  if (account == nullptr) return no_such_account(id);
  for (auto& [call_id, call] : state_->calls) {
    if (call->account() == id) call->hang_up(now);
  }
  for (auto* registration : account->registrations()) registration->stop(now);
  state_->leave_other_registrars(*account, now);
  if (state_->pace.waits(id)) {
    for (auto* registration : account->registrations()) {
      state_->pace.hurry(id);
      registration->pump(now);
    }
  }
  state_->settle(now);
  state_->pace.forget(id);
  std::erase_if(state_->owners, [&](const auto& entry) {
    const auto* registration = std::get_if<RegistrationOwner>(&entry.second);
    return registration != nullptr && registration->account == id;
  });
  state_->errands.forget(id);
  state_->subscriptions.forget(id);
  state_->views.erase(id);
  state_->watchers.forget(id);
  state_->accounts.erase(id);
  state_->flows.remove_account(id);
  return {};
}

Result<AccountOptions> Engine::account_options(AccountId id) const {
  const auto* account = state_->find_account(id);
  if (account == nullptr) return no_such_account(id);
  return account->options;
}

Result<void> Engine::start_registration(AccountId id, std::chrono::seconds expires, TimePoint now) {
  auto* account = state_->find_account(id);
  if (account == nullptr) return no_such_account(id);
  if (expires < std::chrono::seconds{60} || expires > std::chrono::hours{24}) {
    return fail(Errc::invalid_argument, "expires: 60 s to 24 h");
  }
  account->registration.start(expires, now);
  state_->settle(now);
  return {};
}

Result<void> Engine::stop_registration(AccountId id, TimePoint now) {
  auto* account = state_->find_account(id);
  if (account == nullptr) return no_such_account(id);
  state_->unwatch(id, Subscriptions::Told::summary, now);
  state_->unwatch(id, Subscriptions::Told::notice, now);
  for (auto* registration : account->registrations()) registration->stop(now);
  state_->leave_other_registrars(*account, now);
  state_->settle(now);
  return {};
}

Result<CallId> Engine::dial(AccountId id, std::string_view target, const CallOptions& options,
                            TimePoint now) {
  auto* account = state_->find_account(id);
  if (account == nullptr) return no_such_account(id);
  if (auto checked = check_call_options(options, state_->sound.kit->codecs); !checked) return tl::unexpected(checked.error());
  auto read = sip::read_dial_target(target, &account->identity.address_of_record.uri);
  if (!read) return fail(Errc::invalid_argument, "target: " + read.error().detail);
  state_->log_warnings(read->warnings, "account " + std::to_string(id.value));
  auto& call = state_->add_call(*account, options);
  const auto made = call.id();
  state_->hold_others(made, now);
  call.dial(read->address.uri, now);
  state_->settle(now);
  return made;
}

Result<void> Engine::answer(CallId id, const CallOptions& options, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) -> Result<void> {
    if (auto checked = check_call_options(options, state_->sound.kit->codecs); !checked) return checked;
    auto result = call.answer(options, now);
    if (result) state_->hold_others(id, now);
    return result;
  });
}

Result<void> Engine::decline(CallId id, int status, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) { return call.decline(status, now); });
}

Result<void> Engine::hang_up(CallId id, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) -> Result<void> {
    call.hang_up(now);
    return {};
  });
}

Result<void> Engine::send_dtmf(CallId id, const Digits& digits, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) {
    return digits.method == DtmfMethod::info
               ? call.send_digits_by_info(digits.text, digits.each, now)
               : call.send_dtmf(digits.text, digits.each, digits.method);
  });
}

Result<QueryId> Engine::query_options(std::string_view target, TimePoint now) {
  auto read = sip::read_dial_target(target, nullptr);
  if (!read) return fail(Errc::invalid_argument, "target: " + read.error().detail);
  state_->log_warnings(read->warnings, "options");
  const QueryId id{++state_->last_query};
  state_->errands.query(id, read->address.uri, now);
  state_->settle(now);
  return id;
}

void Engine::shut_down(TimePoint now, const std::optional<Duration>& limit) {
  for (auto& [id, call] : state_->calls) call->hang_up(now);
  state_->subscriptions.stop_all(now);
  state_->watchers.stop_all(now);
  for (auto& [id, account] : state_->accounts) {
    for (auto* registration : account->registrations()) registration->stop(now);
    state_->leave_other_registrars(*account, now);
  }
  if (limit) state_->pace.finish_within(*limit / 2, now);  // the rest is for the answers
  state_->settle(now);
  state_->hurry_partings(now);
}

Result<CallInfo> Engine::call_info(CallId id) const {
  const auto* call = state_->find_call(id);
  if (call == nullptr) return no_such_call(id);
  return call->info();
}

std::optional<MediaId> Engine::media_of(CallId id) const {
  const auto* call = state_->find_call(id);
  return call == nullptr ? std::nullopt : std::optional{call->media()};
}

std::vector<CallId> Engine::calls() const {
  std::vector<CallId> ids;
  for (const auto& [id, call] : std::as_const(state_->calls)) ids.push_back(id);
  return ids;
}

bool Engine::idle() const {
  // An answered INVITE lingers for more copies of its 2xx (RFC 6026 §7.2): nothing that would be
  // lost.
  const bool asking = std::any_of(state_->owners.begin(), state_->owners.end(), [](const auto& e) {
    return !std::holds_alternative<CallOwner>(e.second) &&
           !std::holds_alternative<CandidateOwner>(e.second) &&
           !std::holds_alternative<AliveOwner>(e.second);
  });
  return state_->accounts.at_rest() && !asking && state_->calls.empty() && state_->errands.size() == 0 &&
         state_->subscriptions.size() == 0 && state_->watchers.size() == 0 &&
         state_->partings.empty() && state_->late_cancels.empty();
}

void Engine::on_input(const Input& input, TimePoint now) {
  State& s = *state_;
  std::visit(overloaded{[&](const sip::IoInput& io) { s.on_io(io, now); },
                        [&](const MediaPathOpened& opened) {
                          auto* const call = s.find_call(opened.media);
                          if (call != nullptr) call->on_media_path(opened, now);
                        },
                        [&](const MediaPathFailed& failed) {
                          auto* const call = s.find_call(failed.media);
                          if (call != nullptr) call->on_media_path(failed, now);
                        },
                        [&](const MediaFailed& failed) {
                          if (auto* call = s.find_call(failed.media)) call->on_media_failed(failed);
                        },
                        [&](const MediaDeviceChanged& changed) {
                          auto* const call = s.find_call(changed.media);
                          if (call != nullptr) call->on_media_device(changed.news, now);
                        },
                        [&](const MediaReport& report) {
                          if (auto* call = s.find_call(report.media))
                            call->on_media_report(report, now);
                        },
                        [&](const NetworkObserved& observed) { s.on_network(observed, now); },
                        [&](const NetworkHint&) { s.retry_waiting(State::Rests::ended, now); },
                        [&](const Woken& woken) { s.on_woken(woken.slept, now); }},
             input);
  s.settle(now);
}

void Engine::on_timeout(TimePoint now) {
  State& s = *state_;
  s.transactions.on_timeout(now);
  s.drain_transactions(now);
  s.keep_alive(now);
  if (const auto due = s.flows.next_deadline(); due && now >= *due) {
    s.flows.on_timeout(now);
    s.pump_all(now);
  }
  s.forget_owners();
  for (auto* account : s.accounts.due(now)) {
    for (auto* registration : account->registrations()) registration->on_timeout(now);
    s.look_for_better(*account, now);
  }
  s.register_next(now);
  s.errands.on_timeout(now);
  s.subscriptions.on_timeout(now);
  s.watchers.on_timeout(now);
  for (auto* call : s.calls.due(now)) call->on_timeout(now);
  const auto due = s.roaming.next_deadline();
  if (due && now >= *due) s.perform(s.roaming.on_timeout(s.in_use(), now), now);
  s.settle(now);
}

std::optional<TimePoint> Engine::next_deadline() const {
  std::optional<TimePoint> first = state_->transactions.next_deadline();
  const auto take = [&](const std::optional<TimePoint>& deadline) {
    first = earlier_of(first, deadline);
  };
  take(state_->accounts.next_deadline());
  take(state_->pace.next_deadline());
  take(state_->calls.next_deadline());
  take(state_->roaming.next_deadline());
  take(state_->flows.next_deadline());
  take(state_->watch.next_deadline());
  take(state_->errands.next_deadline());
  take(state_->subscriptions.next_deadline());
  take(state_->watchers.next_deadline());
  take(state_->partings_deadline());
  for (const auto& [flow, since] : state_->unused_since) take(since + kDrain);
  return first;
}

std::vector<Action> Engine::take_actions() {
  return state_->out.take();
}

std::vector<net::IpAddress> Engine::destinations_in_use() const {
  auto all = state_->flows.destinations();
  for (const auto& call : state_->in_use().calls) {
    if (call.media) all.push_back(call.media->remote);
  }
  const auto forms = state_->nat64_forms_in_use();
  all.insert(all.end(), forms.begin(), forms.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

roam::InUse Engine::in_use() const {
  return state_->in_use();
}

Engine::Sizes Engine::sizes() const {
  const State& s = *state_;
  return {s.flows.book().size(), s.streams.size(),      s.flows.hops(),
          s.flows.remembered(),  s.transactions.size(), s.owners.size()};
}

void Engine::State::log_warnings(const std::vector<std::string>& warnings,
                                 const std::string& subject) {
  for (const auto& warning : warnings) out.log(LogLevel::warning, "address", subject, warning);
}

Call* Engine::State::find_call(CallId id) {
  const auto it = calls.find(id);
  return it == calls.end() ? nullptr : it->second.get();
}

// A call's media session has its number.
Call* Engine::State::find_call(MediaId media) {
  auto* call = find_call(CallId{media.value});
  return call != nullptr && call->media() == media ? call : nullptr;
}

Account* Engine::State::find_account(AccountId id) {
  return accounts.find(id);
}

// An answer of the shell may be what anybody was waiting for.
void Engine::State::pump_all(TimePoint now) {
  pump_homeless(now);
  pump_partings(now);
  for (auto& [id, call] : calls) call->pump(now);
  for (auto* account : accounts.waiting()) {
    for (auto* registration : account->registrations()) {
      if (registration->waits_for_flow()) registration->pump(now);
    }
  }
  errands.pump(now);
  subscriptions.pump(now);
  watchers.pump(now);
  std::vector<AccountId> probing;
  for (const auto& [id, generation] : probes) probing.push_back(id);
  for (const auto id : probing) probe(id, now);
}

// After every input: outcomes go to the runner, ended calls are forgotten, idle flows are closed.
void Engine::State::settle(TimePoint now) {
  tell_renamed(now);
  settle_transfers(now);
  settle_joining();
  renew_emptied(now);
  pump_partings(now);
  send_probes(now);
  drain_transactions(now);
  while (turn_to_registrars(now)) drain_transactions(now);
  forget_owners();
  tend_touched_standbys(now);
  collect_outcomes(now);
  settle_watchers(now);
  forget_ended(now);
  forget_guests();
  forget_hops();
  retire_flows(now);
  calls.refresh();
  accounts.refresh();
}

// Only what was touched in this turn can have ended in it.
void Engine::State::forget_ended(TimePoint now) {
  for (const auto* call : calls.touched()) {
    if (!call->ended()) continue;
    const auto id = call->id();
    calls.erase(id);
    referrers.erase(id);
    replaced.erase(id);
    joining.erase(id);
    tell(roaming.runner().on_subject_gone("call " + std::to_string(id.value), now), now);
  }
}

// What its transaction could still say has been said when its outputs were drained.
void Engine::State::forget_owners() {
  for (const auto id : transactions.take_ended_clients()) owners.erase(id);
}

void Engine::State::retire_flows(TimePoint now) {
  const auto unused = flows.unused();
  std::erase_if(unused_since, [&](const auto& entry) {
    return std::find(unused.begin(), unused.end(), entry.first) == unused.end();
  });
  for (const auto flow : unused) {
    const auto since = unused_since.emplace(flow, now).first->second;
    if (now - since < kDrain) continue;
    if (transactions.count_on(flow) != 0) {
      unused_since[flow] = now;
      continue;
    }
    flows.close(flow);
    unused_since.erase(flow);
  }
  for (const auto flow : flows.take_closed()) {
    streams.on_closed(flow);
    watch.forget(flow);
  }
}

// Whoever calls us, and whoever we ask, brings a next hop along: those of what is over are
// forgotten before they become many.
void Engine::State::forget_hops() {
  constexpr std::size_t kSpare = 32;
  const auto in_use = accounts.size() + calls.size() + errands.size() + subscriptions.size() +
                      watchers.size() + partings.size() + homeless.size();
  const bool left = hops_left && errands.size() == 0;  // a registrar may still have to be told
  if (!left && flows.hops() <= 2 * in_use + kSpare) return;
  if (left) hops_left = false;
  std::set<NextHop> wanted;
  for (const auto& [id, account] : std::as_const(accounts)) {
    for (const auto* registration : account->registrations()) wanted.insert(registration->hop());
  }
  for (const auto& [id, call] : std::as_const(calls)) wanted.insert(call->hop());
  errands.add_hops(wanted);
  add_kept_hops(wanted);
  subscriptions.add_hops(wanted);
  watchers.add_hops(wanted);
  for (const auto& parting : partings) wanted.insert({parting.hop, parting.account});
  for (const auto& response : homeless) wanted.insert(response.hops.begin(), response.hops.end());
  flows.keep_only(wanted);
}

}  // namespace godwit::ua
