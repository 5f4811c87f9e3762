// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/failure_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/random.h"
#include "support/address_of.h"
#include "support/fake_clock.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using test::ip;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

FailureMemory::Key key(const std::string& remote) {
  const auto address = ip(remote);
  return {net::Transport::udp, ip(address.is_v4() ? "10.0.0.2" : "2001:db8::2"), {address, 5060}};
}

class FailureMemoryTest : public ::testing::Test {
 protected:
  [[nodiscard]] TimePoint now() const { return clock_.now(); }
  void wait(Duration span) { clock_.advance(span); }
  void fail(const FailureMemory::Key& which) { memory_.failed(which, now()); }

  FakeClock clock_;
  FailureMemory memory_;
  const FailureMemory::Key v6_ = key("2001:db8::1");
  const FailureMemory::Key v4_ = key("192.0.2.1");
};

TEST_F(FailureMemoryTest, NothingIsKnownOfWhatWasNeverTried) {
  EXPECT_FALSE(memory_.is_grey(v6_, now()));
  EXPECT_FALSE(memory_.is_barred(v6_, now()));
  EXPECT_FALSE(memory_.is_proven(v6_, now()));
  EXPECT_FALSE(memory_.hides_priority(v6_, now()));
  EXPECT_EQ(memory_.next_deadline(), std::nullopt);
}

TEST_F(FailureMemoryTest, T51_WhatFailedIsGreyForTenMinutes) {
  fail(v6_);
  EXPECT_TRUE(memory_.is_grey(v6_, now()));
  EXPECT_FALSE(memory_.is_grey(v4_, now()));
  wait(10min - 1ns);
  EXPECT_TRUE(memory_.is_grey(v6_, now()));
  wait(1ns);
  EXPECT_FALSE(memory_.is_grey(v6_, now()));
}

TEST_F(FailureMemoryTest, R17_TheKeyIsTransportSourceAddressAndPort) {
  fail(v6_);
  auto other = v6_;
  other.transport = net::Transport::tcp;
  EXPECT_FALSE(memory_.is_grey(other, now()));
  other = v6_;
  other.local = ip("2001:db8:9::2");
  EXPECT_FALSE(memory_.is_grey(other, now()));
  other = v6_;
  other.remote.port = 5070;
  EXPECT_FALSE(memory_.is_grey(other, now()));
}

TEST_F(FailureMemoryTest, WhatWorksIsNotGreyAnyMore) {
  fail(v6_);
  memory_.worked(v6_, now());
  EXPECT_FALSE(memory_.is_grey(v6_, now()));
  EXPECT_TRUE(memory_.is_proven(v6_, now()));
  EXPECT_EQ(memory_.next_deadline(), std::nullopt);
}

TEST_F(FailureMemoryTest, WhatWorkedIsProvenForTenMinutesOrUntilItFails) {
  memory_.worked(v6_, now());
  memory_.worked(v4_, now());
  fail(v4_);
  EXPECT_FALSE(memory_.is_proven(v4_, now()));
  wait(10min - 1ns);
  EXPECT_TRUE(memory_.is_proven(v6_, now()));
  wait(1ns);
  EXPECT_FALSE(memory_.is_proven(v6_, now()));
  EXPECT_FALSE(memory_.is_proven(v4_, now()));
}

TEST_F(FailureMemoryTest, T41_RetryAfterBarsForExactlySoLong) {
  memory_.failed(v6_, now(), 5s);
  EXPECT_TRUE(memory_.is_barred(v6_, now()));
  wait(5s - 1ns);
  EXPECT_TRUE(memory_.is_barred(v6_, now()));
  EXPECT_TRUE(memory_.is_grey(v6_, now()));
  wait(1ns);
  EXPECT_FALSE(memory_.is_barred(v6_, now()));
  EXPECT_FALSE(memory_.is_grey(v6_, now()));
}

TEST_F(FailureMemoryTest, T41_WithoutRetryAfterNothingIsBarred) {
  fail(v6_);
  EXPECT_FALSE(memory_.is_barred(v6_, now()));
  memory_.failed(v4_, now(), 0s);
  EXPECT_FALSE(memory_.is_barred(v4_, now()));
  EXPECT_FALSE(memory_.is_grey(v4_, now()));
}

TEST_F(FailureMemoryTest, T41_ABarOutlastsAnswersToEarlierRequests) {
  memory_.failed(v6_, now(), 60s);
  memory_.worked(v6_, now());
  EXPECT_FALSE(memory_.is_proven(v6_, now()));
  memory_.failed(v6_, now(), 5s);
  wait(59s);
  EXPECT_TRUE(memory_.is_barred(v6_, now()));
  wait(1s);
  EXPECT_FALSE(memory_.is_barred(v6_, now()));
}

