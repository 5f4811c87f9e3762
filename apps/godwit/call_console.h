// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "call_desk.h"
#include "expectation.h"
#include "grammar.h"
#include "in_call_keys.h"
#include "script_runner.h"

namespace godwit::cli {

/// How a command with calls is driven and judged.
struct ConsoleSettings {
  bool commands = false;
  bool keys = true;
  bool history = true;
  std::vector<std::string> expect;
};

void add_console_options(const Verb& verb, ConsoleSettings& settings);

/// The settings as read. @return `invalid_argument` for an expectation that cannot be read.
[[nodiscard]] Result<Expectations> make_expectations(const ConsoleSettings& settings);

/// Everything around the calls of `godwit call` and `godwit answer`: the desk, the keyboard or the
/// script that drives it, what is expected, and how it came out.
class CallConsole {
 public:
  CallConsole(AgentSession& session, AccountSession& account, const ConsoleSettings& settings,
              CallOptions options, Expectations expectations);

  /// Begins: the time of expectations counts from here, keys and commands are taken.
  void begin();
  /// To be told of every event, before the command's own look at it.
  void on_event(const Event& event);
  /// Looks at the calls, now and every second.
  void look();

  [[nodiscard]] CallDesk& desk() { return desk_; }
  [[nodiscard]] bool has_script() const { return script_ != nullptr; }
  /// Does somebody at the keyboard decide, or a script?
  [[nodiscard]] bool is_driven() const { return script_ != nullptr || keys_ != nullptr; }

  /// The outcome in the light of what was expected; adds it to the result.
  [[nodiscard]] Verdict judge(const Verdict& outcome, Json& result);

 private:
  [[nodiscard]] Duration since_beginning() const;
  void look_every_second();

  AgentSession& session_;
  const ConsoleSettings& settings_;
  Expectations expectations_;
  CallDesk desk_;
  std::optional<std::chrono::steady_clock::time_point> began_;
  std::unique_ptr<ScriptRunner> script_;
  std::unique_ptr<InCallKeys> keys_;
};

}  // namespace godwit::cli
