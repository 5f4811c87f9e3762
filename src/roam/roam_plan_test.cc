// SPDX-License-Identifier: Apache-2.0
#include "roam/roam_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "support/snapshot_builder.h"

namespace godwit::roam {
namespace {

using test::ip;
using test::Mark;
using test::SnapshotBuilder;
using ::testing::ElementsAreArray;

// A is on Wi-Fi or LTE, in either family; S is the server, B the peer, each with both families.
constexpr auto kWifi4 = "10.1.0.2", kWifi6 = "2001:db8:1::2", kWifi6New = "2001:db8:11::2";
constexpr auto kLte4 = "10.2.0.2", kLte6 = "2001:db8:2::2", kVpn4 = "10.8.0.2";
constexpr auto kServer4 = "10.9.0.2", kServer6 = "2001:db8:9::2";
constexpr auto kPeer4 = "10.3.0.2", kPeer6 = "2001:db8:3::2";

Link server_link(const char* local) {
  const bool v4 = ip(local).is_v4();
  return {ip(local), ip(v4 ? kServer4 : kServer6), {ip(kServer4), ip(kServer6)}};
}
Link media_link(const char* local) {
  const bool v4 = ip(local).is_v4();
  return {ip(local), ip(v4 ? kPeer4 : kPeer6), {ip(v4 ? kPeer4 : kPeer6)}};
}

InUse registered(const char* local) {
  return {{{AccountId{1}, server_link(local)}}, {}};
}
InUse in_call(const char* signalling, const char* media) {
  InUse in_use = registered(signalling);
  in_use.calls.push_back({CallId{3}, AccountId{1}, server_link(signalling), media_link(media)});
  return in_use;
}
InUse in_call(const char* local) {
  return in_call(local, local);
}
InUse dialling(const char* local) {
  InUse in_use = in_call(local);
  in_use.calls.front().media.reset();
  return in_use;
}

/// Every address in use is reached from `source`; nothing of the other family is reached.
SnapshotBuilder all_from(SnapshotBuilder net, const char* source) {
  const bool v4 = ip(source).is_v4();
  net.way(v4 ? kServer4 : kServer6, source).way(v4 ? kPeer4 : kPeer6, source);
  return net;
}
SnapshotBuilder only(const char* interface, const char* source) {
  return all_from(SnapshotBuilder().has(interface, source), source);
}
SnapshotBuilder both(const char* old_address, const char* chosen) {
  return all_from(SnapshotBuilder().has("wifi0", old_address).has("lte0", chosen), chosen);
}

struct Row {
  std::string name;
  InUse in_use;
  net::NetworkSnapshot now;
  std::vector<std::string> steps;
  Urgency urgency = Urgency::urgent;
  std::vector<const char*> disturbed = {};
  NetworkPolicy policy = {};
  bool no_delta = false;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

std::string text_of(const Judgement& judgement) {
  std::string text(to_string(judgement.verdict));
  if (judgement.verdict == Verdict::park) return text;
  text += ' ' + to_string(judgement.source) + " > ";
  return text + (judgement.destination.is_unspecified() ? "?" : to_string(judgement.destination));
}

std::string_view name_of(HandoverKind kind) {
  return kind == HandoverKind::break_before_make ? "break_before_make" : "make_before_break";
}

std::string_view name_of(ReconnectReason reason) {
  switch (reason) {
    case ReconnectReason::network_lost:
      return "network_lost";
    case ReconnectReason::network_switch:
      return "network_switch";
    case ReconnectReason::family_switch:
      return "family_switch";
    case ReconnectReason::app_request:
      return "app_request";
  }
  return "";
}

std::string text_of(const Step& step) {
  std::string text = std::string(kind_of(step)) + ' ' + subject_of(step);
  if (const auto* refresh = std::get_if<RefreshTarget>(&step)) {
    text += " [" + std::string(name_of(refresh->kind)) + ' ' +
            std::string(name_of(refresh->reason)) + "] " + text_of(refresh->signalling);
    if (refresh->media != refresh->signalling) text += "; media " + text_of(refresh->media);
  }
  if (const auto* registers = std::get_if<Register>(&step)) text += ' ' + text_of(registers->to);
  return text;
}

class RoamPlanTest : public ::testing::TestWithParam<Row> {};

TEST_P(RoamPlanTest, GivenThenSteps) {
  const Row& row = GetParam();
  Disturbed disturbed;
  for (const char* address : row.disturbed) disturbed.insert(ip(address));
  Delta delta;
  if (!row.no_delta) delta.push_back({DeltaKind::route_changed, "wifi0", ""});
  const auto plan = plan_roam(delta, row.now, row.in_use, disturbed, row.policy);
  std::vector<std::string> steps;
  for (const auto& step : plan.steps) steps.push_back(text_of(step));
  EXPECT_THAT(steps, ElementsAreArray(row.steps));
  EXPECT_EQ(plan.urgency, row.urgency);
}

std::vector<Row> rows_that_keep() {
  return {
      {"nothing_in_use_nothing_changed",
       {},
       only("wifi0", kWifi4),
       {},
       Urgency::nothing,
       {},
       {},
       true},
      {"nothing_in_use_something_changed", {}, only("wifi0", kWifi4), {}, Urgency::calm},
      {"call_whose_network_is_as_it_was",
       in_call(kWifi4),
       only("wifi0", kWifi4),
       {},
       Urgency::nothing,
       {},
       {},
       true},
      {"call_v6_while_something_else_changed",
       in_call(kWifi6),
       only("wifi0", kWifi6),
       {},
       Urgency::calm},
      {"v4_call_stays_though_v6_came",
       in_call(kWifi4),
       all_from(only("wifi0", kWifi4).has("wifi0", kWifi6), kWifi6),
       {},
       Urgency::calm},
      {"worse_network_came_up",
       in_call(kWifi4),
       all_from(SnapshotBuilder().has("wifi0", kWifi4).has("lte0", kLte4), kWifi4),
       {},
       Urgency::calm},
      {"deprecated_address_serves_what_uses_it",
       in_call(kWifi6),
       all_from(SnapshotBuilder().has("wifi0", kWifi6, Mark::deprecated).has("wifi0", kWifi6New),
                kWifi6New),
       {},
       Urgency::calm},
      {"flap_probes_and_leaves_the_call_alone",
       in_call(kWifi4),
       only("wifi0", kWifi4),
       {"probe account 1"},
       Urgency::urgent,
       {kWifi4}},
      {"flap_v6",
       in_call(kWifi6),
       only("wifi0", kWifi6),
       {"probe account 1"},
       Urgency::urgent,
       {kWifi6}},
      {"another_address_was_away",
       in_call(kWifi4),
       only("wifi0", kWifi4),
       {},
       Urgency::calm,
       {kLte4}},
  };
}

std::vector<Row> rows_that_move_now() {
  const std::string now = "refresh_target call 3 [break_before_make network_switch] move_now ";
  const std::string across = "refresh_target call 3 [break_before_make family_switch] move_now ";
  return {
      {"account_v4_to_v4",
       registered(kWifi4),
       only("lte0", kLte4),
       {"register account 1 move_now 10.2.0.2 > 10.9.0.2"}},
      {"account_v4_to_v6",
       registered(kWifi4),
       only("lte0", kLte6),
       {"register account 1 move_now 2001:db8:2::2 > 2001:db8:9::2"}},
      {"call_v4_to_v4",
       in_call(kWifi4),
       only("lte0", kLte4),
       {now + "10.2.0.2 > 10.9.0.2; media move_now 10.2.0.2 > 10.3.0.2",
        "register account 1 move_now 10.2.0.2 > 10.9.0.2"}},
      {"call_v6_to_v6",
       in_call(kWifi6),
       only("lte0", kLte6),
       {now + "2001:db8:2::2 > 2001:db8:9::2; media move_now 2001:db8:2::2 > 2001:db8:3::2",
        "register account 1 move_now 2001:db8:2::2 > 2001:db8:9::2"}},
      {"call_v4_to_v6",
       in_call(kWifi4),
       only("lte0", kLte6),
       {across + "2001:db8:2::2 > 2001:db8:9::2; media move_now 2001:db8:2::2 > ?",
        "register account 1 move_now 2001:db8:2::2 > 2001:db8:9::2"}},
      {"call_v6_to_v4",
       in_call(kWifi6),
       only("lte0", kLte4),
       {across + "10.2.0.2 > 10.9.0.2; media move_now 10.2.0.2 > ?",
        "register account 1 move_now 10.2.0.2 > 10.9.0.2"}},
      {"dual_stack_falls_to_v6",
       in_call(kWifi4),
       only("wifi0", kWifi6),
       {across + "2001:db8:1::2 > 2001:db8:9::2; media move_now 2001:db8:1::2 > ?",
        "register account 1 move_now 2001:db8:1::2 > 2001:db8:9::2"}},
      {"dialling_call_without_media",
       dialling(kWifi4),
       only("lte0", kLte4),
       {now + "10.2.0.2 > 10.9.0.2", "register account 1 move_now 10.2.0.2 > 10.9.0.2"}},
      {"prefix_renumbered",
       in_call(kWifi6),
       only("wifi0", kWifi6New),
       {now + "2001:db8:11::2 > 2001:db8:9::2; media move_now 2001:db8:11::2 > 2001:db8:3::2",
        "register account 1 move_now 2001:db8:11::2 > 2001:db8:9::2"}},
  };
}

std::vector<Row> rows_that_move_in_part() {
  const std::string now = "refresh_target call 3 [break_before_make network_switch] move_now ";
  return {
      {"server_moves_but_media_stays",
       in_call(kWifi4, kVpn4),
       SnapshotBuilder()
           .has("lte0", kLte4)
           .has("tun0", kVpn4)
           .way(kServer4, kLte4)
           .way(kPeer4, kVpn4),
       {now + "10.2.0.2 > 10.9.0.2; media keep 10.8.0.2 > 10.3.0.2",
        "register account 1 move_now 10.2.0.2 > 10.9.0.2"}},
      {"media_moves_but_server_stays",
       in_call(kWifi4, kVpn4),
       only("wifi0", kWifi4),
       {"refresh_target call 3 [break_before_make network_switch] keep 10.1.0.2 > 10.9.0.2; "
        "media move_now 10.1.0.2 > 10.3.0.2"}},
      {"media_family_lost_signalling_stays",
       in_call(kWifi4, kWifi6),
       only("wifi0", kWifi4),
       {"refresh_target call 3 [break_before_make family_switch] keep 10.1.0.2 > 10.9.0.2; "
        "media move_now 10.1.0.2 > ?"}},
      {"parked_call_finds_another_network",
       in_call(kWifi4),
       only("lte0", kLte4),
       {now + "10.2.0.2 > 10.9.0.2; media move_now 10.2.0.2 > 10.3.0.2",
        "register account 1 move_now 10.2.0.2 > 10.9.0.2"},
       Urgency::urgent,
       {kWifi4}},
      {"policy_leaves_calls_alone",
       in_call(kWifi4),
       only("lte0", kLte4),
       {"register account 1 move_now 10.2.0.2 > 10.9.0.2"},
       Urgency::urgent,
       {},
       {.refresh_calls = false}},
      {"server_moves_and_nothing_leads_to_the_peer",
       in_call(kWifi4),
       SnapshotBuilder().has("lte0", kLte4).way(kServer4, kLte4).no_way(kPeer4),
       {"refresh_target call 3 [break_before_make network_lost] move_now 10.2.0.2 > 10.9.0.2; "
        "media park",
        "register account 1 move_now 10.2.0.2 > 10.9.0.2"}},
  };
}

std::vector<Row> rows_that_move_gently() {
  const std::string gently =
      "refresh_target call 3 [make_before_break network_switch] move_gently ";
  return {
      {"both_up_v4",
       in_call(kWifi4),
       both(kWifi4, kLte4),
       {gently + "10.2.0.2 > 10.9.0.2; media move_gently 10.2.0.2 > 10.3.0.2",
        "register account 1 move_gently 10.2.0.2 > 10.9.0.2"},
       Urgency::calm},
      {"both_up_v6",
       in_call(kWifi6),
       both(kWifi6, kLte6),
       {gently + "2001:db8:2::2 > 2001:db8:9::2; media move_gently 2001:db8:2::2 > 2001:db8:3::2",
        "register account 1 move_gently 2001:db8:2::2 > 2001:db8:9::2"},
       Urgency::calm},
      {"vpn_takes_the_server_only",
       in_call(kWifi4),
       SnapshotBuilder()
           .has("wifi0", kWifi4)
           .has("tun0", kVpn4)
           .way(kServer4, kVpn4)
           .way(kPeer4, kWifi4),
       {gently + "10.8.0.2 > 10.9.0.2; media keep 10.1.0.2 > 10.3.0.2",
        "register account 1 move_gently 10.8.0.2 > 10.9.0.2"},
       Urgency::calm},
      {"vpn_takes_the_peer_only",
       in_call(kWifi4),
       SnapshotBuilder()
           .has("wifi0", kWifi4)
           .has("tun0", kVpn4)
           .way(kServer4, kWifi4)
           .way(kPeer4, kVpn4),
       {"refresh_target call 3 [make_before_break network_switch] keep 10.1.0.2 > 10.9.0.2; "
        "media move_gently 10.8.0.2 > 10.3.0.2"},
       Urgency::calm},
      {"gentle_signalling_but_media_source_gone",
       in_call(kWifi4, kVpn4),
       both(kWifi4, kLte4),
       {"refresh_target call 3 [break_before_make network_switch] move_gently 10.2.0.2 > "
        "10.9.0.2; media move_now 10.2.0.2 > 10.3.0.2",
        "register account 1 move_gently 10.2.0.2 > 10.9.0.2"}},
  };
}

std::vector<Row> rows_that_park() {
  return {
      {"everything_gone",
       in_call(kWifi4),
       SnapshotBuilder().up("wifi0"),
       {"park call 3", "park account 1"},
       Urgency::urgent,
       {kWifi4}},
      {"link_up_without_a_route",
       in_call(kWifi6),
       SnapshotBuilder().has("wifi0", kWifi6).no_way(kServer6).no_way(kPeer6),
       {"park call 3", "park account 1"}},
      {"still_nothing_there_is_not_calm",
       in_call(kWifi4),
       SnapshotBuilder(),
       {"park call 3", "park account 1"},
       Urgency::urgent,
       {},
       {},
       true},
      {"new_address_still_tentative",
       in_call(kWifi4),
       all_from(SnapshotBuilder().has("lte0", kLte6, Mark::tentative), kLte6),
       {"park call 3", "park account 1"}},
      {"server_out_of_reach_but_the_call_is_heard",
       in_call(kWifi4),
       SnapshotBuilder().has("wifi0", kWifi4).no_way(kServer4).way(kPeer4, kWifi4),
       {"park account 1"}},
      {"peer_out_of_reach_but_not_the_server",
       in_call(kWifi4),
       SnapshotBuilder().has("wifi0", kWifi4).way(kServer4, kWifi4).no_way(kPeer4),
       {"park call 3"}},
      {"dialling_call_parks",
       dialling(kWifi4),
       SnapshotBuilder().up("wifi0"),
       {"park call 3", "park account 1"}},
  };
}

const auto kNameOf = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(Keep, RoamPlanTest, ::testing::ValuesIn(rows_that_keep()), kNameOf);
INSTANTIATE_TEST_SUITE_P(MoveNow, RoamPlanTest, ::testing::ValuesIn(rows_that_move_now()), kNameOf);
INSTANTIATE_TEST_SUITE_P(MoveInPart, RoamPlanTest, ::testing::ValuesIn(rows_that_move_in_part()),
                         kNameOf);
INSTANTIATE_TEST_SUITE_P(MoveGently, RoamPlanTest, ::testing::ValuesIn(rows_that_move_gently()),
                         kNameOf);
INSTANTIATE_TEST_SUITE_P(Park, RoamPlanTest, ::testing::ValuesIn(rows_that_park()), kNameOf);

TEST(RoamPlanOrderTest, CallsBeforeRegistrationsBeforeProbesBeforeParking) {
  InUse in_use = in_call(kWifi4);
  in_use.accounts.push_back({AccountId{2}, server_link(kWifi4)});
  in_use.accounts.insert(in_use.accounts.begin(), {AccountId{5}, server_link(kLte4)});
  in_use.accounts.push_back({AccountId{6}, {ip(kWifi4), ip("10.7.0.1"), {ip("10.7.0.1")}}});
  in_use.calls.push_back({CallId{4}, AccountId{2}, server_link(kWifi4), media_link(kWifi4)});
  const auto plan =
      plan_roam({}, only("lte0", kLte4), in_use, Disturbed{ip(kLte4)}, NetworkPolicy{});
  std::vector<std::string> order;
  for (const auto& step : plan.steps) {
    order.push_back(std::string(kind_of(step)) + ' ' + subject_of(step));
  }
  EXPECT_THAT(order, ElementsAreArray({"refresh_target call 3", "refresh_target call 4",
                                       "register account 1", "register account 2",
                                       "probe account 5", "park account 6"}));
}

TEST(RoamPlanTextTest, SaysWhatIsToBeDoneAndWhy) {
  const Judgement judged{Verdict::move_now, ip(kLte4), ip(kServer4), false, "Wi-Fi is gone"};
  EXPECT_EQ(to_string(Step{Register{AccountId{1}, judged}}),
            "register account 1: move_now to 10.2.0.2 (Wi-Fi is gone)");
  RefreshTarget refresh{.call = CallId{3}, .signalling = judged, .media = judged};
  EXPECT_EQ(to_string(Step{refresh}),
            "refresh_target call 3: move_now to 10.2.0.2 (Wi-Fi is gone)");
  refresh.media = {Verdict::keep, ip(kVpn4), ip(kPeer4), false, "still serves"};
  EXPECT_EQ(to_string(Step{refresh}),
            "refresh_target call 3: signalling move_now to 10.2.0.2 (Wi-Fi is gone), media keep "
            "(still serves)");
  EXPECT_EQ(to_string(Step{Probe{AccountId{1}}}), "probe account 1");
  EXPECT_EQ(to_string(Step{ParkCall{CallId{3}}}), "park call 3");
}

}  // namespace
}  // namespace godwit::roam
