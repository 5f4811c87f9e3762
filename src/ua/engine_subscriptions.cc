// SPDX-License-Identifier: Apache-2.0
#include "sip/message/dial_target.h"
#include "sip/message/grammar.h"
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
  if (account.options.watch_messages) {
    subscriptions.watch_messages({account.identity, account.credentials}, now);
  }
}

bool Engine::State::take_notification(const sip::RequestReceived& received, TimePoint now) {
  if (find_refusal_in_dialog(received.request)) return false;
  const auto status = subscriptions.on_notify(received.request, now);
  if (!status) return false;
  auto response = sip::make_response(received.request, *status, {});
  response.add(sip::Field::server, user_agent_text(options));
  transactions.respond(received.transaction, response, now);
  return true;
}

// Whoever is outside our calls has no right to make us call somebody (RFC 3515 §5.2), and the one package
// there is to be told of exists inside calls only.
void Engine::State::on_event_request(const sip::RequestReceived& received, TimePoint now) {
  if (received.request.method() != sip::Method::notify) {
    return answer_outside_dialogs(received, {403, "not outside a call", {}}, now);
  }
  if (take_summary(received, now)) return answer_outside_dialogs(received, {200, {}, {}}, now);
  answer_outside_dialogs(received, {481, "there is no such subscription", {}}, now);
}

// Many servers tell of waiting messages without having been asked. That is taken from the account's own
// server alone.
bool Engine::State::take_summary(const sip::RequestReceived& received, TimePoint now) {
  const auto* account = account_for(received.request);
  const auto event = sip::parse_event(received.request.field(sip::Field::event).value_or(""));
  if (account == nullptr || !event || event->package != "message-summary") return false;
  const auto own = flows.chosen(account->identity.hop);
  if (!own || own->remote.address != received.flow.remote.address) return false;
  auto summary = read_message_summary(received.request.body());
  if (!summary) return false;
  summary->account = account->identity.id;
  out.emit(*summary, now);
  return true;
}

}  // namespace godwit::ua
