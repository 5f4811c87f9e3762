// SPDX-License-Identifier: Apache-2.0
#include "lab/scenario.h"

#include <algorithm>

#include "lab/call_scenarios.h"
#include "lab/lab.h"
#include "lab/link_scenarios.h"

namespace godwit::lab {

const std::vector<ScenarioSummary>& list_scenarios() {
  static const std::vector<ScenarioSummary> all = {
      {"wifi-to-lte", "Wi-Fi goes before LTE comes: IPv4 to IPv4, then to IPv6, then back to IPv4"},
      {"both-up", "LTE comes, 300 ms later the default route flips, 3 s later Wi-Fi goes"},
      {"flap", "Wi-Fi goes for 2 s and returns with the same address"},
      {"catch-up", "Wi-Fi goes 1.5 s before LTE comes; what was said meanwhile is said afterwards"},
      {"vpn", "a VPN takes all routes, and goes again"},
      {"lte-to-wifi", "Wi-Fi comes while LTE works, is preferred at once, and LTE goes 3 s later"},
      {"ap-roam", "Wi-Fi goes, and 0.2 s later the same device has an address of another subnet"},
      {"v4-to-v6", "Wi-Fi with IPv4 goes, LTE with IPv6 alone comes"},
      {"v6-to-v4", "Wi-Fi with IPv6 goes, LTE with IPv4 alone comes"},
      {"dual-to-v6", "Wi-Fi has both families, and the IPv4 that the call goes by is taken away"},
      {"v6-renumber", "a new IPv6 prefix comes, the old one is deprecated, and goes 3 s later"},
      {"six-flips", "six other networks, one after the other, of both families, in one dialog"},
      {"behind-nat", "Wi-Fi goes, LTE comes, and that is behind a NAT, which STUN has to tell of"},
      {"nat64", "Wi-Fi with IPv4 goes, LTE with IPv6 and a NAT64 comes; the server and B have IPv4 alone"},
      {"nat-rebind", "the NAT in front of Wi-Fi starts anew: address and link stay as they are"},
      {"silent-wifi", "Wi-Fi stays up and carries nothing any more; LTE is there beside it"},
      {"server-silent", "the server stands still for 8 s, and meanwhile Wi-Fi goes and LTE comes"},
      {"sleep-wake", "A stands still for 10 s on Wi-Fi, and goes on with LTE"},
      {"hold", "A holds the call, the network changes as in wifi-to-lte, A resumes it"},
      {"mid-offer", "Wi-Fi goes while an answer to hold or resume is under way"},
      {"ringing-out", "B rings while A goes from Wi-Fi to LTE, and answers then"},
      {"ringing-in", "A rings while it goes from Wi-Fi to LTE, and answers then"},
      {"both-move", "A goes from Wi-Fi to LTE, and B gets other addresses at the same moment"},
      {"trunk-dual-wan", "the first of two uplinks goes during 50 calls of one account"},
      {"v6-hole", "DNS offers IPv6 and IPv4, and IPv6 swallows every packet: found over IPv4"},
      {"flood", "20,000 datagrams of junk and 2,000 forged INVITEs a second come while it talks"},
  };
  return all;
}

Scenario make_scenario(const std::string& name, int down_ms) {
  constexpr int kFlapMs = 2000;
  constexpr int kLateMs = 1500;
  using Form = ChangeForm;
  if (name == "wifi-to-lte") {
    return {name,
            wifi_v4(),
            {{Form::replace, wifi_v4(), lte_v4(), down_ms},
             {Form::replace, lte_v4(), wifi_v6(), down_ms},
             {Form::replace, wifi_v6(), lte_v4_again(), down_ms}}};
  }
  if (name == "both-up") return {name, wifi_v4(), {{Form::overlap, wifi_v4(), lte_v4(), 0}}};
  if (name == "flap") {
    return {name, wifi_v4(), {{Form::flap, wifi_v4(), wifi_v4(), std::max(down_ms, kFlapMs)}}};
  }
  if (name == "catch-up") {
    const int down = std::max(down_ms, kLateMs);
    return {.name = name,
            .start = wifi_v4(),
            .changes = {{Form::replace, wifi_v4(), lte_v4(), down}},
            .catch_up = true,
            // At a quarter faster at most, and some of it can be left out only in a voice.
            .talk_after_ms = 3000 + 8.0 * down};
  }
  if (name == "vpn") {
    return {name,
            wifi_v4(),
            {{Form::better, wifi_v4(), vpn_v4(), 0}, {Form::withdraw, vpn_v4(), wifi_v4(), 0}}};
  }
  if (name == "v6-hole") return {name, wifi_v4(), {}, Course::contact};
  if (name == "flood") return {name, wifi_v4(), {}, Course::flood};
  if (auto call = make_call_scenario(name, down_ms); !call.name.empty()) return call;
  return make_link_scenario(name, down_ms);
}

}  // namespace godwit::lab
