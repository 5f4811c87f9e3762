// SPDX-License-Identifier: Apache-2.0
#include "ua/watchers.h"

#include <algorithm>
#include <utility>

#include "base/earlier_of.h"
#include "base/limits.h"
#include "sip/header/accept.h"
#include "sip/header/number.h"
#include "sip/header/subscription_state.h"
#include "ua/dialog_hop.h"
#include "ua/flow_selector.h"
#include "ua/own_fields.h"

namespace godwit::ua {
namespace {

// How long a NOTIFY waits where there is no network; then it is written anew.
constexpr Duration kPatience = std::chrono::seconds{32};

// RFC 6665 §7.2.1 of what Accept leaves out; without one the package's own type is meant (RFC 4235
// §3.5).
bool takes_documents(const sip::Message& subscribe) {
  if (subscribe.count(sip::Field::accept) == 0) return true;
  bool takes = false;
  subscribe.for_each(sip::Field::accept, [&](std::string_view value) {
    const auto accept = sip::parse_accept(value);
    takes = takes || (accept && sip::preference_for(*accept, kDialogInfoType) > 0);
  });
  return takes;
}

bool is_over(const DialogInfo& dialog) {
  return dialog.state == DialogInfo::State::terminated;
}

// A watcher of one dialog of an INVITE that was forked knew of that one, and another has come to
// the fore: as long as both may be taken there is nothing to tell.
bool is_lost(const DialogInfo& other) {
  return is_over(other) || other.state == DialogInfo::State::confirmed;
}

DialogInfo lost(DialogInfo dialog) {
  dialog.state = DialogInfo::State::terminated;
  dialog.event = DialogInfo::Event::cancelled;
  return dialog;
}

}  // namespace

void Watchers::refuse(const sip::RequestReceived& subscribe, int status, std::string_view to_tag,
                      TimePoint now) {
  auto response = sip::make_response(subscribe.request, status, to_tag);
  if (status == 423) response.add(sip::Field::min_expires, sip::write_delta_seconds(kShortest));
  response.add(sip::Field::server, user_agent_text(context_.options));
  context_.transactions.respond(subscribe.transaction, response, now);
}

// RFC 6665 §4.2.1.1. Empty: what is asked for is too short.
std::optional<std::chrono::seconds> Watchers::granted(const sip::RequestReceived& subscribe,
                                                      TimePoint now) {
  const auto asked =
      sip::scan_delta_seconds(subscribe.request.field(sip::Field::expires).value_or(""));
  if (!asked) return kLongest;
  if (asked->count() > 0 && *asked < kShortest) {
    refuse(subscribe, 423, subscribe.request.to_tag().empty() ? context_.random.token(8) : "", now);
    return std::nullopt;
  }
  return std::min(*asked, kLongest);
}

void Watchers::on_new(const sip::RequestReceived& subscribe, Watched watched, TimePoint now) {
  const auto& request = subscribe.request;
  const auto tag = context_.random.token(16);
  if (stopped_) return refuse(subscribe, 480, tag, now);
  if (watchers_.size() >= limits::kWatchers) return refuse(subscribe, 503, tag, now);
  if (!takes_documents(request)) return refuse(subscribe, 406, tag, now);
  auto dialog = sip::Dialog::from_request(request, tag);
  auto event = sip::parse_event(request.field(sip::Field::event).value_or(""));
  const auto choice = event ? read_dialog_choice(*event) : std::nullopt;
  if (!dialog || !choice) return refuse(subscribe, 400, tag, now);
  const auto expires = granted(subscribe, now);
  if (!expires) return;
  const WatcherId id{++last_};
  Watcher made{.watched = watched,
               .dialog = *std::move(dialog),
               .event = *std::move(event),
               .choice = *choice};
  auto& watcher = watchers_.emplace(id, std::move(made)).first->second;
  follow_server(context_.flows, watched.identity, watcher.dialog, subscribe.flow);
  accept(subscribe, watcher, *expires, now);
}

bool Watchers::on_refresh(const sip::RequestReceived& subscribe, TimePoint now) {
  const auto& request = subscribe.request;
  const auto it = std::find_if(watchers_.begin(), watchers_.end(), [&](const auto& entry) {
    return !entry.second.gone && entry.second.dialog.matches(request);
  });
  if (it == watchers_.end()) return false;
  auto& watcher = it->second;
  const auto event = sip::parse_event(request.field(sip::Field::event).value_or(""));
  if (watcher.dialog.accept_request(request) == sip::Dialog::Order::out_of_order) {
    refuse(subscribe, 500, {}, now);
  } else if (!event || !sip::same_subscription(*event, watcher.event) || !watcher.over.empty()) {
    refuse(subscribe, 481, {}, now);
  } else if (const auto expires = granted(subscribe, now)) {
    watcher.dialog.refresh_target(request);
    accept(subscribe, watcher, *expires, now);
  }
  return true;
}

// RFC 6665 §4.2.1.2, §4.2.2: "notifiers MUST send a NOTIFY request immediately after".
void Watchers::accept(const sip::RequestReceived& subscribe, Watcher& watcher,
                      std::chrono::seconds expires, TimePoint now) {
  auto response = make_dialog_response(subscribe.request, 200, watcher.dialog.local_tag());
  add_own_fields(response, subscribe.flow, watcher.watched.identity, context_.options);
  response.set(sip::Field::expires, sip::write_delta_seconds(expires));
  context_.transactions.respond(subscribe.transaction, response, now);
  watcher.until = now + expires;
  if (expires.count() == 0) watcher.over = "timeout";
  say_all(watcher);
}

// What is under way may be on its way to where the watcher was.
void Watchers::say_all(Watcher& watcher) {
  watcher.all_due = true;
  if (!watcher.request) return;
  watcher.request->abandon();
  watcher.request.reset();
}

bool Watchers::watches(AccountId account) const {
  return std::any_of(watchers_.begin(), watchers_.end(), [&](const auto& entry) {
    return entry.second.watched.identity.id == account;
  });
}

void Watchers::tell(AccountId account, CallId call, const std::optional<DialogInfo>& info) {
  if (!info || !watches(account)) return;
  auto& line = lines_[account];
  const auto known = line.newest.find(call);
  if (known == line.newest.end() && is_over(*info)) return;
  if (known != line.newest.end() && known->second != info->id) {
    // Dialled anew: the INVITE before was given up.
    auto& before = line.dialogs[known->second];
    before.state = DialogInfo::State::terminated;
    before.event = DialogInfo::Event::cancelled;
  }
  line.newest[call] = info->id;
  line.dialogs[info->id] = *info;
  if (is_over(*info)) line.newest.erase(call);
  for (auto& [id, watcher] : watchers_) {
    if (watcher.watched.identity.id == account) note(watcher, *info);
  }
}

// What ends before its watcher was told of it is told all the same: there was a call. Only so many
// are kept, for anybody may ring and give up.
void Watchers::note(Watcher& watcher, const DialogInfo& info) {
  if (!is_over(info)) {
    if (watcher.choice.includes(info)) watcher.came.insert(info.id);
  } else if (watcher.came.size() > limits::kBriefDialogs && !watcher.told.contains(info.id)) {
    watcher.came.erase(info.id);
  }
}

const Watchers::Dialogs& Watchers::dialogs_of(const Watcher& watcher) const {
  static const Dialogs kNone;
  const auto it = lines_.find(watcher.watched.identity.id);
  return it == lines_.end() ? kNone : it->second.dialogs;
}

bool Watchers::has_news(const Watcher& watcher) const {
  if (watcher.all_due || !watcher.over.empty()) return true;
  const auto& dialogs = dialogs_of(watcher);
  return std::any_of(dialogs.begin(), dialogs.end(),
                     [&](const auto& entry) { return is_news(watcher, entry.second); });
}

bool Watchers::is_news(const Watcher& watcher, const DialogInfo& dialog) {
  const auto told = watcher.told.find(dialog.id);
  const bool included = watcher.choice.includes(dialog);
  if (told != watcher.told.end()) return included ? !(told->second == dialog) : is_lost(dialog);
  return included && (!is_over(dialog) || watcher.came.contains(dialog.id));
}

// RFC 4235 §3.10. What answers a SUBSCRIBE, says where we are now or is the last is not held back.
bool Watchers::may_speak(Watcher& watcher, TimePoint now) const {
  const bool news = has_news(watcher);
  const bool urgent = watcher.all_due || !watcher.over.empty();
  watcher.held = news && !urgent && now < watcher.rests_until;
  return news && !watcher.held;
}

DialogInfoDocument Watchers::document_for(Watcher& watcher) const {
  const bool all = watcher.all_due || watcher.left;
  DialogInfoDocument document;
  document.version = watcher.version;
  document.extent = all ? DialogInfoDocument::Extent::full : DialogInfoDocument::Extent::partial;
  document.entity = sip::to_string(watcher.watched.identity.address_of_record.uri);
  watcher.saying.clear();
  for (const auto& [id, dialog] : dialogs_of(watcher)) {
    const bool news = is_news(watcher, dialog);
    const bool included = watcher.choice.includes(dialog);
    const auto told = watcher.told.find(id);
    if (!included && told == watcher.told.end()) continue;
    auto seen = included ? dialog : news ? lost(told->second) : told->second;
    if (!news && is_over(seen)) continue;
    if (news || all) document.dialogs.push_back(seen);
    watcher.saying.emplace(id, std::move(seen));
  }
  return document;
}

// Each that leaves has a version of its own (RFC 4235 §4.1): one that may not have arrived leaves a
// gap, and what follows tells of everything.
sip::Message Watchers::compose(Watcher& watcher, const net::Flow& flow, TimePoint now) {
  const auto document = document_for(watcher);
  auto notify = watcher.dialog.make_request(sip::Method::notify);
  notify.add(sip::Field::event, sip::to_string(watcher.event));
  sip::SubscriptionState state;
  if (watcher.over.empty()) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(watcher.until - now);
    state.expires = std::max(left, std::chrono::seconds{0});
  } else {
    state.state = "terminated";
    state.reason = watcher.over;
  }
  notify.add(sip::Field::subscription_state, sip::to_string(state));
  add_own_fields(notify, flow, watcher.watched.identity, context_.options);
  notify.set_body(kDialogInfoType, write_dialog_info(document));
  watcher.flow = flow;
  const auto own = context_.flows.chosen(watcher.watched.identity.hop);
  watcher.account_flow = own ? own->id : flow.id;
  return notify;
}

