// SPDX-License-Identifier: Apache-2.0
#include "io/locate_driver.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "io/core_ports.h"
#include "io/loop.h"
#include "io/netlink_monitor.h"
#include "io/system_random.h"
#include "io/timer.h"

namespace godwit::io {
namespace {

constexpr int kMaxRounds = 1000;  // a search that never comes to rest must not stop the loop

using Asked = std::pair<std::string, net::DnsType>;

struct Stopwatch {
  TimePoint started;
  std::optional<Duration> took;
};

}  // namespace

struct LocateDriver::State {
  explicit State(LocateDriverOptions options)
      : locator(options.policy, random),
        ports(loop,
              {.resolver = {.hosts_file = std::move(options.hosts_file),
                            .servers = std::move(options.dns_servers)}},
              [this](const sip::IoInput& input) { on_input(input); }),
        timer(loop, [this] { on_timeout(); }) {}

  Loop loop;
  SystemRandom random;
  sip::Locator locator;
  CorePorts ports;
  Timer timer;
  std::optional<sip::NextHop> hop;
  TimePoint deadline{};
  std::map<Asked, Stopwatch> watches;

  void look_at_the_network() {
    auto monitor = NetlinkMonitor::open(loop, {});
    // Where netlink is forbidden the search goes on: routes are asked for one by one.
    if (monitor) locator.on_network((*monitor)->observe({}), loop.now());
  }

  void start(const sip::NextHop& wanted, Duration limit) {
    hop = wanted;
    deadline = loop.now() + limit;
    locator.locate(wanted, loop.now());
    settle();
  }

  void on_input(const sip::IoInput& input) {
    feed(input);
    settle();
  }

  void on_timeout() {
    locator.on_timeout(loop.now());
    settle();
  }

  void feed(const sip::IoInput& input) {
    const TimePoint now = loop.now();
    if (const auto* const answered = std::get_if<sip::DnsAnswered>(&input)) {
      const auto watch = watches.find({answered->name, answered->type});
      if (watch != watches.end()) watch->second.took = now - watch->second.started;
      locator.on_dns_answered(*answered, now);
    }
    if (const auto* const found = std::get_if<sip::RouteFound>(&input)) {
      locator.on_route_found(*found, now);
    }
  }

  void settle() {
    for (int round = 0; round < kMaxRounds && settle_once(); ++round) {
    }
    if (is_over()) return loop.stop();
    timer.arm(std::min(deadline, locator.next_deadline().value_or(deadline)));
  }

  // @return whether anything happened that may cause more.
  bool settle_once() {
    const auto actions = locator.take_actions();
    for (const sip::IoAction& action : actions) {
      if (const auto* const query = std::get_if<sip::QueryDns>(&action)) {
        watches.insert_or_assign({query->name, query->type}, Stopwatch{loop.now(), {}});
      }
      ports.execute(action);
    }
    const auto answers = ports.take_answers();
    for (const sip::IoInput& answer : answers) feed(answer);
    return !actions.empty() || !answers.empty();
  }

  [[nodiscard]] bool is_complete() const {
    const auto* const found = hop ? locator.found(*hop) : nullptr;
    return found != nullptr && found->complete;
  }

  [[nodiscard]] bool is_over() const { return is_complete() || loop.now() >= deadline; }

  [[nodiscard]] LocateOutcome outcome() const {
    LocateOutcome outcome;
    if (const auto* const found = locator.found(*hop)) {
      outcome.targets = found->targets;
      outcome.error = found->error;
    }
    if (!is_complete()) {
      const bool late = loop.now() >= deadline;
      outcome.error = Error{late ? Errc::timed_out : Errc::cancelled,
                            late ? "not all questions were answered in time" : "interrupted"};
    }
    for (sip::Locator::Question& question : locator.questions(*hop)) {
      const auto watch = watches.find({question.name, question.type});
      const bool asked = watch != watches.end() && !question.from_cache;
      outcome.queries.push_back({std::move(question), asked ? watch->second.took : std::nullopt});
    }
    return outcome;
  }
};

LocateDriver::LocateDriver(LocateDriverOptions options)
    : state_(std::make_unique<State>(std::move(options))) {
  state_->look_at_the_network();
}

LocateDriver::~LocateDriver() = default;

LocateOutcome LocateDriver::run(const sip::NextHop& hop, Duration limit) {
  state_->start(hop, limit);
  state_->loop.run();
  return state_->outcome();
}

void LocateDriver::stop() {
  state_->loop.stop();
}

}  // namespace godwit::io
