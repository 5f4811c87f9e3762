// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
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

constexpr std::chrono::seconds kDefaultAnswerLimit{60};
constexpr std::chrono::seconds kLongestAnswerLimit{3600};

struct CallCommand {
  ConfigChoice config;
  CommonSettings common;
  AgentSettings agent;
  AccountSettings account;
  SoundSettings sound;
  ConsoleSettings console;
  std::string target;
  std::string dtmf;
  bool no_register = false;
};

/// Everything the command line was turned into.
struct CallPlan {
  UserAgentOptions agent;
  AccountOptions account;
  CallOptions call;
  Expectations expectations;
  std::chrono::seconds expires{};  ///< 0: without registration
  Duration limit{};
};

/// Outgoing calls, from registering to the last line.
class OutgoingCall {
 public:
  OutgoingCall(const CallCommand& command, const CallPlan& plan, Output& output)
      : command_(command),
        plan_(plan),
        session_(plan.agent, output),
        account_(session_),
        console_(session_, account_, command.console, plan.call, plan.expectations) {}

  Verdict run() {
    session_.on_event([this](const Event& event) { on_event(event); });
    session_.before_end([this] { console_.look(); });
    console_.desk().set_identity(plan_.account.address_of_record);
    account_.start(plan_.account, plan_.expires, plan_.limit, [this] { begin(); });
    const Verdict outcome = session_.run();
    const DeskCall* first = console_.desk().find(first_);
    if (first != nullptr && first->story.answered()) {
      session_.output().result(first->story.to_text());
    }
    Json result = first == nullptr ? Json::object() : first->story.to_json();
    const Verdict verdict = console_.judge(outcome, result);
    session_.output().finish("call", verdict, result);
    return verdict;
  }

 private:
  void begin() {
    console_.begin();
    if (command_.target.empty()) return;
    const Result<Call> call = console_.desk().dial(command_.target, plan_.call, true);
    if (!call) return session_.finish(verdict_on(call.error(), "Cannot call"));
    first_ = call->id();
    session_.output().note(fmt::format("calling {}", shown(command_.target)));
  }

  void on_event(const Event& event) {
    console_.on_event(event);
    const auto* answered = std::get_if<CallAnswered>(&event);
    if (answered != nullptr && answered->call == first_) when_answered();
    const auto* incoming = std::get_if<IncomingCall>(&event);
    if (incoming != nullptr && !console_.is_driven()) when_called(*incoming);
    // A script decides for itself when it is over.
    if (first_ && !console_.has_script() && !console_.desk().is_busy()) {
      session_.finish(console_.desk().verdict());
    }
  }

  void when_answered() {
    console_.look();
    Call call = session_.agent().call(first_);
    if (!command_.dtmf.empty()) {
      const Result<void> sent = call.send_dtmf(command_.dtmf);
      if (!sent) session_.output().problem(verdict_on(sent.error(), "Digits were not sent"));
    }
    if (command_.sound.duration <= 0) return;
    const std::chrono::duration<double> duration(command_.sound.duration);
    session_.after(std::chrono::duration_cast<Duration>(duration), [this] { hang_up(); });
  }

  /// The calls' end, not the time, ends the session: its last event holds the outcome.
  void hang_up() {
    console_.look();
    for (const CallId call : console_.desk().alive()) {
      // Refused only when the call has just ended, and then its event is under way.
      static_cast<void>(session_.agent().call(call).hang_up());
    }
  }

  /// Nobody is there to decide: who takes the place of our peer is welcome, others hear "busy".
  void when_called(const IncomingCall& incoming) {
    constexpr int kBusyHere = 486;
    Call call = session_.agent().call(incoming.call);
    const Result<void> done = incoming.replaces ? console_.desk().answer(incoming.call, plan_.call)
                                                : call.decline(kBusyHere);
    if (!done) session_.output().problem(verdict_on(done.error(), "The call was not taken"));
  }

  const CallCommand& command_;
  const CallPlan& plan_;
  AgentSession session_;
  AccountSession account_;
  CallConsole console_;
  CallId first_;
};

Result<AccountOptions> account_for(const CallCommand& command, Output& output) {
  const std::string& transport = command.agent.transport.transport;
  if (!command.account.aor.empty()) return make_account_options(command.account, transport, output);
  if (command.target.find_first_of("@:") == std::string::npos) {
    return fail(Errc::invalid_argument,
                fmt::format("{} has no domain: give --aor, or the whole address",
                            command.target.empty() ? "the caller" : command.target));
  }
  return make_anonymous_account(command.target, transport);
}

Result<CallPlan> make_plan(const CallCommand& command, Output& output) {
  CallPlan plan;
  if (command.target.empty() && !command.console.commands) {
    return fail(Errc::invalid_argument, "target is required");
  }
  auto expectations = make_expectations(command.console);
  if (!expectations) return tl::unexpected(expectations.error());
  plan.expectations = std::move(*expectations);
  auto account = account_for(command, output);
  if (!account) return tl::unexpected(account.error());
  plan.account = std::move(*account);
  apply(command.sound.srtp, plan.account);
  auto agent = make_user_agent_options(command.common, command.agent, output);
  if (!agent) return tl::unexpected(agent.error());
  plan.agent = std::move(*agent);
  auto call = make_call_options(command.sound);
  if (!call) return tl::unexpected(call.error());
  plan.call = std::move(*call);
  plan.limit = *time_limit(command.common, kDefaultAnswerLimit);
  plan.call.answer_timeout = std::clamp(std::chrono::ceil<std::chrono::seconds>(plan.limit),
                                        std::chrono::seconds(1), kLongestAnswerLimit);
  const bool registers = !command.account.aor.empty() && !command.no_register;
  if (registers) give_instance_id(plan.account, plan.agent, output);
  plan.expires = registers ? kDefaultExpires : std::chrono::seconds(0);
  return plan;
}

int run_call(const CallCommand& command) {
  OutputSettings settings = output_settings(command.common);
  settings.events = settings.events || command.console.commands;
  Output output(settings);
  const Result<CallPlan> plan = make_plan(command, output);
  if (!plan) return output.cannot_start("call", plan.error());
  return static_cast<int>(OutgoingCall(command, *plan, output).run().code);
}

}  // namespace

void add_call_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<CallCommand>();
  const Verb verb = program.add_verb("call", "Register and call somebody");
  verb.text({"target", "bob, bob@example.org or sip:bob@example.org; may be left to --commands"},
            command->target);
  verb.text({"--dtmf", "Send these digits after the answer: 0-9 * # A-D", "DIGITS"}, command->dtmf);
  verb.flag({"--no-register", "Call without registering first"}, command->no_register);
  add_console_options(verb, command->console);
  add_config_options(verb, command->config);
  add_account_options(verb, command->account);
  add_sound_options(verb, command->sound);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_call(*command); }; });
}

}  // namespace godwit::cli
