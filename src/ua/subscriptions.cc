// SPDX-License-Identifier: Apache-2.0
#include "ua/subscriptions.h"

#include <algorithm>
#include <utility>

#include "base/earlier_of.h"
#include "base/overloaded.h"
#include "sip/event/reg_info.h"
#include "sip/header/number.h"
#include "sip/message/multipart.h"
#include "ua/abilities.h"
#include "ua/dialog_contact.h"
#include "ua/dialog_hop.h"
#include "ua/flow_selector.h"
#include "ua/message_body.h"
#include "ua/message_summary.h"

namespace godwit::ua {
namespace {

constexpr std::string_view kMessagePackage = "message-summary";
constexpr std::string_view kRegPackage = "reg";
constexpr auto kWatchLifetime = std::chrono::hours{1};
// How long a SUBSCRIBE waits where there is no network; then the subscription waits.
constexpr Duration kPatience = std::chrono::seconds{32};

const sip::Subscription::Actions kSendAgain{sip::Subscription::Send{}};

std::string_view accepted_body(const std::string& package) {
  if (package == kMessagePackage) return "application/simple-message-summary";
  if (package == "dialog") return "application/dialog-info+xml";
  if (package == kRegPackage) return sip::kRegInfoType;
  if (package == "presence") return "application/pidf+xml";
  return {};
}

SubscriptionState shown_state(sip::Subscription::State state) {
  switch (state) {
    case sip::Subscription::State::pending:
      return SubscriptionState::pending;
    case sip::Subscription::State::active:
      return SubscriptionState::active;
    case sip::Subscription::State::over:
      return SubscriptionState::terminated;
    case sip::Subscription::State::subscribing:
    case sip::Subscription::State::waiting:
      break;
  }
  return SubscriptionState::subscribing;
}

}  // namespace

SubscriptionId Subscriptions::add(Subscriber subscriber, const sip::Uri& target, const Wish& wish,
                                  TimePoint now) {
  const SubscriptionId id{++last_};
  sip::EventPackage event;
  event.package = wish.package;
  auto& entry = entries_
                    .emplace(id, Entry{subscriber,
                                       target,
                                       {},
                                       {},
                                       sip::Subscription(std::move(event), wish.expires),
                                       wish.told,
                                       false,
                                       {},
                                       {},
                                       {}})
                    .first->second;
  perform(id, entry, entry.machine.start(now), now);
  drop_ended();
  return id;
}

bool Subscriptions::remove(AccountId account, SubscriptionId id, TimePoint now) {
  const auto it = entries_.find(id);
  if (it == entries_.end() || it->second.subscriber.identity.id != account) return false;
  perform(id, it->second, it->second.machine.stop(now), now);
  drop_ended();
  return true;
}

void Subscriptions::watch(Subscriber subscriber, Told told, TimePoint now) {
  const bool watched = std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.second.told == told && !entry.second.unwatched &&
           entry.second.subscriber.identity.id == subscriber.identity.id;
  });
  if (watched) return;
  const auto package = told == Told::notice ? kRegPackage : kMessagePackage;
  add(subscriber, subscriber.identity.address_of_record.uri,
      {std::string(package), kWatchLifetime, told}, now);
}

void Subscriptions::unwatch(AccountId account, Told told, TimePoint now) {
  for (auto& [id, entry] : entries_) {
    if (entry.told != told || entry.subscriber.identity.id != account) continue;
    entry.unwatched = true;
    perform(id, entry, entry.machine.stop(now), now);
  }
  drop_ended();
}

void Subscriptions::refresh(SubscriptionId id, TimePoint now) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  perform(id, it->second, it->second.machine.refresh(now), now);
  drop_ended();
}

void Subscriptions::stop_all(TimePoint now) {
  for (auto& [id, entry] : entries_) perform(id, entry, entry.machine.stop(now), now);
  drop_ended();
}

void Subscriptions::forget(AccountId account) {
  for (auto& [id, entry] : entries_) {
    if (entry.subscriber.identity.id == account) entry.ended = true;
  }
  drop_ended();
}

