// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/established_call.h"
#include "support/newcomer.h"

namespace godwit::ua {
namespace {

using sip::Field;
using test::dialog_of_ours;
using test::EngineBench;
using test::EstablishedCall;
using test::far_sdp;
using test::Newcomer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Carol wants to join a call that Alice, the engine, has with Bob.
class JoiningTest : public ::testing::Test {
 protected:
  explicit JoiningTest(const UserAgentOptions& options = EngineBench::without_keep_alives())
      : call_(EstablishedCall::Caller::alice, {}, {}, options) {}

  [[nodiscard]] std::string name() const { return dialog_of_ours(*call_.first_invite, "far-tag"); }
  sip::Message invite() { return carol_.invite(Field::join, name()); }
  CallId ring(const sip::Message& invite) {
    EXPECT_EQ(carol_.status_of(invite), 180);
    return bench_.events_of<IncomingCall>().back().call;
  }
  void answer(CallId call, const sip::Message& invite, const std::string& sdp = {}) {
    bench_.sent.clear();
    ASSERT_TRUE(bench_.engine.answer(call, {}, bench_.now));
    bench_.drain();
    const auto answers = carol_.answers_to(invite);
    ASSERT_FALSE(answers.empty());
    ASSERT_EQ(answers.back().status(), 200);
    carol_.acknowledge(answers.back(), sdp);
  }
  CallId let_in() {
    const auto asked = invite();
    const auto guest = ring(asked);
    answer(guest, asked);
    return guest;
  }
  [[nodiscard]] ConferenceId conference_of(CallId call) {
    const auto info = bench_.engine.call_info(call);
    return info ? info->conference : ConferenceId{};
  }
  [[nodiscard]] bool is_open(ConferenceId conference) {
    return bench_.engine.join(call_.call, conference, bench_.now).has_value();
  }
  void hang_up(CallId call) {
    ASSERT_TRUE(bench_.engine.hang_up(call, bench_.now));
    bench_.drain();
  }

