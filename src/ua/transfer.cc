// SPDX-License-Identifier: Apache-2.0
#include "ua/transfer.h"

#include <algorithm>
#include <utility>

#include "sip/header/event_package.h"
#include "sip/header/refer_sub.h"
#include "sip/header/subscription_state.h"
#include "ua/sip_fragment.h"

namespace godwit::ua {
namespace {

// For the REFER's answer and its authentication, twice what one transaction takes at most.
constexpr Duration kAnswerPatience = std::chrono::seconds{70};
// RFC 6665 §4.1.2.4, timer N: the first NOTIFY after a 2xx; later ones as long as the peer says.
constexpr Duration kFirstNotify = std::chrono::seconds{32};
constexpr Duration kUsualLifetime = std::chrono::seconds{180};
constexpr Duration kLongestLifetime = std::chrono::minutes{10};

}  // namespace

Transfer::Transfer(TimePoint now) : deadline_(now + kAnswerPatience) {}

Transfer::News Transfer::finish(int status, std::string reason) {
  if (std::exchange(over_, true)) return std::nullopt;
  deadline_.reset();
  return Progress{status, std::move(reason), true};
}

Transfer::News Transfer::on_answer(const sip::Message& response, TimePoint now) {
  if (over_) return std::nullopt;
  if (response.status() >= 300) return finish(response.status(), std::string(response.reason()));
  const auto refer_sub = response.field(sip::Field::refer_sub);
  const auto read = sip::parse_refer_sub(refer_sub.value_or("true"));
  // RFC 4488 §4: it will call, and never tell.
  if (read && !read->subscribes) return finish(0, "the peer does not tell how it goes");
  deadline_ = std::max(deadline_.value_or(now), now + kFirstNotify);
  return std::nullopt;
}

Transfer::News Transfer::on_no_answer(const std::string& why) { return finish(0, why); }

bool Transfer::is_told_by(const sip::Message& notify) const {
  const auto event = sip::parse_event(notify.field(sip::Field::event).value_or(""));
  if (!event || event->package != "refer" || !event->templates.empty()) return false;
  return event->id.empty() || event->id == std::to_string(cseq_);
}

Transfer::News Transfer::on_notify(const sip::Message& notify, TimePoint now) {
  if (over_) return std::nullopt;
  const auto state =
      sip::parse_subscription_state(notify.field(sip::Field::subscription_state).value_or("active"));
  const auto told = read_sip_fragment(notify.body());
  if (told && told->status >= 200) return finish(told->status, told->reason);
  if (state && state->state == "terminated") {
    return finish(0, state->reason.empty() ? "the peer stopped telling" : state->reason);
  }
  const Duration lifetime = state && state->expires
                                ? std::min<Duration>(*state->expires, kLongestLifetime)
                                : kUsualLifetime;
  deadline_ = now + std::max(lifetime, kFirstNotify);
  if (!told) return std::nullopt;
  return Progress{told->status, told->reason, false};
}

Transfer::News Transfer::on_timeout(TimePoint now) {
  if (!deadline_ || now < *deadline_) return std::nullopt;
  return finish(0, "the peer never told how it ended");
}

}  // namespace godwit::ua
