// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/nat64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/snapshot_builder.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using net::DnsAnswer;
using test::ip;
using test::SnapshotBuilder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

SnapshotBuilder only_v6(const char* address = "2001:db8:1::2") {
  return SnapshotBuilder().has("wifi0", address).default_via("wifi0", "fe80::1");
}
SnapshotBuilder dual() {
  return only_v6().has("wifi0", "10.1.0.2").default_via("wifi0", "10.1.0.1");
}

class Nat64Test : public ::testing::Test {
 protected:
  /// How many questions were asked since the last time; all have to be the one there is.
  std::size_t questions() {
    const auto actions = nat64_.take_actions();
    for (const auto& action : actions) {
      const auto* query = std::get_if<QueryDns>(&action);
      EXPECT_TRUE(query && query->name == "ipv4only.arpa" && query->type == net::DnsType::aaaa);
    }
    return actions.size();
  }
  void answer(const std::vector<std::string>& records, std::chrono::seconds ttl = 3600s) {
    DnsAnswer answer{.status = DnsAnswer::Status::found, .ttl = ttl};
    for (const auto& record : records) answer.addresses.push_back(ip(record));
    nat64_.on_dns_answered({"ipv4only.arpa", net::DnsType::aaaa, answer}, clock_.now());
  }
  void answer(DnsAnswer::Status status, std::chrono::seconds ttl = 0s) {
    nat64_.on_dns_answered({"ipv4only.arpa", net::DnsType::aaaa, {.status = status, .ttl = ttl}},
                           clock_.now());
  }
  std::optional<std::vector<net::IpAddress>> ask(const char* v4 = "203.0.113.9") {
    return nat64_.synthesise(ip(v4), clock_.now());
  }
  void attach(const SnapshotBuilder& network) { nat64_.on_network(network, clock_.now()); }

  FakeClock clock_;
  Nat64 nat64_;
};

TEST_F(Nat64Test, R37_IsWantedOnlyWithAWayOutOverIpv6AndNoneOverIpv4) {
  EXPECT_FALSE(nat64_.wanted());
  attach(only_v6());
  EXPECT_TRUE(nat64_.wanted());
  attach(dual());
  EXPECT_FALSE(nat64_.wanted());
  attach(SnapshotBuilder().has("wifi0", "2001:db8::2"));
  EXPECT_FALSE(nat64_.wanted());
  attach(only_v6().has("wifi0", "10.1.0.2"));  // a LAN of IPv4 that leads nowhere
  EXPECT_TRUE(nat64_.wanted());
}

TEST_F(Nat64Test, T94_A464xlatIsNoIpv4ForItsAddressMustNotBeTold) {
  attach(only_v6().has("clat0", "192.0.0.4").default_via("clat0", "192.0.0.1"));
  EXPECT_TRUE(nat64_.wanted());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170"});
  EXPECT_THAT(ask(), Optional(ElementsAre(ip("2001:db8:64::203.0.113.9"))));
}

TEST_F(Nat64Test, T94_A464xlatBesideAnIpv4OfItsOwnIsNotInTheWay) {
  attach(dual().has("clat0", "192.0.0.4").default_via("clat0", "192.0.0.1", 200));
  EXPECT_FALSE(nat64_.wanted());
  attach(dual().has("wifi0", "192.0.0.4"));  // both on one link
  EXPECT_FALSE(nat64_.wanted());
}

TEST_F(Nat64Test, T95_ADualStackNetworkIsNeverAsked) {
  attach(dual());
  EXPECT_THAT(ask(), Optional(IsEmpty()));
  EXPECT_EQ(questions(), 0U);
  EXPECT_EQ(nat64_.next_deadline(), std::nullopt);
}

TEST_F(Nat64Test, T95_NothingIsAskedBeforeALiteralNeedsIt) {
  attach(only_v6());
  EXPECT_EQ(questions(), 0U);
  EXPECT_EQ(ask(), std::nullopt);
  EXPECT_EQ(questions(), 1U);
}

