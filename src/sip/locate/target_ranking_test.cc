// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/target_ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/fake_clock.h"
#include "support/snapshot_builder.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using Group = TargetSearch::Group;
using test::ip;
using test::SnapshotBuilder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TargetRankingTest : public ::testing::Test {
 protected:
  Group group(int number, const std::vector<std::string>& addresses) {
    Group out;
    out.number = number;
    out.host = "h" + std::to_string(number);
    out.port = 5060;
    out.v4.answered_at = out.v6.answered_at = clock_.now();
    out.v4.asked_at = out.v6.asked_at = clock_.now();
    for (const auto& text : addresses) {
      (ip(text).is_v4() ? out.v4 : out.v6).addresses.push_back(ip(text));
    }
    return out;
  }
  static Group with_v6_awaited(Group group) {
    group.v6.open = group.v6.awaited = true;
    return group;
  }
  static Group pending() {
    Group out;
    out.pending = true;
    return out;
  }
  /// Every address has a route.
  void route(const std::vector<Group>& groups) {
    for (const auto& one : groups) {
      for (const auto& address : one.v4.addresses) way(address, "192.0.2.10");
      for (const auto& address : one.v6.addresses) way(address, "2001:db8::10");
    }
  }
  void way(const net::IpAddress& to, std::string_view source) {
    (void)routes_.to(to);
    routes_.on_route_found({to, net::RouteChoice{ip(source), 2}});
  }
  void no_way(const net::IpAddress& to) {
    (void)routes_.to(to);
    routes_.on_route_found({to, std::nullopt});
  }
  Ranking rank(const std::vector<Group>& groups, FamilyUse use = FamilyUse::any) {
    return rank_targets(hop_, groups, {routes_, nat64_, use, true}, clock_.now());
  }
  static std::vector<std::string> addresses(const Ranking& ranking) {
    std::vector<std::string> texts;
    for (const auto& target : ranking.targets) texts.push_back(to_string(target.remote.address));
    return texts;
  }
  /// A network with IPv6 only, whose NAT64 has these forms of 192.0.0.170 and .171.
  void enter_v6_only(const std::vector<std::string>& forms) {
    nat64_.on_network(
        SnapshotBuilder().has("wifi0", "2001:db8::10").default_via("wifi0", "fe80::1"),
        clock_.now());
    if (forms.empty()) return;
    (void)nat64_.synthesise(ip("198.51.100.7"), clock_.now());
    DnsAnswered answered{std::string(Nat64::kName), net::DnsType::aaaa, {}};
    answered.answer.status = net::DnsAnswer::Status::found;
    answered.answer.ttl = 300s;
    for (const auto& form : forms) answered.answer.addresses.push_back(ip(form));
    nat64_.on_dns_answered(answered, clock_.now());
  }

  FakeClock clock_;
  NextHop hop_{.host = "example.org"};
  RouteTable routes_;
  Nat64 nat64_;
};

TEST_F(TargetRankingTest, R7_GroupsAreNotMixed) {
  const std::vector<Group> groups{group(0, {"192.0.2.1", "2001:db8::1"}),
                                  group(1, {"192.0.2.2", "2001:db8::2"})};
  route(groups);
  const auto ranking = rank(groups);
  EXPECT_THAT(addresses(ranking),
              ElementsAre("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"));
  EXPECT_TRUE(ranking.usable);
  EXPECT_EQ(ranking.targets.front().domain, "example.org");
}

TEST_F(TargetRankingTest, WaitsForTheRoutesOfAGroupBeforeItIsTried) {
  const std::vector<Group> groups{group(0, {"192.0.2.1", "2001:db8::1"})};
  way(ip("192.0.2.1"), "192.0.2.10");
  const auto ranking = rank(groups);
  EXPECT_FALSE(ranking.usable);
  EXPECT_TRUE(ranking.open);
  EXPECT_THAT(routes_.take_actions(), SizeIs(2));  // the other one was asked for by the test
}

TEST_F(TargetRankingTest, R10_WaitsForThePreferredFamilyFromTheFirstAnswerOn) {
  const std::vector<Group> groups{with_v6_awaited(group(0, {"192.0.2.1"}))};
  route(groups);
  auto ranking = rank(groups);
  EXPECT_FALSE(ranking.usable);
  EXPECT_EQ(ranking.look_again, clock_.now() + kResolutionDelay);
  clock_.advance(kResolutionDelay);
  EXPECT_TRUE(rank(groups).usable);
  EXPECT_TRUE(rank(groups, FamilyUse::prefer_v4).usable);
}

TEST_F(TargetRankingTest, ABetterGroupThatMayStillComeIsWaitedForALittle) {
  const std::vector<Group> groups{pending(), group(1, {"192.0.2.1"})};
  route(groups);
  const auto ranking = rank(groups);
  EXPECT_FALSE(ranking.usable);
  EXPECT_EQ(ranking.look_again, clock_.now() + kBetterTargetPatience);
  clock_.advance(kBetterTargetPatience);
  EXPECT_TRUE(rank(groups).usable);
}

TEST_F(TargetRankingTest, AWorseGroupThatMayStillComeIsNotWaitedFor) {
  const std::vector<Group> groups{group(0, {"192.0.2.1"}), pending()};
  route(groups);
  EXPECT_TRUE(rank(groups).usable);
}

