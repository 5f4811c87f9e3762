// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include "ua/account_changes.h"
#include "ua/engine_state.h"
#include "ua/transport_check.h"

// Accounts that change while they are in use.

namespace godwit::ua {

Result<void> Engine::modify_account(AccountId id, AccountOptions options, TimePoint now) {
  auto* account = state_->find_account(id);
  if (account == nullptr) return no_such_account(id);
  if (options.bind) {
    if (auto read = check_bind(*options.bind, "bind"); !read) return read;
  }
  auto identity = read_identity(id, options);
  if (!identity) return tl::unexpected(identity.error());
  state_->log_warnings(identity->warnings, "account " + std::to_string(id.value));
  state_->change(*account, std::move(options), *std::move(identity), now);
  state_->settle(now);
  return {};
}

Result<AccountInfo> Engine::account_info(AccountId id) const {
  const auto* account = state_->find_account(id);
  if (account == nullptr) return no_such_account(id);
  AccountInfo info;
  info.registration = account->registration.told();
  if (const auto& flow = account->registration.flow(); flow.id) {
    info.local = std::string(net::to_string(flow.transport)) + ' ' + net::to_string(flow.local);
    info.registrar = net::to_string(flow.remote);
  }
  for (const auto& standby : account->standby.all()) {
    const auto& flow = standby.registration->flow();
    const auto traffic = state_->watch.traffic_of(flow.id);
    info.standbys.push_back(
        {to_string(standby.uplink),
         std::string(net::to_string(flow.transport)) + ' ' + net::to_string(flow.local),
         standby.registration->told().state, traffic.sent, traffic.received});
  }
  for (const auto& [call_id, call] : std::as_const(state_->calls)) {
    if (call->account() == id && !call->ended()) ++info.calls;
  }
  return info;
}

void Engine::State::leave_registrar(Account& account, TimePoint now) {
  unwatch(account.identity.id, Subscriptions::Told::summary, now);
  unwatch(account.identity.id, Subscriptions::Told::notice, now);
  for (auto* registration : account.registrations()) {
    auto left = registration->leave(now);
    if (left.contacts.empty()) continue;
    auto credentials = std::make_shared<sip::CredentialStore>(account.credentials);
    errands.remove_bindings({account.identity, std::move(credentials), std::move(left)}, now);
  }
  leave_other_registrars(account, now);
  account.standby.forget();
}

void Engine::State::change(Account& account, AccountOptions wanted, Identity read, TimePoint now) {
  const auto id = account.identity.id;
  const auto tls_of = [&](const AccountOptions& of) {
    return of.tls.value_or(options.transport.tls_options);
  };
  const auto bind_of = [&](const AccountOptions& of) {
    return of.bind.value_or(options.transport.bind);
  };
  // Whoever of the same registrars is asked at present stays so.
  const bool same_registrars = same_uris(account.identity.registrars, read.registrars);
  if (account.registrars && same_registrars) read.turn_to(read.registrars[account.registrars->present]);
  const auto changes = changes_between(
      {account.options, account.identity, bind_of(account.options), tls_of(account.options)},
      {wanted, read, bind_of(wanted), tls_of(wanted)});
  const auto flow = flows.chosen(account.identity.hop);
  const bool another_flow =
      changes.sockets || (changes.tls && (!flow || flow->transport == net::Transport::tls));
  if (changes.registrar) leave_registrar(account, now);
  if (changes.registrar || changes.way || changes.outbound) {
    for (auto* registration : account.registrations()) registration->forget_what_servers_lack();
  }
  if (changes.watch_messages && !wanted.watch_messages) unwatch(id, Subscriptions::Told::summary, now);
  if (changes.watch_registration && !wanted.watch_registration) {
    unwatch(id, Subscriptions::Told::notice, now);
  }

  if (!changes.registrar && !changes.way) {
    read.service_route = std::move(account.identity.service_route);
    read.gruus = std::move(account.identity.gruus);
    read.keeps_flow = account.identity.keeps_flow;
  }
  hops_left = hops_left || read.hop != account.identity.hop;
  account.options = std::move(wanted);
  account.identity = std::move(read);
  if (!same_registrars || changes.registrar) account.choose_registrars();
  if (changes.credentials || changes.registrar) account.credentials.change(account.secret());
  flows.add_account(id, account.options);
  if (another_flow) flows.choose_again(account.identity.hop);
  const bool moved = flows.rebind(account.identity.hop);
  if (changes.dialog_watchers) watchers.ask_again(id, now);
  if (changes.registrar || changes.way || another_flow || changes.credentials || changes.contact ||
      changes.outbound || moved) {
    for (auto* registration : account.registrations()) registration->renew(now);
  } else if (changes.watch_messages || changes.watch_registration) {
    subscribe_registered(account, now);
  }
}

void Engine::State::tell_renamed(TimePoint now) {
  for (const auto& flow : flows.take_renamed()) {
    for (auto& [id, call] : calls) call->on_renamed(flow, now);
  }
}

}  // namespace godwit::ua
