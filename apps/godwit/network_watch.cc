// SPDX-License-Identifier: Apache-2.0
#include "network_watch.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "io/loop.h"
#include "io/name_server_watch.h"
#include "io/netlink_monitor.h"
#include "network_view.h"
#include "settings.h"
#include "shown_text.h"
#include "stop_signals.h"

namespace godwit::cli {
namespace {

struct WatchCommand {
  CommonSettings common;
  std::vector<std::string> remotes;
  bool once = false;
};

/// Prints what differs each time the system hints at a change.
class NetworkWatch {
 public:
  NetworkWatch(std::vector<net::IpAddress> destinations, Output& output)
      : destinations_(std::move(destinations)), output_(output) {}

  [[nodiscard]] Result<void> open() {
    auto monitor = io::NetlinkMonitor::open(loop_, [this](auto, TimePoint) { look(); });
    if (!monitor) return tl::unexpected(monitor.error());
    monitor_ = std::move(*monitor);
    snapshot_ = observe();
    output_.result(to_text(snapshot_));
    Json line = envelope(event_time_now(), "net.snapshot");
    line["snapshot"] = to_json(snapshot_);
    output_.event(line);
    return {};
  }

  Verdict serve(std::optional<Duration> limit) {
    Verdict verdict;
    const StopSignals signals([&](Wish wish) { loop_.post([&, wish] { obey(wish, verdict); }); });
    const auto end = std::chrono::steady_clock::now() + limit.value_or(std::chrono::hours(1));
    for (;;) {
      const Duration left = end - std::chrono::steady_clock::now();
      if (limit && left <= Duration::zero()) return verdict;
      if (!loop_.poll(limit ? left : Duration(std::chrono::hours(1)))) return verdict;
    }
  }

  [[nodiscard]] Json result() const {
    return {{"snapshot", to_json(snapshot_)}, {"changes", changes_}};
  }

 private:
  net::NetworkSnapshot observe() {
    net::NetworkSnapshot snapshot = monitor_->observe(destinations_);
    snapshot.name_servers = name_servers_.current();
    return snapshot;
  }

  void obey(Wish wish, Verdict& verdict) {
    if (wish == Wish::look) return look();
    if (wish == Wish::hang_up) verdict.code = ExitCode::interrupted;
    loop_.stop();
  }

  void look() {
    net::NetworkSnapshot now = observe();
    const roam::Delta delta = roam::diff(snapshot_, now);
    snapshot_ = std::move(now);
    if (delta.empty()) return;
    const EventTime time = event_time_now();
    for (const roam::Difference& difference : delta) {
      output_.result(fmt::format("{}  {}", rfc3339(time.wall), shown(roam::to_string(difference))));
    }
    Json line = envelope(time, "net.delta");
    line["reasons"] = to_json(delta);
    output_.event(line);
    changes_.push_back(std::move(line));
  }

  std::vector<net::IpAddress> destinations_;
  Output& output_;
  io::Loop loop_;
  io::NameServerWatch name_servers_{loop_, [this] { look(); }};
  std::unique_ptr<io::NetlinkMonitor> monitor_;
  net::NetworkSnapshot snapshot_;
  Json changes_ = Json::array();
};

Result<std::vector<net::IpAddress>> parse_addresses(const std::vector<std::string>& texts) {
  std::vector<net::IpAddress> addresses;
  for (const std::string& text : texts) {
    const auto address = net::IpAddress::parse(text);
    if (!address) return fail(Errc::invalid_argument, fmt::format("--remote {}: no address", text));
    addresses.push_back(*address);
  }
  return addresses;
}

int run_watch(const WatchCommand& command) {
  Output output(output_settings(command.common));
  Verdict verdict;
  Json result = Json::object();
  const auto destinations = parse_addresses(command.remotes);
  if (!destinations) {
    verdict = verdict_on(destinations.error(), "Cannot watch");
  } else {
    NetworkWatch watch(*destinations, output);
    const Result<void> opened = watch.open();
    if (!opened) {
      verdict = verdict_on(opened.error(), "The system does not tell of its network");
    } else if (!command.once) {
      verdict = watch.serve(time_limit(command.common));
    }
    result = watch.result();
  }
  output.finish("network watch", verdict, result);
  return static_cast<int>(verdict.code);
}

}  // namespace

void add_network_watch(const Verb& network, Selected& selected) {
  auto command = std::make_shared<WatchCommand>();
  const Verb verb =
      network.add_verb("watch", "Interfaces, addresses, routes; then each change as it happens");
  verb.flag({"--once", "Only the network as it is now"}, command->once);
  verb.texts({"--remote", "Also watch the way to this address; may be repeated", "ADDRESS"},
             command->remotes);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_watch(*command); }; });
}

}  // namespace godwit::cli