void Watchers::pump(WatcherId id, Watcher& watcher, TimePoint now) {
  const auto hop = hop_of(watcher.dialog, watcher.watched.identity.id);
  // The flow by which it was told where we are is gone.
  const bool stranded = !watcher.request && watcher.flow.id != net::FlowId{} &&
                        !context_.flows.local_of(watcher.flow.id);
  if (stranded) {
    context_.flows.reselect(hop);
    watcher.all_due = true;
    watcher.flow = {};
  }
  if (!watcher.request) {
    if (!may_speak(watcher, now)) return;
    watcher.left = false;
    watcher.request.emplace(
        RequestOut::Wiring{context_, WatcherOwner{id}, &watcher.watched.credentials, kPatience},
        now);
  }
  const bool waited = watcher.request->waiting();
  watcher.request->pump(
      hop, [&](const net::Flow& flow, std::uint32_t) { return compose(watcher, flow, now); }, now);
  if (waited && !watcher.request->waiting()) {
    watcher.left = true;
    watcher.rests_until = now + kRest;
    ++watcher.version;
  }
  const auto outcome = watcher.request->take_outcome();
  if (!outcome) return;
  watcher.request.reset();
  on_outcome(watcher, *outcome);
}

// RFC 6665 §4.2.2: a subscription whose NOTIFY fails is over. That we had no network is no failure
// of the watcher's.
void Watchers::on_outcome(Watcher& watcher, const RequestOut::Outcome& outcome) {
  const bool arrived = outcome.response && outcome.response->status() / 100 == 2;
  const bool ours = !outcome.response && outcome.error.code == Errc::no_network;
  watcher.gone = !watcher.over.empty() || (!arrived && !ours);
  if (watcher.gone && !arrived) {
    context_.out.log(LogLevel::info, "watcher", watcher.dialog.call_id(),
                     "a NOTIFY failed: nothing more is told");
  }
  watcher.all_due = !arrived;
  if (!arrived) return;
  watcher.told = std::exchange(watcher.saying, {});
  for (const auto& [id, dialog] : watcher.told) watcher.came.erase(id);
  std::erase_if(watcher.told, [](const auto& entry) { return is_over(entry.second); });
}

