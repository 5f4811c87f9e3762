// SPDX-License-Identifier: Apache-2.0
#include "call_console.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "config_file.h"
#include "network_chronicle.h"

namespace godwit::cli {
namespace {

/// Keys are for people who see what they do: both ends of the program are terminals.
bool keys_are_possible() {
  return is_our_terminal(STDIN_FILENO) && ::isatty(STDERR_FILENO) != 0;
}

}  // namespace

void add_console_options(const Verb& verb, ConsoleSettings& settings) {
  verb.flag({"--commands",
             "Take commands from standard input, one JSON object a line, and answer each in the "
             "event stream (docs/command-line.md)"},
            settings.commands);
  verb.flag({"--keys,!--no-keys", "On a terminal, keys hold, transfer, record ... (the default)"},
            settings.keys);
  verb.texts({"--expect",
              "End with 8 unless this is so: 'call.answered within 5s', 'not call.dtmf', "
              "'gap<=300ms,loss<=1%'; may be given several times",
              "CONDITION"},
             settings.expect);
  verb.flag({"--history,!--no-history", "Remember calls and network changes for `godwit history` and `network history` (the default)", "",
             "Output"},
            settings.history);
}

Result<Expectations> make_expectations(const ConsoleSettings& settings) {
  return Expectations::parse(settings.expect);
}

CallConsole::CallConsole(AgentSession& session, AccountSession& account,
                         const ConsoleSettings& settings, CallOptions options,
                         Expectations expectations)
    : session_(session),
      settings_(settings),
      expectations_(std::move(expectations)),
      desk_(session, account, std::move(options),
            HistoryFile(settings.history ? state_path("history.ndjson") : "")) {
  if (settings.history) remember_network_changes(session);
  if (settings.commands) {
    script_ = std::make_unique<ScriptRunner>(session, account, desk_);
  } else if (settings.keys && keys_are_possible()) {
    keys_ = std::make_unique<InCallKeys>(session, desk_);
  }
}

void CallConsole::begin() {
  began_ = std::chrono::steady_clock::now();
  look_every_second();
  if (script_) script_->start();
}

void CallConsole::on_event(const Event& event) {
  desk_.on_event(event);
  if (!expectations_.empty() || script_) {
    const Json json = to_json(event, event_time_now());
    expectations_.on_event(json, since_beginning());
    if (script_) script_->on_event(json);
  }
  if (keys_) {
    desk_.look();
    keys_->show_status();
  }
}

void CallConsole::look() {
  desk_.look();
  if (keys_) keys_->show_status();
}

void CallConsole::look_every_second() {
  look();
  session_.after(std::chrono::seconds(1), [this] { look_every_second(); });
}

Duration CallConsole::since_beginning() const {
  return began_ ? Duration(std::chrono::steady_clock::now() - *began_) : Duration{};
}

Verdict CallConsole::judge(const Verdict& outcome, Json& result) {
  if (expectations_.empty()) return outcome;
  expectations_.judge(desk_.figures(), since_beginning());
  session_.output().result(expectations_.to_text());
  result["expectations"] = expectations_.to_json();
  // Who was interrupted, or never came to call, has not found anything out.
  const bool never_began = !began_ && outcome.code != ExitCode::success;
  return outcome.code == ExitCode::interrupted || never_began ? outcome
                                                              : expectations_.verdict(outcome);
}

}  // namespace godwit::cli
