// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <set>

#include "support/access.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Bob watches the calls of Alice (RFC 4235), who calls Carol.
class WatchedCallsTest : public ::testing::TestWithParam<Access> {
 protected:
  void begin() {
    world_ = std::make_unique<SimWorld>(GetParam().world());
    world_->add_carol();
    let_bob_watch();
    ASSERT_TRUE(world_->register_both());
    world_->carol->auto_answer(world_->speaking(kCarolTone), 100ms);
    const auto subscribed = world_->bob.run([&](ua::Engine& engine, TimePoint now) {
      return engine.subscribe(world_->bob_account, kAliceUri, {"dialog", 600s}, now);
    });
    ASSERT_TRUE(subscribed);
    ASSERT_TRUE(world_->time.run_until([&] { return hears("state=\"full\""); }, 40s));
  }
  void let_bob_watch() {
    auto options = *world_->alice.engine().account_options(world_->alice_account);
    options.dialog_watchers = {"bob"};
    ASSERT_TRUE(world_->alice.run([&](ua::Engine& engine, TimePoint now) {
      return engine.remove_account(world_->alice_account, now);
    }));
    world_->alice_account = world_->alice.add_account(options);
  }
  /// The newest thing that Bob was told.
  [[nodiscard]] bool hears(std::string_view what) const {
    const auto last = world_->bob.last<NotificationReceived>();
    return last && last->body.text.find(what) != std::string::npos;
  }
  bool will_hear(std::string_view what, Duration limit = 90s) {
    return world_->time.run_until([&] { return hears(what); }, limit);
  }
  void alice_calls() {
    const auto made =
        world_->alice.dial(world_->alice_account, kCarolUri, world_->speaking(kAliceTone));
    ASSERT_TRUE(made);
    call_ = *made;
  }
  [[nodiscard]] bool still_subscribed() const {
    const auto last = world_->bob.last<SubscriptionChanged>();
    return last && last->state == SubscriptionState::active;
  }
  void end() {
    world_->carol->shut_down();
    world_->bob.shut_down();
    world_->run_for(40s);
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_EQ(world_->faults(), "");
    if (HasFailure()) std::cout << world_->story();
  }

  std::unique_ptr<SimWorld> world_;
  CallId call_;
};

TEST_P(WatchedCallsTest, AreToldFromTheFirstRingToTheEnd) {
  begin();
  alice_calls();
  EXPECT_TRUE(will_hear("<state>confirmed</state>"));
  EXPECT_TRUE(hears("<identity>sip:carol@example.test</identity>"));
  world_->alice.hang_up(call_);
  EXPECT_TRUE(will_hear("<state event=\"local-bye\">terminated</state>"));
  EXPECT_TRUE(still_subscribed());
  end();
}

TEST_P(WatchedCallsTest, HearAtMostOneThingInFiveSeconds) {
  begin();
  for (int i = 0; i < 6; ++i) {
    alice_calls();
    EXPECT_TRUE(world_->time.run_until(
        [&] { return world_->alice.all<CallAnswered>().size() > static_cast<std::size_t>(i); }, 40s));
    world_->run_for(700ms);
    world_->alice.hang_up(call_);
    world_->run_for(1300ms);
  }
  EXPECT_TRUE(will_hear("terminated</state>", 12s));
  world_->run_for(30s);
  std::set<std::string> told;  // what is sent again is the same
  std::vector<TimePoint> times;
  for (const auto& one : world_->wire()) {
    if (one.host != "alice" || one.method != "NOTIFY" || one.status != 0) continue;
    const auto cseq = one.bytes.substr(one.bytes.find("CSeq:"), 24);
    if (told.insert(cseq).second) times.push_back(one.at);
  }
  EXPECT_GE(times.size(), 4U);
  EXPECT_LE(times.size(), 7U);
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 1], 5s) << i;
  EXPECT_TRUE(still_subscribed());
  end();
}

TEST_P(WatchedCallsTest, AreToldWhateverTheMomentInWhichTheWatchedOneMoves) {
  for (Duration at = 0ms; at <= 900ms; at += 100ms) {
    SCOPED_TRACE(std::chrono::duration_cast<std::chrono::milliseconds>(at).count());
    begin();
    alice_calls();
    world_->run_for(at);
    world_->break_to({GetParam().alice_then}, 100ms);
    EXPECT_TRUE(will_hear("<state>confirmed</state>"));
    world_->alice.hang_up(call_);
    EXPECT_TRUE(will_hear("terminated</state>"));
    EXPECT_TRUE(still_subscribed());
    end();
    if (HasFailure()) return;
  }
}

TEST_P(WatchedCallsTest, AreToldToAWatcherWhoMoves) {
  for (Duration at = 0ms; at <= 900ms; at += 100ms) {
    SCOPED_TRACE(std::chrono::duration_cast<std::chrono::milliseconds>(at).count());
    begin();
    alice_calls();
    world_->run_for(at);
    world_->b.detach("eth0");
    world_->run_for(100ms);
    world_->b.attach("eth0", {GetParam().bob_then});
    EXPECT_TRUE(will_hear("<state>confirmed</state>"));
    world_->alice.hang_up(call_);
    EXPECT_TRUE(will_hear("terminated</state>"));
    EXPECT_TRUE(still_subscribed());
    end();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Access, WatchedCallsTest, accesses_by_udp(),
                         [](const auto& row) { return row.param.name; });
INSTANTIATE_TEST_SUITE_P(AccessByTcp, WatchedCallsTest, accesses_by_tcp(),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace godwit::test
