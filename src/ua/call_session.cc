// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ua/call.h"

namespace godwit::ua {

sip::SessionTimer::Options Call::timer_options(const SessionTimerOptions& options) {
  using Timer = sip::SessionTimer;
  Timer::Options read;
  read.interval = options.interval;
  switch (options.use) {
    case SessionTimerOptions::Use::off:
      read.use = Timer::Use::off;
      break;
    case SessionTimerOptions::Use::supported:
      read.use = Timer::Use::supported;
      break;
    case SessionTimerOptions::Use::required:
      read.use = Timer::Use::required;
      break;
  }
  switch (options.refresher) {
    case SessionTimerOptions::Refresher::any:
      read.refresher = Timer::Refresher::any;
      break;
    case SessionTimerOptions::Refresher::local:
      read.refresher = Timer::Refresher::local;
      break;
    case SessionTimerOptions::Refresher::remote:
      read.refresher = Timer::Refresher::remote;
      break;
  }
  return read;
}

// Our 2xx to a request that refreshes the session.
void Call::answer_session(const sip::Message& request, sip::Message& response, TimePoint now) {
  session_timer_.answer(request, response, now);
  negotiation_.refresh_due = false;
}

void Call::check_session(TimePoint now) {
  if (state_ != State::up) return;
  const auto refresh = session_timer_.refresh_at();
  if (refresh && now >= *refresh) negotiation_.refresh_due = true;
  const auto end = session_end();
  if (end && now >= *end) drop("the session was not refreshed in time", Who::timeout, now);
}

// RFC 4028 §10, but a network that was away is no reason to give the call up: who comes back has a
// while to refresh.
std::optional<TimePoint> Call::session_end() const {
  const auto end = session_timer_.end_at();
  if (!end || parked_ || state_ != State::up) return std::nullopt;
  if (!network_back_) return end;
  return std::max(*end, *network_back_ + options_.session_timer.network_grace);
}

std::optional<TimePoint> Call::session_deadline() const {
  const auto end = session_end();
  const auto refresh = session_timer_.refresh_at();
  if (!refresh || negotiation_.refresh_due || state_ != State::up) return end;
  return end ? std::min(*end, *refresh) : refresh;
}

}  // namespace godwit::ua
