// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/established_call.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using test::EstablishedCall;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using Caller = EstablishedCall::Caller;
using Bob = EstablishedCall::Bob;

std::string session_of(const sip::Message& message) {
  return std::string(message.field(sip::Field::session_expires).value_or(""));
}

CallOptions timed(std::chrono::seconds interval,
                  SessionTimerOptions::Refresher refresher = SessionTimerOptions::Refresher::any) {
  CallOptions options;
  options.session_timer.interval = interval;
  options.session_timer.refresher = refresher;
  return options;
}

std::string tags(const sip::Message& message) {
  return std::string(message.field(sip::Field::supported).value_or(""));
}

TEST(CallSessionTest, TheInviteAsksAndTheAnswerDecides) {
  EstablishedCall call(Caller::alice, timed(600s), {.session_expires = "600;refresher=uac"});
  EXPECT_EQ(session_of(*call.first_invite), "600");
  EXPECT_THAT(tags(*call.first_invite), ::testing::HasSubstr("timer"));
  call.bench.advance(299s);
  EXPECT_TRUE(call.silent());
  call.bench.advance(2s);
  EXPECT_TRUE(call.next("UPDATE"));
}

// RFC 4028 §9: who is called may choose.
TEST(CallSessionTest, WeAnswerWhatIsAsked) {
  EstablishedCall call(Caller::bob, timed(1800s, SessionTimerOptions::Refresher::local),
                       {.session_expires = "600"});
  EXPECT_EQ(session_of(*call.first_answer), "600;refresher=uas");
  EXPECT_THAT(call.first_answer->values(sip::Field::require), ElementsAre("timer"));
  call.bench.advance(301s);
  const auto update = call.next("UPDATE");
  ASSERT_TRUE(update);
  EXPECT_EQ(session_of(update->message), "600;refresher=uac");
}

TEST(CallSessionTest, ARefreshByUpdateCarriesNoOfferAndGoesOnForEver) {
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uac"});
  for (int i = 0; i < 20; ++i) {
    call.bench.advance(46s);
    const auto update = call.next("UPDATE");
    ASSERT_TRUE(update) << i;
    EXPECT_TRUE(update->message.body().empty());
    EXPECT_EQ(session_of(update->message), "90;refresher=uac");
    call.accept(*update, {}, [](sip::Message& ok) {
      ok.add(sip::Field::session_expires, "90;refresher=uac");
    });
    call.bench.sent.clear();
  }
  EXPECT_FALSE(call.ended());
}

// RFC 4028 §7.4: the same session as before, version and all.
TEST(CallSessionTest, ARefreshByInviteRepeatsTheDescription) {
  EstablishedCall call(Caller::alice, timed(90s),
                       {.allow = "INVITE, ACK, BYE", .session_expires = "90;refresher=uac"});
  call.bench.advance(46s);
  const auto invite = call.next("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->message.body(), call.first_invite->body());
  call.accept(*invite, EstablishedCall::sound(), [](sip::Message& ok) {
    ok.add(sip::Field::session_expires, "90;refresher=uac");
  });
  EXPECT_TRUE(call.next("ACK"));
  EXPECT_TRUE(call.bench.events_of<CallHoldChanged>().empty());
  call.bench.advance(46s);
  EXPECT_TRUE(call.next("INVITE"));
}

TEST(CallSessionTest, AnUpdateThatIsRefusedIsFollowedByAReInvite) {
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uac"});
  call.bench.advance(46s);
  call.respond(*call.next("UPDATE"), 405);
  EXPECT_TRUE(call.next("INVITE"));
}

// RFC 4028 §10: min(32 s, a third) before the end.
TEST(CallSessionTest, ASessionThatIsNotRefreshedIsEnded) {
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uas"});
  call.bench.advance(59s);
  EXPECT_FALSE(call.ended());
  EXPECT_TRUE(call.silent());
  call.bench.advance(2s);
  EXPECT_TRUE(call.ended());
  EXPECT_TRUE(call.next("BYE"));
  EXPECT_EQ(call.bench.events_of<CallEnded>().front().who, Who::timeout);
}

TEST(CallSessionTest, ThePeersRefreshKeepsIt) {
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uas"});
  for (int i = 0; i < 10; ++i) {
    call.bench.advance(45s);
    auto update = call.request("UPDATE");
    update.add(sip::Field::session_expires, "90;refresher=uac");
    const auto ok = call.ask(update);
    ASSERT_TRUE(ok);
    EXPECT_EQ(session_of(*ok), "90;refresher=uac");
  }
  EXPECT_FALSE(call.ended());
}

// A hold or a move refreshes the session too (§7.4).
TEST(CallSessionTest, EveryReInviteCountsAsARefresh) {
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uac"});
  call.bench.advance(40s);
  ASSERT_TRUE(call.bench.engine.hold(call.call, call.bench.now));
  call.bench.drain();
  const auto invite = call.next("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(session_of(invite->message), "90;refresher=uac");
  call.accept(*invite, EstablishedCall::sound("recvonly", 2), [](sip::Message& ok) {
    ok.add(sip::Field::session_expires, "90;refresher=uac");
  });
  call.bench.sent.clear();
  call.bench.advance(44s);
  EXPECT_TRUE(call.silent());
  call.bench.advance(2s);
  EXPECT_TRUE(call.next("UPDATE"));
}

TEST(CallSessionTest, APeerThatTurnsItOffIsNotBothered) {
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uac"});
  call.bench.advance(46s);
  call.accept(*call.next("UPDATE"), {});
  call.bench.sent.clear();
  call.bench.advance(1h);
  EXPECT_TRUE(call.silent());
  EXPECT_FALSE(call.ended());
}

// RFC 4028 §7.3
TEST(CallSessionTest, A422ToTheInviteIsAskedAgainWithMore) {
  EngineBench bench;
  const auto account =
      *bench.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench.now);
  ASSERT_TRUE(bench.engine.dial(account, "bob", timed(90s), bench.now));
  bench.drain();
  const auto first = bench.next_request("INVITE");
  ASSERT_TRUE(first);
  bench.answer(*first, 422, [](sip::Message& response) {
    response.add(sip::Field::min_se, "1200");
  });
  const auto second = bench.next_request("INVITE");
  ASSERT_TRUE(second);
  EXPECT_EQ(session_of(second->message), "1200");
  EXPECT_EQ(second->message.field(sip::Field::min_se), "1200");
  EXPECT_EQ(second->message.call_id(), first->message.call_id());
  EXPECT_EQ(second->message.cseq().number, first->message.cseq().number + 1);
  bench.answer(*second, 422);
  ASSERT_EQ(bench.events_of<CallEnded>().size(), 1U);
  EXPECT_EQ(bench.events_of<CallEnded>().front().status, 422);
}

TEST(CallSessionTest, TooShortASessionIsRefusedInTheDialogToo) {
  EstablishedCall call(Caller::alice, {}, {.session_expires = "1800;refresher=uas"});
  auto update = call.request("UPDATE");
  update.add(sip::Field::session_expires, "60");
  const auto refused = call.ask(update);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status(), 422);
  EXPECT_EQ(refused->field(sip::Field::min_se), "90");
}

