// SPDX-License-Identifier: Apache-2.0
#include "lab/link_scenarios.h"

#include <algorithm>

namespace godwit::lab {
namespace {

using Form = ChangeForm;

constexpr int kRoamMs = 200;
constexpr int kSleepMs = 10'000;

/// One network after the other.
Scenario walk_through(const std::string& name, const std::vector<Attachment>& networks,
                      int down_ms) {
  Scenario scenario{.name = name, .start = networks.front()};
  for (std::size_t i = 1; i < networks.size(); ++i) {
    scenario.changes.push_back({Form::replace, networks[i - 1], networks[i], down_ms});
  }
  return scenario;
}

Scenario dual_to_v6(const std::string& name) {
  Attachment stays = wifi_v6();
  stays.label = "its IPv6";
  return {.name = name,
          .start = wifi_v4(),
          .changes = {{Form::leave, wifi_v4(), stays, 0}},
          .beside = {stays},
          // By RFC 6724 alone the call would have gone by IPv6 from the beginning.
          .call_options = {"--prefer-ipv4"}};
}

Scenario six_flips(const std::string& name, int down_ms) {
  return walk_through(name,
                      {wifi_v4(), lte_v4(), wifi_v6(), lte_v6(), roamed_wifi_v4(),
                       renumbered_wifi_v6(), lte_v4_again()},
                      down_ms);
}

// Keep-alives that are answered with the address they came from tell of it.
Scenario nat_rebind(const std::string& name) {
  return {.name = name,
          .start = wifi_behind_nat(),
          .changes = {{Form::rebind, wifi_behind_nat(), wifi_behind_nat_anew(), 0}},
          .call_options = {"--stun-server", std::string(kCoreV4) + ":5060", "--contact-rewrite",
                           "as-needed", "--outbound", "always", "--udp-keep-alive", "2",
                           "--keep-alive", "2"}};
}

// Nothing tells of it but what is not answered.
Scenario silent_wifi(const std::string& name) {
  return {.name = name,
          .start = wifi_v4(),
          .changes = {{Form::silence, wifi_v4(), lte_v4(), 0}},
          .beside = {lte_v4()},
          // A flow that stands ready by LTE proves that it is better.
          .call_options = {"--outbound", "always", "--udp-keep-alive", "2", "--keep-alive", "2"}};
}

}  // namespace

Scenario make_link_scenario(const std::string& name, int down_ms) {
  if (name == "lte-to-wifi") {
    return {.name = name, .start = lte_v4(), .changes = {{Form::prefer, lte_v4(), wifi_v4(), 0}}};
  }
  if (name == "ap-roam") {
    return walk_through(name, {wifi_v4(), roamed_wifi_v4()}, std::max(down_ms, kRoamMs));
  }
  if (name == "v4-to-v6") return walk_through(name, {wifi_v4(), lte_v6()}, down_ms);
  if (name == "v6-to-v4") return walk_through(name, {wifi_v6(), lte_v4()}, down_ms);
  if (name == "dual-to-v6") return dual_to_v6(name);
  if (name == "v6-renumber") {
    return {.name = name,
            .start = wifi_v6(),
            .changes = {{Form::renumber, wifi_v6(), renumbered_wifi_v6(), 0}}};
  }
  if (name == "six-flips") return six_flips(name, down_ms);
  if (name == "behind-nat") {
    return {.name = name,
            .start = wifi_v4(),
            .changes = {{Form::replace, wifi_v4(), lte_behind_nat(), down_ms}},
            // The far end sends where it is told to: who is behind a NAT has to know the outside.
            .call_options = {"--stun-server", std::string(kCoreV4) + ":5060",
                             "--contact-rewrite", "as-needed"}};
  }
  if (name == "nat64") {
    return {.name = name,
            .start = wifi_v4(),
            .changes = {{Form::replace, wifi_v4(), lte_with_nat64(), down_ms}},
            // The prefix is DNS's to tell, what it makes of sound the STUN server's, and requests come by the flow.
            .call_options = {"--dns", std::string(kCoreV4) + ":53", "--dns",
                             std::string("[") + kCoreV6 + "]:53", "--stun-server",
                             std::string(kCoreV4) + ":5060", "--outbound", "always"},
            .only_v4_beyond = true};
  }
  if (name == "nat-rebind") return nat_rebind(name);
  if (name == "silent-wifi") return silent_wifi(name);
  if (name == "server-silent") {
    return {.name = name,
            .start = wifi_v4(),
            .changes = {{Form::deaf_server, wifi_v4(), lte_v4(), down_ms}}};
  }
  if (name == "sleep-wake") {
    return {.name = name,
            .start = wifi_v4(),
            .changes = {{Form::sleep, wifi_v4(), lte_v4(), std::max(down_ms, kSleepMs)}}};
  }
  return {};
}

}  // namespace godwit::lab
