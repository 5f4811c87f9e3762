// SPDX-License-Identifier: Apache-2.0
#include "network_plan.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "io/loop.h"
#include "io/netlink_monitor.h"
#include "io/resolver.h"
#include "network_view.h"
#include "roam/roam_plan.h"
#include "settings.h"
#include "shown_text.h"
#include "simulated_network.h"

namespace godwit::cli {
namespace {

constexpr std::chrono::seconds kResolveLimit{10};

struct PlanCommand {
  CommonSettings common;
  std::string hosts;
  std::string remote;
  std::string local;
  int calls = 1;
  std::vector<std::string> without_interfaces;
  std::vector<std::string> with_addresses;
};

/// Everything `network plan` shows.
struct Outlook {
  roam::Link link;
  net::NetworkSnapshot snapshot;
  roam::Delta delta;
  roam::Judgement judgement;
  roam::RoamPlan plan;
};

/// The host of a SIP URI, of "host:port", or the text itself.
std::string host_of(const std::string& remote) {
  if (net::IpAddress::parse(remote)) return remote;
  std::string host = remote.substr(0, remote.find_first_of(";?>"));
  const std::size_t scheme = host.rfind("sip:", 0) == 0 ? 4 : 0;
  const std::size_t at = host.rfind('@');
  host = host.substr(at == std::string::npos ? scheme : at + 1);
  if (!host.empty() && host.front() == '[') return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

Result<std::vector<net::IpAddress>> resolve(io::Loop& loop, const PlanCommand& command) {
  io::ResolverOptions options;
  options.hosts_file = command.hosts;
  io::Resolver resolver(loop, options);
  std::optional<std::vector<net::IpAddress>> found;
  const std::string host = host_of(command.remote);
  resolver.resolve(host, [&found](std::vector<net::IpAddress> a) { found = std::move(a); });
  const auto end = std::chrono::steady_clock::now() + *time_limit(command.common, kResolveLimit);
  while (!found && std::chrono::steady_clock::now() < end) {
    loop.poll(std::chrono::milliseconds(100));
  }
  if (!found) return fail(Errc::timed_out, fmt::format("no answer about {}", host));
  if (found->empty()) return fail(Errc::name_not_found, fmt::format("{}: no such name", host));
  return *found;
}

/// From --local, or from where the kernel would talk to it now.
Result<roam::Link> make_link(const PlanCommand& command, const net::NetworkSnapshot& snapshot,
                             const std::vector<net::IpAddress>& remotes) {
  if (!command.local.empty()) {
    const auto local = net::IpAddress::parse(command.local);
    if (!local)
      return fail(Errc::invalid_argument, fmt::format("--local {}: no address", command.local));
    for (const net::IpAddress& remote : remotes) {
      if (remote.family() == local->family()) return roam::Link{*local, remote, remotes};
    }
    return fail(Errc::invalid_argument, fmt::format("{} has no address of the family of {}",
                                                    command.remote, command.local));
  }
  for (const net::IpAddress& remote : remotes) {
    const auto way = snapshot.routes.find(remote);
    if (way != snapshot.routes.end() && way->second) {
      return roam::Link{way->second->source, remote, remotes};
    }
  }
  return fail(Errc::no_network, fmt::format("no network leads to {}", command.remote));
}

roam::InUse make_in_use(const roam::Link& link, int calls) {
  roam::InUse in_use;
  in_use.accounts.push_back({AccountId{1}, link});
  for (int i = 1; i <= calls; ++i) {
    in_use.calls.push_back({CallId{static_cast<std::uint64_t>(i)}, AccountId{1}, link, link});
  }
  return in_use;
}

Result<Supposition> make_supposition(const PlanCommand& command) {
  Supposition supposition;
  supposition.without_interfaces = command.without_interfaces;
  for (const std::string& text : command.with_addresses) {
    const auto wanted = parse_new_address(text);
    if (!wanted) return tl::unexpected(wanted.error());
    supposition.with_addresses.push_back(*wanted);
  }
  return supposition;
}

Result<Outlook> look_ahead(const PlanCommand& command) {
  const auto supposition = make_supposition(command);
  if (!supposition) return tl::unexpected(supposition.error());
  io::Loop loop;
  const auto remotes = resolve(loop, command);
  if (!remotes) return tl::unexpected(remotes.error());
  const auto monitor = io::NetlinkMonitor::open(loop, nullptr);
  if (!monitor) return tl::unexpected(monitor.error());
  const net::NetworkSnapshot now = (*monitor)->observe(*remotes);
  const auto link = make_link(command, now, *remotes);
  if (!link) return tl::unexpected(link.error());

  Outlook outlook;
  outlook.link = *link;
  outlook.snapshot = suppose(now, *supposition);
  outlook.delta = roam::diff(now, outlook.snapshot);
  outlook.judgement = roam::judge(*link, outlook.snapshot, false);
  outlook.plan = roam::plan_roam(outlook.delta, outlook.snapshot, make_in_use(*link, command.calls),
                                 {}, NetworkPolicy{});
  return outlook;
}

std::string outlook_text(const Outlook& outlook) {
  std::string text;
  for (const roam::Difference& difference : outlook.delta) {
    text += "suppose: " + shown(roam::to_string(difference)) + "\n";
  }
  text += fmt::format("{} -> {}: {} ({})\n", net::to_string(outlook.link.local),
                      net::to_string(outlook.link.remote),
                      roam::to_string(outlook.judgement.verdict), outlook.judgement.reason);
  if (outlook.plan.steps.empty()) return text + "Nothing is to be done.";
  int n = 0;
  for (const roam::Step& step : outlook.plan.steps) {
    text += fmt::format("{}. {}\n", ++n, roam::to_string(step));
  }
  text.pop_back();
  return text;
}

Json outlook_json(const Outlook& outlook) {
  Json j;
  j["local"] = net::to_string(outlook.link.local);
  j["remote"] = net::to_string(outlook.link.remote);
  j["verdict"] = roam::to_string(outlook.judgement.verdict);
  j["source"] = net::to_string(outlook.judgement.source);
  j["destination"] = net::to_string(outlook.judgement.destination);
  j["reason"] = outlook.judgement.reason;
  j["differences"] = to_json(outlook.delta);
  j["steps"] = Json::array();
  for (const roam::Step& step : outlook.plan.steps) {
    j["steps"].push_back({{"kind", roam::kind_of(step)},
                          {"subject", roam::subject_of(step)},
                          {"text", roam::to_string(step)}});
  }
  j["snapshot"] = to_json(outlook.snapshot);
  return j;
}

int run_plan(const PlanCommand& command) {
  Output output(output_settings(command.common));
  const Result<Outlook> outlook = look_ahead(command);
  Verdict verdict;
  if (outlook) {
    output.result(outlook_text(*outlook));
    output.finish("network plan", verdict, outlook_json(*outlook));
  } else {
    verdict = verdict_on(outlook.error(), "No plan");
    output.finish("network plan", verdict, Json::object());
  }
  return static_cast<int>(verdict.code);
}

}  // namespace

void add_network_plan(const Verb& network, Selected& selected) {
  constexpr Limits<int> kCalls{0, 1000};
  auto command = std::make_shared<PlanCommand>();
  const Verb verb = network.add_verb("plan", "What would be done for a registration and its calls");
  verb.text(
      {"remote,--remote,--registrar", "The server: a name, an address or a SIP URI", "", "", true},
      command->remote);
  verb.text({"--local", "Our address; default: the one the system would use", "ADDRESS"},
            command->local);
  verb.number({"--calls", "Calls that are up; default 1", "NUMBER"}, command->calls, kCalls);
  verb.texts({"--without-interface", "Suppose this interface is gone; may be repeated", "NAME"},
             command->without_interfaces);
  verb.texts({"--with-address", "Suppose this address is there: lte0=10.2.0.2; may be repeated",
              "NAME=ADDRESS"},
             command->with_addresses);
  verb.text({"--hosts", "Look names up here first, in the form of /etc/hosts", "FILE"},
            command->hosts);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_plan(*command); }; });
}

}  // namespace godwit::cli
