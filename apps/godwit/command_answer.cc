// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "call_console.h"
#include "commands.h"
#include "instance_file.h"
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
  ConsoleSettings console;
  bool automatic = true;
  double ring = 0;  ///< seconds before the answer
  bool decline = false;
  bool once = false;
  int at_once = 1;  ///< calls served at the same time; the next caller is told "busy"
};

/// Everything the command line was turned into.
struct AnswerPlan {
  UserAgentOptions agent;
  AccountOptions account;
  CallOptions call;
  Expectations expectations;
};

/// Takes calls as they come, until it is told to stop.
class Answering {
 public:
  Answering(const AnswerCommand& command, const AnswerPlan& plan, Output& output)
      : command_(command),
        plan_(plan),
        session_(plan.agent, output),
        account_(session_),
        console_(session_, account_, command.console, plan.call, plan.expectations) {}

  Verdict run() {
    session_.on_event([this](const Event& event) { on_event(event); });
    session_.before_end([this] { console_.look(); });
    console_.desk().set_identity(plan_.account.address_of_record);
    account_.start(plan_.account, kDefaultExpires, kRegisterLimit, [this] { wait_for_calls(); });
    const Verdict outcome = session_.run();
    Json result;
    result["calls"] = taken_;
    if (!console_.desk().calls().empty()) {
      result["last_call"] = console_.desk().calls().back().story.to_json();
    }
    const Verdict verdict = console_.judge(outcome, result);
    session_.output().finish("answer", verdict, result);
    return verdict;
  }

 private:
  void wait_for_calls() {
    session_.output().result(
        fmt::format("Waiting for calls to {}.", shown(account_.registration().contact)));
    console_.begin();
    const auto limit = time_limit(command_.common);
    if (!limit) return;
    session_.after(*limit, [this] {
      if (taken_ == 0) session_.finish({ExitCode::no_answer, "Nobody called in time.", ""});
    });
  }

  void on_event(const Event& event) {
    console_.on_event(event);
    if (const auto* e = std::get_if<IncomingCall>(&event)) when_called(*e);
    if (const auto* e = std::get_if<CallAnswered>(&event)) when_answered(e->call);
    if (const auto* e = std::get_if<CallEnded>(&event)) when_ended(e->call);
  }

  void when_called(const IncomingCall& incoming) {
    const bool is_full = session_.agent().calls().size() > limit_of_calls();
    // Who takes the place of a call, or comes to it, is no further one.
    const bool is_further = !incoming.replaces && !incoming.joins;
    if (command_.decline || (is_full && is_further && !console_.has_script())) {
      constexpr int kBusyHere = 486;
      return report(session_.agent().call(incoming.call).decline(kBusyHere));
    }
    ++taken_;
    if (!command_.automatic || console_.has_script()) return;
    if (command_.ring <= 0) return answer(incoming.call);
    session_.after(
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(command_.ring)),
        [this, call = incoming.call] { answer(call); });
  }

  void answer(CallId call) {
    const DeskCall* known = console_.desk().find(call);
    if (known == nullptr || known->story.ended() || known->ours) return;  // given up, or taken
    report(console_.desk().answer(call, plan_.call));
  }

  void when_answered(CallId id) {
    console_.look();
    if (command_.sound.duration <= 0) return;
    const std::chrono::duration<double> duration(command_.sound.duration);
    session_.after(std::chrono::duration_cast<Duration>(duration), [this, id] {
      console_.look();
      // Refused only when the call has ended already.
      static_cast<void>(session_.agent().call(id).hang_up());
    });
  }

  void when_ended(CallId id) {
    const DeskCall* call = console_.desk().find(id);
    if (call == nullptr) return;
    if (call->story.answered()) session_.output().result(call->story.to_text());
    const bool was_refused = call->incoming && !call->ours && command_.decline;
    if (command_.once && !was_refused && !console_.has_script() && !console_.desk().is_busy()) {
      session_.finish(call->story.verdict());
    }
    // A phone that has answered for weeks keeps only its last call in mind.
    console_.desk().tidy();
  }

  void report(const Result<void>& done) {
    if (!done) session_.output().problem(verdict_on(done.error(), "The call was not taken"));
  }

  [[nodiscard]] std::size_t limit_of_calls() const {
    return static_cast<std::size_t>(command_.at_once);
  }

  const AnswerCommand& command_;
  const AnswerPlan& plan_;
  AgentSession session_;
  AccountSession account_;
  CallConsole console_;
  int taken_ = 0;
};

Result<AnswerPlan> make_plan(const AnswerCommand& command, Output& output) {
  AnswerPlan plan;
  auto expectations = make_expectations(command.console);
  if (!expectations) return tl::unexpected(expectations.error());
  plan.expectations = std::move(*expectations);
  auto account = make_account_options(command.account, command.agent.transport.transport, output);
  if (!account) return tl::unexpected(account.error());
  plan.account = std::move(*account);
  apply(command.sound.srtp, plan.account);
  auto agent = make_user_agent_options(command.common, command.agent, output);
  if (!agent) return tl::unexpected(agent.error());
  plan.agent = std::move(*agent);
  give_instance_id(plan.account, plan.agent, output);
  auto call = make_call_options(command.sound);
  if (!call) return tl::unexpected(call.error());
  plan.call = std::move(*call);
  return plan;
}

int run_answer(const AnswerCommand& command) {
  OutputSettings settings = output_settings(command.common);
  settings.events = settings.events || command.console.commands;
  Output output(settings);
  const Result<AnswerPlan> plan = make_plan(command, output);
  if (plan) return static_cast<int>(Answering(command, *plan, output).run().code);
  return output.cannot_start("answer", plan.error());
}

}  // namespace

void add_answer_command(const Verb& program, Selected& selected) {
  constexpr Limits<double> kRingTimes{0, 3600};
  constexpr Limits<int> kCalls{1, 1000};
  auto command = std::make_shared<AnswerCommand>();
  const Verb verb = program.add_verb("answer", "Register and take calls");
  verb.flag({"--auto,!--no-auto", "Answer by itself (the default); else with the key a"},
            command->automatic);
  verb.number({"--ring", "Ring this long before the answer; default 0", "SECONDS"}, command->ring,
              kRingTimes);
  verb.flag({"--decline", "Tell every caller: 486 Busy Here"}, command->decline);
  verb.flag({"--once", "End after the first call, with its exit code"}, command->once);
  verb.number({"--calls", "Calls at the same time; default 1", "NUMBER"}, command->at_once, kCalls);
  add_console_options(verb, command->console);
  add_config_options(verb, command->config);
  add_account_options(verb, command->account);
  add_sound_options(verb, command->sound);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_answer(*command); }; });
}

}  // namespace godwit::cli