TEST_F(Nat64Test, T89_ALiteralIsReachedUnderThePrefixThatDnsShows) {
  attach(only_v6());
  EXPECT_EQ(ask(), std::nullopt);
  EXPECT_EQ(ask("203.0.113.10"), std::nullopt);
  EXPECT_EQ(questions(), 1U);  // one question for all
  answer({"2001:db8:64::192.0.0.170", "2001:db8:64::192.0.0.171"});
  EXPECT_THAT(ask(), Optional(ElementsAre(ip("2001:db8:64::203.0.113.9"))));
  EXPECT_EQ(questions(), 0U);
}

TEST_F(Nat64Test, T89_LayoutsOfShorterPrefixes) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64:0:c0:0:aa00::"});
  EXPECT_THAT(ask("192.0.2.33"), Optional(ElementsAre(ip("2001:db8:64:0:c0:2:2100::"))));
  answer({"2001:db8:c000:aa::"});
  EXPECT_THAT(ask("192.0.2.33"), Optional(ElementsAre(ip("2001:db8:c000:221::"))));
}

TEST_F(Nat64Test, T93_TwoPrefixesAreBothUsedInTheirOrder) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170", "2001:db8:65::192.0.0.170", "2001:db8:64::192.0.0.171",
          "2001:db8:65::192.0.0.171"});
  EXPECT_THAT(
      ask(), Optional(ElementsAre(ip("2001:db8:64::203.0.113.9"), ip("2001:db8:65::203.0.113.9"))));
}

TEST_F(Nat64Test, T93_IsAskedAgainTenSecondsBeforeTheEndAndFollowsTheChange) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170"}, 60s);
  EXPECT_EQ(questions(), 1U);
  EXPECT_EQ(nat64_.next_deadline(), clock_.now() + 50s);
  nat64_.on_timeout(clock_.advance(50s - 1ns));
  EXPECT_EQ(questions(), 0U);
  nat64_.on_timeout(clock_.advance(1ns));
  EXPECT_EQ(questions(), 1U);
  EXPECT_THAT(ask(), Optional(ElementsAre(ip("2001:db8:64::203.0.113.9"))));  // meanwhile the old
  answer({"2001:db8:65::192.0.0.170"}, 60s);
  EXPECT_THAT(ask(), Optional(ElementsAre(ip("2001:db8:65::203.0.113.9"))));
}

TEST_F(Nat64Test, R38_AShortTtlIsAskedAgainAtItsHalfAndNeverInALoop) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170"}, 8s);
  EXPECT_EQ(nat64_.next_deadline(), clock_.now() + 4s);
  answer({"2001:db8:64::192.0.0.170"}, 1s);
  EXPECT_EQ(nat64_.next_deadline(), clock_.now() + 1s);
  answer({"2001:db8:64::192.0.0.170"}, 0s);
  EXPECT_EQ(nat64_.next_deadline(), clock_.now() + 10s);
}

TEST_F(Nat64Test, AnEndlessTtlIsAskedAgainTheNextDay) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170"}, std::chrono::seconds::max());
  EXPECT_EQ(nat64_.next_deadline(), clock_.now() + 24h - 10s);
}

TEST_F(Nat64Test, APrefixOfTheHostsFileIsNotAskedForAllTheTime) {
  attach(only_v6());
  (void)ask();
  nat64_.on_dns_answered({"ipv4only.arpa",
                          net::DnsType::aaaa,
                          {.status = DnsAnswer::Status::found,
                           .addresses = {ip("2001:db8:64::192.0.0.170")},
                           .from_hosts_file = true}},
                         clock_.now());
  EXPECT_EQ(nat64_.next_deadline(), clock_.now() + 24h);
}

TEST_F(Nat64Test, T95_ANegativeAnswerHoldsAsLongAsItsTtl) {
  attach(only_v6());
  (void)ask();
  EXPECT_EQ(questions(), 1U);
  answer(DnsAnswer::Status::no_such_name, 300s);
  EXPECT_THAT(ask(), Optional(IsEmpty()));
  EXPECT_FALSE(nat64_.next_deadline()) << "nobody polls for what is not there";
  clock_.advance(299s);
  EXPECT_THAT(ask(), Optional(IsEmpty()));
  EXPECT_EQ(questions(), 0U);
  clock_.advance(1s);
  EXPECT_THAT(ask(), Optional(IsEmpty()));
  EXPECT_EQ(questions(), 1U);
}

