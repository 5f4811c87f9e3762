// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/keep_alive.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace godwit::sip {
namespace {

constexpr double kShortest = 0.8;                   // of the interval (RFC 5626 §4.4.1)
constexpr double kGoldenRatio = 0.618033988749895;  // its multiples lie evenly in [0, 1)

}  // namespace

KeepAlive::KeepAlive(const Profile& profile, double spread, TimePoint now)
    : profile_(profile), interval_(profile.interval), spread_(spread) {
  if (profile_.interval > Duration::zero()) ping_at_ = now + next_interval();
}

Duration KeepAlive::next_interval() {
  const double part = kShortest + (1.0 - kShortest) * spread_;
  spread_ = std::fmod(spread_ + kGoldenRatio, 1.0);
  return std::chrono::duration_cast<Duration>(interval_ * part);
}

void KeepAlive::keep_within(const Profile& profile, TimePoint now) {
  if (profile.longest > Duration::zero())
    profile_.longest = std::min(profile_.longest, profile.longest);
  const bool longer = profile_.interval > Duration::zero() && profile.interval >= profile_.interval;
  if (profile.interval <= Duration::zero() || longer) return;
  profile_.interval = interval_ = profile.interval;
  const TimePoint latest = now + next_interval();
  ping_at_ = ping_at_ ? std::min(*ping_at_, latest) : latest;
}

// A mapping that was used meanwhile says nothing of how long it is kept unused.
void KeepAlive::on_mapping(Mapping mapping, TimePoint now) {
  const auto quiet = std::exchange(quiet_, Duration::zero());
  if (profile_.longest <= profile_.interval || quiet < kShortest * interval_) return;
  if (mapping == Mapping::same) {
    held_ = std::max(held_, quiet);
    interval_ = std::min(profile_.longest, interval_ + interval_ / 2);
  } else {
    profile_.longest = Duration::zero();
    interval_ = std::max(profile_.interval, held_);
  }
  ping_at_ = now + next_interval();
}

void KeepAlive::on_sent(TimePoint now) {
  if (!dead_ && !unanswered_since_) unanswered_since_ = now;
}

void KeepAlive::on_received(TimePoint) {
  unanswered_since_.reset();
  asked_ = false;
}

void KeepAlive::on_pong(TimePoint now) {
  pongs_ = true;
  on_received(now);
}

std::optional<KeepAlive::Action> KeepAlive::on_timeout(TimePoint now) {
  const auto deadline = next_deadline();
  if (!deadline || now < *deadline) return std::nullopt;  // stale wake-up: harmless
  if (unanswered_since_) {
    if (asked_ && now >= *unanswered_since_ + profile_.patience) {
      dead_ = true;
      return Action::flow_dead;
    }
    if (!asked_ && now >= *unanswered_since_ + profile_.patience / 2) return ask_again(now);
    ping_at_ = now + next_interval();  // a sign of life is being waited for already
    return std::nullopt;
  }
  ping_at_ = now + next_interval();
  quiet_ = last_traffic_ ? now - *last_traffic_ : Duration::zero();
  unanswered_since_ = now;
  asked_ = ignores_pings_ && !pongs_;
  return asked_ ? Action::ask_aloud : Action::send_ping;
}

/// Woken late, it does not take its own delay for the far end's silence.
KeepAlive::Action KeepAlive::ask_again(TimePoint now) {
  asked_ = true;
  unanswered_since_ = std::max(*unanswered_since_, now - profile_.patience / 2);
  if (pongs_) return Action::send_ping;
  ignores_pings_ = true;
  return Action::ask_aloud;
}

std::optional<TimePoint> KeepAlive::next_deadline() const {
  if (dead_) return std::nullopt;
  auto next = ping_at_;
  if (unanswered_since_) {
    const auto span = asked_ ? profile_.patience : profile_.patience / 2;
    const auto at = *unanswered_since_ + span;
    next = next ? std::min(*next, at) : at;
  }
  return next;
}

}  // namespace godwit::sip
