// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
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

constexpr std::chrono::seconds kDefaultAnswerLimit{60};
constexpr std::chrono::seconds kLongestAnswerLimit{3600};

struct CallCommand {
  ConfigChoice config;
  CommonSettings common;
  AgentSettings agent;
  AccountSettings account;
  SoundSettings sound;
  std::string target;
  std::string dtmf;
  bool no_register = false;
};

/// Everything the command line was turned into.
struct CallPlan {
  UserAgentOptions agent;
  AccountOptions account;
  CallOptions call;
  std::chrono::seconds expires{};  ///< 0: without registration
  Duration limit{};
};

/// One outgoing call, from registering to the last line.
class OutgoingCall {
 public:
  OutgoingCall(const CallCommand& command, const CallPlan& plan, Output& output)
      : command_(command), plan_(plan), session_(plan.agent, output), account_(session_) {}

  Verdict run() {
    session_.on_event([this](const Event& event) { on_event(event); });
    session_.before_end([this] { look(); });
    account_.start(plan_.account, plan_.expires, plan_.limit, [this] { dial(); });
    Verdict verdict = session_.run();
    if (story_ && story_->answered()) session_.output().result(story_->to_text());
    session_.output().finish("call", verdict, story_ ? story_->to_json() : Json::object());
    return verdict;
  }

 private:
  void dial() {
    const Result<Call> call = account_.account().dial(command_.target, plan_.call);
    if (!call) return session_.finish(verdict_on(call.error(), "Cannot call"));
    call_ = *call;
    story_.emplace(call_.id(), command_.target);
    session_.output().note(fmt::format("calling {}", shown(command_.target)));
  }

  void on_event(const Event& event) {
    if (!story_) return;
    story_->on_event(event);
    const auto* answered = std::get_if<CallAnswered>(&event);
    if (answered != nullptr && answered->call == story_->call()) when_answered();
    if (story_->ended()) session_.finish(story_->verdict());
  }

  void when_answered() {
    look_every_second();
    if (!command_.dtmf.empty()) {
      const Result<void> sent = call_.send_dtmf(command_.dtmf);
      if (!sent) session_.output().problem(verdict_on(sent.error(), "Digits were not sent"));
    }
    if (command_.sound.duration <= 0) return;
    const std::chrono::duration<double> duration(command_.sound.duration);
    session_.after(std::chrono::duration_cast<Duration>(duration), [this] { hang_up(); });
  }

  /// The call's end, not the time, ends the session: its last event holds the outcome.
  void hang_up() {
    look();
    // Refused only when the call has just ended, and then its event is under way.
    static_cast<void>(call_.hang_up());
  }

  void look() {
    const Result<CallInfo> info = call_.info();
    if (info && story_) story_->on_info(*info);
  }

  void look_every_second() {
    look();
    session_.after(std::chrono::seconds(1), [this] { look_every_second(); });
  }

  const CallCommand& command_;
  const CallPlan& plan_;
  AgentSession session_;
  AccountSession account_;
  Call call_;
  std::optional<CallStory> story_;
};

Result<AccountOptions> account_for(const CallCommand& command, Output& output) {
  const std::string& transport = command.agent.transport.transport;
  if (!command.account.aor.empty()) return make_account_options(command.account, transport, output);
  if (command.target.find_first_of("@:") == std::string::npos) {
    return fail(Errc::invalid_argument,
                fmt::format("{} has no domain: give --aor, or the whole address", command.target));
  }
  return make_anonymous_account(command.target, transport);
}

Result<CallPlan> make_plan(const CallCommand& command, Output& output) {
  CallPlan plan;
  auto account = account_for(command, output);
  if (!account) return tl::unexpected(account.error());
  plan.account = std::move(*account);
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
  plan.expires = registers ? kDefaultExpires : std::chrono::seconds(0);
  return plan;
}

int run_call(const CallCommand& command) {
  Output output(output_settings(command.common));
  const Result<CallPlan> plan = make_plan(command, output);
  if (!plan) {
    const Verdict verdict = verdict_on(plan.error(), "Cannot start");
    output.finish("call", verdict, Json::object());
    return static_cast<int>(verdict.code);
  }
  return static_cast<int>(OutgoingCall(command, *plan, output).run().code);
}

}  // namespace

void add_call_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<CallCommand>();
  const Verb verb = program.add_verb("call", "Register and call somebody");
  verb.text({"target", "bob, bob@example.org or sip:bob@example.org", "", "", true},
            command->target);
  verb.text({"--dtmf", "Send these digits after the answer: 0-9 * # A-D", "DIGITS"}, command->dtmf);
  verb.flag({"--no-register", "Call without registering first"}, command->no_register);
  add_config_options(verb, command->config);
  add_account_options(verb, command->account);
  add_sound_options(verb, command->sound);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_call(*command); }; });
}

}  // namespace godwit::cli
