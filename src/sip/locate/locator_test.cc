// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/locator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/limits.h"
#include "support/locator_bench.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using net::DnsType;
using test::ip;
using test::LocatorBench;
using test::SnapshotBuilder;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class LocatorTest : public ::testing::Test {
 protected:
  /// The targets of a hop once nothing more will come.
  std::vector<std::string> targets(std::string_view uri) {
    return LocatorBench::texts(bench_.locate_to_the_end(uri));
  }
  /// An address and nothing else.
  void add_dual(const std::string& name) {
    zone_.add_a(name, "192.0.2.1");
    zone_.add_aaaa(name, "2001:db8::1");
  }
  /// A network with IPv6 only.
  static SnapshotBuilder v6_only() {
    return SnapshotBuilder().has("wifi0", "2001:db8::10").default_via("wifi0", "fe80::1");
  }

  LocatorBench bench_;
  test::FakeZone& zone_ = bench_.zone;
};

// What a URI asks for.

TEST_F(LocatorTest, R1_ALiteralNeedsNoDns) {
  EXPECT_THAT(targets("sip:192.0.2.1"), ElementsAre("udp 192.0.2.1:5060"));
  EXPECT_THAT(targets("sips:[2001:db8::1]"), ElementsAre("tls [2001:db8::1]:5061"));
  EXPECT_THAT(targets("sip:192.0.2.1:5070;transport=tcp"), ElementsAre("tcp 192.0.2.1:5070"));
  EXPECT_THAT(bench_.asked, IsEmpty());
}

TEST_F(LocatorTest, R1_ALiteralIsUsableAtOnce) {
  const auto& located = bench_.locate("sip:192.0.2.1");
  EXPECT_TRUE(located.usable);
  EXPECT_TRUE(located.complete);
  EXPECT_EQ(located.targets.front().via, Target::Via::literal);
  EXPECT_EQ(located.targets.front().source, ip("192.0.2.10"));
}

TEST_F(LocatorTest, T1_ANameWithOnlyIpv4IsReachedOverIpv4) {
  zone_.add_a("example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, T2_ANameWithOnlyIpv6IsReachedOverIpv6) {
  zone_.add_aaaa("example.org", "2001:db8::1");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("udp [2001:db8::1]:5060"));
}

