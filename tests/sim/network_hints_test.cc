// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sim_world.h"
#include "ua/handover_metrics.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What only hints at another network: the application's word, and other name servers.
class NetworkHintsTest : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    EXPECT_EQ(world_.unrest_at_the_end(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  void start_call() {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    world_.run_for(1s);
  }
  std::size_t sent(std::string_view method, TimePoint since) {
    return world_.sent("alice", method, since);
  }

  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    return options;
  }

  SimWorld world_{options()};
};

TEST_F(NetworkHintsTest, OtherNameServersAloneHaveTheServerAskedOnceAndNothingElse) {
  world_.a.ask_name_servers({"10.1.0.53"});
  start_call();
  const auto t0 = world_.now();
  world_.a.ask_name_servers({"192.0.2.53"});
  world_.run_for(2s);
  EXPECT_EQ(sent("OPTIONS", t0), 1U);
  EXPECT_EQ(sent("REGISTER", t0) + sent("UPDATE", t0) + sent("INVITE", t0), 0U);
  const auto started = world_.alice.last<NetworkChangeStarted>(t0);
  ASSERT_TRUE(started.has_value());
  EXPECT_THAT(started->reasons, ::testing::ElementsAre("name_servers_changed 10.1.0.53 -> 192.0.2.53"));
  EXPECT_EQ(world_.alice.last<NetworkChangeFinished>(t0)->outcome, ChangeOutcome::recovered);
  EXPECT_THAT(world_.alice.all<Reconnecting>(t0), IsEmpty());
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
}

// The same private address, and another NAT: the only one who tells is who gives out name servers.
TEST_F(NetworkHintsTest, OtherNameServersFindTheSameAddressBehindAnotherNat) {
  LinkOptions link{.delay = 25ms};
  link.nat = ip("203.0.113.1");
  world_.a.set_link("wifi0", link);
  world_.a.ask_name_servers({"10.1.0.53"});
  ASSERT_TRUE(world_.register_both());
  const auto t0 = world_.now();
  link.nat = ip("203.0.113.2");
  world_.a.set_link("wifi0", link);
  world_.a.forget_mappings("wifi0");
  world_.a.ask_name_servers({"192.0.2.53"});
  world_.run_for(1s);
  EXPECT_EQ(sent("REGISTER", t0), 1U) << "long before a keep-alive would have found it";
  EXPECT_EQ(sent("OPTIONS", t0), 1U);
}

// Wi-Fi has gone for good at t0 - 12 s, the next network is there at t0, and an application tells of it
// too early, too late, or over and over (F4).
class TooEarlyOrTooLate : public NetworkHintsTest, public ::testing::WithParamInterface<int> {
 protected:
  void lose_and_find_network(const std::vector<Duration>& hints_after_t0) {
    constexpr Duration kGap = 12s;
    start_call();
    world_.break_to({"10.2.0.2"}, kGap);
    found_at_ = world_.now() + kGap;
    for (const auto after : hints_after_t0) {
      world_.time.after(kGap + after, [this] { world_.alice.notify_network_changed(); });
    }
    world_.run_for(kGap + 12s);
  }
  void expect_moved_once_and_soon() {
    const auto moved = world_.alice.all<Reconnected>(found_at_);
    ASSERT_THAT(moved, SizeIs(1));
    const auto& report = moved.front().report;
    ASSERT_TRUE(report.first_rtp_in && report.first_rtp_out);
    EXPECT_LE(report.noticed_at + std::max(*report.first_rtp_in, *report.first_rtp_out) - found_at_, 1s);
    EXPECT_EQ(sent("UPDATE", found_at_) + sent("INVITE", found_at_), 1U);
    EXPECT_EQ(sent("REGISTER", found_at_), 1U);
    EXPECT_THAT(world_.server.bindings("alice"), ::testing::ElementsAre(HasSubstr("10.2.0.2")));
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
    EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
  }