TEST_F(Nat64Test, T95_AHijackedAnswerIsNoPrefix) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:bad::1", "2001:db8:bad::2"}, 300s);
  EXPECT_THAT(ask(), Optional(IsEmpty()));
}

TEST_F(Nat64Test, AFailureIsAskedAgainSoonAndHoldsNobodyUp) {
  attach(only_v6());
  (void)ask();
  answer(DnsAnswer::Status::failed);
  EXPECT_THAT(ask(), Optional(IsEmpty()));
  EXPECT_EQ(questions(), 1U);
  nat64_.on_timeout(clock_.advance(10s));
  EXPECT_EQ(questions(), 1U);
  answer({"2001:db8:64::192.0.0.170"});
  EXPECT_THAT(ask(), Optional(ElementsAre(ip("2001:db8:64::203.0.113.9"))));
}

TEST_F(Nat64Test, AFailedRefreshLeavesThePrefixWhereItIs) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170"}, 60s);
  nat64_.on_timeout(clock_.advance(50s));
  answer(DnsAnswer::Status::failed);
  EXPECT_THAT(ask(), Optional(ElementsAre(ip("2001:db8:64::203.0.113.9"))));
  EXPECT_EQ(nat64_.next_deadline(), clock_.now() + 10s);
}

TEST_F(Nat64Test, R38_AnotherNetworkIsAskedAnewOnceItWasNeeded) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170"});
  EXPECT_EQ(questions(), 1U);
  attach(only_v6("3fff:2::2"));
  EXPECT_EQ(questions(), 1U);
  EXPECT_EQ(ask(), std::nullopt);
  EXPECT_EQ(questions(), 0U);
  answer({"2001:db8:65::192.0.0.170"});
  EXPECT_THAT(ask(), Optional(ElementsAre(ip("2001:db8:65::203.0.113.9"))));
}

TEST_F(Nat64Test, TheSameNetworkIsNotAskedAgain) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170"});
  EXPECT_EQ(questions(), 1U);
  attach(only_v6().way("2001:db8::9", "2001:db8:1::2"));
  EXPECT_EQ(questions(), 0U);
  EXPECT_THAT(ask(), Optional(ElementsAre(ip("2001:db8:64::203.0.113.9"))));
}

TEST_F(Nat64Test, LeavingForIpv4EndsIt) {
  attach(only_v6());
  (void)ask();
  answer({"2001:db8:64::192.0.0.170"});
  attach(dual());
  EXPECT_THAT(ask(), Optional(IsEmpty()));
  EXPECT_EQ(nat64_.next_deadline(), std::nullopt);
  answer({"2001:db8:64::192.0.0.170"});  // of the network that was left
  EXPECT_THAT(nat64_.prefixes(), IsEmpty());
}

TEST_F(Nat64Test, OtherAnswersAreNotItsBusiness) {
  attach(only_v6());
  (void)ask();
  const DnsAnswer found{.status = DnsAnswer::Status::found,
                        .addresses = {ip("2001:db8:64::192.0.0.170")}};
  nat64_.on_dns_answered({"example.org", net::DnsType::aaaa, found}, clock_.now());
  nat64_.on_dns_answered({"ipv4only.arpa", net::DnsType::a, found}, clock_.now());
  EXPECT_EQ(ask(), std::nullopt);
}

TEST_F(Nat64Test, AddressesThatMustNotBeTranslatedHaveNoForm) {
  attach(only_v6());
  (void)ask();
  answer({"64:ff9b::192.0.0.170"});
  EXPECT_THAT(ask("8.8.8.8"), Optional(ElementsAre(ip("64:ff9b::8.8.8.8"))));
  EXPECT_THAT(ask("192.168.1.1"), Optional(IsEmpty()));
  EXPECT_THAT(ask("127.0.0.1"), Optional(IsEmpty()));
}

}  // namespace
}  // namespace godwit::sip