TEST_F(FailureMemoryTest, T41_AfterItsBarATargetIsNotProvenByWhatWasBefore) {
  memory_.worked(v6_, now());
  memory_.failed(v6_, now(), 5s);
  wait(5s);
  EXPECT_FALSE(memory_.is_grey(v6_, now()));
  EXPECT_FALSE(memory_.is_proven(v6_, now()));
}

TEST_F(FailureMemoryTest, T41_ABarIsNotMadeShorterByAnotherFailure) {
  memory_.failed(v6_, now(), 20min);
  fail(v6_);
  wait(20min - 1ns);
  EXPECT_TRUE(memory_.is_barred(v6_, now()));
  EXPECT_TRUE(memory_.is_grey(v6_, now()));
}

TEST_F(FailureMemoryTest, T41_ABarredTargetIsNotEvenProbed) {
  fail(v6_);
  memory_.failed(v6_, now(), 300s);
  EXPECT_EQ(memory_.next_deadline(), std::nullopt);
  wait(60s);
  EXPECT_THAT(memory_.due_probes(now()), IsEmpty());
  fail(v6_);  // a request that was on its way before
  wait(239s);
  EXPECT_THAT(memory_.due_probes(now()), IsEmpty());
  wait(1s);
  EXPECT_THAT(memory_.due_probes(now()), ElementsAre(v6_));
}

TEST_F(FailureMemoryTest, RetryAfterIsTakenUpToItsLimit) {
  const std::chrono::seconds limit{limits::kRetryAfterSeconds};
  for (const auto asked : {limit, limit + 1s, 10 * limit, std::chrono::seconds::max()}) {
    FailureMemory memory;
    memory.failed(v6_, now(), asked);
    EXPECT_TRUE(memory.is_barred(v6_, now() + limit - 1ns));
    EXPECT_FALSE(memory.is_barred(v6_, now() + limit));
  }
  memory_.failed(v6_, now(), std::chrono::seconds::min());
  EXPECT_FALSE(memory_.is_barred(v6_, now()));
}