  TimePoint found_at_{};
};

INSTANTIATE_TEST_SUITE_P(SecondsAfter, TooEarlyOrTooLate, ::testing::Range(-10, 11),
                         [](const auto& row) {
                           const int n = row.param;
                           return std::string(n < 0 ? "minus" : "plus") + std::to_string(std::abs(n));
                         });

TEST_P(TooEarlyOrTooLate, F4_TheCallIsBackWithinASecondOfTheNetwork) {
  lose_and_find_network({std::chrono::seconds{GetParam()}});
  expect_moved_once_and_soon();
}

class OverAndOver : public TooEarlyOrTooLate {};
INSTANTIATE_TEST_SUITE_P(Hints, OverAndOver, ::testing::Values(0));

TEST_P(OverAndOver, F4_AHundredHintsAtAnyTimeAreOneRefresh) {
  std::vector<Duration> hints;
  for (int i = -50; i < 50; ++i) hints.push_back(i * 200ms + 7ms);
  for (int i = 0; i < 100; ++i) hints.push_back(i * 2ms);
  lose_and_find_network(hints);
  expect_moved_once_and_soon();
}

// F49: what is exported is the sum of what was reported, of three moves.
TEST_F(NetworkHintsTest, F49_MetricsAddUpToTheReports) {
  ua::HandoverMetrics metrics;
  world_.alice.on_event([&](const Event& event) { metrics.count(event); });
  start_call();
  world_.break_to({"10.2.0.2"}, 300ms);
  world_.run_for(3s);
  world_.a.detach("lte0");
  world_.a.attach("wifi0", {"10.1.0.2"});
  world_.run_for(3s);
  world_.a.attach("lte0", {"2001:db8:2::2"});
  world_.a.detach("wifi0");
  world_.run_for(3s);
  const auto moves = world_.alice.all<Reconnected>();
  ASSERT_THAT(moves, SizeIs(3));
  const auto sum = [&](auto part) {
    double all = 0;
    for (const auto& move : moves) all += part(move.report);
    return all;
  };
  const auto seconds = [](std::optional<Duration> time) {
    return std::chrono::duration<double>(time.value_or(Duration::zero())).count();
  };
  const std::string text = metrics.text();
  const auto exported = [&](const std::string& sample) {
    const auto at = text.find('\n' + sample + ' ');
    return at == std::string::npos ? -1 : std::stod(text.substr(at + sample.size() + 2));
  };
  const auto stage = [&](const std::string& name) {
    return exported("godwit_handover_stage_seconds_sum{stage=\"" + name + "\"}");
  };
  EXPECT_EQ(exported("godwit_handover_stage_seconds_count{stage=\"first_rtp_in\"}"), 3);
  EXPECT_NEAR(stage("refresh_sent"), sum([&](auto& r) { return seconds(r.refresh_sent); }), 1e-6);
  EXPECT_NEAR(stage("refresh_answered"), sum([&](auto& r) { return seconds(r.refresh_answered); }), 1e-6);
  EXPECT_NEAR(stage("registered"), sum([&](auto& r) { return seconds(r.registered); }), 1e-6);
  EXPECT_NEAR(stage("first_rtp_out"), sum([&](auto& r) { return seconds(r.first_rtp_out); }), 1e-6);
  EXPECT_NEAR(stage("first_rtp_in"), sum([&](auto& r) { return seconds(r.first_rtp_in); }), 1e-6);
  EXPECT_NEAR(exported("godwit_handover_gap_seconds_sum{direction=\"in\"}"), sum([&](auto& r) { return seconds(r.gap_in); }), 1e-6);
  EXPECT_EQ(exported("godwit_handover_lost_packets_total"), sum([&](auto& r) { return static_cast<double>(r.lost_in); }));
  EXPECT_EQ(exported("godwit_handovers_total{reason=\"family_switch\"}"), 1);
}

}  // namespace
}  // namespace godwit::test
