// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "io/locate_driver.h"
#include "located_text.h"
#include "settings.h"
#include "shown_text.h"
#include "sip/message/dial_target.h"
#include "stop_signals.h"

namespace godwit::cli {
namespace {

constexpr std::chrono::seconds kSearchLimit{10};

struct ResolveCommand {
  CommonSettings common;
  TransportSettings transport;
  std::string hosts;
  std::string target;
};

/// Everything the command line was turned into.
struct SearchPlan {
  sip::NextHop hop;
  io::LocateDriverOptions options;
};

Result<SearchPlan> make_plan(const ResolveCommand& command, Output& output) {
  SearchPlan plan;
  const auto uri = with_transport(as_sip_uri(command.target), command.transport.transport);
  if (!uri) return tl::unexpected(uri.error());
  const auto target = sip::read_dial_target(*uri, nullptr);
  if (!target) return tl::unexpected(target.error());
  for (const std::string& warning : target->warnings) {
    output.note(shown(warning), Tone::attention);
  }
  plan.hop = sip::next_hop_of(target->address.uri);
  auto servers = dns_servers(command.transport);
  if (!servers) return tl::unexpected(servers.error());
  plan.options.dns_servers = std::move(*servers);
  const auto use = families(command.transport);
  if (!use) return tl::unexpected(use.error());
  plan.options.policy.families = *use;
  if (!command.hosts.empty() && ::access(command.hosts.c_str(), R_OK) != 0) {
    return fail(Errc::invalid_argument, "--hosts " + command.hosts + ": cannot be read");
  }
  plan.options.hosts_file = command.hosts;
  return plan;
}

int run_resolve(const ResolveCommand& command) {
  Output output(output_settings(command.common));
  const Result<SearchPlan> plan = make_plan(command, output);
  if (!plan) {
    const Verdict verdict = verdict_on(plan.error(), "Cannot search");
    output.finish("resolve", verdict, Json::object());
    return static_cast<int>(verdict.code);
  }
  io::LocateDriver driver(plan->options);
  const StopSignals signals([&driver](Wish wish) {
    if (wish != Wish::look) driver.stop();
  });
  const io::LocateOutcome outcome =
      driver.run(plan->hop, *time_limit(command.common, kSearchLimit));
  const Verdict verdict = verdict_on(outcome, command.target);
  if (const std::string text = to_text(outcome); !text.empty()) output.result(text);
  if (verdict.code == ExitCode::success && outcome.error) {
    output.note(shown(outcome.error->detail), Tone::attention);
  }
  output.finish("resolve", verdict, to_json(outcome));
  return static_cast<int>(verdict.code);
}

}  // namespace

void add_resolve_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<ResolveCommand>();
  const Verb verb = program.add_verb(
      "resolve", "Say which servers a request would try, in which order, and why (RFC 3263)");
  verb.text({"target", "example.org, bob@example.org or a SIP URI", "", "", true}, command->target);
  verb.text({"--hosts", "Look names up here first, in the form of /etc/hosts", "FILE", "Network"},
            command->hosts);
  add_finding_options(verb, command->transport);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_resolve(*command); }; });
}

}  // namespace godwit::cli