TEST_F(FailureMemoryTest, RemembersAsManyAsItsLimitAndForgetsTheOldest) {
  const auto nth = [this](std::size_t n) {
    auto made = v4_;
    made.remote.port = static_cast<std::uint16_t>(10'000 - n);
    return made;
  };
  for (std::size_t n = 0; n < 10 * limits::kRememberedTargets; ++n) {
    wait(1ms);
    fail(nth(n));
    EXPECT_EQ(memory_.size(), std::min(n + 1, limits::kRememberedTargets));
    if (n == limits::kRememberedTargets - 1) {
      EXPECT_TRUE(memory_.is_grey(nth(0), now()));
    }
    if (n == limits::kRememberedTargets) {
      EXPECT_FALSE(memory_.is_grey(nth(0), now()));
      EXPECT_TRUE(memory_.is_grey(nth(1), now()));
    }
  }
}

TEST_F(FailureMemoryTest, T51_GreyOnesAreProbedEveryThirtySeconds) {
  fail(v6_);
  EXPECT_THAT(memory_.due_probes(now()), IsEmpty());
  EXPECT_EQ(memory_.next_deadline(), now() + 30s);
  wait(30s);
  EXPECT_THAT(memory_.due_probes(now()), ElementsAre(v6_));
  EXPECT_THAT(memory_.due_probes(now()), IsEmpty());
  EXPECT_EQ(memory_.next_deadline(), now() + 30s);
  wait(30s);
  EXPECT_THAT(memory_.due_probes(now()), ElementsAre(v6_));
  memory_.worked(v6_, now());
  EXPECT_EQ(memory_.next_deadline(), std::nullopt);
}

TEST_F(FailureMemoryTest, RequestsThatFailDoNotPutOffTheProbe) {
  fail(v6_);
  wait(20s);
  fail(v6_);
  wait(10s);
  EXPECT_THAT(memory_.due_probes(now()), ElementsAre(v6_));
}

TEST_F(FailureMemoryTest, ProbesGoOnlyAsLongAsTheFailureThatARequestMet) {
  fail(v6_);
  int probes = 0;
  for (int second = 0; second < 3600; ++second) {
    wait(1s);
    for (const auto& due : memory_.due_probes(now())) {
      ++probes;
      fail(due);
    }
  }
  EXPECT_EQ(probes, 19);  // at 30 s, 60 s ... 570 s
  EXPECT_FALSE(memory_.is_grey(v6_, now()));
  EXPECT_EQ(memory_.next_deadline(), std::nullopt);
}

TEST_F(FailureMemoryTest, ARequestThatFailsAgainStartsTheTimeAnew) {
  fail(v6_);
  wait(9min);
  fail(v6_);
  wait(9min);
  EXPECT_TRUE(memory_.is_grey(v6_, now()));
}

TEST_F(FailureMemoryTest, T40_TheAttemptDelayFollowsWhatATargetTook) {
  EXPECT_EQ(memory_.attempt_delay(v6_), Duration(250ms));
  memory_.worked(v6_, now());
  EXPECT_EQ(memory_.attempt_delay(v6_), Duration(250ms));
  const std::vector<std::pair<Duration, Duration>> rows{
      {1ms, 100ms}, {50ms, 100ms}, {51ms, 102ms},         {300ms, 600ms},
      {1s, 2s},     {1001ms, 2s},  {Duration::max(), 2s}, {0ms, 100ms}};
  for (const auto& [took, delay] : rows) {
    memory_.worked(v6_, now(), took);
    EXPECT_EQ(memory_.attempt_delay(v6_), delay);
  }
  memory_.worked(v6_, now());
  EXPECT_EQ(memory_.attempt_delay(v6_), Duration(100ms)) << "the last that is known";
  memory_.on_attachment("office");
  EXPECT_EQ(memory_.attempt_delay(v6_), Duration(250ms));
}

TEST_F(FailureMemoryTest, T52_AnotherNetworkKnowsNothingNorDoesTheFirstOneAfterwards) {
  memory_.on_attachment("home");
  fail(v6_);
  memory_.failed(v4_, now(), 60s);
  memory_.on_attachment("home");
  EXPECT_TRUE(memory_.is_grey(v6_, now()));
  memory_.on_attachment("office");
  EXPECT_FALSE(memory_.is_grey(v6_, now()));
  EXPECT_FALSE(memory_.is_barred(v4_, now()));
  EXPECT_EQ(memory_.next_deadline(), std::nullopt);
  memory_.on_attachment("home");
  EXPECT_FALSE(memory_.is_grey(v6_, now()));
}

// by_memory

Target target(const std::string& remote, int group = 0, std::uint16_t priority = 0) {
  const auto known = key(remote);
  return {.transport = known.transport,
          .remote = known.remote,
          .priority = priority,
          .group = group,
          .source = known.local};
}

class ByMemoryTest : public FailureMemoryTest {
 protected:
  std::vector<std::string> ordered(const std::vector<Target>& targets) {
    std::vector<std::string> texts;
    for (const auto& each : by_memory(targets, memory_, now())) {
      texts.push_back(to_string(each.remote.address));
    }
    return texts;
  }
};

TEST_F(ByMemoryTest, WithoutMemoryNothingMoves) {
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1"), target("2001:db8::3")}),
              ElementsAre("2001:db8::1", "192.0.2.1", "2001:db8::3"));
  EXPECT_THAT(ordered({}), IsEmpty());
}

TEST_F(ByMemoryTest, T51_TheNextRequestStartsWithIpv4AfterIpv6Failed) {
  fail(v6_);
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1")}),
              ElementsAre("192.0.2.1", "2001:db8::1"));
  wait(9min);
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1")}),
              ElementsAre("192.0.2.1", "2001:db8::1"));
}

TEST_F(ByMemoryTest, T51_AProbeThatWorkedPutsIpv6FirstAgain) {
  fail(v6_);
  memory_.worked(v4_, now());
  wait(30s);
  ASSERT_THAT(memory_.due_probes(now()), ElementsAre(v6_));
  memory_.worked(v6_, now());
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1")}),
              ElementsAre("2001:db8::1", "192.0.2.1"));
}

TEST_F(ByMemoryTest, T53_WhenAllAreGreyAllAreTriedInOrder) {
  fail(v4_);
  fail(v6_);
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1")}),
              ElementsAre("2001:db8::1", "192.0.2.1"));
}

TEST_F(ByMemoryTest, T54_GreyHidesABetterPriorityForAMinuteOnly) {
  const std::vector<Target> targets{target("2001:db8::1", 0, 10), target("192.0.2.1", 1, 20)};
  fail(v6_);
  EXPECT_THAT(ordered(targets), ElementsAre("192.0.2.1", "2001:db8::1"));
  wait(60s - 1ns);
  EXPECT_THAT(ordered(targets), ElementsAre("192.0.2.1", "2001:db8::1"));
  wait(1ns);
  EXPECT_THAT(ordered(targets), ElementsAre("2001:db8::1", "192.0.2.1"));
}

