// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/session_timer.h"

#include <algorithm>
#include <string>

#include "sip/header/option_tag.h"
#include "sip/header/token_list.h"

namespace godwit::sip {
namespace {

using std::chrono::seconds;

// RFC 4028 §10
constexpr seconds kEndBefore{32};
// A longer one is no use to anybody, and must not run past the end of the clock.
constexpr seconds kLongest = std::chrono::hours{24 * 365};
// Each refusal names a longer interval; who still is not content never will be.
constexpr int kMostRefusals = 4;

std::optional<SessionExpires> session_expires_of(const Message& message) {
  const auto value = message.field(Field::session_expires);
  if (!value) return std::nullopt;
  auto read = parse_session_expires(*value);
  if (!read) return std::nullopt;
  read->interval = std::min(read->interval, kLongest);
  return *std::move(read);
}

seconds min_se_of(const Message& message) {
  const auto value = message.field(Field::min_se);
  const auto read = value ? parse_min_se(*value) : Scanned<MinSe>(MinSe{});
  return read ? std::max(read->interval, MinSe::kShortest) : MinSe::kShortest;
}

bool knows_the_timer(const Message& message) {
  bool known = false;
  message.for_each(Field::supported, [&](std::string_view value) {
    known = known || TokenList(value).contains(option_tag::kSessionTimer);
  });
  return known;
}

}  // namespace

void SessionTimer::add_to_request(Message& request) const {
  if (min_se_) request.set(Field::min_se, to_string(MinSe{*min_se_, {}}));
  if (session_) {
    // §7.4: roles and interval stay as they are.
    const auto who = session_->local_refreshes ? sip::Refresher::uac : sip::Refresher::uas;
    const auto interval = std::max(session_->interval, min_se_.value_or(seconds{0}));
    return request.set(Field::session_expires, to_string(SessionExpires{interval, who, {}}));
  }
  if (options_.use == Use::off) return;
  SessionExpires asked{std::max(options_.interval, min_se_.value_or(seconds{0})), std::nullopt, {}};
  if (options_.refresher == Refresher::local) asked.refresher = sip::Refresher::uac;
  if (options_.refresher == Refresher::remote) asked.refresher = sip::Refresher::uas;
  request.set(Field::session_expires, to_string(asked));
  if (options_.use == Use::required) request.add(Field::require, option_tag::kSessionTimer);
}

void SessionTimer::on_accepted(const Message& response, TimePoint now) {
  const auto granted = session_expires_of(response);
  session_.reset();  // §7.2: without the field the session has no end
  if (!granted || granted->interval == seconds{0}) return;
  // A proxy that wanted it where the peer does not know it can only have meant us (§8.2).
  const auto refresher = granted->refresher.value_or(sip::Refresher::uac);
  session_ = Session{granted->interval, refresher == sip::Refresher::uac, now};
}

bool SessionTimer::on_too_small(const Message& response) {
  const auto wanted = min_se_of(response);
  const auto asked = std::max(session_ ? session_->interval : options_.interval,
                              min_se_.value_or(seconds{0}));
  if (wanted <= asked || wanted > kLongest || ++refusals_ > kMostRefusals) return false;
  min_se_ = wanted;
  return true;
}

bool SessionTimer::asks_for_too_little(const Message& request) {
  const auto asked = session_expires_of(request);
  return asked && asked->interval < MinSe::kShortest && knows_the_timer(request);
}

void SessionTimer::answer(const Message& request, Message& response, TimePoint now) {
  const auto interval = interval_for(request);
  if (!interval) {
    session_.reset();
    return;
  }
  const bool local = refreshes_after(request);
  session_ = Session{*interval, local, now};
  const auto who = local ? sip::Refresher::uas : sip::Refresher::uac;
  response.set(Field::session_expires, to_string(SessionExpires{*interval, who, {}}));
  if (knows_the_timer(request)) response.add(Field::require, option_tag::kSessionTimer);
}

/// How long the session is to live by our answer; empty: without end.
std::optional<seconds> SessionTimer::interval_for(const Message& request) const {
  const auto asked = session_expires_of(request);
  const auto shortest = min_se_of(request);
  const auto own = std::max({options_.interval, shortest, min_se_.value_or(seconds{0})});
  if (!asked) {
    const bool wanted = options_.use == Use::required ||
                        (options_.use == Use::supported && knows_the_timer(request));
    return wanted ? std::optional(own) : std::nullopt;
  }
  // §9: it may be shortened but not raised; what is too short for anybody is not a timer.
  if (asked->interval < MinSe::kShortest) return std::nullopt;
  if (options_.use == Use::off) return asked->interval;
  return std::min(asked->interval, own);
}

/// §9, table 2.
bool SessionTimer::refreshes_after(const Message& request) const {
  if (!knows_the_timer(request)) return true;
  const auto asked = session_expires_of(request);
  if (asked && asked->refresher) return *asked->refresher == sip::Refresher::uas;
  if (session_) return session_->local_refreshes;
  return options_.refresher == Refresher::local;
}

std::optional<TimePoint> SessionTimer::refresh_at() const {
  if (!session_ || !session_->local_refreshes) return std::nullopt;
  return session_->refreshed + Duration(session_->interval) / 2;
}

std::optional<TimePoint> SessionTimer::end_at() const {
  if (!session_) return std::nullopt;
  const Duration interval = session_->interval;
  return session_->refreshed + interval - std::min(Duration(kEndBefore), interval / 3);
}

}  // namespace godwit::sip
