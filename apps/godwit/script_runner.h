// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "call_desk.h"
#include "condition.h"
#include "script_command.h"
#include "standard_input.h"

namespace godwit::cli {

/// Carries out the commands of standard input, one after the other, and answers each with one line
/// of the event stream: "command.done" or "command.failed" (docs/command-line.md).
class ScriptRunner {
 public:
  ScriptRunner(AgentSession& session, AccountSession& account, CallDesk& desk);

  /// Begins to read; the end of the input, or "quit", ends the session.
  void start();
  /// To be told of every event, as its JSON.
  void on_event(const Json& event);

 private:
  /// A command that waits for its event.
  struct Waiting {
    ScriptCommand command;
    std::optional<Condition> condition;  ///< empty: for time to pass
    std::uint64_t number = 0;
  };
  using Outcome = Result<Json>;  ///< fields of "command.done"

  void on_bytes(const std::string& bytes);
  void on_line(const std::string& line);
  void run_all();
  void run(const ScriptCommand& command);
  void say_done(const ScriptCommand& command, const Json& fields);
  void say_failed(const Json& id, const std::string& does, std::string_view error,
                  const std::string& message);
  void finish();

  [[nodiscard]] Outcome execute(const ScriptCommand& command);
  [[nodiscard]] Outcome execute_on_call(const ScriptCommand& command, Call call);
  [[nodiscard]] Outcome dial(const ScriptCommand& command);
  [[nodiscard]] Outcome answer(const ScriptCommand& command);
  [[nodiscard]] Outcome digits(const ScriptCommand& command, Call call);
  [[nodiscard]] Outcome record(const ScriptCommand& command, Call call);
  [[nodiscard]] Outcome message(const ScriptCommand& command);
  [[nodiscard]] Outcome subscribe(const ScriptCommand& command);
  [[nodiscard]] Outcome conference(const ScriptCommand& command);
  [[nodiscard]] Outcome show(const ScriptCommand& command);
  void begin_waiting(const ScriptCommand& command);
  [[nodiscard]] bool take_event(const Condition& condition, Json& event);
  void end_waiting(std::uint64_t number);

  /// The call that a command means; its field is "call" unless another is named.
  [[nodiscard]] Result<Call> call_of(const ScriptCommand& command);
  [[nodiscard]] CallId number_named(const Json& name) const;
  [[nodiscard]] Result<CallId> call_named(const Json& name) const;
  /// A call that has ended and is forgotten too, as long as an event of it may still be waited for.
  [[nodiscard]] Result<CallId> call_waited_for(const Json& name) const;
  [[nodiscard]] Result<CallOptions> call_options(const ScriptCommand& command) const;
  void remember(const ScriptCommand& command, CallId call);

  AgentSession& session_;
  AccountSession& account_;
  CallDesk& desk_;
  LineCutter cutter_;
  std::deque<std::string> lines_;
  std::deque<Json> events_;  ///< that no "wait" has taken yet, the latest
  std::map<std::string, CallId> names_;
  std::optional<Waiting> waiting_;
  std::uint64_t line_ = 0;
  std::uint64_t failed_ = 0;
  bool input_ended_ = false;
  bool over_ = false;
  std::unique_ptr<StandardInput> input_;
};

}  // namespace godwit::cli