void Subscriptions::move(AccountId account, TimePoint now) {
  for (auto& [id, entry] : entries_) {
    if (entry.subscriber.identity.id != account) continue;
    const auto own = context_.flows.chosen(entry.subscriber.identity.hop);
    if (!own || own->id == entry.account_flow) continue;
    context_.flows.reselect(hop_of(entry));
    perform(id, entry, entry.machine.refresh(now), now);
  }
  drop_ended();
}

NextHop Subscriptions::hop_of(const Entry& entry) const {
  const auto& dialog = entry.machine.dialog();
  if (!dialog) return entry.subscriber.identity.hop;
  return ua::hop_of(*dialog, entry.subscriber.identity.id);
}

std::optional<int> Subscriptions::on_notify(const sip::Message& notify, TimePoint now) {
  const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.second.machine.owns(notify);
  });
  if (it == entries_.end()) return std::nullopt;
  auto& [id, entry] = *it;
  const bool known = entry.machine.in_dialog();
  const auto heard = entry.machine.on_notify(notify, now);
  if (heard.status == 200 && !notify.body().empty()) note(id, entry, notify, now);
  if (!known && entry.machine.in_dialog()) {
    follow_server(context_.flows, entry.subscriber.identity, *entry.machine.dialog(), entry.flow);
  }
  const auto status = heard.status;
  perform(id, entry, heard.actions, now);
  drop_ended();
  return status;
}

void Subscriptions::note(SubscriptionId id, const Entry& entry, const sip::Message& notify,
                         TimePoint now) {
  const auto account = entry.subscriber.identity.id;
  const auto& package = entry.machine.event().package;
  const auto summary = package == kMessagePackage ? read_message_summary(notify.body()) : std::nullopt;
  if (summary) {
    auto told = *summary;
    told.account = account;
    context_.out.emit(told, now);
  }
  if (entry.told == Told::events) {
    context_.out.emit(NotificationReceived{id, package, body_of(notify)}, now);
  }
  if (entry.told != Told::notice) return;
  const auto type = notify.field(sip::Field::content_type).value_or("");
  const auto document = sip::find_part(type, notify.body(), sip::kRegInfoType);
  if (!document || !*document) return;
  // The terminated state has taken the dialog along; its name is in the request all the same.
  auto dialog = std::string(notify.call_id()) + ' ' + std::string(notify.from_tag());
  notices_.push_back({id, account, std::move(dialog), std::string((*document)->body)});
}

void Subscriptions::perform(SubscriptionId id, Entry& entry,
                            const sip::Subscription::Actions& actions, TimePoint now) {
  for (const auto& action : actions) {
    std::visit(overloaded{[&](const sip::Subscription::Send&) { begin_request(id, entry, now); },
                          [&](const sip::Subscription::Changed& changed) {
                            tell(id, entry, changed, now);
                          }},
               action);
  }
}

void Subscriptions::begin_request(SubscriptionId id, Entry& entry, TimePoint now) {
  if (entry.request) entry.request->abandon();
  if (!entry.machine.in_dialog()) {
    entry.call_id = context_.random.token(16);
    entry.from_tag = context_.random.token(16);
  }
  entry.request.emplace(
      RequestOut::Wiring{context_, SubscriptionOwner{id}, &entry.subscriber.credentials, kPatience},
      now);
  pump(id, entry, now);
}

sip::Message Subscriptions::compose(Entry& entry, const net::Flow& flow, std::uint32_t cseq,
                                    TimePoint now) {
  const auto& identity = entry.subscriber.identity;
  auto from = identity.address_of_record;
  sip::set_parameter(from.parameters, "tag", entry.from_tag);
  const bool inside = entry.machine.in_dialog();
  auto request = inside ? entry.machine.make_request()
                        : start_request_to(entry.target, sip::Method::subscribe, from,
                                           entry.call_id, cseq);
  if (!inside) lead_by_server(request, identity, entry.target);
  const auto& event = entry.machine.event();
  request.add(sip::Field::event, sip::to_string(event));
  request.add(sip::Field::expires, sip::write_delta_seconds(entry.machine.wanted()));
  const auto body = accepted_body(event.package);
  if (!body.empty()) request.add(sip::Field::accept, body);
  request.add(sip::Field::contact, sip::to_string(dialog_contact(flow, identity)));
  request.add(sip::Field::allow, sip::allow_value(abilities()));
  request.add(sip::Field::user_agent, user_agent_text(context_.options));
  entry.flow = flow;
  const auto own = context_.flows.chosen(identity.hop);
  entry.account_flow = own ? own->id : flow.id;
  entry.machine.on_sent(request, now);
  return request;
}

