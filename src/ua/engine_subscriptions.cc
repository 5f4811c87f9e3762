// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "sip/event/reg_info.h"
#include "sip/header/address.h"
#include "sip/header/asserted_identity.h"
#include "sip/header/event_package.h"
#include "sip/message/dial_target.h"
#include "sip/message/grammar.h"
#include "ua/abilities.h"
#include "ua/engine_state.h"
#include "ua/message_summary.h"
#include "ua/request_check.h"

namespace godwit::ua {
Result<SubscriptionId> Engine::subscribe(AccountId id, std::string_view target,
                                         const EventWish& wish, TimePoint now) {
  auto* account = state_->find_account(id);
  if (account == nullptr) return no_such_account(id);
  if (!sip::is_token(wish.package)) {
    return fail(Errc::invalid_argument, "package: a token, as \"presence\"");
  }
  const bool once = wish.expires.count() == 0;
  if (!once && (wish.expires < std::chrono::seconds{60} || wish.expires > std::chrono::hours{24})) {
    return fail(Errc::invalid_argument, "expires: 60 s to 24 h, or 0");
  }
  const auto read = sip::read_dial_target(target, &account->identity.address_of_record.uri);
  if (!read) return fail(Errc::invalid_argument, "target: " + read.error().detail);
  state_->log_warnings(read->warnings, "account " + std::to_string(id.value));
  const auto made =
      state_->subscriptions.add({account->identity, account->credentials}, read->address.uri,
                                {wish.package, wish.expires, Subscriptions::Told::events}, now);
  state_->settle(now);
  return made;
}

Result<void> Engine::unsubscribe(AccountId id, SubscriptionId subscription, TimePoint now) {
  if (state_->find_account(id) == nullptr) return no_such_account(id);
  if (!state_->subscriptions.remove(id, subscription, now)) {
    return fail(Errc::invalid_argument, "there is no such subscription");
  }
  state_->settle(now);
  return {};
}

void Engine::State::subscribe_registered(Account& account, TimePoint now) {
  if (!account.registration.registered()) return;
  subscriptions.move(account.identity.id, now);
  watchers.move(account.identity.id, now);
  if (account.options.watch_messages) {
    subscriptions.watch({account.identity, account.credentials}, Subscriptions::Told::summary, now);
  }
  if (account.options.watch_registration) {
    subscriptions.watch({account.identity, account.credentials}, Subscriptions::Told::notice, now);
  }
}

void Engine::State::unwatch(AccountId account, Subscriptions::Told told, TimePoint now) {
  subscriptions.unwatch(account, told, now);
  if (told == Subscriptions::Told::notice) views.erase(account);
}

void Engine::State::take_notices(TimePoint now) {
  for (const auto& notice : subscriptions.take_notices()) {
    auto* const account = find_account(notice.account);
    if (account == nullptr || !account->options.watch_registration) continue;
    const auto document = sip::parse_reg_info(notice.document);
    if (!document) {
      out.log(LogLevel::warning, "subscription", std::to_string(notice.account.value),
              document.error().detail);
      continue;
    }
    const auto& aor = account->identity.address_of_record.uri;
    auto& view = views.try_emplace(notice.account, aor).first->second;
    const auto taken = view.take(*document, notice.dialog);
    if (taken == RegistrarView::Taken::gap) subscriptions.refresh(notice.subscription, now);
    if (taken != RegistrarView::Taken::news) continue;
    for (auto* registration : account->registrations()) registration->on_notice(view, now);
  }
}

bool Engine::State::take_notification(const sip::RequestReceived& received, TimePoint now) {
  if (find_refusal_in_dialog(received.request)) return false;
  const auto status = subscriptions.on_notify(received.request, now);
  if (!status) return false;
  auto response = sip::make_response(received.request, *status, {});
  response.add(sip::Field::server, user_agent_text(options));
  transactions.respond(received.transaction, response, now);
  take_notices(now);
  return true;
}

bool Engine::State::take_subscription(const sip::RequestReceived& received, TimePoint now) {
  if (received.request.to_tag().empty() || find_refusal_in_dialog(received.request)) return false;
  if (!watchers.on_refresh(received, now)) return false;
  transactions.prove(received.flow, now);
  return true;
}

const sip::Abilities& Engine::State::abilities_for(const sip::Message& request) {
  if (request.method() != sip::Method::subscribe) return abilities();
  const auto* account = account_for(request);
  if (account == nullptr) return abilities();
  const auto& may_watch = account->identity.may_watch;
  return may_watch.everybody || !may_watch.named.empty() ? watched_abilities() : abilities();
}

bool Engine::State::is_from_own_server(const sip::RequestReceived& received,
                                       const Account& account) const {
  return flows.is_address_of(account.identity.hop, received.flow.remote.address);
}

// The account's own server has let the request through, and knows who sent it: its word counts
// before the sender's (RFC 3325 §9.1).
bool Engine::State::may_watch(const sip::RequestReceived& received, const Account& account) const {
  if (!is_from_own_server(received, account)) return false;
  const auto& allowed = account.identity.may_watch;
  if (allowed.everybody) return true;
  auto sender = sip::parse_address(received.request.field(sip::Field::from).value_or(""));
  received.request.for_each(sip::Field::p_asserted_identity, [&](std::string_view value) {
    const auto read = sip::parse_asserted_identity(value);
    if (read && read->sip) sender = *read->sip;
  });
  if (!sender) return false;
  return std::any_of(allowed.named.begin(), allowed.named.end(), [&](const sip::Uri& uri) {
    return uri.user == sender->uri.user && sip::same_host(uri.host, sender->uri.host);
  });
}

void Engine::State::on_watch_request(const sip::RequestReceived& received, Account& account,
                                     TimePoint now) {
  if (!may_watch(received, account)) {
    return answer_outside_dialogs(received, {403, "the calls are not this one's to watch", {}},
                                  now);
  }
  watchers.on_new(received, {account.identity, account.credentials}, now);
  for (const auto& [id, call] : std::as_const(calls)) {
    if (call->account() != account.identity.id) continue;
    watchers.tell(call->account(), id, call->dialog_info());
  }
}

void Engine::State::settle_watchers(TimePoint now) {
  if (watchers.size() == 0) return;
  for (const auto* call : calls.touched()) {
    watchers.tell(call->account(), call->id(), call->dialog_info());
  }
  watchers.pump(now);
  drain_transactions(now);
}

// Whoever is outside our calls has no right to make us call somebody (RFC 3515 §5.2), and is told
// of our calls only where the account says so.
void Engine::State::on_event_request(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  if (request.method() != sip::Method::notify) {
    const auto event = sip::parse_event(request.field(sip::Field::event).value_or(""));
    const bool watches =
        request.method() == sip::Method::subscribe && event && event->package == "dialog";
    auto* account = watches ? account_for(request) : nullptr;
    if (account != nullptr) return on_watch_request(received, *account, now);
    return answer_outside_dialogs(received, {403, "not outside a call", {}}, now);
  }
  if (take_summary(received, now)) return answer_outside_dialogs(received, {200, {}, {}}, now);
  answer_outside_dialogs(received, {481, "there is no such subscription", {}}, now);
}

// Many servers tell of waiting messages without having been asked. That is taken from the account's
// own server alone.
bool Engine::State::take_summary(const sip::RequestReceived& received, TimePoint now) {
  const auto* account = account_for(received.request);
  const auto event = sip::parse_event(received.request.field(sip::Field::event).value_or(""));
  if (account == nullptr || !event || event->package != "message-summary") return false;
  if (!is_from_own_server(received, *account)) return false;
  auto summary = read_message_summary(received.request.body());
  if (!summary) return false;
  summary->account = account->identity.id;
  out.emit(*summary, now);
  return true;
}

}  // namespace godwit::ua