TEST_F(ByMemoryTest, T54_AfterThatMinuteItIsTheLastOfItsPriority) {
  const std::vector<Target> targets{target("2001:db8::1", 0, 10), target("2001:db8::5", 0, 10),
                                    target("192.0.2.7", 1, 10), target("192.0.2.1", 2, 20)};
  fail(v6_);
  wait(2min);
  EXPECT_THAT(ordered(targets),
              ElementsAre("2001:db8::5", "192.0.2.7", "2001:db8::1", "192.0.2.1"));
}

TEST_F(ByMemoryTest, T54_AProbeThatFailsDoesNotHideItLonger) {
  const std::vector<Target> targets{target("2001:db8::1", 0, 10), target("192.0.2.1", 1, 20)};
  fail(v6_);
  wait(59s);
  ASSERT_THAT(memory_.due_probes(now()), ElementsAre(v6_));
  fail(v6_);
  wait(1s);
  EXPECT_THAT(ordered(targets), ElementsAre("2001:db8::1", "192.0.2.1"));
}

TEST_F(ByMemoryTest, R17_PrioritiesOfAnotherServiceAreOtherPriorities) {
  auto tcp = target("192.0.2.1", 1, 10);
  tcp.transport = net::Transport::tcp;
  fail(v6_);
  wait(2min);
  EXPECT_THAT(ordered({target("2001:db8::1", 0, 10), tcp}),
              ElementsAre("2001:db8::1", "192.0.2.1"));
}

TEST_F(ByMemoryTest, T41_ABarredTargetIsLeftOut) {
  memory_.failed(v6_, now(), 5s);
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1")}), ElementsAre("192.0.2.1"));
  wait(5s);
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1")}),
              ElementsAre("2001:db8::1", "192.0.2.1"));
}

TEST_F(ByMemoryTest, T53_BarredTargetsStayWhenNothingElseIsLeft) {
  memory_.failed(v6_, now(), 5s);
  memory_.failed(v4_, now(), 5s);
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1")}),
              ElementsAre("2001:db8::1", "192.0.2.1"));
}

TEST_F(ByMemoryTest, R8_TheProvenComesFirstWithinItsRecordAndFamily) {
  memory_.worked(key("2001:db8::3"), now());
  memory_.worked(key("192.0.2.8"), now());  // of another record
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1"), target("2001:db8::3"),
                       target("192.0.2.3"), target("192.0.2.7", 1), target("192.0.2.8", 1)}),
              ElementsAre("2001:db8::3", "192.0.2.1", "2001:db8::1", "192.0.2.3", "192.0.2.8",
                          "192.0.2.7"));
}

TEST_F(ByMemoryTest, R8_AProvenIpv4DoesNotPushIpv6Aside) {
  memory_.worked(v4_, now());
  EXPECT_THAT(ordered({target("2001:db8::1"), target("192.0.2.1")}),
              ElementsAre("2001:db8::1", "192.0.2.1"));
}

// Any history: nothing is lost but what is barred, and none that is not grey stands behind a worse
// priority.
TEST_F(ByMemoryTest, OrdersAnyListByAnyMemory) {
  SeededRandom random(17);
  std::vector<Target> targets;
  for (int group = 0; group < 4; ++group) {
    for (int i = 0; i < 3; ++i) {
      const auto at = std::to_string(group * 3 + i + 1);
      targets.push_back(target((i % 2 == 0 ? "2001:db8::" : "192.0.2.") + at, group,
                               static_cast<std::uint16_t>(10 * (1 + group / 2))));
    }
  }
  for (int round = 0; round < 3'000; ++round) {
    wait(std::chrono::seconds{random.below(90)});
    const auto chosen = memory_key(targets[random.below(targets.size())]);
    switch (random.below(4)) {
      case 0:
        memory_.worked(chosen, now());
        break;
      case 1:
        memory_.failed(chosen, now(), std::chrono::seconds{random.below(200)});
        break;
      case 2:
        fail(chosen);
        break;
      default:
        (void)memory_.due_probes(now());
        break;
    }
    const auto made = by_memory(targets, memory_, now());
    std::uint16_t priority = 0;
    std::size_t barred = 0;
    for (const auto& each : made) {
      EXPECT_NE(std::find(targets.begin(), targets.end(), each), targets.end());
      if (memory_.hides_priority(memory_key(each), now())) continue;
      EXPECT_GE(each.priority, priority);
      priority = each.priority;
    }
    for (const auto& each : targets) barred += memory_.is_barred(memory_key(each), now()) ? 1 : 0;
    EXPECT_EQ(made.size(), barred == targets.size() ? barred : targets.size() - barred);
  }
}

}  // namespace
}  // namespace godwit::sip
