// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "agent_session.h"
#include "commands.h"
#include "settings.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

struct OptionsCommand {
  ConfigChoice config;
  CommonSettings common;
  AgentSettings agent;
  std::string target;
};

std::string answer_text(const OptionsAnswered& answer) {
  std::string text =
      fmt::format("{} {} from {} after {:.1f} ms", answer.status, shown(answer.reason),
                  answer.remote, milliseconds(answer.round_trip));
  if (!answer.server.empty()) text += "\nServer: " + shown(answer.server);
  if (!answer.allow.empty()) text += "\nAllow:  " + shown(answer.allow);
  return text;
}

Json answer_json(const OptionsAnswered& answer, const std::string& target) {
  Json j;
  j["target"] = target;
  j["status"] = answer.status;
  j["reason"] = answer.reason;
  j["round_trip_ms"] = milliseconds(answer.round_trip);
  j["remote"] = answer.remote;
  j["allow"] = answer.allow;
  j["server"] = answer.server;
  return j;
}

/// Everything the command line was turned into.
struct Question {
  UserAgentOptions agent;
  std::string target;
};

Result<Question> make_question(const OptionsCommand& command, Output& output) {
  auto agent = make_user_agent_options(command.common, command.agent, output);
  if (!agent) return tl::unexpected(agent.error());
  auto target = with_transport(as_sip_uri(command.target), command.agent.transport.transport);
  if (!target) return tl::unexpected(target.error());
  return Question{std::move(*agent), std::move(*target)};
}

Verdict ask(const OptionsCommand& command, const Question& question, Output& output) {
  AgentSession session(question.agent, output);
  OptionsAnswered answer;
  session.on_event([&](const Event& event) {
    const auto* answered = std::get_if<OptionsAnswered>(&event);
    if (answered == nullptr) return;
    answer = *answered;
    session.finish(verdict_on(answer, command.target));
  });
  const Result<QueryId> query = session.agent().query_options(question.target);
  if (!query) session.finish(verdict_on(query.error(), "Cannot ask"));
  session.after(*time_limit(command.common, kRequestLimit), [&] {
    session.finish({ExitCode::no_answer, fmt::format("No answer from {} in time.", command.target),
                    "Check the address and port, or allow more time with --timeout."});
  });
  Verdict verdict = session.run();
  if (answer.status != 0) output.result(answer_text(answer));
  output.finish("options", verdict, answer_json(answer, command.target));
  return verdict;
}

int run_options(const OptionsCommand& command) {
  Output output(output_settings(command.common));
  const Result<Question> question = make_question(command, output);
  if (question) return static_cast<int>(ask(command, *question, output).code);
  return output.cannot_start("options", question.error());
}

}  // namespace

void add_options_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<OptionsCommand>();
  const Verb verb = program.add_verb("options", "Ask a server or peer whether it is there");
  verb.text({"target", "example.org, bob@example.org or a SIP URI", "", "", true}, command->target);
  add_config_options(verb, command->config);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_options(*command); }; });
}

}  // namespace godwit::cli