  EstablishedCall call_;
  EngineBench& bench_ = call_.bench;
  Newcomer carol_{bench_};
};

TEST_F(JoiningTest, RingsAndIsMixedWithTheCallOnceItIsAnswered) {
  auto asked = invite();
  asked.add(Field::require, "join");
  const auto guest = ring(asked);
  EXPECT_EQ(bench_.events_of<IncomingCall>().back().joins, call_.call);
  EXPECT_FALSE(bench_.events_of<IncomingCall>().back().replaces);
  EXPECT_FALSE(conference_of(call_.call)) << "nobody is let in by ringing";
  answer(guest, asked);
  EXPECT_TRUE(conference_of(guest));
  EXPECT_EQ(conference_of(guest), conference_of(call_.call));
  EXPECT_THAT(bench_.events_of<CallEnded>(), IsEmpty());
}

TEST_F(JoiningTest, SaysThatItCanBeDone) {
  const auto answers = carol_.say(invite());
  ASSERT_FALSE(answers.empty());
  EXPECT_THAT(std::string(*answers.back().field(Field::supported)), HasSubstr("join"));
  EXPECT_THAT(std::string(*call_.first_invite->field(Field::supported)), HasSubstr("join"));
}

TEST_F(JoiningTest, WhoKnowsNoCallOfTheAccountIsTurnedAway) {
  const std::string id(call_.first_invite->call_id());
  const std::string tag(call_.first_invite->from_tag());
  for (const auto& wrong : {std::string("gone;to-tag=1;from-tag=2"), id + ";to-tag=x;from-tag=far-tag",
                            id + ";to-tag=" + tag + ";from-tag=x", id + ";to-tag=far-tag;from-tag=" + tag}) {
    EXPECT_EQ(carol_.status_of(carol_.invite(Field::join, wrong)), 481) << wrong;
  }
  ASSERT_TRUE(bench_.engine.add_account(
      {.address_of_record = "sip:dave@core.test", .password = "x"}, bench_.now));
  auto to_dave = invite();
  to_dave.set_uri("sip:dave@10.1.0.2:5070");
  EXPECT_EQ(carol_.status_of(to_dave), 481) << "the call is another account's";
  EXPECT_THAT(bench_.events_of<IncomingCall>(), IsEmpty());
}

TEST_F(JoiningTest, WhatContradictsItselfIsABadRequest) {
  auto both = invite();
  both.add(Field::replaces, name());
  EXPECT_EQ(carol_.status_of(both), 400);
  auto twice = invite();
  twice.add(Field::join, name());
  EXPECT_EQ(carol_.status_of(twice), 400);
  auto options = carol_.request("OPTIONS");
  options.add(Field::join, name());
  EXPECT_EQ(carol_.status_of(options), 400);
  EXPECT_THAT(bench_.events_of<IncomingCall>(), IsEmpty());
}

TEST_F(JoiningTest, BeforeTheAnswerThereIsNothingToJoin) {
  const auto second = *bench_.engine.dial(call_.account, "dave", {}, bench_.now);
  bench_.drain();
  const auto dialled = call_.next("INVITE");
  ASSERT_TRUE(dialled);
  bench_.answer(*dialled, 180, [](sip::Message& ringing) {
    ringing.add(Field::contact, "<sip:dave@10.8.0.2:5060>");
  });
  EXPECT_EQ(carol_.status_of(carol_.invite(Field::join, dialog_of_ours(dialled->message, "far-tag"))),
            481);
  hang_up(second);
}

TEST_F(JoiningTest, WhoHasNoSoundInCommonLeavesTheCallAsItWas) {
  auto deaf = carol_.request("INVITE", "v=0\r\no=c 1 1 IN IP4 10.7.0.1\r\ns=-\r\nc=IN IP4 10.7.0.1\r\n"
                                       "t=0 0\r\nm=audio 5000 RTP/AVP 18\r\n");
  deaf.add(Field::join, name());
  EXPECT_EQ(carol_.status_of(deaf), 488);
  EXPECT_FALSE(conference_of(call_.call));
  EXPECT_THAT(bench_.engine.calls(), SizeIs(1));
}

TEST_F(JoiningTest, ComesIntoTheConferenceThatTheCallIsIn) {
  const auto conference = bench_.engine.open_conference();
  ASSERT_TRUE(bench_.engine.join(call_.call, conference, bench_.now));
  const auto guest = let_in();
  EXPECT_EQ(conference_of(guest), conference);
  hang_up(guest);
  EXPECT_TRUE(is_open(conference)) << "who opened it closes it";
}

TEST_F(JoiningTest, AConferenceOpenedForAGuestGoesWithItsLastCall) {
  const auto guest = let_in();
  const auto conference = conference_of(guest);
  const auto other = let_in();
  EXPECT_EQ(conference_of(other), conference);
  hang_up(guest);
  EXPECT_TRUE(is_open(conference));
  hang_up(other);
  ASSERT_TRUE(bench_.engine.join(call_.call, {}, bench_.now));
  EXPECT_FALSE(is_open(conference));
}

TEST_F(JoiningTest, WhoComesToACallThatIsOverHasCalledUsNoMore) {
  const auto asked = invite();
  const auto guest = ring(asked);
  hang_up(call_.call);
  answer(guest, asked);
  EXPECT_FALSE(conference_of(guest));
  EXPECT_THAT(bench_.engine.calls(), SizeIs(1));
}

TEST_F(JoiningTest, ALateOfferIsMixedWhenItsAnswerIsThere) {
  auto asked = carol_.request("INVITE");
  asked.add(Field::join, name());
  const auto guest = ring(asked);
  answer(guest, asked, far_sdp("10.7.0.1"));
  EXPECT_TRUE(conference_of(guest));
  EXPECT_EQ(conference_of(guest), conference_of(call_.call));
}

TEST_F(JoiningTest, AReferMayAskUsToJoinSomebodyElsesCall) {
  auto refer = call_.request("REFER");
  refer.add(Field::refer_to, "<sip:carol@core.test?Join=abc%3Bto-tag%3D1%3Bfrom-tag%3D2>");
  EXPECT_EQ(call_.status_of(refer), 202);
  bench_.sent.clear();
  bench_.advance(std::chrono::milliseconds{600});
  const auto invite = call_.next("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->message.uri(), "sip:carol@core.test");
  EXPECT_EQ(invite->message.field(Field::join), "abc;to-tag=1;from-tag=2");
  EXPECT_THAT(std::string(*invite->message.field(Field::require)), HasSubstr("join"));
}

class JoiningOneActiveCallTest : public JoiningTest {
 protected:
  JoiningOneActiveCallTest() : JoiningTest(EngineBench::one_active_call()) {}
};

TEST_F(JoiningOneActiveCallTest, TheCallThatIsJoinedIsNotPutOnHold) {
  const auto guest = let_in();
  EXPECT_TRUE(conference_of(guest));
  EXPECT_FALSE(call_.info().held_by_us);
  ASSERT_TRUE(bench_.engine.resume(guest, bench_.now));
  bench_.drain();
  EXPECT_FALSE(call_.info().held_by_us) << "they talk together";
  EXPECT_TRUE(call_.silent());
}

}  // namespace
}  // namespace godwit::ua