TEST_F(TargetRankingTest, AGroupThatNoRouteLeadsToIsPassedOver) {
  const std::vector<Group> groups{group(0, {"2001:db8::1"}), group(1, {"192.0.2.1"})};
  no_way(ip("2001:db8::1"));
  way(ip("192.0.2.1"), "192.0.2.10");
  const auto ranking = rank(groups);
  EXPECT_THAT(addresses(ranking), ElementsAre("192.0.2.1"));
  EXPECT_TRUE(ranking.usable);
  EXPECT_TRUE(ranking.unreachable);
}

TEST_F(TargetRankingTest, OneAddressOfTwoNamesIsListedOnceAtItsBetterPlace) {
  auto groups = std::vector{group(0, {"192.0.2.1"}), group(1, {"192.0.2.2", "192.0.2.1"}),
                            group(2, {"192.0.2.1"})};
  groups[2].transport = net::Transport::tcp;
  route(groups);
  const auto ranking = rank(groups);
  EXPECT_THAT(addresses(ranking), ElementsAre("192.0.2.1", "192.0.2.2", "192.0.2.1"));
  EXPECT_EQ(ranking.targets.front().host, "h0");
  EXPECT_EQ(ranking.targets.back().transport, net::Transport::tcp);
}

TEST_F(TargetRankingTest, HoldsItsLimit) {
  std::vector<Group> groups;
  for (int i = 0; i < 70; ++i) groups.push_back(group(i, {"192.0.2." + std::to_string(i + 1)}));
  route(groups);
  EXPECT_THAT(rank(groups).targets, SizeIs(limits::kTargets));
}

TEST_F(TargetRankingTest, T93_BothPrefixesAreTriedInOrder) {
  const std::vector<Group> groups{group(0, {"198.51.100.7"})};
  no_way(ip("198.51.100.7"));
  enter_v6_only({"2001:db8:64::c000:aa", "2001:db8:65::c000:aa"});
  for (const char* form : {"2001:db8:64::c633:6407", "2001:db8:65::c633:6407"}) {
    way(ip(form), "2001:db8::10");
  }
  const auto ranking = rank(groups);
  EXPECT_THAT(addresses(ranking), ElementsAre("2001:db8:64::c633:6407", "2001:db8:65::c633:6407"));
  EXPECT_EQ(ranking.targets.back().synthesised_from, ip("198.51.100.7"));
  EXPECT_EQ(ranking.targets.back().source, ip("2001:db8::10"));
}

TEST_F(TargetRankingTest, T92_ALateIpv6AnswerIsWaitedForTwoSeconds) {
  const std::vector<Group> groups{with_v6_awaited(group(0, {"198.51.100.7"}))};
  no_way(ip("198.51.100.7"));
  enter_v6_only({"2001:db8:64::c000:aa"});
  way(ip("2001:db8:64::c633:6407"), "2001:db8::10");
  auto ranking = rank(groups);
  EXPECT_THAT(ranking.targets, IsEmpty());
  EXPECT_EQ(ranking.look_again, clock_.now() + kLastResort);
  clock_.advance(kLastResort);
  EXPECT_THAT(addresses(rank(groups)), ElementsAre("2001:db8:64::c633:6407"));
}

TEST_F(TargetRankingTest, T92_BehindAnIpv6AddressStandsTheIpv4OneAsTheLastResort) {
  const std::vector<Group> groups{group(0, {"198.51.100.7", "2001:db8:9::1"})};
  no_way(ip("198.51.100.7"));
  way(ip("2001:db8:9::1"), "2001:db8::10");
  enter_v6_only({});
  auto ranking = rank(groups);
  EXPECT_THAT(addresses(ranking), ElementsAre("2001:db8:9::1"));
  EXPECT_TRUE(ranking.usable) << "nobody waits for the prefix";
  EXPECT_TRUE(ranking.open);
  enter_v6_only({"2001:db8:64::c000:aa"});
  way(ip("2001:db8:64::c633:6407"), "2001:db8::10");
  ranking = rank(groups);
  EXPECT_THAT(addresses(ranking), ElementsAre("2001:db8:9::1", "2001:db8:64::c633:6407"));
}

TEST_F(TargetRankingTest, R39_AnIpv4AddressWithARouteOfItsOwnIsNotTranslated) {
  const std::vector<Group> groups{group(0, {"10.0.0.1"})};
  way(ip("10.0.0.1"), "10.0.0.2");
  enter_v6_only({"2001:db8:64::c000:aa"});
  EXPECT_THAT(addresses(rank(groups)), ElementsAre("10.0.0.1"));
}

TEST_F(TargetRankingTest, R39_UntilThePrefixIsKnownMoreMayCome) {
  const std::vector<Group> groups{group(0, {"198.51.100.7"})};
  no_way(ip("198.51.100.7"));
  enter_v6_only({});
  const auto ranking = rank(groups);
  EXPECT_THAT(ranking.targets, IsEmpty());
  EXPECT_TRUE(ranking.open);
}

TEST_F(TargetRankingTest, F47_WhoUsesOnlyIpv4IsNotTranslated) {
  const std::vector<Group> groups{group(0, {"198.51.100.7"})};
  no_way(ip("198.51.100.7"));
  enter_v6_only({"2001:db8:64::c000:aa"});
  EXPECT_THAT(rank(groups, FamilyUse::only_v4).targets, IsEmpty());
}

}  // namespace
}  // namespace godwit::sip