// What a network that is away keeps us from is no fault of the session's.
TEST(CallSessionTest, ASessionOutlivesANetworkThatIsAway) {
  auto agent = EngineBench::without_keep_alives();
  agent.network.gap_limit = 1h;
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uac"}, agent);
  call.lose_network();
  call.bench.advance(200s);
  EXPECT_FALSE(call.ended()) << "long past its end";
  call.find_network("10.2.0.2");
  const auto update = call.next("UPDATE");
  ASSERT_TRUE(update);
  EXPECT_EQ(session_of(update->message), "90;refresher=uac");
  call.accept(*update, EstablishedCall::sound("sendrecv", 2), [](sip::Message& ok) {
    ok.add(sip::Field::session_expires, "90;refresher=uac");
  });
  call.bench.sent.clear();
  call.bench.advance(46s);
  EXPECT_TRUE(call.next("UPDATE")) << "the move was a refresh, the next is due now";
}

TEST(CallSessionTest, TheSameNetworkComingBackGetsTheRefreshThatIsDue) {
  auto agent = EngineBench::without_keep_alives();
  agent.network.gap_limit = 1h;
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uac"}, agent);
  call.lose_network();
  call.bench.advance(200s);
  call.find_network("10.1.0.2");
  const auto update = call.next("UPDATE");
  ASSERT_TRUE(update);
  call.accept(*update, update->message.body().empty() ? "" : EstablishedCall::sound("sendrecv", 2),
              [](sip::Message& ok) {
                ok.add(sip::Field::session_expires, "90;refresher=uac");
              });
  EXPECT_FALSE(call.ended());
}

TEST(CallSessionTest, APeerThatDoesNotRefreshAfterTheNetworkIsBackHasAMinute) {
  auto agent = EngineBench::without_keep_alives();
  agent.network.gap_limit = 1h;
  EstablishedCall call(Caller::alice, timed(90s), {.session_expires = "90;refresher=uas"}, agent);
  call.lose_network();
  call.bench.advance(200s);
  call.find_network("10.1.0.2");
  call.bench.advance(59s);
  EXPECT_FALSE(call.ended());
  call.bench.advance(2s);
  EXPECT_TRUE(call.ended());
}

TEST(CallSessionTest, TheIntervalIsChecked) {
  EngineBench bench;
  const auto account =
      *bench.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench.now);
  EXPECT_EQ(bench.engine.dial(account, "bob", timed(89s), bench.now).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(bench.engine.dial(account, "bob", timed(25h), bench.now).error().code,
            Errc::invalid_argument);
}

}  // namespace
}  // namespace godwit::ua
