// SPDX-License-Identifier: Apache-2.0
#include "ua/engine_state.h"

namespace godwit::ua {

Result<QueryId> Engine::fetch_bindings(AccountId id, TimePoint now) {
  return state_->ask_registrar(id, BindingsWish::fetch, now);
}

Result<QueryId> Engine::remove_all_bindings(AccountId id, TimePoint now) {
  return state_->ask_registrar(id, BindingsWish::remove_all, now);
}

Result<QueryId> Engine::State::ask_registrar(AccountId id, BindingsWish wish, TimePoint now) {
  auto* account = find_account(id);
  if (account == nullptr) return no_such_account(id);
  const QueryId query{++last_query};
  errands.bindings(query, {account->identity, account->credentials}, wish, now);
  settle(now);
  return query;
}

// What an account keeps up was removed with all others.
void Engine::State::renew_emptied(TimePoint now) {
  for (const auto id : errands.take_emptied()) {
    auto* account = find_account(id);
    if (account == nullptr) continue;
    for (auto* registration : account->registrations()) registration->renew(now);
  }
}

// Those whose turn has come by the pace of their server.
void Engine::State::register_next(TimePoint now) {
  while (const auto id = pace.next(now)) {
    auto* account = find_account(*id);
    if (account == nullptr) continue;
    for (auto* registration : account->registrations()) registration->pump(now);
  }
}

// What waits for its next try tries now: something in the network has changed.
void Engine::State::retry_waiting(Rests rests, TimePoint now) {
  for (auto& [id, account] : accounts) {
    for (auto* registration : account->registrations()) {
      if (registration->registered() || (registration->rests() && rests == Rests::kept)) continue;
      registration->retry_now(now);
    }
  }
}

void Engine::State::on_woken(Duration slept, TimePoint now) {
  out.log(LogLevel::info, "engine", "",
          "woke after " + std::to_string(slept / std::chrono::seconds{1}) + " s");
  for (auto& [id, account] : accounts) {
    for (auto* registration : account->registrations()) registration->on_woken(slept, now);
  }
}

}  // namespace godwit::ua
