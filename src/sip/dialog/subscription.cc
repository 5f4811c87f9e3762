// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/subscription.h"

#include <algorithm>
#include <utility>

#include "sip/header/number.h"
#include "sip/header/retry_after.h"

namespace godwit::sip {
namespace {

constexpr Duration kTimerN = std::chrono::seconds{32};  // 64*T1 (RFC 6665 §4.1.2.4)
constexpr Duration kFirstRetry = std::chrono::seconds{5};
constexpr Duration kLongestRetry = std::chrono::minutes{5};
// A notifier cannot keep us away for longer, nor make us ask more often.
constexpr auto kLongestRest = std::chrono::hours{1};
constexpr auto kShortestLifetime = std::chrono::seconds{10};
constexpr auto kLongestLifetime = std::chrono::hours{24};

std::optional<std::chrono::seconds> seconds_in(const Message& message, Field field) {
  const auto seconds = scan_delta_seconds(message.field(field).value_or(""));
  return seconds ? std::optional(*seconds) : std::nullopt;
}

/// RFC 6665 §4.1.2.2 and §4.1.2.3: what asking again would not change.
bool is_lasting(int status) {
  return status >= 300 && status < 500 && status != 408 && status != 480 && status != 481;
}

}  // namespace

Subscription::Subscription(EventPackage event, std::chrono::seconds expires)
    : event_(std::move(event)), expires_(expires) {}

std::chrono::seconds Subscription::wanted() const {
  return stopping_ ? std::chrono::seconds{0} : expires_;
}

Subscription::Actions Subscription::start(TimePoint) {
  return {Changed{State::subscribing, 0, {}, {}}, Send{}};
}

Subscription::Actions Subscription::stop(TimePoint now) {
  if (state_ == State::over || stopping_) return {};
  stopping_ = true;
  // The dialog may come about yet: its first NOTIFY is answered with 481 then.
  if (!dialog_) return finish(0, "unsubscribed");
  notify_by_.reset();
  deadline_ = now + kTimerN;
  return {Send{}};
}

Subscription::Actions Subscription::refresh(TimePoint) {
  if (state_ == State::over || state_ == State::waiting) return {};
  return {Send{}};
}

Message Subscription::make_request() { return dialog_->make_request(Method::subscribe); }

void Subscription::on_sent(const Message& subscribe, TimePoint now) {
  if (!dialog_) sent_ = subscribe;
  if (stopping_) return;
  notify_by_ = now + kTimerN;
  deadline_ = ends_at_ ? std::min(*ends_at_, *notify_by_) : notify_by_;
}

void Subscription::leave_dialog() {
  dialog_.reset();
  sent_.reset();
  ends_at_.reset();
  notify_by_.reset();
  deadline_.reset();
}

Subscription::Actions Subscription::begin_anew() {
  leave_dialog();
  state_ = State::subscribing;
  return {Send{}};
}

Subscription::Actions Subscription::retry_later(int status, std::string reason,
                                                std::optional<std::chrono::seconds> after,
                                                TimePoint now) {
  if (stopping_ || expires_.count() == 0) return finish(status, std::move(reason));
  const int doublings = std::min(failures_++, 6);
  Duration wait = std::min<Duration>(kFirstRetry * (1 << doublings), kLongestRetry);
  if (after) wait = std::max<Duration>(wait, std::min<Duration>(*after, kLongestRest));
  leave_dialog();
  state_ = State::waiting;
  deadline_ = now + wait;
  return {Changed{state_, status, std::move(reason), {}}};
}

Subscription::Actions Subscription::finish(int status, std::string reason) {
  if (state_ == State::over) return {};
  leave_dialog();
  state_ = State::over;
  return {Changed{state_, status, std::move(reason), {}}};
}

Subscription::Actions Subscription::on_answer(const Message& response, TimePoint now) {
  const int status = response.status();
  if (state_ == State::over) return {};
  if (status >= 300) {
    if (stopping_) return finish(0, "unsubscribed");
    const auto least = seconds_in(response, Field::min_expires);
    if (status == 423 && least && *least > expires_ && *least <= kLongestLifetime) {
      expires_ = *least;
      return {Send{}};
    }
    // RFC 6665 §4.1.2.2: what was granted holds, unless the notifier knows nothing of it.
    const bool was_refresh = dialog_ && state_ != State::subscribing;
    if (status == 481 && was_refresh && failures_++ == 0) return begin_anew();
    if (is_lasting(status)) return finish(status, std::string(response.reason()));
    return retry_later(status, std::string(response.reason()), retry_after_of(response), now);
  }
  if (!dialog_ && sent_) {
    if (auto dialog = Dialog::from_response(*sent_, response)) dialog_ = *std::move(dialog);
  } else if (dialog_) {
    dialog_->refresh_target(response);
  }
  if (stopping_ || expires_.count() == 0) return {};
  granted_ = std::clamp<std::chrono::seconds>(seconds_in(response, Field::expires).value_or(expires_),
                                              kShortestLifetime, kLongestLifetime);
  ends_at_ = now + granted_;
  // Early enough for a few retransmissions; until the NOTIFY comes, that is what is waited for.
  const TimePoint refresh_at = now + std::chrono::duration_cast<Duration>(granted_) * 4 / 5;
  deadline_ = notify_by_ ? std::min(*notify_by_, refresh_at) : refresh_at;
  return {};
}

Subscription::Actions Subscription::on_no_answer(const std::string& why, TimePoint now) {
  if (stopping_) return finish(0, "unsubscribed");
  return retry_later(0, why, std::nullopt, now);
}

bool Subscription::owns(const Message& notify) const {
  if (state_ == State::over) return false;
  const auto event = parse_event(notify.field(Field::event).value_or(""));
  if (!event || !same_subscription(*event, event_)) return false;
  if (dialog_) return dialog_->matches(notify);
  return sent_ && notify.call_id() == sent_->call_id() && notify.to_tag() == sent_->from_tag();
}

Subscription::Heard Subscription::on_notify(const Message& notify, TimePoint now) {
  if (!dialog_) {
    auto dialog = Dialog::from_notify(*sent_, notify);
    if (!dialog) return {400, {}};
    dialog_ = *std::move(dialog);
  } else if (dialog_->accept_request(notify) == Dialog::Order::out_of_order) {
    return {500, {}};
  } else {
    dialog_->refresh_target(notify);
  }
  const auto told = parse_subscription_state(notify.field(Field::subscription_state).value_or(""));
  if (!told) return {400, {}};
  if (told->state == "terminated") return {200, on_terminated(*told, now)};
  if (stopping_) return {200, {}};
  notify_by_.reset();
  failures_ = 0;
  state_ = told->state == "pending" ? State::pending : State::active;
  if (told->expires) {
    granted_ = std::clamp<std::chrono::seconds>(*told->expires, kShortestLifetime, kLongestLifetime);
    ends_at_ = now + granted_;
  } else if (granted_.count() == 0) {
    granted_ = std::max(expires_, std::chrono::seconds{kShortestLifetime});
    ends_at_ = now + granted_;
  }
  // A fetch is over with its one NOTIFY, whatever it says.
  if (expires_.count() == 0) return {200, finish(0, "fetched")};
  const auto left = *ends_at_ - now;
  deadline_ = now + left * 4 / 5;
  return {200, {Changed{state_, 0, told->reason, granted_}}};
}

Subscription::Actions Subscription::on_terminated(const SubscriptionState& told, TimePoint now) {
  if (stopping_ || expires_.count() == 0) {
    return finish(0, told.reason.empty() ? "unsubscribed" : told.reason);
  }
  switch (resubscription(told)) {
    case Resubscribe::never:
      return finish(0, told.reason);
    case Resubscribe::at_once:
      // At once means once: a notifier that ends each new subscription is asked less and less often.
      if (failures_++ == 0) return begin_anew();
      return retry_later(0, told.reason, told.retry_after, now);
    case Resubscribe::later:
      return retry_later(0, told.reason, told.retry_after, now);
  }
  return {};
}

Subscription::Actions Subscription::on_timeout(TimePoint now) {
  if (!deadline_ || now < *deadline_) return {};
  deadline_.reset();
  if (stopping_) return finish(0, "unsubscribed");
  if (state_ == State::waiting) return begin_anew();
  if (notify_by_ && now >= *notify_by_) {
    return retry_later(0, "no notification came", std::nullopt, now);
  }
  if (ends_at_ && now >= *ends_at_) return begin_anew();
  deadline_ = ends_at_;
  return {Send{}};
}

}  // namespace godwit::sip
