// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "exit_code.h"
#include "godwit/user_agent.h"
#include "output.h"
#include "stop_signals.h"

namespace godwit::cli {

/// A user agent at work for one command: prints its events, heeds signals and deadlines, and ends
/// politely with the first verdict that was given.
class AgentSession {
 public:
  AgentSession(UserAgentOptions options, Output& output);

  [[nodiscard]] UserAgent& agent() { return agent_; }
  [[nodiscard]] Output& output() { return output_; }

  /// Told of every event after it was printed, in the order in which handlers were added.
  void on_event(std::function<void(const Event&)> handler);
  /// Runs `f` once, after this much time, while the session lasts.
  void after(Duration wait, std::function<void()> f);
  /// Runs just before the polite end: the last look at calls that are up.
  void before_end(std::function<void()> f) { before_end_ = std::move(f); }

  /// Ends politely: hangs up, unregisters. The first verdict counts.
  void finish(Verdict verdict);
  /// Ends without a word to anybody: bindings stay.
  void leave(Verdict verdict);

  /// Serves until the end. @return the verdict.
  [[nodiscard]] Verdict run();

 private:
  void on_wish(Wish wish);
  void run_due();
  [[nodiscard]] Duration until_next() const;

  Output& output_;
  UserAgent agent_;
  std::vector<std::function<void(const Event&)>> handlers_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers_;
  std::function<void()> before_end_;
  std::optional<Verdict> verdict_;
};

}  // namespace godwit::cli
