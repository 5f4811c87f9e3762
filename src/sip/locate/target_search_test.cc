// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/target_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/fake_clock.h"
#include "support/fake_zone.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using net::DnsType;
using test::ip;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TargetSearchTest : public ::testing::Test {
 protected:
  TargetSearch search(std::string_view uri, const LocatePolicy& policy = {}) {
    return {next_hop_of(*parse_uri(uri)), policy, random_, clock_.now()};
  }
  /// The answer of the zone.
  void answer(TargetSearch& search, const std::string& name, DnsType type) {
    const auto answer = zone_.answer(name, type);
    search.on_answer({name, type}, *answer, TargetSearch::Source::dns, clock_.now());
  }
  void time_passes(TargetSearch& search, Duration span) {
    clock_.advance(span);
    search.on_timeout(clock_.now());
  }
  static std::vector<std::string> hosts(const TargetSearch& search) {
    std::vector<std::string> names;
    for (const auto& group : search.groups()) {
      names.push_back(group.pending ? "?" : group.host);
    }
    return names;
  }

  FakeClock clock_;
  SeededRandom random_{1};
  test::FakeZone zone_;
};

TEST_F(TargetSearchTest, F58_AsksForAddressesFirstBecauseTheHostsFileMayAnswer) {
  auto machine = search("sip:example.org");
  EXPECT_THAT(machine.take_questions(), ElementsAre(DnsQuestion{"example.org", DnsType::aaaa},
                                                    DnsQuestion{"example.org", DnsType::a}));
  EXPECT_EQ(machine.next_deadline(), clock_.now());  // after this turn of the shell
  machine.on_timeout(clock_.now());
  EXPECT_THAT(machine.take_questions(),
              ElementsAre(DnsQuestion{"example.org", DnsType::naptr},
                          DnsQuestion{"_sip._udp.example.org", DnsType::srv},
                          DnsQuestion{"_sip._tcp.example.org", DnsType::srv},
                          DnsQuestion{"_sips._tcp.example.org", DnsType::srv}));
}

TEST_F(TargetSearchTest, F58_AsksNothingElseOnceTheHostsFileHasAnswered) {
  zone_.add_to_hosts_file("example.org", "192.0.2.1");
  auto machine = search("sip:example.org");
  (void)machine.take_questions();
  answer(machine, "example.org", DnsType::aaaa);
  answer(machine, "example.org", DnsType::a);
  EXPECT_EQ(machine.next_deadline(), std::nullopt);
  EXPECT_TRUE(machine.is_over());
  EXPECT_THAT(machine.take_questions(), IsEmpty());
  ASSERT_THAT(machine.groups(), SizeIs(1));
  EXPECT_EQ(machine.groups().front().via, Target::Via::hosts_file);
}

TEST_F(TargetSearchTest, R10_ServicesAreFollowedWhilePointersAreOutstanding) {
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5060, "a.example.org");
  auto machine = search("sip:example.org");
  machine.on_timeout(clock_.now());
  (void)machine.take_questions();
  answer(machine, "_sip._udp.example.org", DnsType::srv);
  EXPECT_THAT(machine.take_questions(), ElementsAre(DnsQuestion{"a.example.org", DnsType::aaaa},
                                                    DnsQuestion{"a.example.org", DnsType::a}));
  EXPECT_THAT(hosts(machine), ElementsAre("?"));
}

TEST_F(TargetSearchTest, T25_PointersAreWaitedForHalfASecondOnceServicesAreIn) {
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5060, "a.example.org");
  auto machine = search("sip:example.org");
  machine.on_timeout(clock_.now());
  clock_.advance(100ms);
  for (const auto* name :
       {"_sip._udp.example.org", "_sip._tcp.example.org", "_sips._tcp.example.org"}) {
    answer(machine, name, DnsType::srv);
  }
  EXPECT_EQ(machine.next_deadline(), clock_.now() + TargetSearch::kPointerPatience);
  time_passes(machine, 499ms);
  EXPECT_THAT(hosts(machine), ElementsAre("?"));
  time_passes(machine, 1ms);
  EXPECT_THAT(hosts(machine), ElementsAre("a.example.org"));
}

TEST_F(TargetSearchTest, APreferredServiceKeepsItsPlaceUntilItIsGivenUp) {
  zone_.add_srv("_sip._tcp.example.org", 1, 1, 5060, "a.example.org");
  auto machine = search("sip:example.org");
  machine.on_timeout(clock_.now());
  answer(machine, "example.org", DnsType::naptr);
  answer(machine, "_sip._tcp.example.org", DnsType::srv);
  answer(machine, "_sips._tcp.example.org", DnsType::srv);
  EXPECT_THAT(hosts(machine), ElementsAre("?", "a.example.org"));
  const int number = machine.groups().back().number;
  time_passes(machine, TargetSearch::kServicePatience);
  EXPECT_THAT(hosts(machine), ElementsAre("a.example.org"));
  EXPECT_EQ(machine.groups().front().number, number);
}

