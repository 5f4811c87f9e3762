// SPDX-License-Identifier: Apache-2.0
#include "agent_session.h"

#include <algorithm>

namespace godwit::cli {

using SteadyClock = std::chrono::steady_clock;

AgentSession::AgentSession(UserAgentOptions options, Output& output)
    : output_(output), agent_(std::move(options)) {
  agent_.on_event([this](const Event& event, const EventTime& time) {
    output_.event(event, time);
    for (const auto& handler : handlers_) handler(event);
  });
}

void AgentSession::on_event(std::function<void(const Event&)> handler) {
  handlers_.push_back(std::move(handler));
}

void AgentSession::after(Duration wait, std::function<void()> f) {
  timers_.emplace(SteadyClock::now() + wait, std::move(f));
}

void AgentSession::finish(Verdict verdict) {
  if (verdict_) return;
  verdict_ = std::move(verdict);
  if (before_end_) before_end_();
  agent_.shut_down();
}

void AgentSession::leave(Verdict verdict) {
  if (verdict_) return;
  verdict_ = std::move(verdict);
  agent_.stop();
}

Verdict AgentSession::run() {
  const StopSignals signals([this](Wish wish) { agent_.post([this, wish] { on_wish(wish); }); });
  while (agent_.poll(until_next())) run_due();
  return verdict_.value_or(
      Verdict{ExitCode::other_failure, "The user agent stopped by itself.", ""});
}

void AgentSession::on_wish(Wish wish) {
  switch (wish) {
    case Wish::hang_up:
      return finish({ExitCode::interrupted, "", ""});
    case Wish::terminate:
      return finish({});
    case Wish::look:
      return agent_.notify_network_changed();
  }
}

void AgentSession::run_due() {
  const auto now = SteadyClock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    // Out of the map before it runs: it may add timers itself.
    const auto node = timers_.extract(timers_.begin());
    node.mapped()();
  }
}

Duration AgentSession::until_next() const {
  constexpr Duration kLongestNap = std::chrono::hours(1);
  if (timers_.empty()) return kLongestNap;
  return std::clamp<Duration>(timers_.begin()->first - SteadyClock::now(), Duration::zero(),
                              kLongestNap);
}

}  // namespace godwit::cli
