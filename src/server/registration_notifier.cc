// SPDX-License-Identifier: Apache-2.0
#include "server/registration_notifier.h"

#include <algorithm>
#include <utility>

#include "base/earlier_of.h"
#include "base/limits.h"
#include "base/text.h"
#include "sip/header/number.h"
#include "sip/header/subscription_state.h"

namespace godwit::server {
namespace {

using std::chrono::seconds;
using Contact = sip::RegInfo::Contact;
using State = sip::RegInfo::State;
using Event = sip::RegInfo::Event;

constexpr std::string_view kPackage = "reg";
constexpr seconds kLongest{3761};  // RFC 3680 §4.3: also when nothing is asked for
constexpr seconds kRetryAfter{60};

// RFC 5626 §6: an outbound binding is known by these two, and may lead elsewhere tomorrow.
std::string key_of(const Binding& binding) {
  if (binding.reg_id == 0) return to_string(binding.contact);
  return binding.instance + ' ' + std::to_string(binding.reg_id);
}

bool takes_documents(const sip::Message& request) {
  if (request.count(sip::Field::accept) == 0) return true;
  bool takes = false;
  request.for_each(sip::Field::accept, [&](std::string_view list) {
    while (!list.empty()) {
      const auto comma = std::min(list.find(','), list.size());
      const auto range = list.substr(0, comma);
      const auto type = trim(range.substr(0, std::min(range.find(';'), range.size())));
      takes = takes || equal_ignoring_case(type, sip::kRegInfoType) || type == "*/*" ||
              equal_ignoring_case(type, "application/*");
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  });
  return takes;
}

std::optional<sip::EventPackage> event_of(const sip::Message& request) {
  auto event = sip::parse_event(request.field(sip::Field::event).value_or(""));
  if (!event || sip::event_type(*event) != kPackage) return std::nullopt;
  return *std::move(event);
}

Contact ended(Contact contact, bool by_itself) {
  contact.state = State::terminated;
  contact.event = by_itself ? Event::expired : Event::unregistered;
  contact.expires = seconds{0};
  contact.pub_gruu.clear();
  contact.temp_gruu.clear();
  contact.first_cseq.reset();
  return contact;
}

}  // namespace

bool RegistrationNotifier::concerns_us(const sip::Message& request) const {
  const auto uri = sip::parse_uri(request.uri());
  if (!uri || !parts_.identity.is_own(*uri) || !event_of(request)) return false;
  // Inside a dialog it is our Contact; outside a user's address, not that of one of its instances.
  return uri->user.empty() != request.to_tag().empty() && !is_gruu(*uri);
}

bool RegistrationNotifier::on_subscribe(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  if (request.method() != sip::Method::subscribe || !concerns_us(request)) return false;
  const auto user = user_of(received, now);
  if (user.empty()) return true;
  if (request.to_tag().empty()) {
    begin(received, user, now);
    return true;
  }
  const auto it = std::find_if(watchers_.begin(), watchers_.end(), [&](const auto& entry) {
    return entry.second.dialog.matches(request) && entry.second.user == user;
  });
  if (it == watchers_.end()) {
    refuse(received, 481, now);
  } else {
    refresh(received, it->first, now);
  }
  return true;
}

/// Who it is; empty: nobody that we can believe, and it has been asked for credentials.
std::string RegistrationNotifier::user_of(const sip::RequestReceived& received, TimePoint now) {
  const auto judgement =
      parts_.authenticator.judge(received.request, Authenticator::Role::registrar, now);
  if (judgement.user.empty()) {
    const auto challenge = parts_.authenticator.challenge(
        received.request, Authenticator::Role::registrar, judgement, now);
    parts_.transactions.respond(received.transaction, challenge, now);
  }
  return judgement.user;
}

int RegistrationNotifier::refusal_of(const sip::Message& request, const std::string& user) const {
  const auto uri = sip::parse_uri(request.uri());
  if (!uri || !parts_.authenticator.knows(uri->user)) return 404;
  if (uri->user != user) return 403;
  if (!takes_documents(request)) return 406;
  const auto own = std::count_if(watchers_.begin(), watchers_.end(), [&](const auto& entry) {
    return entry.second.user == user;
  });
  const bool full = watchers_.size() >= limits::kRegistrationWatchers ||
                    static_cast<std::size_t>(own) >= limits::kWatchersOfOneUser;
  return full ? 503 : 0;
}

// RFC 6665 §4.2.1.1. Empty: what is asked for is too short, and that has been said.
std::optional<seconds> RegistrationNotifier::granted(const sip::RequestReceived& received,
                                                     TimePoint now) {
  const auto asked =
      sip::scan_delta_seconds(received.request.field(sip::Field::expires).value_or(""));
  if (!asked) return kLongest;
  if (asked->count() > 0 && *asked < parts_.options.min_expires) {
    refuse(received, 423, now);
    return std::nullopt;
  }
  return std::min(*asked, kLongest);
}

void RegistrationNotifier::begin(const sip::RequestReceived& received, const std::string& user,
                                 TimePoint now) {
  const auto& request = received.request;
  if (const int status = refusal_of(request, user); status != 0) return refuse(received, status, now);
  auto dialog = sip::Dialog::from_request(request, parts_.random.token(16));
  auto event = event_of(request);
  if (!dialog || !event) return refuse(received, 400, now);
  const auto expires = granted(received, now);
  if (!expires) return;
  const Id id = ++last_;
  watchers_.emplace(id, Watcher{user, *std::move(dialog), *std::move(event), received.flow});
  accept(received, id, *expires, now);
}

void RegistrationNotifier::refresh(const sip::RequestReceived& received, Id id, TimePoint now) {
  auto& watcher = watchers_.at(id);
  const auto event = event_of(received.request);
  if (watcher.dialog.accept_request(received.request) == sip::Dialog::Order::out_of_order) {
    return refuse(received, 500, now);
  }
  if (!event || !sip::same_subscription(*event, watcher.event) || !watcher.over.empty()) {
    return refuse(received, 481, now);
  }
  const auto expires = granted(received, now);
  if (!expires) return;
  watcher.dialog.refresh_target(received.request);
  watcher.flow = received.flow;
  accept(received, id, *expires, now);
}

// RFC 6665 §4.2.1.2: the NOTIFY follows immediately. One that is under way may be on its way to where the
// watcher was.
void RegistrationNotifier::accept(const sip::RequestReceived& received, Id id, seconds expires,
                                  TimePoint now) {
  auto& watcher = watchers_.at(id);
  auto response = make_response(received.request, 200, watcher.dialog.local_tag());
  for (const auto value : received.request.values(sip::Field::record_route)) {
    response.add(sip::Field::record_route, value);
  }
  response.add(sip::Field::contact, contact_on(received.flow));
  response.add(sip::Field::expires, sip::write_delta_seconds(expires));
  parts_.transactions.respond(received.transaction, response, now);
  watcher.until = now + expires;
  if (expires.count() == 0) watcher.over = "timeout";
  watcher.all_due = true;
  forget_notify(watcher);
  speak(id, now);
}

void RegistrationNotifier::refuse(const sip::RequestReceived& received, int status, TimePoint now) {
  auto response = make_response(received.request, status, parts_.random.token(8));
  if (status == 423) {
    response.add(sip::Field::min_expires, sip::write_delta_seconds(parts_.options.min_expires));
  }
  if (status == 503) response.add(sip::Field::retry_after, sip::write_delta_seconds(kRetryAfter));
  parts_.transactions.respond(received.transaction, response, now);
}

std::string RegistrationNotifier::contact_on(const net::Flow& flow) const {
  const net::SocketAddress address{flow.named().address, parts_.identity.port(flow.transport)};
  const auto where = parts_.identity.has_name() ? parts_.identity.name_and_port(flow.transport)
                                                : net::to_string(address);
  if (flow.transport == net::Transport::udp) return "<sip:" + where + '>';
  return "<sip:" + where + ";transport=" + std::string(to_string(flow.transport)) + '>';
}

Contact RegistrationNotifier::shown(const std::string& user, const Binding& binding, TimePoint now) {
  Contact contact{.id = {}, .uri = to_string(binding.contact)};
  contact.expires = std::chrono::ceil<seconds>(binding.expires_at - now);
  contact.call_id = binding.call_id;
  contact.cseq = binding.cseq;
  contact.instance = binding.instance;
  contact.reg_id = binding.reg_id;
  if (binding.instance.empty()) return contact;
  const Gruus::Instance instance{user, binding.instance};
  contact.pub_gruu = parts_.gruus.make_public(instance);
  // Since when is known of those alone that this process has seen from the first (RFC 5628 §5.2).
  const auto temporary = binding.first_cseq != 0 ? parts_.gruus.make_temporary(instance) : std::nullopt;
  if (!temporary) return contact;
  contact.temp_gruu = *temporary;
  contact.first_cseq = binding.first_cseq;
  return contact;
}

/// What the watcher does not know yet; it is taken as known from now on.
std::vector<Contact> RegistrationNotifier::changes(Watcher& watcher, TimePoint now) {
  std::vector<Contact> changed;
  Rows rows;
  for (const auto& binding : parts_.locations.bindings(watcher.user, now)) {
    auto contact = shown(watcher.user, binding, now);
    const auto key = key_of(binding);
    const auto known = watcher.rows.extract(key);
    const bool fresh = known.empty();
    contact.id = fresh ? std::to_string(++watcher.last_row) : known.mapped().told.id;
    if (!fresh && contact.cseq == known.mapped().told.cseq) contact.event = known.mapped().told.event;
    if (!fresh && contact.cseq != known.mapped().told.cseq) contact.event = Event::refreshed;
    const bool news = fresh || contact.uri != known.mapped().told.uri ||
                      binding.expires_at < known.mapped().expires_at;
    if (news) changed.push_back(contact);
    rows.emplace(key, Row{std::move(contact), binding.expires_at});
  }
  for (auto& [key, row] : watcher.rows) {
    changed.push_back(ended(std::move(row.told), row.expires_at <= now));
  }
  watcher.rows = std::move(rows);
  return changed;
}

sip::RegInfo RegistrationNotifier::document_for(Watcher& watcher, std::vector<Contact> changed) const {
  const bool full = watcher.all_due;
  sip::RegInfo document{watcher.version++, full ? sip::RegInfo::Extent::full : sip::RegInfo::Extent::partial,
                        {}};
  sip::RegInfo::Registration registration{"r", "sip:" + watcher.user + '@' + parts_.options.domain};
  if (full) {
    std::erase_if(changed, [](const Contact& contact) { return contact.state == State::active; });
    for (const auto& [key, row] : watcher.rows) changed.push_back(row.told);
  }
  registration.contacts = std::move(changed);
  const bool none = watcher.rows.empty();
  registration.state = !none ? State::active : registration.contacts.empty() ? State::init : State::terminated;
  document.registrations.push_back(std::move(registration));
  return document;
}

/// One at a time: what comes about meanwhile is told with the next one.
void RegistrationNotifier::speak(Id id, TimePoint now) {
  auto& watcher = watchers_.at(id);
  if (watcher.notify) return;
  auto changed = changes(watcher, now);
  if (changed.empty() && !watcher.all_due && watcher.over.empty()) return;
  const auto flow = parts_.paths.living(watcher.flow);
  if (!flow) return drop(id);  // it comes by another one, and asks anew
  auto notify = watcher.dialog.make_request(sip::Method::notify);
  notify.add(sip::Field::contact, contact_on(*flow));
  notify.add(sip::Field::event, sip::to_string(watcher.event));
  sip::SubscriptionState state;
  if (watcher.over.empty()) {
    state.expires = std::max(std::chrono::ceil<seconds>(watcher.until - now), seconds{0});
  } else {
    state.state = "terminated";
    state.reason = watcher.over;
  }
  notify.add(sip::Field::subscription_state, sip::to_string(state));
  notify.set_body(sip::kRegInfoType, write_reg_info(document_for(watcher, std::move(changed))));
  watcher.all_due = false;
  watcher.notify = parts_.transactions.send_request(std::move(notify), *flow, now);
  notifies_[*watcher.notify] = id;
}

void RegistrationNotifier::forget_notify(Watcher& watcher) {
  if (!watcher.notify) return;
  parts_.transactions.abandon(*watcher.notify);
  notifies_.erase(*watcher.notify);
  watcher.notify.reset();
}

void RegistrationNotifier::drop(Id id) {
  const auto it = watchers_.find(id);
  if (it == watchers_.end()) return;
  forget_notify(it->second);
  watchers_.erase(it);
}

void RegistrationNotifier::on_registered(const std::string& user, TimePoint now) {
  std::vector<Id> theirs;
  for (const auto& [id, watcher] : watchers_) {
    if (watcher.user == user) theirs.push_back(id);
  }
  for (const Id id : theirs) speak(id, now);
}

bool RegistrationNotifier::on_response(const sip::ResponseReceived& received, TimePoint now) {
  const auto found = notifies_.find(received.transaction);
  if (found == notifies_.end()) return false;
  if (received.response.status() < 200) return true;
  const Id id = found->second;
  notifies_.erase(found);
  auto& watcher = watchers_.at(id);
  watcher.notify.reset();
  // RFC 6665 §4.2.2: a subscription whose NOTIFY fails is over.
  const bool goes_on = received.response.status() < 300 && watcher.over.empty();
  if (goes_on) {
    speak(id, now);
  } else {
    drop(id);
  }
  return true;
}

bool RegistrationNotifier::on_client_failed(const sip::ClientFailed& failed) {
  const auto found = notifies_.find(failed.transaction);
  if (found == notifies_.end()) return false;
  const Id id = found->second;
  notifies_.erase(found);
  watchers_.at(id).notify.reset();
  drop(id);
  return true;
}

std::optional<TimePoint> RegistrationNotifier::deadline_of(const Watcher& watcher) const {
  if (watcher.notify) return std::nullopt;  // its answer, or its end, comes first
  std::optional<TimePoint> first = watcher.until;
  for (const auto& [key, row] : watcher.rows) first = earlier_of(first, row.expires_at);
  return first;
}

void RegistrationNotifier::on_timeout(TimePoint now) {
  std::vector<Id> due;
  for (const auto& [id, watcher] : watchers_) {
    const auto at = deadline_of(watcher);
    if (at && now >= *at) due.push_back(id);
  }
  for (const Id id : due) {
    auto& watcher = watchers_.at(id);
    if (now >= watcher.until) watcher.over = "timeout";
    speak(id, now);
  }
}

std::optional<TimePoint> RegistrationNotifier::next_deadline() const {
  std::optional<TimePoint> first;
  for (const auto& [id, watcher] : watchers_) first = earlier_of(first, deadline_of(watcher));
  return first;
}

}  // namespace godwit::server
