// SPDX-License-Identifier: Apache-2.0
#include "script_runner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "error_name.h"

namespace godwit::cli {
namespace {

/// Lines that are read ahead, and events that are kept for a "wait" to come.
constexpr std::size_t kLinesAhead = 1000;
constexpr std::size_t kEventsKept = 1000;
constexpr double kUsualWait = 30;  // s
constexpr double kLongestWait = 7 * 24 * 3600.0;

Duration seconds(double number) {
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(std::clamp(number, 0.0, kLongestWait)));
}

}  // namespace

ScriptRunner::ScriptRunner(AgentSession& session, AccountSession& account, CallDesk& desk)
    : session_(session), account_(account), desk_(desk) {}

void ScriptRunner::start() {
  input_ = std::make_unique<StandardInput>(STDIN_FILENO, [this](std::string bytes) {
    session_.agent().post([this, bytes = std::move(bytes)] { on_bytes(bytes); });
  });
}

void ScriptRunner::on_bytes(const std::string& bytes) {
  if (bytes.empty()) {
    input_ended_ = true;
    if (std::string last = cutter_.rest(); !last.empty()) lines_.push_back(std::move(last));
  }
  for (std::string& line : cutter_.on_bytes(bytes)) lines_.push_back(std::move(line));
  run_all();
}

void ScriptRunner::run_all() {
  while (!over_ && !waiting_ && !lines_.empty()) {
    const std::string line = std::move(lines_.front());
    lines_.pop_front();
    on_line(line);
  }
  if (input_) input_->hold_back(lines_.size() > kLinesAhead);
  if (!over_ && !waiting_ && lines_.empty() && input_ended_) finish();
}

void ScriptRunner::on_line(const std::string& line) {
  ++line_;
  if (line.find_first_not_of(" \t\r") == std::string::npos) return;
  const auto command = parse_script_command(line);
  if (command) return run(*command);
  say_failed(command.error().id, "", "malformed",
             fmt::format("line {}: {}", line_, command.error().message));
}

void ScriptRunner::run(const ScriptCommand& command) {
  if (command.does == "wait") return begin_waiting(command);
  const Outcome outcome = execute(command);
  if (!outcome) {
    const Error& error = outcome.error();
    return say_failed(command.id, command.does, error_name(error.code),
                      error.detail.empty() ? error.code.message() : error.detail);
  }
  say_done(command, *outcome);
  if (command.does == "quit") finish();
}

void ScriptRunner::say_done(const ScriptCommand& command, const Json& fields) {
  Json line = envelope(event_time_now(), "command.done");
  line["id"] = command.id;
  line["do"] = command.does;
  line.update(fields);
  session_.output().event(line);
}

void ScriptRunner::say_failed(const Json& id, const std::string& does, std::string_view error,
                              const std::string& message) {
  ++failed_;
  Json line = envelope(event_time_now(), "command.failed");
  line["id"] = id;
  line["do"] = does.empty() ? Json(nullptr) : Json(does);
  line["error"] = error;
  line["message"] = message;
  session_.output().event(line);
}

void ScriptRunner::finish() {
  over_ = true;
  if (failed_ == 0) return session_.finish({});
  session_.finish({ExitCode::other_failure, fmt::format("{} of the commands failed.", failed_),
                   "The lines with \"command.failed\" say why."});
}

void ScriptRunner::on_event(const Json& event) {
  events_.push_back(event);
  if (events_.size() > kEventsKept) events_.pop_front();
  if (!waiting_ || !waiting_->condition) return;
  Json taken;
  if (!take_event(*waiting_->condition, taken)) return;
  const ScriptCommand command = std::move(waiting_->command);
  waiting_.reset();
  say_done(command, Json{{"event", taken}});
  // Later: other handlers have not seen this event yet.
  session_.agent().post([this] { run_all(); });
}

bool ScriptRunner::take_event(const Condition& condition, Json& event) {
  const auto it = std::find_if(events_.begin(), events_.end(),
                               [&condition](const Json& one) { return matches(condition, one); });
  if (it == events_.end()) return false;
  event = std::move(*it);
  events_.erase(it);
  return true;
}

void ScriptRunner::begin_waiting(const ScriptCommand& command) {
  const auto wrong = [&](const Error& error) {
    say_failed(command.id, command.does, error_name(error.code), error.detail);
  };
  Waiting waiting{command, std::nullopt, line_};
  if (command.has("for")) {
    const auto words = split_words(command.text("for"));
    if (!words) return wrong(words.error());
    auto condition = parse_condition(*words);
    if (!condition) return wrong(condition.error());
    if (command.has("call")) {
      const auto call = call_waited_for(command.fields["call"]);
      if (!call) return wrong(call.error());
      condition->terms.push_back({"call", Comparator::equal, std::to_string(call->value)});
    }
    waiting.condition = std::move(*condition);
    if (Json event; take_event(*waiting.condition, event)) {
      return say_done(command, Json{{"event", event}});
    }
  } else if (!command.has("seconds")) {
    return wrong({make_error_code(Errc::invalid_argument), "wait wants \"for\" or \"seconds\""});
  }
  double limit = command.has("timeout") ? command.number("timeout") : kUsualWait;
  if (!waiting.condition) limit = command.number("seconds");
  waiting_ = std::move(waiting);
  session_.after(seconds(limit), [this, number = line_] { end_waiting(number); });
}

void ScriptRunner::end_waiting(std::uint64_t number) {
  if (over_ || !waiting_ || waiting_->number != number) return;
  const Waiting waiting = std::move(*waiting_);
  waiting_.reset();
  if (waiting.condition) {
    say_failed(waiting.command.id, waiting.command.does,
               error_name(make_error_code(Errc::timed_out)),
               fmt::format("{} did not come", waiting.command.text("for")));
  } else {
    say_done(waiting.command, Json::object());
  }
  run_all();
}

}  // namespace godwit::cli