void Watchers::pump(TimePoint now) {
  if (watchers_.empty()) return;
  for (auto& [id, watcher] : watchers_) {
    pump(id, watcher, now);
    // What came about while its NOTIFY was under way.
    if (!watcher.gone && !watcher.request) pump(id, watcher, now);
  }
  drop_gone();
}

void Watchers::move(AccountId account, TimePoint now) {
  for (auto& [id, watcher] : watchers_) {
    const auto& identity = watcher.watched.identity;
    if (identity.id != account) continue;
    const auto own = context_.flows.chosen(identity.hop);
    if (!own || own->id == watcher.account_flow) continue;
    context_.flows.reselect(hop_of(watcher.dialog, account));
    say_all(watcher);
  }
  pump(now);
}

void Watchers::stop_all(TimePoint now) {
  stopped_ = true;
  for (auto& [id, watcher] : watchers_) {
    if (watcher.over.empty()) watcher.over = "probation";
  }
  pump(now);
}

// RFC 6665 §4.1.3: deactivated is who should subscribe anew at once.
void Watchers::ask_again(AccountId account, TimePoint now) {
  for (auto& [id, watcher] : watchers_) {
    const bool theirs = watcher.watched.identity.id == account;
    if (theirs && watcher.over.empty()) watcher.over = "deactivated";
  }
  pump(now);
}

