// SPDX-License-Identifier: Apache-2.0
#include "roam/judge.h"

#include <gtest/gtest.h>

#include <ostream>

#include "support/snapshot_builder.h"

namespace godwit::roam {
namespace {

using test::ip;
using test::Mark;
using test::SnapshotBuilder;

/// The addresses of one family: ours on two networks, and the far host's.
struct Plan {
  const char* ours;
  const char* other;
  const char* remote;
  const char* remote_in_other_family;
  const char* ours_in_other_family;
};
constexpr Plan kV4{"10.1.0.2", "10.2.0.2", "10.9.0.2", "2001:db8:9::2", "2001:db8:2::2"};
constexpr Plan kV6{"2001:db8:1::2", "2001:db8:2::2", "2001:db8:9::2", "10.9.0.2", "10.2.0.2"};

class JudgeTest : public ::testing::TestWithParam<Plan> {
 protected:
  const Plan& p() const { return GetParam(); }
  Link link() const {
    return {ip(p().ours), ip(p().remote), {ip(p().remote), ip(p().remote_in_other_family)}};
  }
  static void expect(const Judgement& judged, Verdict verdict, std::string_view source,
                     std::string_view destination) {
    EXPECT_EQ(judged.verdict, verdict) << judged.reason;
    EXPECT_EQ(judged.source, ip(source));
    EXPECT_EQ(judged.destination, ip(destination));
    EXPECT_EQ(judged.family_changes, judged.destination.family() != ip(GetParam().remote).family());
    EXPECT_NE(judged.reason, "");
  }
};

TEST_P(JudgeTest, KeepsALinkWhoseSourceIsStillTheChoice) {
  const auto net = SnapshotBuilder().has("wifi0", p().ours).way(p().remote, p().ours);
  expect(judge(link(), net, false), Verdict::keep, p().ours, p().remote);
}

TEST_P(JudgeTest, VerifiesASourceThatWasAway) {
  const auto net = SnapshotBuilder().has("wifi0", p().ours).way(p().remote, p().ours);
  expect(judge(link(), net, true), Verdict::verify, p().ours, p().remote);
}

TEST_P(JudgeTest, MovesNowWhenTheSourceIsGone) {
  const auto net = SnapshotBuilder().has("lte0", p().other).way(p().remote, p().other);
  expect(judge(link(), net, true), Verdict::move_now, p().other, p().remote);
}

TEST_P(JudgeTest, MovesNowWhenTheInterfaceIsDownThoughTheAddressIsListed) {
  const auto net = SnapshotBuilder()
                       .has("wifi0", p().ours)
                       .down("wifi0")
                       .has("lte0", p().other)
                       .way(p().remote, p().other);
  expect(judge(link(), net, false), Verdict::move_now, p().other, p().remote);
}

TEST_P(JudgeTest, MovesGentlyWhenTheKernelPrefersAnotherSource) {
  const auto net =
      SnapshotBuilder().has("wifi0", p().ours).has("lte0", p().other).way(p().remote, p().other);
  expect(judge(link(), net, false), Verdict::move_gently, p().other, p().remote);
}

TEST_P(JudgeTest, KeepsADeprecatedSourceWhileItsInterfaceServes) {
  const auto net = SnapshotBuilder()
                       .has("wifi0", p().ours, Mark::deprecated)
                       .has("wifi0", p().other)
                       .way(p().remote, p().other);
  expect(judge(link(), net, false), Verdict::keep, p().ours, p().remote);
}

TEST_P(JudgeTest, MovesGentlyFromADeprecatedSourceToAnotherInterface) {
  const auto net = SnapshotBuilder()
                       .has("wifi0", p().ours, Mark::deprecated)
                       .has("lte0", p().other)
                       .way(p().remote, p().other);
  expect(judge(link(), net, false), Verdict::move_gently, p().other, p().remote);
}

TEST_P(JudgeTest, ParksWhenTheLinkIsUpWithoutARoute) {
  const auto net = SnapshotBuilder().has("wifi0", p().ours).no_way(p().remote);
  EXPECT_EQ(judge(link(), net, false).verdict, Verdict::park);
  EXPECT_EQ(judge(link(), net, true).verdict, Verdict::park);
}

TEST_P(JudgeTest, ParksWhenNothingIsLeft) {
  EXPECT_EQ(judge(link(), SnapshotBuilder().up("wifi0"), true).verdict, Verdict::park);
}

TEST_P(JudgeTest, ParksWhenTheOnlySourceIsTentative) {
  const auto net =
      SnapshotBuilder().has("lte0", p().other, Mark::tentative).way(p().remote, p().other);
  EXPECT_EQ(judge(link(), net, true).verdict, Verdict::park);
}

TEST_P(JudgeTest, MovesAcrossFamiliesWhenOnlyTheOtherOneReaches) {
  const auto net = SnapshotBuilder()
                       .has("lte0", p().ours_in_other_family)
                       .no_way(p().remote)
                       .way(p().remote_in_other_family, p().ours_in_other_family);
  expect(judge(link(), net, true), Verdict::move_now, p().ours_in_other_family,
         p().remote_in_other_family);
}

TEST_P(JudgeTest, StaysInTheFamilyWhenBothReach) {
  const auto net = SnapshotBuilder()
                       .has("lte0", p().other)
                       .has("lte0", p().ours_in_other_family)
                       .way(p().remote, p().other)
                       .way(p().remote_in_other_family, p().ours_in_other_family);
  expect(judge(link(), net, true), Verdict::move_now, p().other, p().remote);
}

INSTANTIATE_TEST_SUITE_P(Families, JudgeTest, ::testing::Values(kV4, kV6),
                         [](const auto& row) { return row.index == 0 ? "v4" : "v6"; });

TEST(JudgeSourcesTest, TakesA464XlatSourceOnlyWhenThereIsNoOther) {
  const Link link{ip("10.1.0.2"), ip("10.9.0.2"), {ip("10.9.0.2"), ip("2001:db8:9::2")}};
  const auto only = SnapshotBuilder().has("clat0", "192.0.0.4").way("10.9.0.2", "192.0.0.4");
  EXPECT_EQ(judge(link, only, true).verdict, Verdict::move_now);
  EXPECT_EQ(judge(link, only, true).source, ip("192.0.0.4"));

  const auto beside = SnapshotBuilder()
                          .has("wifi0", "10.1.0.2")
                          .has("clat0", "192.0.0.4")
                          .way("10.9.0.2", "192.0.0.4");
  EXPECT_EQ(judge(link, beside, false).verdict, Verdict::keep);
}

TEST(JudgeSourcesTest, PrefersTheOtherFamilyToA464XlatSource) {
  const Link link{ip("10.1.0.2"), ip("10.9.0.2"), {ip("10.9.0.2"), ip("2001:db8:9::2")}};
  const auto net = SnapshotBuilder()
                       .has("lte0", "2001:db8:2::2")
                       .has("clat0", "192.0.0.4")
                       .way("10.9.0.2", "192.0.0.4")
                       .way("2001:db8:9::2", "2001:db8:2::2");
  const auto judged = judge(link, net, true);
  EXPECT_EQ(judged.source, ip("2001:db8:2::2"));
  EXPECT_TRUE(judged.family_changes);
}

TEST(JudgeSourcesTest, ALinkLocalSourceLeadsOnlyToNeighbours) {
  const Link far{ip("2001:db8:1::2"), ip("2001:db8:9::2"), {ip("2001:db8:9::2")}};
  const auto net = SnapshotBuilder()
                       .has("wifi0", "fe80::2")
                       .way("2001:db8:9::2", "fe80::2")
                       .way("fe80::9", "fe80::2");
  EXPECT_EQ(judge(far, net, true).verdict, Verdict::park);
  const Link near{ip("fe80::2"), ip("fe80::9"), {ip("fe80::9")}};
  EXPECT_EQ(judge(near, net, false).verdict, Verdict::keep);
}

TEST(JudgeSourcesTest, TriesOtherAddressesOfTheHostInTheSameFamilyFirst) {
  const Link link{
      ip("10.1.0.2"), ip("10.9.0.2"), {ip("10.9.0.2"), ip("2001:db8:9::2"), ip("10.9.0.3")}};
  const auto net = SnapshotBuilder()
                       .has("wifi0", "10.1.0.2")
                       .has("wifi0", "2001:db8:1::2")
                       .no_way("10.9.0.2")
                       .way("10.9.0.3", "10.1.0.2")
                       .way("2001:db8:9::2", "2001:db8:1::2");
  const auto judged = judge(link, net, false);
  EXPECT_EQ(judged.verdict, Verdict::move_now);
  EXPECT_EQ(judged.destination, ip("10.9.0.3"));
  EXPECT_FALSE(judged.family_changes);
}

TEST(VerdictTest, HasANameForEach) {
  EXPECT_EQ(to_string(Verdict::keep), "keep");
  EXPECT_EQ(to_string(Verdict::verify), "verify");
  EXPECT_EQ(to_string(Verdict::move_now), "move_now");
  EXPECT_EQ(to_string(Verdict::move_gently), "move_gently");
  EXPECT_EQ(to_string(Verdict::park), "park");
}

}  // namespace
}  // namespace godwit::roam