TEST_F(TargetSearchTest, NothingIsGivenUpBeforeThereIsSomethingToGoOnWith) {
  auto machine = search("sip:example.org");
  machine.on_timeout(clock_.now());
  EXPECT_EQ(machine.next_deadline(), clock_.now() + TargetSearch::kQuestionLimit);
  time_passes(machine, 4s);
  EXPECT_FALSE(machine.is_over());
  time_passes(machine, 1s);
  EXPECT_TRUE(machine.is_over());
  EXPECT_EQ(machine.next_deadline(), std::nullopt);
}

TEST_F(TargetSearchTest, ALateAddressIsStillTaken) {
  zone_.add_a("example.org", "192.0.2.1");
  auto machine = search("sip:example.org:5060");
  time_passes(machine, 5s);
  EXPECT_TRUE(machine.is_over());
  answer(machine, "example.org", DnsType::a);
  EXPECT_THAT(machine.groups().front().v4.addresses, ElementsAre(ip("192.0.2.1")));
}

TEST_F(TargetSearchTest, TheOrderDrawnStandsAsLongAsTheRecordsDo) {
  for (int i = 0; i < 20; ++i) {
    zone_.add_srv("_sip._tcp.example.org", 1, 1, 5060, std::to_string(i) + ".example.org");
  }
  auto machine = search("sip:example.org;transport=tcp");
  machine.on_timeout(clock_.now());
  answer(machine, "_sip._tcp.example.org", DnsType::srv);
  const auto drawn = hosts(machine);
  for (int i = 0; i < 5; ++i) {
    answer(machine, "_sip._tcp.example.org", DnsType::srv);
    EXPECT_EQ(hosts(machine), drawn);
  }
}

TEST_F(TargetSearchTest, AsksForTheAddressesOfSixteenNamesAtOnce) {
  for (int i = 0; i < 40; ++i) {
    zone_.add_srv("_sip._tcp.example.org", static_cast<std::uint16_t>(i), 1, 5060,
                  "h" + std::to_string(i) + ".example.org");
  }
  auto machine = search("sip:example.org;transport=tcp");
  machine.on_timeout(clock_.now());
  (void)machine.take_questions();
  answer(machine, "_sip._tcp.example.org", DnsType::srv);
  EXPECT_THAT(machine.take_questions(), SizeIs(limits::kHostsAtOnce * 2));
  answer(machine, "h0.example.org", DnsType::aaaa);
  EXPECT_THAT(machine.take_questions(), IsEmpty());
  answer(machine, "h0.example.org", DnsType::a);
  EXPECT_THAT(machine.take_questions(), ElementsAre(DnsQuestion{"h16.example.org", DnsType::aaaa},
                                                    DnsQuestion{"h16.example.org", DnsType::a}));
}

TEST_F(TargetSearchTest, TakesNoAnswerToWhatItDidNotAsk) {
  auto machine = search("sip:example.org:5060");
  EXPECT_FALSE(
      machine.on_answer({"other.org", DnsType::a}, {}, TargetSearch::Source::dns, clock_.now()));
}

TEST_F(TargetSearchTest, OnAnotherNetworkEverythingIsAskedAgainAndServesMeanwhile) {
  zone_.add_a("example.org", "192.0.2.1");
  auto machine = search("sip:example.org:5060");
  answer(machine, "example.org", DnsType::a);
  answer(machine, "example.org", DnsType::aaaa);
  (void)machine.take_questions();
  machine.on_network(clock_.now());
  EXPECT_THAT(machine.take_questions(), SizeIs(2));
  EXPECT_FALSE(machine.is_over());
  EXPECT_THAT(machine.groups().front().v4.addresses, ElementsAre(ip("192.0.2.1")));
  EXPECT_FALSE(machine.groups().front().v6.awaited);

  machine.on_answer({"example.org", DnsType::a}, {}, TargetSearch::Source::dns, clock_.now());
  EXPECT_THAT(machine.groups().front().v4.addresses, ElementsAre(ip("192.0.2.1")));  // failed
  answer(machine, "example.org", DnsType::aaaa);
  EXPECT_TRUE(machine.is_over());
}

TEST_F(TargetSearchTest, SaysWhyThereCanBeNoTarget) {
  EXPECT_EQ(search("sips:example.org", {.tls = false}).refusal()->code, Errc::unsupported);
  EXPECT_EQ(search("sip:example.org").refusal(), std::nullopt);
}

}  // namespace
}  // namespace godwit::sip
