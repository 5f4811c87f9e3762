// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/overloaded.h"
#include "base/random.h"
#include "sip/locate/locator.h"
#include "sip/message/uri.h"
#include "support/fake_clock.h"
#include "support/fake_zone.h"
#include "support/snapshot_builder.h"

namespace godwit::test {

/// A locator with a DNS and a routing table around it, in virtual time.
class LocatorBench {
 public:
  explicit LocatorBench(sip::LocatePolicy policy = {}, std::uint64_t seed = 1)
      : random_(seed), locator_(policy, random_) {}

  FakeZone zone;
  /// From where the kernel talks to each family; empty: no route.
  std::optional<net::IpAddress> source_v4 = ip("192.0.2.10");
  std::optional<net::IpAddress> source_v6 = ip("2001:db8::10");
  /// Destinations with a way of their own.
  std::map<net::IpAddress, std::optional<net::IpAddress>> ways;
  /// Each question that reached the resolver: "AAAA example.org".
  std::vector<std::string> asked;

  static sip::NextHop hop(std::string_view uri) { return next_hop_of(*sip::parse_uri(uri)); }

  const sip::Locator::Located& locate(std::string_view uri) {
    const auto& located = locator_.locate(hop(uri), clock_.now());
    settle();
    return located;
  }
  /// Searches anew, to the end.
  const sip::Locator::Located& locate_to_the_end(std::string_view uri) {
    locator_.forget(hop(uri));
    const auto& located = locate(uri);
    for (int i = 0; i < 1000 && !located.complete; ++i) advance(std::chrono::milliseconds{10});
    return located;
  }
  /// How long until the first target may be tried; at most ten seconds.
  Duration time_until_usable(std::string_view uri) {
    const auto start = clock_.now();
    const auto& located = locate(uri);
    while (!located.usable && !located.complete &&
           clock_.now() - start < std::chrono::seconds{10}) {
      advance(std::chrono::milliseconds{1});
    }
    return clock_.now() - start;
  }
  void forget(std::string_view uri) { locator_.forget(hop(uri)); }

  void on_network(const net::NetworkSnapshot& snapshot) {
    locator_.on_network(snapshot, clock_.now());
    settle();
  }

  void advance(Duration span) {
    const auto end = clock_.now() + span;
    while (const auto next = next_event(end)) {
      clock_.advance(*next - clock_.now());
      turn();
    }
    clock_.advance(end - clock_.now());
  }

  /// "udp 192.0.2.1:5060", in order.
  static std::vector<std::string> texts(const sip::Locator::Located& located) {
    std::vector<std::string> all;
    for (const auto& target : located.targets) {
      all.push_back(std::string(to_string(target.transport)) + " " + to_string(target.remote));
    }
    return all;
  }
  [[nodiscard]] bool was_asked(const std::string& question) const {
    return std::find(asked.begin(), asked.end(), question) != asked.end();
  }

  [[nodiscard]] sip::Locator& locator() { return locator_; }
  [[nodiscard]] TimePoint now() const { return clock_.now(); }

 private:
  // One turn of the shell: what is due, then what the core asks for.
  void turn() {
    while (!answers_.empty() && answers_.begin()->first <= clock_.now()) {
      const auto answered = answers_.begin()->second;
      answers_.erase(answers_.begin());
      locator_.on_dns_answered(answered, clock_.now());
      perform();
    }
    locator_.on_timeout(clock_.now());
    perform();
  }
  // All that happens without time passing.
  void settle() {
    perform();
    while (next_event(clock_.now())) turn();
  }
  [[nodiscard]] std::optional<TimePoint> next_event(TimePoint end) const {
    auto next = locator_.next_deadline();
    if (!answers_.empty()) {
      const auto answer_at = answers_.begin()->first;
      next = std::min(next.value_or(answer_at), answer_at);
    }
    if (!next || *next > end) return std::nullopt;
    return std::max(*next, clock_.now());
  }
  void perform() {
    for (auto actions = locator_.take_actions(); !actions.empty();
         actions = locator_.take_actions()) {
      for (const auto& action : actions) {
        std::visit(overloaded{[this](const sip::QueryDns& query) { answer(query); },
                              [this](const sip::LookUpRoute& look) { answer(look); },
                              [](const auto&) { GODWIT_ASSERT(false); }},
                   action);
      }
    }
  }
  void answer(const sip::QueryDns& query) {
    const auto answer = zone.answer(query.name, query.type);
    if (answer && answer->from_hosts_file) {
      return locator_.on_dns_answered({query.name, query.type, *answer}, clock_.now());
    }
    static constexpr const char* kTypes[] = {"A ", "AAAA ", "SRV ", "NAPTR "};
    asked.push_back(kTypes[static_cast<int>(query.type)] + query.name);
    if (!answer) return;
    answers_.emplace(clock_.now() + zone.delay_of(query.name, query.type),
                     sip::DnsAnswered{query.name, query.type, *answer});
  }
  void answer(const sip::LookUpRoute& look) {
    const auto& destination = look.destination;
    const auto own = ways.find(destination);
    const auto source = own != ways.end()     ? own->second
                        : destination.is_v4() ? source_v4
                                              : source_v6;
    std::optional<net::RouteChoice> choice;
    if (source) choice = net::RouteChoice{*source, 2};
    locator_.on_route_found({destination, choice}, clock_.now());
  }

  FakeClock clock_;
  SeededRandom random_;
  sip::Locator locator_;
  std::multimap<TimePoint, sip::DnsAnswered> answers_;
};

}  // namespace godwit::test
