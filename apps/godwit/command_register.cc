// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "account_session.h"
#include "commands.h"
#include "settings.h"

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
};

Json result_of(const RegistrationChanged& registration) {
  Json j;
  j["state"] = to_string(registration.state);
  j["status"] = registration.status;
  j["reason"] = registration.reason;
  j["contact"] = registration.contact;
  j["expires"] = registration.expires.count();
  return j;
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
  AccountSession registered(session);
  RegistrationChanged first;
  const auto ready = [&] {
    first = registered.registration();
    when_registered(command, session, first);
  };
  registered.start(account, std::chrono::seconds(command.expires),
                   *time_limit(command.common, kRequestLimit), ready);
  Verdict verdict = session.run();
  const bool worked = first.state == RegistrationState::registered;
  output.finish("register", verdict, result_of(worked ? first : registered.registration()));
  return verdict;
}

int run_register(const RegisterCommand& command) {
  Output output(output_settings(command.common));
  const auto account =
      make_account_options(command.account, command.agent.transport.transport, output);
  const auto options = make_user_agent_options(command.common, command.agent, output);
  if (!account) return output.cannot_start("register", account.error());
  if (!options) return output.cannot_start("register", options.error());
  return static_cast<int>(serve_registration(command, *options, *account, output).code);
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
  verb.number({"--expires", "Lifetime to ask for; default 300", "SECONDS"}, command->expires,
              kLifetimes);
  add_config_options(verb, command->config);
  add_account_options(verb, command->account);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_register(*command); }; });
}

}  // namespace godwit::cli
