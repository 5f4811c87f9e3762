// SPDX-License-Identifier: Apache-2.0
#include "support/early_call.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

class RedirectTest : public EarlyCallTest {
 protected:
  void bob_redirects_to(const std::vector<std::string>& targets) {
    on_incoming(world_.bob,
                [this, targets](CallId call) { EXPECT_TRUE(redirect(world_.bob, call, targets)); });
  }
};

TEST_P(RedirectTest, TheCallIsDialledWhereTheCalleeSays) {
  auto& carol = add_third(kCarolUri, "singer");
  carol.auto_answer(world_.speaking(660));
  bob_redirects_to({kCarolUri});
  const auto since = world_.now();
  dial_bob(alice_speaks());
  ASSERT_TRUE(hears(world_.alice, 660, since, 60s));
  ASSERT_TRUE(hears(carol, kAliceTone, since, 60s));
  ASSERT_THAT(world_.alice.all<CallRedirected>(), SizeIs(1));
  EXPECT_EQ(world_.alice.last<CallRedirected>()->status, 302);
  EXPECT_EQ(world_.alice.last<CallRedirected>()->target, kCarolUri);
  EXPECT_EQ(world_.bob.last<CallEnded>()->status, 302);
}

TEST_P(RedirectTest, CallIdToAndFromStayAndTheNumberRises) {
  auto& carol = add_third(kCarolUri, "singer");
  carol.auto_answer(world_.speaking(660));
  bob_redirects_to({kCarolUri});
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice, 60s));
  std::vector<sip::Message> invites;
  for (const auto& message : world_.wire()) {
    if (message.host != "alice" || message.method != "INVITE" || message.status != 0) continue;
    auto invite = sip::read_message(message.bytes).message;
    if (!invites.empty() && invites.back().cseq() == invite.cseq()) continue;
    invites.push_back(std::move(invite));
  }
  ASSERT_GE(invites.size(), 2U);
  const auto& first = invites.front();
  const auto& last = invites.back();
  EXPECT_EQ(first.call_id(), last.call_id());
  EXPECT_EQ(first.from_tag(), last.from_tag());
  EXPECT_EQ(first.field(sip::Field::to), last.field(sip::Field::to));
  EXPECT_GT(last.cseq().number, first.cseq().number);
  EXPECT_EQ(last.uri(), kCarolUri);
}

TEST_P(RedirectTest, TheNextTargetIsTriedWhenOneFails) {
  auto& carol = add_third(kCarolUri, "singer");
  carol.auto_answer(world_.speaking(660));
  bob_redirects_to({"sip:nobody@example.test", kCarolUri});
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice, 90s));
  EXPECT_THAT(world_.alice.all<CallRedirected>(), SizeIs(2));
}

TEST_P(RedirectTest, ACircleIsNotFollowed) {
  auto& carol = add_third(kCarolUri, "singer");
  on_incoming(carol, [&](CallId call) { EXPECT_TRUE(redirect(carol, call, {kBobUri})); });
  bob_redirects_to({kCarolUri});
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 90s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->status, 302);
  EXPECT_THAT(world_.alice.all<CallRedirected>(), SizeIs(1));
  EXPECT_THAT(world_.bob.all<IncomingCall>(), SizeIs(1));
}

TEST_P(RedirectTest, WhoFollowsNoneIsToldOfTheRedirection) {
  bob_redirects_to({kCarolUri});
  auto options = alice_speaks();
  options.redirects = 0;
  dial_bob(options);
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 60s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->status, 302);
  EXPECT_THAT(world_.alice.all<CallRedirected>(), SizeIs(0));
}

TEST_P(RedirectTest, HangingUpEndsTheRedirectedCall) {
  auto& carol = add_third(kCarolUri, "singer");
  bob_redirects_to({kCarolUri});
  const auto call = dial_bob(alice_speaks());
  ASSERT_TRUE(world_.time.run_until([&] { return carol.last<IncomingCall>().has_value(); }, 60s));
  world_.alice.hang_up(call);
  ASSERT_TRUE(world_.time.run_until([&] { return carol.last<CallEnded>().has_value(); }, 60s));
  EXPECT_EQ(carol.last<CallEnded>()->status, 487);
}

TEST_P(RedirectTest, TargetsMustBeAddresses) {
  std::vector<bool> done;
  on_incoming(world_.bob, [&](CallId call) {
    done.push_back(redirect(world_.bob, call, {}).has_value());
    done.push_back(redirect(world_.bob, call, std::vector<std::string>(11, kCarolUri)).has_value());
    done.push_back(redirect(world_.bob, call, {"mailto:carol@example.test"}).has_value());
    EXPECT_TRUE(decline(world_.bob, call, 486));
  });
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 60s));
  EXPECT_THAT(done, ::testing::ElementsAre(false, false, false));
}

INSTANTIATE_TEST_SUITE_P(Runs, RedirectTest, ::testing::ValuesIn(kEarlyRuns), name_of_run);

}  // namespace
}  // namespace godwit::test
