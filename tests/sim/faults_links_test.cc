// SPDX-License-Identifier: Apache-2.0
// What links do (network-change, "Links"), at every step of a call's life.
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>

#include "support/long_run.h"
#include "support/move_case.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kOld4 = "10.1.0.2";
constexpr const char* kOld6 = "2001:db8:1::2";
constexpr const char* kNew4 = "10.2.0.2";
constexpr const char* kNew6 = "2001:db8:2::2";

struct LinkFault {
  std::string_view name;
  std::string_view from;
  Duration (*change)(SimWorld&) = nullptr;
  bool long_gap = false;  ///< only calls that stand outlast it
};
void PrintTo(const LinkFault& fault, std::ostream* out) {
  *out << fault.name;
}

Duration gone_for(SimWorld& world, Duration down) {
  world.break_to({kNew4}, down);
  return down;
}

Duration same_address_after(SimWorld& world, Duration down) {
  world.a.detach("wifi0");
  world.time.after(down, [&world] { world.a.attach("wifi0", {kOld4}); });
  return down;
}

Duration both_up_then_flips(SimWorld& world) {
  world.a.attach("lte0", {kNew4}, 600);
  world.time.after(500ms, [&world] { world.a.attach("lte0", {kNew4}, 50); });
  world.time.after(1500ms, [&world] { world.a.detach("wifi0"); });
  return 1500ms;
}

Duration vpn_comes_and_goes(SimWorld& world) {
  world.a.attach("tun0", {"10.8.0.2"}, 10);
  world.time.after(2s, [&world] { world.a.detach("tun0"); });
  return 2s;
}

Duration loses_a_family(SimWorld& world, const char* address) {
  world.a.remove_address(address);
  return {};
}

Duration prefix_is_renumbered(SimWorld& world) {
  world.a.add_address("wifi0", "2001:db8:77::2");
  world.a.mark(kOld6, false, true);
  world.time.after(1s, [&world] { world.a.remove_address(kOld6); });
  return 1s;
}

Duration added_after_it_is_removed(SimWorld& world) {
  world.a.remove_address(kOld4);
  world.time.after(100ms, [&world] { world.a.add_address("wifi0", "10.1.0.77"); });
  return 100ms;
}

Duration added_before_it_is_removed(SimWorld& world) {
  world.a.add_address("wifi0", "10.1.0.77");
  world.time.after(100ms, [&world] { world.a.remove_address(kOld4); });
  return 100ms;
}

Duration new_one_is_tentative(SimWorld& world) {
  world.a.attach("lte0", {kNew6});
  world.a.mark(kNew6, true, false);
  world.a.detach("wifi0");
  world.time.after(2s, [&world] { world.a.mark(kNew6, false, false); });
  return 2s;
}

// A rename is a link that goes and one that comes with what it had.
Duration interface_has_another_name(SimWorld& world) {
  world.a.detach("wifi0");
  world.a.attach("lte0", {kOld4});
  return {};
}

Duration comes_without_a_route(SimWorld& world) {
  world.a.detach("wifi0");
  world.a.set_up("lte0", true);
  world.a.add_address("lte0", kNew4);
  world.time.after(1s, [&world] { world.a.add_default_route("lte0", net::Family::v4, 100); });
  return 1s;
}

Duration carries_nothing_at_first(SimWorld& world) {
  world.a.set_link("lte0", {.delay = 25ms, .loss = 1});
  world.break_to({kNew4}, 0ms);
  world.time.after(2s, [&world] { world.a.set_link("lte0", {.delay = 25ms}); });
  return 2s;
}

/// `count` changes, one each `between`; the last one is to another network.
Duration goes_on_changing(SimWorld& world, int count, Duration between) {
  for (int i = 0; i < count; ++i) {
    const bool to_lte = (count - i) % 2 == 1;
    world.time.after(i * between, [&world, to_lte] {
      world.a.detach(to_lte ? "wifi0" : "lte0");
      world.a.attach(to_lte ? "lte0" : "wifi0", {to_lte ? kNew4 : kOld4});
    });
  }
  return (count - 1) * between;
}

constexpr LinkFault kLinkFaults[] = {
    {"gone_for_0_s", "v4", [](SimWorld& world) { return gone_for(world, 0s); }},
    {"gone_for_half_a_second", "v4", [](SimWorld& world) { return gone_for(world, 500ms); }},
    {"gone_for_5_s", "v4", [](SimWorld& world) { return gone_for(world, 5s); }},
    {"gone_for_50_s", "v4", [](SimWorld& world) { return gone_for(world, 50s); }, true},
    {"same_address_after_a_flap", "v4", [](SimWorld& world) { return same_address_after(world, 500ms); }},
    {"same_address_after_2_s", "v4", [](SimWorld& world) { return same_address_after(world, 2s); }},
    {"both_up_and_the_default_route_flips", "v4", both_up_then_flips},
    {"vpn_comes_and_goes", "v4", vpn_comes_and_goes},
    {"dual_to_v4", "dual", [](SimWorld& world) { return loses_a_family(world, kOld6); }},
    {"dual_to_v6", "dual", [](SimWorld& world) { return loses_a_family(world, kOld4); }},
    {"v6_prefix_is_renumbered", "v6", prefix_is_renumbered},
    {"added_after_the_old_one_is_removed", "v4", added_after_it_is_removed},
    {"added_before_the_old_one_is_removed", "v4", added_before_it_is_removed},
    {"new_one_is_tentative_for_2_s", "v4", new_one_is_tentative},
    {"interface_is_renamed", "v4", interface_has_another_name},
    {"up_for_a_second_without_a_route", "v4", comes_without_a_route},
    {"route_without_connectivity_for_2_s", "v4", carries_nothing_at_first},
    {"twenty_changes", "v4", [](SimWorld& world) { return goes_on_changing(world, 21, 500ms); }},
    {"change_every_300_ms_for_10_s", "v4",
     [](SimWorld& world) { return goes_on_changing(world, 33, 300ms); }},
};

class LinkFaultTest : public ::testing::TestWithParam<LinkFault> {};

TEST_P(LinkFaultTest, EndsWellWhateverACallIsDoing) {
  constexpr net::Transport kBy[] = {net::Transport::udp, net::Transport::tcp, net::Transport::tls};
  const auto& fault = GetParam();
  auto turn = seed_of_run() + fault.name.size();
  std::size_t failed = 0;
  for (const auto& moment : call_moments()) {
    if (fault.long_gap && !moment.stands) continue;
    ++turn;
    for (std::size_t by = 0; by < std::size(kBy); ++by) {
      if (!in_long_run() && by != turn % std::size(kBy)) continue;
      MoveCase move;
      move.moment = &moment;
      move.transport = kBy[by];
      move.from = fault.from;
      move.change = fault.change;
      move.seed = seed_of_run();
      move.patience = fault.name.starts_with("route_without") ? 4s : 0s;  // of a SYN: 1, 2, 4 s
      const auto wrong = play(move);
      EXPECT_TRUE(wrong.empty()) << fault.name << ": " << wrong;
      if (!wrong.empty() && ++failed == number_from_environment("GODWIT_FAILURES", 2)) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Links, LinkFaultTest, ::testing::ValuesIn(kLinkFaults),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
