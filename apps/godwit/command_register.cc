// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "account_session.h"
#include "commands.h"
#include "event_json.h"
#include "instance_file.h"
#include "network_chronicle.h"
#include "settings.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

struct RegisterCommand {
  ConfigChoice config;
  CommonSettings common;
  AgentSettings agent;
  AccountSettings account;
  int expires = kDefaultExpires.count();
  bool once = false;
  bool unregister = false;
  bool fetch = false;
  bool remove_all = false;
  bool history = true;
};

/// One that asks for bindings, or removes them, and keeps none.
bool asks_only(const RegisterCommand& command) { return command.fetch || command.remove_all; }

Json result_of(const RegistrationChanged& registration) {
  Json j;
  j["state"] = to_string(registration.state);
  j["status"] = registration.status;
  j["reason"] = registration.reason;
  j["contact"] = registration.contact;
  j["expires"] = registration.expires.count();
  j["others"] = to_json(registration.others);
  j["public_gruu"] = registration.public_gruu;
  j["temporary_gruu"] = registration.temporary_gruu;
  j["registrar"] = registration.registrar;
  return j;
}

Json result_of(const BindingsAnswered& answer) {
  Json j;
  j["status"] = answer.status;
  j["reason"] = answer.reason;
  j["bindings"] = to_json(answer.bindings);
  return j;
}

std::string text_of(const std::vector<Binding>& bindings) {
  std::string text = bindings.empty() ? "No bindings." : "";
  for (const Binding& binding : bindings) {
    text += fmt::format("{}{}  for {} s", text.empty() ? "" : "\n", shown(binding.contact),
                        binding.expires.count());
    if (!binding.instance.empty()) text += "  " + shown(binding.instance);
  }
  return text;
}

void when_registered(const RegisterCommand& command, AgentSession& session,
                     const RegistrationChanged& registration) {
  session.output().result(
      fmt::format("Registered {} for {} s.", registration.contact, registration.expires.count()));
  if (command.once) return session.leave({});
  if (command.unregister) return session.finish({});
  session.output().note("staying registered; Ctrl-C ends");
}

Verdict serve_registration(const RegisterCommand& command, const UserAgentOptions& options,
                           const AccountOptions& account, Output& output) {
  AgentSession session(options, output);
  if (command.history) remember_network_changes(session);
  AccountSession registered(session);
  RegistrationChanged first;
  const auto ready = [&] {
    first = registered.registration();
    when_registered(command, session, first);
  };
  // Each registrar may be silent for so long before the next one is asked.
  const auto registrars = static_cast<int>(account.backup_registrars.size()) + 1;
  registered.start(account, std::chrono::seconds(command.expires),
                   *time_limit(command.common, registrars * kRequestLimit), ready);
  Verdict verdict = session.run();
  const bool worked = first.state == RegistrationState::registered;
  output.finish("register", verdict, result_of(worked ? first : registered.registration()));
  return verdict;
}

Verdict ask_for_bindings(const RegisterCommand& command, const UserAgentOptions& options,
                         const AccountOptions& account, Output& output) {
  AgentSession session(options, output);
  AccountSession unregistered(session);
  BindingsAnswered answer;
  const std::string server = account.registrar.empty() ? account.address_of_record : account.registrar;
  session.on_event([&](const Event& event) {
    const auto* answered = std::get_if<BindingsAnswered>(&event);
    if (answered == nullptr) return;
    answer = *answered;
    session.finish(verdict_on(answer, server));
  });
  const Duration limit = *time_limit(command.common, kRequestLimit);
  unregistered.start(account, std::chrono::seconds(0), limit, [&] {
    auto& asking = unregistered.account();
    const auto asked = command.remove_all ? asking.remove_all_bindings() : asking.fetch_bindings();
    if (!asked) session.finish(verdict_on(asked.error(), "Cannot ask"));
  });
  session.after(limit, [&] {
    session.finish({ExitCode::no_answer, fmt::format("No answer from {} in time.", server),
                    "Check the address and port, or allow more time with --timeout."});
  });
  Verdict verdict = session.run();
  if (verdict.code == ExitCode::success) output.result(text_of(answer.bindings));
  output.finish("register", verdict, result_of(answer));
  return verdict;
}

int run_register(const RegisterCommand& command) {
  Output output(output_settings(command.common));
  if (asks_only(command) && (command.once || command.unregister || (command.fetch && command.remove_all))) {
    return output.cannot_start("register", {Errc::invalid_argument, "--fetch and --remove-all stand alone"});
  }
  const auto account =
      make_account_options(command.account, command.agent.transport.transport, output);
  auto options = make_user_agent_options(command.common, command.agent, output);
  if (!account) return output.cannot_start("register", account.error());
  if (!options) return output.cannot_start("register", options.error());
  give_instance_id(*account, *options, output);
  const auto serve = asks_only(command) ? ask_for_bindings : serve_registration;
  return static_cast<int>(serve(command, *options, *account, output).code);
}

}  // namespace

void add_register_command(const Verb& program, Selected& selected) {
  constexpr Limits<int> kLifetimes{60, 24 * 3600};
  auto command = std::make_shared<RegisterCommand>();
  const Verb verb = program.add_verb("register", "Register and stay registered");
  verb.flag({"--once", "Leave when registered; the binding stays until it expires"}, command->once);
  verb.flag({"--unregister",
             "Remove the binding again when registered: tries the credentials, leaves nothing"},
            command->unregister);
  verb.flag({"--fetch", "Tell all bindings that the registrar has, of other phones too; change none"},
            command->fetch);
  verb.flag({"--remove-all", "Remove all bindings, those of other phones too"}, command->remove_all);
  verb.number({"--expires", "Lifetime to ask for; default 300", "SECONDS"}, command->expires,
              kLifetimes);
  verb.flag({"--history,!--no-history", "Remember network changes for `godwit network history` (the default)", "",
             "Output"},
            command->history);
  add_config_options(verb, command->config);
  add_account_options(verb, command->account);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_register(*command); }; });
}

}  // namespace godwit::cli
