// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "account_session.h"
#include "commands.h"
#include "instance_file.h"
#include "settings.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

constexpr int kUsualLifetime = 3600;
constexpr Limits<int> kLifetimes{0, 24 * 3600};

struct SubscribeCommand {
  ConfigChoice config;
  CommonSettings common;
  AgentSettings agent;
  AccountSettings account;
  std::string target;
  std::string package;
  int expires = kUsualLifetime;
  int notifications = 0;  ///< leave after this many; 0: stay
  bool registers = false;
};

/// One subscription, until it ends or enough was told.
class Subscribing {
 public:
  Subscribing(const SubscribeCommand& command, const UserAgentOptions& agent, Output& output)
      : command_(command), session_(agent, output), account_(session_) {}

  Verdict run(const AccountOptions& account) {
    constexpr std::chrono::seconds kFirstLimit{32};  // RFC 3261 §17.1.2.2, timer F
    session_.on_event([this](const Event& event) { on_event(event); });
    session_.before_end([this] {
      // Refused only when it is over already.
      if (id_) static_cast<void>(account_.account().unsubscribe(id_));
    });
    const auto expires = command_.registers ? kDefaultExpires : std::chrono::seconds(0);
    account_.start(account, expires, kFirstLimit, [this] { subscribe(); });
    if (const auto limit = time_limit(command_.common)) {
      session_.after(*limit, [this] { when_time_is_over(); });
    }
    Verdict verdict = session_.run();
    session_.output().finish("subscribe", verdict, result());
    return verdict;
  }

 private:
  void subscribe() {
    const auto subscription = account_.account().subscribe(command_.target, command_.package,
                                                           std::chrono::seconds(command_.expires));
    if (!subscription) return session_.finish(verdict_on(subscription.error(), "Cannot subscribe"));
    id_ = *subscription;
  }

  void on_event(const Event& event) {
    if (const auto* told = std::get_if<NotificationReceived>(&event)) {
      if (told->subscription == id_) when_told(*told);
    }
    const auto* changed = std::get_if<SubscriptionChanged>(&event);
    if (changed == nullptr || changed->subscription != id_) return;
    state_ = *changed;
    if (changed->state == SubscriptionState::terminated) {
      session_.finish(verdict_on(*changed, command_.target));
    }
  }

  void when_told(const NotificationReceived& told) {
    Json one;
    one["content_type"] = told.body.content_type;
    one["text"] = told.body.text;
    last_ = std::move(one);
    ++told_;
    session_.output().result(shown_lines(told.body.text));
    if (told_ == command_.notifications) session_.finish({});
  }

  void when_time_is_over() {
    if (told_ > 0 && command_.notifications == 0) return session_.finish({});
    session_.finish({ExitCode::no_answer, fmt::format("{} told nothing in time.", command_.target),
                     "Allow more time with --timeout."});
  }

  [[nodiscard]] Json result() const {
    Json j;
    j["target"] = command_.target;
    j["package"] = command_.package;
    j["state"] = to_string(state_.state);
    j["status"] = state_.status;
    j["reason"] = state_.reason;
    j["notifications"] = told_;
    j["last"] = last_;
    return j;
  }

  const SubscribeCommand& command_;
  AgentSession session_;
  AccountSession account_;
  SubscriptionId id_;
  SubscriptionChanged state_;
  int told_ = 0;
  Json last_;
};

int run_subscribe(const SubscribeCommand& command) {
  Output output(output_settings(command.common));
  const auto account =
      make_account_options(command.account, command.agent.transport.transport, output);
  auto agent = make_user_agent_options(command.common, command.agent, output);
  if (!account) return output.cannot_start("subscribe", account.error());
  if (!agent) return output.cannot_start("subscribe", agent.error());
  if (command.registers) give_instance_id(*account, *agent, output);
  return static_cast<int>(Subscribing(command, *agent, output).run(*account).code);
}

}  // namespace

void add_subscribe_command(const Verb& program, Selected& selected) {
  constexpr Limits<int> kCounts{0, 1'000'000};
  auto command = std::make_shared<SubscribeCommand>();
  const Verb verb = program.add_verb("subscribe", "Be told of somebody's state (RFC 6665)");
  verb.text({"target", "bob, bob@example.org or sip:bob@example.org", "", "", true},
            command->target);
  verb.text({"package", "message-summary, dialog, presence, ...", "", "", true}, command->package);
  verb.number({"--expires", "Lifetime to ask for; 0: fetch once; default 3600", "SECONDS"},
              command->expires, kLifetimes);
  verb.number({"--notifications", "Leave after this many; default 0: stay", "NUMBER"},
              command->notifications, kCounts);
  verb.flag({"--register", "Register first, for servers that ask for it"}, command->registers);
  add_config_options(verb, command->config);
  add_account_options(verb, command->account);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_subscribe(*command); }; });
}

}  // namespace godwit::cli