TEST_F(LocatorTest, T3_WhereBothWorkIpv6IsFirst) {
  add_dual("example.org");
  EXPECT_THAT(targets("sip:example.org"),
              ElementsAre("udp [2001:db8::1]:5060", "udp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, T4_AHostWithOnlyALinkLocalAddressDoesNotTryIpv6) {
  add_dual("example.org");
  bench_.source_v6 = ip("fe80::10");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, T5_FromAUniqueLocalAddressTheInternetIsReachedOverIpv4First) {
  zone_.add_a("example.org", "198.51.100.1");
  zone_.add_aaaa("example.org", "2600::1");
  bench_.source_v6 = ip("fd00::10");
  EXPECT_THAT(targets("sip:example.org"),
              ElementsAre("udp 198.51.100.1:5060", "udp [2600::1]:5060"));
}

TEST_F(LocatorTest, T6_APortMeansThatOnlyAddressesAreAskedFor) {
  add_dual("example.org");
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5070, "other.example.org");
  EXPECT_THAT(targets("sip:example.org:5060"),
              ElementsAre("udp [2001:db8::1]:5060", "udp 192.0.2.1:5060"));
  EXPECT_THAT(bench_.asked, ElementsAre("AAAA example.org", "A example.org"));
}

TEST_F(LocatorTest, T7_ATransportMeansThatOnlyItsServiceIsAskedFor) {
  zone_.add_srv("_sip._tcp.example.org", 1, 1, 5070, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org;transport=tcp"), ElementsAre("tcp 192.0.2.1:5070"));
  EXPECT_TRUE(bench_.was_asked("SRV _sip._tcp.example.org"));
  EXPECT_THAT(bench_.asked, Not(Contains(StartsWith("NAPTR"))));
  EXPECT_THAT(bench_.asked, Not(Contains(HasSubstr("_udp"))));
  EXPECT_THAT(bench_.asked, Not(Contains(HasSubstr("_sips"))));
}

TEST_F(LocatorTest, R4_TheWishForTlsAsksForSips) {
  zone_.add_srv("_sips._tcp.example.org", 1, 1, 5061, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org;transport=tls"), ElementsAre("tls 192.0.2.1:5061"));
}

TEST_F(LocatorTest, R4_WithoutServicesTheNameItselfServes) {
  zone_.add_a("example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("udp 192.0.2.1:5060"));
  EXPECT_THAT(targets("sips:example.org"), ElementsAre("tls 192.0.2.1:5061"));
  EXPECT_THAT(targets("sip:example.org;transport=tcp"), ElementsAre("tcp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, ATransportThatIsNotToBeHadIsSaidSo) {
  const auto& located = bench_.locate_to_the_end("sips:example.org;transport=udp");
  ASSERT_TRUE(located.error);
  EXPECT_EQ(located.error->code, Errc::unsupported);
  EXPECT_THAT(bench_.asked, IsEmpty());
}

// NAPTR.

class LocatorNaptrTest : public LocatorTest {
 protected:
  /// RFC 3263 §4.1, the example; each service on its own host.
  void add_example() {
    zone_.add_naptr("example.com", 50, 50, "SIPS+D2T", "_sips._tcp.example.com");
    zone_.add_naptr("example.com", 90, 50, "SIP+D2T", "_sip._tcp.example.com");
    zone_.add_naptr("example.com", 100, 50, "SIP+D2U", "_sip._udp.example.com");
    zone_.add_srv("_sips._tcp.example.com", 1, 1, 5061, "tls.example.com");
    zone_.add_srv("_sip._tcp.example.com", 1, 1, 5060, "tcp.example.com");
    zone_.add_srv("_sip._udp.example.com", 1, 1, 5060, "udp.example.com");
    zone_.add_a("tls.example.com", "192.0.2.50");
    zone_.add_a("tcp.example.com", "192.0.2.90");
    zone_.add_a("udp.example.com", "192.0.2.100");
  }
};

TEST_F(LocatorNaptrTest, T8_WithoutTlsTheExampleOfTheRfcLeadsToTcp) {
  LocatorBench without_tls({.tls = false});
  add_example();
  without_tls.zone = zone_;
  const auto& located = without_tls.locate_to_the_end("sip:example.com");
  EXPECT_THAT(LocatorBench::texts(located), ElementsAre("tcp 192.0.2.90:5060"));
  EXPECT_EQ(located.targets.front().via, Target::Via::naptr);
}

TEST_F(LocatorNaptrTest, T9_AWorseOrderIsNotUsedAsLongAsABetterOneLeadsAnywhere) {
  add_example();
  EXPECT_THAT(targets("sip:example.com"), ElementsAre("tls 192.0.2.50:5061"));
}

TEST_F(LocatorNaptrTest, T9_AWorseOrderIsUsedWhenTheBetterOneResolvesToNothing) {
  add_example();
  zone_.clear("tls.example.com", DnsType::a);
  EXPECT_THAT(targets("sip:example.com"), ElementsAre("tcp 192.0.2.90:5060"));
}

TEST_F(LocatorNaptrTest, T9_APolicyMayUseWorseOrdersToo) {
  LocatorBench lenient({.later_orders = true, .may_leave_tls = true});
  add_example();
  lenient.zone = zone_;
  EXPECT_THAT(LocatorBench::texts(lenient.locate_to_the_end("sip:example.com")),
              ElementsAre("tls 192.0.2.50:5061", "tcp 192.0.2.90:5060", "udp 192.0.2.100:5060"));
}

TEST_F(LocatorNaptrTest, T10_APointerToNothingLeadsToTheNextOne) {
  add_example();
  zone_.clear("_sips._tcp.example.com", DnsType::srv);
  EXPECT_THAT(targets("sip:example.com"), ElementsAre("tcp 192.0.2.90:5060"));
}

TEST_F(LocatorNaptrTest, T11_PointersOfNoUseCountAsNone) {
  zone_.add_naptr("example.org", {1, 1, "u", "SIP+D2U", "!^.*$!sip:x@example.org!", ""});
  zone_.add_naptr("example.org", 1, 2, "SIP+D2S", "_sip._sctp.example.org");
  zone_.add_naptr("example.org", 2, 1, "SIP+D2T", "_sip._tcp.example.org");
  zone_.add_srv("_sip._tcp.example.org", 1, 1, 5060, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("tcp 192.0.2.1:5060"));
}

TEST_F(LocatorNaptrTest, T12_AnotherDomainMayServeButTheNameToBeProvenStays) {
  zone_.add_naptr("example.org", 1, 1, "SIPS+D2T", "_sips._tcp.provider.net");
  zone_.add_srv("_sips._tcp.provider.net", 1, 1, 5061, "sbc.provider.net");
  zone_.add_a("sbc.provider.net", "192.0.2.1");
  const auto& located = bench_.locate_to_the_end("sip:example.org");
  ASSERT_THAT(located.targets, SizeIs(1));
  EXPECT_EQ(located.targets.front().host, "sbc.provider.net");
  EXPECT_EQ(located.targets.front().domain, "example.org");  // R21
}

TEST_F(LocatorNaptrTest, R3_SipsFollowsOnlySips) {
  zone_.add_naptr("example.org", 1, 1, "SIP+D2U", "_sip._udp.example.org");
  zone_.add_naptr("example.org", 2, 1, "SIPS+D2T", "_sips._tcp.example.org");
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5060, "a.example.org");
  zone_.add_srv("_sips._tcp.example.org", 1, 1, 5061, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  EXPECT_THAT(targets("sips:example.org"), ElementsAre("tls 192.0.2.1:5061"));
  EXPECT_THAT(bench_.asked, Not(Contains(HasSubstr("_udp"))));
}

TEST_F(LocatorNaptrTest, R21_ADomainThatOffersTlsFirstIsNotTalkedToInClear) {
  zone_.add_naptr("example.org", 1, 10, "SIPS+D2T", "_sips._tcp.example.org");
  zone_.add_naptr("example.org", 1, 20, "SIP+D2U", "_sip._udp.example.org");
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5060, "a.example.org");
  zone_.add_srv("_sips._tcp.example.org", 1, 1, 5061, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("tls 192.0.2.1:5061"));

  LocatorBench lax({.may_leave_tls = true});
  lax.zone = zone_;
  EXPECT_THAT(LocatorBench::texts(lax.locate_to_the_end("sip:example.org")),
              ElementsAre("tls 192.0.2.1:5061", "udp 192.0.2.1:5060"));
}

TEST_F(LocatorNaptrTest, T25_DroppedQuestionsCostHalfASecondOnceServicesAreIn) {
  zone_.drop("example.org", DnsType::naptr);
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5060, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  EXPECT_LE(bench_.time_until_usable("sip:example.org"), 510ms);
  EXPECT_THAT(LocatorBench::texts(bench_.locate("sip:example.org")),
              ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorNaptrTest, T25_DroppedQuestionsCostHalfASecondOnceAddressesAreIn) {
  zone_.drop("example.org", DnsType::naptr);
  zone_.add_a("example.org", "192.0.2.1");
  EXPECT_LE(bench_.time_until_usable("sip:example.org"), 510ms);
}

TEST_F(LocatorNaptrTest, T25_WhatComesTooLateChangesNothing) {
  zone_.add_naptr("example.org", 1, 1, "SIP+D2T", "_sip._tcp.elsewhere.org");
  zone_.delay("example.org", DnsType::naptr, 700ms);
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5060, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("udp 192.0.2.1:5060"));
  bench_.advance(1s);
  EXPECT_THAT(LocatorBench::texts(bench_.locate("sip:example.org")),
              ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorNaptrTest, WhenEverySrvIsDroppedTheNameItselfServesAfterTwoSeconds) {
  for (const auto* name :
       {"_sip._udp.example.org", "_sip._tcp.example.org", "_sips._tcp.example.org"}) {
    zone_.drop(name, DnsType::srv);
  }
  zone_.add_a("example.org", "192.0.2.1");
  EXPECT_LE(bench_.time_until_usable("sip:example.org"), 2010ms);
}

// SRV.

class LocatorSrvTest : public LocatorTest {
 protected:
  void add_host(const std::string& name, const std::vector<std::string>& addresses) {
    for (const auto& address : addresses) zone_.add_address(name, address);
  }
};

TEST_F(LocatorSrvTest, T13_AServiceOnlyOverTcpIsUsedOverTcp) {
  zone_.add_a("example.org", "192.0.2.99");
  zone_.add_srv("_sip._tcp.example.org", 1, 1, 5060, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("tcp 192.0.2.1:5060"));
}

TEST_F(LocatorSrvTest, T14_ADotMeansThatTheTransportIsAbsent) {
  zone_.add_srv("_sip._udp.example.org", 0, 0, 0, "");
  zone_.add_a("example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("tcp 192.0.2.1:5060"));
  EXPECT_FALSE(bench_.was_asked("A "));
  EXPECT_FALSE(bench_.was_asked("AAAA "));
}

TEST_F(LocatorSrvTest, T14_AServiceThatIsAbsentIsNotLookedForAtTheName) {
  zone_.add_srv("_sip._tcp.example.org", 0, 0, 0, "");
  zone_.add_a("example.org", "192.0.2.1");
  const auto& located = bench_.locate_to_the_end("sip:example.org;transport=tcp");
  EXPECT_THAT(located.targets, IsEmpty());
  ASSERT_TRUE(located.error);
  EXPECT_EQ(located.error->code, Errc::name_not_found);
  EXPECT_THAT(located.error->detail, HasSubstr("offers no such service"));
}

TEST_F(LocatorSrvTest, T15_WeightsShowOverManySearches) {
  zone_.add_srv("_sip._udp.example.org", 1, 10, 5060, "light.example.org");
  zone_.add_srv("_sip._udp.example.org", 1, 30, 5060, "heavy.example.org");
  add_host("light.example.org", {"192.0.2.1"});
  add_host("heavy.example.org", {"192.0.2.2"});
  int light = 0;
  for (int i = 0; i < 4000; ++i) {
    if (bench_.locate_to_the_end("sip:example.org").targets.front().weight == 10) ++light;
  }
  EXPECT_NEAR(light / 4000.0, 0.25, 0.03);
}

TEST_F(LocatorSrvTest, T16_StaysInsideOneTargetUntilItIsExhausted) {
  zone_.add_srv("_sip._udp.example.org", 1, 0, 5060, "one.example.org");
  zone_.add_srv("_sip._udp.example.org", 2, 0, 5060, "two.example.org");
  add_host("one.example.org", {"2001:db8::11", "2001:db8::12", "2001:db8::13", "192.0.2.11",
                               "192.0.2.12", "192.0.2.13"});
  add_host("two.example.org", {"2001:db8::21", "2001:db8::22", "2001:db8::23", "192.0.2.21",
                               "192.0.2.22", "192.0.2.23"});
  const auto& located = bench_.locate_to_the_end("sip:example.org");
  ASSERT_THAT(located.targets, SizeIs(12));
  for (std::size_t i = 0; i < 12; ++i) {
    const auto& target = located.targets[i];
    EXPECT_EQ(target.host, i < 6 ? "one.example.org" : "two.example.org");
    EXPECT_EQ(target.remote.address.is_v4(), i % 2 == 1) << i;  // families by turns
    EXPECT_EQ(target.group == located.targets.front().group, i < 6);
    EXPECT_EQ(target.priority, i < 6 ? 1 : 2);
  }
}

TEST_F(LocatorSrvTest, T16_TargetsOfOnePriorityAreNotMixedEither) {
  for (const char* host : {"a.example.org", "b.example.org", "c.example.org"}) {
    zone_.add_srv("_sip._udp.example.org", 1, 1, 5060, host);
  }
  add_host("a.example.org", {"192.0.2.1", "2001:db8::1"});
  add_host("b.example.org", {"192.0.2.2", "2001:db8::2"});
  add_host("c.example.org", {"192.0.2.3", "2001:db8::3"});
  for (int i = 0; i < 50; ++i) {
    const auto& found = bench_.locate_to_the_end("sip:example.org").targets;
    ASSERT_THAT(found, SizeIs(6));
    for (std::size_t at = 0; at < 6; at += 2) EXPECT_EQ(found[at].host, found[at + 1].host);
  }
}

TEST_F(LocatorSrvTest, T17_AnIpv6OnlyNameOfTheBestPriorityComesFirst) {
  zone_.add_srv("_sip._udp.example.org", 10, 0, 5060, "v6.example.org");
  zone_.add_srv("_sip._udp.example.org", 20, 0, 5060, "dual.example.org");
  add_host("v6.example.org", {"2001:db8::6"});
  add_host("dual.example.org", {"192.0.2.1", "2001:db8::1"});
  EXPECT_THAT(
      targets("sip:example.org"),
      ElementsAre("udp [2001:db8::6]:5060", "udp [2001:db8::1]:5060", "udp 192.0.2.1:5060"));
}

TEST_F(LocatorSrvTest, T18_AnAliasIsFollowed) {
  zone_.add_srv("_sip._udp.example.org", 1, 0, 5060, "alias.example.org");
  zone_.add_alias("alias.example.org", "real.example.org");
  add_host("real.example.org", {"192.0.2.1"});
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorSrvTest, T19_ManyRecordsAreCutAndTheFirstOnesAreRight) {
  for (const int services : {16, 17, 40, 160}) {
    LocatorBench bench;
    for (int i = 0; i < services; ++i) {
      const auto host = "h" + std::to_string(i) + ".example.org";
      bench.zone.add_srv("_sip._udp.example.org", static_cast<std::uint16_t>(i), 0, 5060, host);
      for (int n = 1; n <= 4; ++n) {
        bench.zone.add_a(host, "10." + std::to_string(i) + ".0." + std::to_string(n));
      }
    }
    const auto& located = bench.locate_to_the_end("sip:example.org");
    ASSERT_THAT(located.targets, SizeIs(limits::kTargets));
    EXPECT_EQ(located.targets.front().host, "h0.example.org");
    EXPECT_EQ(located.targets.back().host, "h15.example.org");
    EXPECT_FALSE(bench.was_asked("A h32.example.org"));  // nobody needs the rest
  }
}

TEST_F(LocatorSrvTest, OneNameWithTooManyAddressesIsCut) {
  for (int i = 0; i < 640; ++i) {
    zone_.add_a("example.org", "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256));
  }
  EXPECT_THAT(targets("sip:example.org:5060"), SizeIs(limits::kTargets));
}

TEST_F(LocatorSrvTest, ABetterTargetWhoseNameIsSlowIsWaitedForOnlyBriefly) {
  zone_.add_srv("_sip._udp.example.org", 10, 0, 5060, "slow.example.org");
  zone_.add_srv("_sip._udp.example.org", 20, 0, 5060, "fast.example.org");
  add_host("slow.example.org", {"192.0.2.1"});
  add_host("fast.example.org", {"192.0.2.2"});
  zone_.delay("slow.example.org", DnsType::a, 3s);
  zone_.delay("slow.example.org", DnsType::aaaa, 3s);
  EXPECT_LE(bench_.time_until_usable("sip:example.org"), 510ms);
  const auto& located = bench_.locate("sip:example.org");
  EXPECT_THAT(LocatorBench::texts(located), ElementsAre("udp 192.0.2.2:5060"));
  const auto tried = located.targets.front();
  bench_.advance(3s);
  EXPECT_THAT(LocatorBench::texts(located),
              ElementsAre("udp 192.0.2.1:5060", "udp 192.0.2.2:5060"));
  EXPECT_EQ(located.targets.back(), tried);  // whoever has tried it recognises it
}

// Partial answers.

TEST_F(LocatorTest, T22_Ipv4WaitsFiftyMillisecondsForAnAnswerThatNeverComes) {
  add_dual("example.org");
  zone_.drop("example.org", DnsType::aaaa);
  EXPECT_EQ(bench_.time_until_usable("sip:example.org:5060"), 50ms);
  EXPECT_THAT(LocatorBench::texts(bench_.locate("sip:example.org:5060")),
              ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, T23_AnIpv6AddressWithinTheDelayIsFirst) {
  add_dual("example.org");
  zone_.delay("example.org", DnsType::aaaa, 40ms);
  EXPECT_EQ(bench_.time_until_usable("sip:example.org:5060"), 40ms);
  EXPECT_THAT(LocatorBench::texts(bench_.locate("sip:example.org:5060")),
              ElementsAre("udp [2001:db8::1]:5060", "udp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, T23_ALateIpv6AddressIsMergedIn) {
  add_dual("example.org");
  zone_.delay("example.org", DnsType::aaaa, 200ms);
  EXPECT_EQ(bench_.time_until_usable("sip:example.org:5060"), 50ms);
  const auto& located = bench_.locate("sip:example.org:5060");
  EXPECT_FALSE(located.complete);
  bench_.advance(200ms);
  EXPECT_TRUE(located.usable);
  EXPECT_TRUE(located.complete);
  EXPECT_THAT(located.targets, SizeIs(2));
}

TEST_F(LocatorTest, R10_Ipv6DoesNotWaitForIpv4) {
  add_dual("example.org");
  zone_.delay("example.org", DnsType::a, 300ms);
  EXPECT_EQ(bench_.time_until_usable("sip:example.org:5060"), 0ms);
}

TEST_F(LocatorTest, R10_Ipv6IsAskedForFirst) {
  add_dual("example.org");
  bench_.locate("sip:example.org");
  ASSERT_GE(bench_.asked.size(), 2U);
  EXPECT_EQ(bench_.asked[0], "AAAA example.org");
  EXPECT_EQ(bench_.asked[1], "A example.org");
}

TEST_F(LocatorTest, T76_WithoutAnIpv6AddressNobodyWaitsForOne) {
  add_dual("example.org");
  zone_.drop("example.org", DnsType::aaaa);
  bench_.on_network(SnapshotBuilder()
                        .has("wifi0", "192.0.2.10")
                        .has("wifi0", "fe80::10")
                        .default_via("wifi0", "192.0.2.254"));
  EXPECT_EQ(bench_.time_until_usable("sip:example.org:5060"), 0ms);
}

TEST_F(LocatorTest, T24_ABrokenAnswerForIpv6LeavesIpv4WithoutAnError) {
  add_dual("example.org");
  zone_.fail("example.org", DnsType::aaaa);
  EXPECT_EQ(bench_.time_until_usable("sip:example.org:5060"), 0ms);
  const auto& located = bench_.locate_to_the_end("sip:example.org:5060");
  EXPECT_THAT(LocatorBench::texts(located), ElementsAre("udp 192.0.2.1:5060"));
  EXPECT_EQ(located.error, std::nullopt);
}

TEST_F(LocatorTest, T26_AddressesThatNobodyCanMeanAreSkipped) {
  for (const char* bogus :
       {"0.0.0.0", "127.0.0.1", "169.254.1.1", "224.0.0.1", "255.255.255.255"}) {
    zone_.add_a("example.org", bogus);
  }
  for (const char* bogus : {"::", "::1", "ff02::1", "fe80::1", "::ffff:192.0.2.77"}) {
    zone_.add_aaaa("example.org", bogus);
  }
  zone_.add_a("example.org", "192.0.2.1");
  EXPECT_THAT(targets("sip:example.org:5060"), ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, T26_LocalhostIsLoopback) {
  zone_.add_a("localhost", "127.0.0.1");
  bench_.source_v4 = ip("127.0.0.1");
  EXPECT_THAT(targets("sip:localhost:5060"), ElementsAre("udp 127.0.0.1:5060"));
}

TEST_F(LocatorTest, T28_ASlowNameDelaysNoOther) {
  add_dual("fast.org");
  add_dual("slow.org");
  zone_.drop("slow.org", DnsType::a);
  zone_.drop("slow.org", DnsType::aaaa);
  bench_.locate("sip:slow.org:5060");
  EXPECT_EQ(bench_.time_until_usable("sip:fast.org:5060"), 0ms);
}

TEST_F(LocatorTest, T29_ANameWithoutIpv6OnAnIpv6OnlyHostIsAnErrorAtOnce) {
  zone_.add_a("example.org", "192.0.2.1");
  bench_.source_v4.reset();
  bench_.time_until_usable("sip:example.org");
  const auto& located = bench_.locate("sip:example.org");
  ASSERT_TRUE(located.error);
  EXPECT_EQ(located.error->code, Errc::no_network);
  EXPECT_THAT(located.error->detail, HasSubstr("example.org"));
}

TEST_F(LocatorTest, AnUnknownNameIsAnError) {
  const auto& located = bench_.locate("sip:nowhere.org");
  ASSERT_TRUE(located.complete);
  EXPECT_FALSE(located.usable);
  ASSERT_TRUE(located.error);
  EXPECT_EQ(located.error->code, Errc::name_not_found);
}

TEST_F(LocatorTest, DnsThatNeverAnswersIsGivenUpAfterFiveSeconds) {
  zone_.drop("example.org", DnsType::a);
  zone_.drop("example.org", DnsType::aaaa);
  EXPECT_EQ(bench_.time_until_usable("sip:example.org:5060"), 5s);
  const auto& located = bench_.locate("sip:example.org:5060");
  ASSERT_TRUE(located.error);
  EXPECT_EQ(located.error->detail, "no DNS server answered for example.org");
}

// The hosts file.

TEST_F(LocatorTest, F58_ANameInTheHostsFileIsAnAddressAndNothingIsAsked) {
  zone_.add_to_hosts_file("example.org", "192.0.2.5");
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5070, "other.example.org");
  const auto& located = bench_.locate("sip:example.org");
  EXPECT_TRUE(located.usable);
  EXPECT_TRUE(located.complete);
  EXPECT_THAT(LocatorBench::texts(located), ElementsAre("udp 192.0.2.5:5060"));
  EXPECT_EQ(located.targets.front().via, Target::Via::hosts_file);
  EXPECT_THAT(bench_.asked, IsEmpty());
}

TEST_F(LocatorTest, F58_TheHostsFileMayNameThisHostItself) {
  zone_.add_to_hosts_file("pbx", "127.0.0.1");
  bench_.source_v4 = ip("127.0.0.1");
  EXPECT_THAT(targets("sip:pbx"), ElementsAre("udp 127.0.0.1:5060"));
}

TEST_F(LocatorTest, F58_ATargetOfASrvRecordMayStandInTheHostsFile) {
  zone_.add_srv("_sip._udp.example.org", 1, 1, 5070, "sip.example.org");
  zone_.add_to_hosts_file("sip.example.org", "192.0.2.5");
  EXPECT_THAT(targets("sip:example.org"), ElementsAre("udp 192.0.2.5:5070"));
}

// What is kept.

TEST_F(LocatorTest, T27_ARecordThatChangedIsUsedOnceItsTtlIsOver) {
  zone_.add_a("example.org", "192.0.2.1", 2);
  EXPECT_THAT(targets("sip:example.org:5060"), ElementsAre("udp 192.0.2.1:5060"));
  zone_.clear("example.org", DnsType::a);
  zone_.add_a("example.org", "192.0.2.2", 2);
  bench_.advance(1s);
  EXPECT_THAT(targets("sip:example.org:5060"), ElementsAre("udp 192.0.2.1:5060"));
  bench_.advance(1s);
  EXPECT_THAT(targets("sip:example.org:5060"), ElementsAre("udp 192.0.2.2:5060"));
}

TEST_F(LocatorTest, T27_ASearchThatStandsDoesNotMove) {
  zone_.add_a("example.org", "192.0.2.1", 2);
  const auto& located = bench_.locate_to_the_end("sip:example.org:5060");
  zone_.clear("example.org", DnsType::a);
  bench_.advance(1h);
  EXPECT_THAT(LocatorBench::texts(located), ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, R11_AnswersAreSharedAndKeptByType) {
  add_dual("example.org");
  targets("sip:example.org");
  const auto asked = bench_.asked.size();
  targets("sip:example.org");
  targets("sip:example.org:5080");
  EXPECT_EQ(bench_.asked.size(), asked);
}

TEST_F(LocatorTest, R11_WithoutATtlAnAnswerServesOnce) {
  zone_.add_a("example.org", "192.0.2.1", 0);
  targets("sip:example.org:5060");
  targets("sip:example.org:5060");
  EXPECT_EQ(std::count(bench_.asked.begin(), bench_.asked.end(), "A example.org"), 2);
  EXPECT_EQ(std::count(bench_.asked.begin(), bench_.asked.end(), "AAAA example.org"), 1);
}

TEST_F(LocatorTest, TwoSearchesThatAskTheSameAskOnce) {
  zone_.add_a("example.org", "192.0.2.1");
  zone_.delay("example.org", DnsType::a, 10ms);
  zone_.delay("example.org", DnsType::aaaa, 10ms);
  bench_.locate("sip:example.org:5060");
  bench_.locate("sip:example.org:5070");
  EXPECT_THAT(bench_.asked, SizeIs(2));
  bench_.advance(10ms);
  EXPECT_TRUE(bench_.locate("sip:example.org:5060").complete);
  EXPECT_TRUE(bench_.locate("sip:example.org:5070").complete);
}

TEST_F(LocatorTest, TellsAllAddressesOfAHopAlsoThoseThatNoRouteLeadsToNow) {
  add_dual("example.org");
  bench_.source_v6.reset();
  EXPECT_THAT(targets("sip:example.org:5060"), SizeIs(1));
  const auto& locator = bench_.locator();
  EXPECT_THAT(locator.addresses(LocatorBench::hop("sip:example.org:5060")),
              ElementsAre(ip("2001:db8::1"), ip("192.0.2.1")));
  EXPECT_THAT(locator.addresses(LocatorBench::hop("sip:other.org")), IsEmpty());
}

TEST_F(LocatorTest, TellsWhatItAskedAndWhatCameOfIt) {
  zone_.add_a("example.org", "192.0.2.1");
  bench_.locate_to_the_end("sip:example.org:5060");
  auto questions = bench_.locator().questions(LocatorBench::hop("sip:example.org:5060"));
  ASSERT_THAT(questions, SizeIs(2));
  EXPECT_EQ(questions[1].type, DnsType::a);
  ASSERT_TRUE(questions[1].answer);
  EXPECT_EQ(questions[1].answer->addresses, std::vector{ip("192.0.2.1")});
  EXPECT_FALSE(questions[1].from_cache);
  bench_.locate_to_the_end("sip:example.org:5070");
  questions = bench_.locator().questions(LocatorBench::hop("sip:example.org:5070"));
  EXPECT_TRUE(questions.at(1).from_cache);
}

// Families (F47).

struct FamilyRow {
  FamilyUse use;
  std::vector<std::string> targets;
  std::vector<std::string> asked;
};

class LocatorFamilyTest : public ::testing::TestWithParam<FamilyRow> {};

TEST_P(LocatorFamilyTest, F47_PolicyDropsOrPrefersAFamily) {
  LocatorBench bench({.families = GetParam().use});
  bench.zone.add_a("example.org", "192.0.2.1");
  bench.zone.add_aaaa("example.org", "2001:db8::1");
  EXPECT_EQ(LocatorBench::texts(bench.locate_to_the_end("sip:example.org:5060")),
            GetParam().targets);
  EXPECT_EQ(bench.asked, GetParam().asked);
}

const std::string kV4 = "udp 192.0.2.1:5060";
const std::string kV6 = "udp [2001:db8::1]:5060";
const std::vector<std::string> kBoth{"AAAA example.org", "A example.org"};

INSTANTIATE_TEST_SUITE_P(All, LocatorFamilyTest,
                         ::testing::Values(FamilyRow{FamilyUse::any, {kV6, kV4}, kBoth},
                                           FamilyRow{FamilyUse::prefer_v4, {kV4, kV6}, kBoth},
                                           FamilyRow{FamilyUse::prefer_v6, {kV6, kV4}, kBoth},
                                           FamilyRow{FamilyUse::only_v4, {kV4}, {"A example.org"}},
                                           FamilyRow{
                                               FamilyUse::only_v6, {kV6}, {"AAAA example.org"}}));

TEST(LocatorFamiliesTest, F47_WhoPrefersIpv4WaitsForItInstead) {
  LocatorBench bench({.families = FamilyUse::prefer_v4});
  bench.zone.add_a("example.org", "192.0.2.1");
  bench.zone.add_aaaa("example.org", "2001:db8::1");
  bench.zone.delay("example.org", DnsType::a, 40ms);
  EXPECT_EQ(bench.time_until_usable("sip:example.org:5060"), 40ms);
}

TEST(LocatorFamiliesTest, F47_ALiteralOfAFamilyThatIsNotUsedIsAnError) {
  LocatorBench bench({.families = FamilyUse::only_v4});
  const auto& located = bench.locate_to_the_end("sip:[2001:db8::1]");
  ASSERT_TRUE(located.error);
  EXPECT_EQ(located.error->code, Errc::no_network);
}

// Another network.

TEST_F(LocatorTest, RoutesAreFoundAnewOnAnotherNetwork) {
  add_dual("example.org");
  const auto& located = bench_.locate_to_the_end("sip:example.org:5060");
  bench_.source_v4 = ip("10.0.0.7");
  bench_.source_v6.reset();
  bench_.on_network(SnapshotBuilder().has("wifi0", "10.0.0.7"));
  EXPECT_THAT(LocatorBench::texts(located), ElementsAre("udp 192.0.2.1:5060"));
  EXPECT_EQ(located.targets.front().source, ip("10.0.0.7"));
}

TEST_F(LocatorTest, OldAnswersServeOnAnotherNetworkUntilDnsHasAnswered) {
  zone_.add_srv("_sip._udp.example.org", 1, 0, 5060, "a.example.org");
  zone_.add_a("a.example.org", "192.0.2.1");
  bench_.locate_to_the_end("sip:example.org");
  zone_.clear("a.example.org", DnsType::a);
  zone_.add_a("a.example.org", "192.0.2.2");
  zone_.delay("a.example.org", DnsType::a, 300ms);
  bench_.advance(1h);
  const auto before = bench_.asked.size();

  bench_.on_network(SnapshotBuilder().has("wifi0", "192.0.2.10"));
  const auto& located = bench_.locate("sip:example.org");
  EXPECT_TRUE(located.usable);
  EXPECT_FALSE(located.complete);
  EXPECT_THAT(LocatorBench::texts(located), ElementsAre("udp 192.0.2.1:5060"));
  EXPECT_GT(bench_.asked.size(), before);

  bench_.advance(300ms);
  EXPECT_TRUE(located.complete);
  EXPECT_THAT(LocatorBench::texts(located), ElementsAre("udp 192.0.2.2:5060"));
}

TEST_F(LocatorTest, OldAnswersServeANewSearchOnAnotherNetworkToo) {
  zone_.add_a("example.org", "192.0.2.1");
  bench_.locate_to_the_end("sip:example.org");
  for (const auto type : {DnsType::a, DnsType::aaaa, DnsType::naptr}) {
    zone_.delay("example.org", type, 300ms);
  }
  bench_.on_network(SnapshotBuilder().has("wifi0", "192.0.2.10"));
  bench_.forget("sip:example.org");
  EXPECT_EQ(bench_.time_until_usable("sip:example.org"), 0ms);
}

TEST_F(LocatorTest, OldAnswersStayWhereTheNewNetworkHasNoDns) {
  zone_.add_a("example.org", "192.0.2.1");
  bench_.locate_to_the_end("sip:example.org:5060");
  zone_.drop("example.org", DnsType::a);
  zone_.drop("example.org", DnsType::aaaa);
  bench_.on_network(SnapshotBuilder().has("wifi0", "192.0.2.10"));
  bench_.advance(10s);
  EXPECT_THAT(LocatorBench::texts(bench_.locate("sip:example.org:5060")),
              ElementsAre("udp 192.0.2.1:5060"));
}

TEST_F(LocatorTest, WhatNobodyStandsForIsDroppedOnAnotherNetwork) {
  zone_.add_a("example.org", "192.0.2.1");
  bench_.locate_to_the_end("sip:example.org:5060");
  bench_.forget("sip:example.org:5060");
  bench_.on_network(SnapshotBuilder().has("wifi0", "192.0.2.10"));
  bench_.asked.clear();
  targets("sip:example.org:5060");
  EXPECT_TRUE(bench_.was_asked("A example.org"));
}

TEST_F(LocatorTest, ANameThatWasNotFoundIsLookedForOnAnotherNetwork) {
  EXPECT_TRUE(bench_.locate_to_the_end("sip:example.org").error);
  zone_.add_a("example.org", "192.0.2.1");
  bench_.on_network(SnapshotBuilder().has("wifi0", "192.0.2.10"));
  bench_.advance(1s);
  const auto& located = bench_.locate("sip:example.org");
  EXPECT_EQ(located.error, std::nullopt);
  EXPECT_TRUE(located.usable);
}

TEST_F(LocatorTest, WithoutAnyNetworkThereIsNoTarget) {
  zone_.add_a("example.org", "192.0.2.1");
  bench_.source_v4.reset();
  const auto& located = bench_.locate_to_the_end("sip:example.org:5060");
  ASSERT_TRUE(located.error);
  EXPECT_EQ(located.error->code, Errc::no_network);
  bench_.source_v4 = ip("10.0.0.7");
  bench_.on_network(SnapshotBuilder().has("wifi0", "10.0.0.7"));
  EXPECT_TRUE(located.usable);
}

// NAT64.

class LocatorNat64Test : public LocatorTest {
 protected:
  LocatorNat64Test() {
    zone_.add_aaaa("ipv4only.arpa", "2001:db8:64::c000:aa");
    zone_.add_aaaa("ipv4only.arpa", "2001:db8:64::c000:ab");
    bench_.source_v4.reset();
    bench_.on_network(v6_only());
  }
};

TEST_F(LocatorNat64Test, T89_AnIpv4LiteralIsReachedByItsIpv6Form) {
  const auto& located = bench_.locate("sip:198.51.100.7");
  ASSERT_THAT(LocatorBench::texts(located), ElementsAre("udp [2001:db8:64::c633:6407]:5060"));
  EXPECT_TRUE(located.usable);
  EXPECT_EQ(located.targets.front().host, "198.51.100.7");
  EXPECT_EQ(located.targets.front().synthesised_from, ip("198.51.100.7"));
}

TEST_F(LocatorNat64Test, T88_ANameThatTheResolverTranslatedIsListedOnce) {
  zone_.add_a("example.org", "198.51.100.7");
  zone_.add_aaaa("example.org", "2001:db8:64::c633:6407");
  EXPECT_THAT(targets("sip:example.org:5060"), ElementsAre("udp [2001:db8:64::c633:6407]:5060"));
}

TEST_F(LocatorNat64Test, T92_AnIpv6AddressThatLeadsNowhereHasTheIpv4OneBehindIt) {
  zone_.add_a("example.org", "198.51.100.7");
  zone_.add_aaaa("example.org", "2001:db8:bad::1");
  EXPECT_THAT(targets("sip:example.org:5060"),
              ElementsAre("udp [2001:db8:bad::1]:5060", "udp [2001:db8:64::c633:6407]:5060"));
}

TEST_F(LocatorNat64Test, T92_ABrokenIpv6AnswerIsReplacedWithinTwoAndAHalfSeconds) {
  zone_.add_a("example.org", "198.51.100.7");
  zone_.drop("example.org", DnsType::aaaa);
  EXPECT_LE(bench_.time_until_usable("sip:example.org:5060"), 2500ms);
  EXPECT_THAT(LocatorBench::texts(bench_.locate("sip:example.org:5060")),
              ElementsAre("udp [2001:db8:64::c633:6407]:5060"));
}

TEST_F(LocatorNat64Test, T92_AFailedIpv6AnswerIsReplacedAtOnce) {
  zone_.add_a("example.org", "198.51.100.7");
  zone_.fail("example.org", DnsType::aaaa);
  EXPECT_LE(bench_.time_until_usable("sip:example.org:5060"), 10ms);
}

TEST_F(LocatorNat64Test, T95_ANetworkWithoutNat64IsAnErrorAtOnce) {
  zone_.clear("ipv4only.arpa", DnsType::aaaa);
  const auto& located = bench_.locate_to_the_end("sip:198.51.100.7");
  ASSERT_TRUE(located.error);
  EXPECT_EQ(located.error->code, Errc::no_network);
}

TEST_F(LocatorNat64Test, T90_AddressesOfMessagesAreReachedToo) {
  EXPECT_EQ(bench_.locator().reach(ip("198.51.100.7"), bench_.now()), std::nullopt);
  bench_.locate("sip:198.51.100.7");  // carries the question out
  EXPECT_EQ(bench_.locator().reach(ip("198.51.100.7"), bench_.now()), ip("2001:db8:64::c633:6407"));
  EXPECT_EQ(bench_.locator().reach(ip("2001:db8::9"), bench_.now()), ip("2001:db8::9"));
}

TEST_F(LocatorTest, T95_WhereIpv4WorksNothingIsAskedAboutNat64) {
  bench_.on_network(SnapshotBuilder()
                        .has("wifi0", "192.0.2.10")
                        .default_via("wifi0", "192.0.2.254")
                        .has("wifi0", "2001:db8::10")
                        .default_via("wifi0", "fe80::1"));
  EXPECT_THAT(targets("sip:198.51.100.7"), ElementsAre("udp 198.51.100.7:5060"));
  EXPECT_EQ(bench_.locator().reach(ip("198.51.100.7"), bench_.now()), ip("198.51.100.7"));
  EXPECT_THAT(bench_.asked, IsEmpty());
}

TEST_F(LocatorTest, T94_ThePrivateSideOfA464XlatIsNoSource) {
  bench_.source_v4 = ip("192.0.0.4");
  add_dual("example.org");
  EXPECT_THAT(targets("sip:example.org:5060"), ElementsAre("udp [2001:db8::1]:5060"));
}

// Any order of events.

class LocatorPropertyTest : public ::testing::TestWithParam<int> {
 protected:
  template <class T>
  const T& any_of(const std::vector<T>& values) {
    return values[dice_.below(values.size())];
  }
  std::string any_name() { return any_of(names_); }
  void add_any_records() {
    static const std::vector<std::string> kServices{"SIP+D2U", "SIP+D2T", "SIPS+D2T", "E2U+sip"};
    for (auto n = dice_.below(5); n > 0; --n) {
      zone_.add_naptr("example.org", small(), small(), any_of(kServices), any_name());
    }
    for (const auto& name : names_) {
      for (auto n = dice_.below(4); n > 0; --n) {
        zone_.add_srv(name, small(), small(), 5060, any_name(), small());
        zone_.add_a(name, "192.0.2." + std::to_string(small()), small());
        zone_.add_aaaa(name, "2001:db8::" + std::to_string(small()), small());
      }
    }
  }
  /// Every answer is late, wrong or missing as it falls out.
  void disturb() {
    for (const auto& name : names_) {
      for (const auto type : {DnsType::a, DnsType::aaaa, DnsType::srv, DnsType::naptr}) {
        zone_.mend(name, type);
        zone_.delay(name, type, std::chrono::milliseconds(dice_.below(3000)));
        if (dice_.below(5) == 0) zone_.drop(name, type);
        if (dice_.below(5) == 0) zone_.fail(name, type);
      }
    }
  }
  std::uint16_t small() { return static_cast<std::uint16_t>(dice_.below(4)); }
  static void expect_orderly(const Locator::Located& located) {
    EXPECT_TRUE(!located.usable || !located.targets.empty());
    EXPECT_EQ(located.complete && located.targets.empty(), located.error.has_value());
    std::set<std::string> seen;
    int group = 0;
    for (std::size_t i = 0; i < located.targets.size(); ++i) {
      EXPECT_TRUE(seen.insert(LocatorBench::texts(located)[i]).second) << "twice";
      EXPECT_LE(group, located.targets[i].group);
      group = located.targets[i].group;
    }
  }

  SeededRandom dice_{static_cast<std::uint64_t>(GetParam())};
  LocatorBench bench_{{}, static_cast<std::uint64_t>(GetParam())};
  test::FakeZone& zone_ = bench_.zone;
  // Records lead from any of these to any other, in circles too.
  const std::vector<std::string> names_{"example.org",
                                        "a.example.org",
                                        "_sip._udp.example.org",
                                        "_sip._tcp.example.org",
                                        "b.example.org",
                                        "_sips._tcp.example.org",
                                        ""};
};

TEST_P(LocatorPropertyTest, T104_WhateverComesWhenTheListIsInOrderAndTheSearchEnds) {
  add_any_records();
  disturb();
  const auto& located = bench_.locate("sip:example.org");
  for (int i = 0; i < 30; ++i) {
    bench_.advance(std::chrono::milliseconds(dice_.below(500)));
    if (dice_.below(20) == 0) {
      disturb();
      bench_.on_network(SnapshotBuilder().has("wifi0", "192.0.2.10"));
    }
    expect_orderly(located);
  }
  bench_.advance(20s);
  expect_orderly(located);
  EXPECT_TRUE(located.complete);
  EXPECT_EQ(bench_.locator().next_deadline(), std::nullopt);
  EXPECT_LT(bench_.asked.size(), 200U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LocatorPropertyTest, ::testing::Range(1, 200));

TEST_F(LocatorTest, T104_AnswersToAForgottenSearchDoNothingButAreKept) {
  add_dual("example.org");
  zone_.delay("example.org", DnsType::a, 100ms);
  zone_.delay("example.org", DnsType::aaaa, 100ms);
  bench_.locate("sip:example.org:5060");
  bench_.forget("sip:example.org:5060");
  EXPECT_EQ(bench_.locator().next_deadline(), std::nullopt);
  bench_.advance(100ms);
  EXPECT_EQ(bench_.locator().found(LocatorBench::hop("sip:example.org:5060")), nullptr);
  EXPECT_EQ(bench_.time_until_usable("sip:example.org:5060"), 0ms);
  EXPECT_THAT(bench_.asked, SizeIs(2));
}

}  // namespace
}  // namespace godwit::sip