void Watchers::forget(AccountId account) {
  for (auto& [id, watcher] : watchers_) {
    if (watcher.watched.identity.id == account) watcher.gone = true;
  }
  drop_gone();
}

void Watchers::on_response(WatcherId id, const sip::ResponseReceived& received, TimePoint now) {
  const auto it = watchers_.find(id);
  if (it == watchers_.end() || !it->second.request) return;
  if (!it->second.request->sent_with(received.transaction)) return;
  it->second.request->on_response(received, now);
  pump(now);
}

void Watchers::on_failure(WatcherId id, const Error& error, TimePoint now) {
  const auto it = watchers_.find(id);
  if (it == watchers_.end() || !it->second.request) return;
  it->second.request->on_failure(error, now);
  pump(now);
}

void Watchers::on_timeout(TimePoint now) {
  for (auto& [id, watcher] : watchers_) {
    if (watcher.over.empty() && now >= watcher.until) watcher.over = "timeout";
  }
  pump(now);
}

std::optional<TimePoint> Watchers::next_deadline() const {
  std::optional<TimePoint> first;
  for (const auto& [id, watcher] : watchers_) {
    if (watcher.over.empty()) first = earlier_of(first, watcher.until);
    if (watcher.held) first = earlier_of(first, watcher.rests_until);
    if (watcher.request) first = earlier_of(first, watcher.request->next_deadline());
  }
  return first;
}

void Watchers::add_hops(std::set<NextHop>& hops) const {
  for (const auto& [id, watcher] : watchers_) {
    hops.insert(hop_of(watcher.dialog, watcher.watched.identity.id));
  }
}

void Watchers::drop_gone() {
  for (auto it = watchers_.begin(); it != watchers_.end();) {
    auto& watcher = it->second;
    if (watcher.gone && watcher.request) watcher.request->abandon();
    it = watcher.gone ? watchers_.erase(it) : std::next(it);
  }
  std::erase_if(lines_, [&](const auto& line) { return !watches(line.first); });
  forget_terminated();
}

// What is over is kept until all have heard of it.
void Watchers::forget_terminated() {
  for (auto& [account, line] : lines_) {
    const auto id_of_line = account;
    std::erase_if(line.dialogs, [&](const auto& entry) {
      if (!is_over(entry.second)) return false;
      return std::none_of(watchers_.begin(), watchers_.end(), [&](const auto& watching) {
        const auto& watcher = watching.second;
        if (watcher.watched.identity.id != id_of_line) return false;
        return watcher.told.contains(entry.first) || watcher.saying.contains(entry.first) ||
               watcher.came.contains(entry.first);
      });
    });
  }
}

}  // namespace godwit::ua
