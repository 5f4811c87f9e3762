// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "account_session.h"
#include "call_story.h"
#include "commands.h"
#include "settings.h"
#include "shown_text.h"
#include "sound_settings.h"

namespace godwit::cli {
namespace {

constexpr std::chrono::seconds kRegisterLimit{32};  // RFC 3261 §17.1.2.2, timer F

struct AnswerCommand {
  ConfigChoice config;
  CommonSettings common;
  AgentSettings agent;
  AccountSettings account;
  SoundSettings sound;
  bool automatic = true;
  double ring = 0;  ///< seconds before the answer
  bool decline = false;
  bool once = false;
  int at_once = 1;  ///< calls served at the same time; the next caller is told "busy"
};

/// Takes calls as they come, until it is told to stop.
class Answering {
 public:
  Answering(const AnswerCommand& command, const CallOptions& call, const UserAgentOptions& agent,
            Output& output)
      : command_(command), call_options_(call), session_(agent, output), account_(session_) {}

  Verdict run(const AccountOptions& account) {
    session_.on_event([this](const Event& event) { on_event(event); });
    session_.before_end([this] { look(); });
    account_.start(account, kDefaultExpires, kRegisterLimit, [this] { wait_for_calls(); });
    Verdict verdict = session_.run();
    session_.output().finish("answer", verdict, result());
    return verdict;
  }

 private:
  void wait_for_calls() {
    session_.output().result(
        fmt::format("Waiting for calls to {}.", shown(account_.registration().contact)));
    look_every_second();
    const auto limit = time_limit(command_.common);
    if (!limit) return;
    session_.after(*limit, [this] {
      if (taken_ == 0) session_.finish({ExitCode::no_answer, "Nobody called in time.", ""});
    });
  }

  void on_event(const Event& event) {
    for (CallStory& story : stories_) story.on_event(event);
    if (const auto* e = std::get_if<IncomingCall>(&event)) when_called(*e);
    if (const auto* e = std::get_if<CallAnswered>(&event)) when_answered(e->call);
    if (const auto* e = std::get_if<CallEnded>(&event)) when_ended(e->call);
  }

  void when_called(const IncomingCall& incoming) {
    Call call = session_.agent().call(incoming.call);
    if (command_.decline || session_.agent().calls().size() > limit_of_calls()) {
      constexpr int kBusyHere = 486;
      return report(call.decline(kBusyHere));
    }
    ++taken_;
    stories_.emplace_back(incoming.call, incoming.from);
    if (!command_.automatic) return;
    if (command_.ring <= 0) return answer(call);
    session_.after(
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(command_.ring)),
        [this, call] { answer(call); });
  }

  void answer(Call call) {
    if (!call.info()) return;  // the caller gave up while it rang
    CallOptions options = call_options_;
    options.record_file = recording_name(options.record_file, ++answered_);
    report(call.answer(options));
  }

  void when_answered(CallId id) {
    look();
    if (command_.sound.duration <= 0) return;
    const std::chrono::duration<double> duration(command_.sound.duration);
    session_.after(std::chrono::duration_cast<Duration>(duration), [this, id] {
      look();
      // Refused only when the call has ended already.
      static_cast<void>(session_.agent().call(id).hang_up());
    });
  }

  void when_ended(CallId id) {
    for (CallStory& story : stories_) {
      if (story.call() != id) continue;
      if (story.answered()) session_.output().result(story.to_text());
      if (command_.once) session_.finish(story.verdict());
    }
    // A phone that has answered for weeks keeps only its last call in mind.
    while (stories_.size() > 1 && stories_.front().ended()) stories_.erase(stories_.begin());
  }

  void look() {
    for (CallStory& story : stories_) {
      const Result<CallInfo> info = session_.agent().call(story.call()).info();
      if (info) story.on_info(*info);
    }
  }

  void look_every_second() {
    look();
    session_.after(std::chrono::seconds(1), [this] { look_every_second(); });
  }

  void report(const Result<void>& done) {
    if (!done) session_.output().problem(verdict_on(done.error(), "The call was not taken"));
  }

  [[nodiscard]] std::size_t limit_of_calls() const {
    return static_cast<std::size_t>(command_.at_once);
  }

  [[nodiscard]] Json result() const {
    Json j;
    j["calls"] = taken_;
    if (!stories_.empty()) j["last_call"] = stories_.back().to_json();
    return j;
  }

  const AnswerCommand& command_;
  const CallOptions& call_options_;
  AgentSession session_;
  AccountSession account_;
  std::vector<CallStory> stories_;
  int taken_ = 0;
  int answered_ = 0;
};

int run_answer(const AnswerCommand& command) {
  Output output(output_settings(command.common));
  const auto account =
      make_account_options(command.account, command.agent.transport.transport, output);
  const auto agent = make_user_agent_options(command.common, command.agent, output);
  const auto call = make_call_options(command.sound);
  for (const Error* error : {account ? nullptr : &account.error(), agent ? nullptr : &agent.error(),
                             call ? nullptr : &call.error()}) {
    if (error == nullptr) continue;
    const Verdict verdict = verdict_on(*error, "Cannot start");
    output.finish("answer", verdict, Json::object());
    return static_cast<int>(verdict.code);
  }
  return static_cast<int>(Answering(command, *call, *agent, output).run(*account).code);
}

}  // namespace

void add_answer_command(const Verb& program, Selected& selected) {
  constexpr Limits<double> kRingTimes{0, 3600};
  constexpr Limits<int> kCalls{1, 1000};
  auto command = std::make_shared<AnswerCommand>();
  const Verb verb = program.add_verb("answer", "Register and take calls");
  verb.flag({"--auto,!--no-auto", "Answer by itself (the default)"}, command->automatic);
  verb.number({"--ring", "Ring this long before the answer; default 0", "SECONDS"}, command->ring,
              kRingTimes);
  verb.flag({"--decline", "Tell every caller: 486 Busy Here"}, command->decline);
  verb.flag({"--once", "End after the first call, with its exit code"}, command->once);
  verb.number({"--calls", "Calls at the same time; default 1", "NUMBER"}, command->at_once, kCalls);
  add_config_options(verb, command->config);
  add_account_options(verb, command->account);
  add_sound_options(verb, command->sound);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_answer(*command); }; });
}

}  // namespace godwit::cli
