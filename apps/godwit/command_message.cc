// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "account_session.h"
#include "commands.h"
#include "instance_file.h"
#include "settings.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

struct MessageCommand {
  ConfigChoice config;
  CommonSettings common;
  AgentSettings agent;
  AccountSettings account;
  std::string target;
  std::string text;
  std::string content_type = "text/plain";
  bool registers = false;
};

/// One MESSAGE, from here to its answer.
class Sending {
 public:
  Sending(const MessageCommand& command, const UserAgentOptions& agent, Output& output)
      : command_(command), session_(agent, output), account_(session_) {}

  Verdict run(const AccountOptions& account, const MessageBody& body) {
    session_.on_event([this](const Event& event) { on_event(event); });
    const Duration limit = *time_limit(command_.common, kRequestLimit);
    const auto expires = command_.registers ? kDefaultExpires : std::chrono::seconds(0);
    account_.start(account, expires, limit, [this, &body] { send(body); });
    session_.after(limit, [this] {
      session_.finish({ExitCode::no_answer,
                       fmt::format("No answer from {} in time.", command_.target),
                       "Allow more time with --timeout."});
    });
    Verdict verdict = session_.run();
    if (verdict.code == ExitCode::success) session_.output().result("Delivered.");
    session_.output().finish("message", verdict, result());
    return verdict;
  }

 private:
  void send(const MessageBody& body) {
    const auto sent = account_.account().send_message(command_.target, body);
    if (!sent) return session_.finish(verdict_on(sent.error(), "Cannot send"));
    id_ = *sent;
  }

  void on_event(const Event& event) {
    const auto* answered = std::get_if<MessageAnswered>(&event);
    if (answered == nullptr || answered->message != id_) return;
    answer_ = *answered;
    session_.finish(verdict_on(answer_, command_.target));
  }

  [[nodiscard]] Json result() const {
    Json j;
    j["target"] = command_.target;
    j["status"] = answer_.status;
    j["reason"] = answer_.reason;
    return j;
  }

  const MessageCommand& command_;
  AgentSession session_;
  AccountSession account_;
  MessageId id_;
  MessageAnswered answer_;
};

Result<AccountOptions> sender(const MessageCommand& command, Output& output) {
  const std::string& transport = command.agent.transport.transport;
  if (!command.account.aor.empty()) return make_account_options(command.account, transport, output);
  return make_anonymous_account(command.target, transport);
}

std::string standard_input() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

int run_message(const MessageCommand& command) {
  Output output(output_settings(command.common));
  const auto account = sender(command, output);
  auto agent = make_user_agent_options(command.common, command.agent, output);
  if (!account) return output.cannot_start("message", account.error());
  if (!agent) return output.cannot_start("message", agent.error());
  if (command.registers) give_instance_id(*account, *agent, output);
  const MessageBody body{command.content_type,
                         command.text == "-" ? standard_input() : command.text};
  return static_cast<int>(Sending(command, *agent, output).run(*account, body).code);
}

}  // namespace

void add_message_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<MessageCommand>();
  const Verb verb = program.add_verb("message", "Send somebody a message (RFC 3428)");
  verb.text({"target", "bob, bob@example.org or sip:bob@example.org", "", "", true},
            command->target);
  verb.text({"text", "What to say; -: standard input; at most 1,300 bytes", "", "", true},
            command->text);
  verb.text({"--content-type", "Default: text/plain", "TYPE"}, command->content_type);
  verb.flag({"--register", "Register first, for servers that ask for it"}, command->registers);
  add_config_options(verb, command->config);
  add_account_options(verb, command->account);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_message(*command); }; });
}

}  // namespace godwit::cli
