// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "ua/engine_state.h"

// Accounts that have several registrars, and are registered with one of them.

namespace godwit::ua {

bool Engine::State::turn_to_registrars(TimePoint now) {
  bool turned = false;
  for (const auto& look : errands.take_looks()) {
    auto* account = find_account(look.account);
    if (account == nullptr || !account->registrars) continue;
    hops_left = true;
    auto& choice = account->registrars->choice;
    // A call that has begun meanwhile keeps the way it has; the next look is another chance.
    if (calls.has_any_of(look.account) || !account->registration.wanted()) {
      choice.put_off(now);
    } else if (choice.on_looked(look.registrar, look.works, now)) {
      turn(*account, true, now);
      turned = true;
    }
  }
  for (auto* account : accounts.touched()) {
    if (!account->registrars) continue;
    if (account->registration.turns()) {
      turn(*account, false, now);
      turned = true;
    }
    if (account->registration.registered()) leave_other_registrars(*account, now);
  }
  return turned;
}

void Engine::State::turn(Account& account, bool tries_better, TimePoint now) {
  auto& registrars = *account.registrars;
  const auto to = registrars.choice.present();
  if (to == registrars.present) return account.registration.stay();
  auto& identity = account.identity;
  auto& before = registrars.known[registrars.present];
  auto& next = registrars.known[to];
  out.log(LogLevel::info, "registration", std::to_string(identity.id.value),
          "from " + sip::to_string(identity.registrar) + " to " +
              sip::to_string(identity.registrars[to]));
  unwatch(identity.id, Subscriptions::Told::summary, now);
  unwatch(identity.id, Subscriptions::Told::notice, now);
  for (auto& standby : account.standby.all()) {
    auto left = standby.registration->leave(now);
    if (!left.contacts.empty()) before.left.push_back(std::move(left));
  }
  account.standby.forget();
  if (!next.parked) {
    next.parked = std::make_unique<Registration>(identity, account.credentials, context);
  }
  identity.turn_to(identity.registrars[to]);
  before.gruus = std::exchange(identity.gruus, std::move(next.gruus));
  before.parked = std::move(next.parked);
  registrars.present = to;
  hops_left = true;
  if (!flows.chosen(identity.hop)) flows.choose_again(identity.hop);
  if (tries_better) {
    account.registration.try_better(*before.parked, now);
  } else {
    account.registration.turn_to(*before.parked, now);
  }
  watch_registered(account.registration, now);
  if (account.registration.registered()) subscribe_registered(account, now);
}

// Not during calls: they would go on, but their ways would be kept up by nobody.
void Engine::State::look_for_better(Account& account, TimePoint now) {
  if (!account.registrars || !account.registration.wanted()) return;
  auto& registrars = *account.registrars;
  const auto due = registrars.choice.next_deadline();
  if (!due || now < *due) return;
  const auto id = account.identity.id;
  if (calls.has_any_of(id)) return registrars.choice.put_off(now);
  const auto which = registrars.choice.look(now);
  if (!which) return;
  Identity there = account.identity;
  there.turn_to(there.registrars[*which]);
  errands.look({id, *which}, there, now);
}

void Engine::State::leave_other_registrars(Account& account, TimePoint now) {
  if (!account.registrars) return;
  auto& registrars = *account.registrars;
  for (std::size_t i = 0; i < registrars.known.size(); ++i) {
    if (!registrars.choice.works(i)) continue;
    auto& known = registrars.known[i];
    for (auto& left : std::exchange(known.left, {})) remove_left(account, i, std::move(left), now);
    if (i == registrars.present || !known.parked) continue;
    remove_left(account, i, std::exchange(known.parked, nullptr)->leave(now), now);
    known.gruus = {};
  }
}

void Engine::State::remove_left(const Account& account, std::size_t registrar,
                                Registration::Left left, TimePoint now) {
  if (left.contacts.empty()) return;
  auto there = account.identity;
  there.turn_to(there.registrars[registrar]);
  errands.remove_bindings({std::move(there),
                           std::make_shared<sip::CredentialStore>(account.credentials),
                           std::move(left)},
                          now);
}

void Engine::State::add_kept_hops(std::set<NextHop>& wanted) const {
  for (const auto& [id, account] : accounts) {
    if (!account->registrars) continue;
    const auto& registrars = *account->registrars;
    for (std::size_t i = 0; i < registrars.known.size(); ++i) {
      if (!registrars.known[i].parked || !registrars.known[i].parked->registered()) continue;
      auto there = account->identity;
      there.turn_to(there.registrars[i]);
      wanted.insert(there.hop);
    }
  }
}

}  // namespace godwit::ua