void Subscriptions::pump(SubscriptionId id, Entry& entry, TimePoint now) {
  if (!entry.request || entry.ended) return;
  entry.request->pump(
      hop_of(entry),
      [&](const net::Flow& flow, std::uint32_t cseq) { return compose(entry, flow, cseq, now); },
      now);
  const auto outcome = entry.request->take_outcome();
  if (!outcome) return;
  const bool too_brief = outcome->response && outcome->response->status() == 423;
  const auto actions = outcome->response ? entry.machine.on_answer(*outcome->response, now)
                                         : entry.machine.on_no_answer(outcome->error.detail, now);
  if (too_brief && !entry.machine.in_dialog() && actions == kSendAgain) {
    entry.request->repeat();
    return pump(id, entry, now);
  }
  entry.request.reset();
  perform(id, entry, actions, now);
}

void Subscriptions::pump(TimePoint now) {
  for (auto& [id, entry] : entries_) {
    // The flow by which it was told where we are is gone.
    const bool stranded =
        !entry.request && entry.flow.id != net::FlowId{} && !context_.flows.local_of(entry.flow.id);
    if (stranded) {
      context_.flows.reselect(hop_of(entry));
      perform(id, entry, entry.machine.refresh(now), now);
      entry.flow = {};
    }
    pump(id, entry, now);
  }
  drop_ended();
}

void Subscriptions::on_response(SubscriptionId id, const sip::ResponseReceived& received,
                                TimePoint now) {
  const auto it = entries_.find(id);
  if (it == entries_.end() || !it->second.request) return;
  if (!it->second.request->sent_with(received.transaction)) return;
  it->second.request->on_response(received, now);
  pump(id, it->second, now);
  drop_ended();
}

void Subscriptions::on_failure(SubscriptionId id, const Error& error, TimePoint now) {
  const auto it = entries_.find(id);
  if (it == entries_.end() || !it->second.request) return;
  it->second.request->on_failure(error, now);
  pump(id, it->second, now);
  drop_ended();
}

void Subscriptions::on_timeout(TimePoint now) {
  for (auto& [id, entry] : entries_) {
    const auto due = entry.machine.next_deadline();
    if (due && now >= *due) perform(id, entry, entry.machine.on_timeout(now), now);
  }
  pump(now);
}

std::optional<TimePoint> Subscriptions::next_deadline() const {
  std::optional<TimePoint> first;
  for (const auto& [id, entry] : entries_) {
    first = earlier_of(first, entry.machine.next_deadline());
    if (entry.request) first = earlier_of(first, entry.request->next_deadline());
  }
  return first;
}

void Subscriptions::add_hops(std::set<NextHop>& hops) const {
  for (const auto& [id, entry] : entries_) hops.insert(hop_of(entry));
}

void Subscriptions::tell(SubscriptionId id, const Entry& entry,
                         const sip::Subscription::Changed& changed, TimePoint now) {
  if (changed.state == sip::Subscription::State::over) entries_.at(id).ended = true;
  if (entry.told != Told::events) {
    return context_.out.log(LogLevel::info, "subscription", entry.call_id,
                            entry.machine.event().package + ": " + changed.reason);
  }
  context_.out.emit(SubscriptionChanged{id, shown_state(changed.state), changed.status,
                                        changed.reason, changed.expires},
                    now);
}

void Subscriptions::drop_ended() {
  for (auto it = entries_.begin(); it != entries_.end();) {
    auto& entry = it->second;
    if (entry.ended && entry.request) entry.request->abandon();
    it = entry.ended ? entries_.erase(it) : std::next(it);
  }
}

}  // namespace godwit::ua
