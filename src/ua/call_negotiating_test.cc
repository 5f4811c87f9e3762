// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "support/established_call.h"

namespace godwit::ua {
namespace {

using test::direction_in;
using test::EstablishedCall;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Caller = EstablishedCall::Caller;

class HoldTest : public ::testing::TestWithParam<Caller> {
 protected:
  void hold() {
    ASSERT_TRUE(call_.bench.engine.hold(call_.call, call_.bench.now));
    call_.bench.drain();
  }
  void resume() {
    ASSERT_TRUE(call_.bench.engine.resume(call_.call, call_.bench.now));
    call_.bench.drain();
  }
  /// Our next re-INVITE asks for `offered`, and is answered with `answered`.
  void exchange(const std::string& offered, const std::string& answered) {
    const auto invite = call_.next("INVITE");
    ASSERT_TRUE(invite);
    EXPECT_EQ(direction_in(invite->message), offered);
    call_.accept(*invite, EstablishedCall::sound(answered, ++version_));
    ASSERT_TRUE(call_.next("ACK"));
  }
  void expect_held(bool by_us, bool by_peer) {
    EXPECT_EQ(call_.info().held_by_us, by_us);
    EXPECT_EQ(call_.info().held_by_peer, by_peer);
    const auto told = call_.bench.events_of<CallHoldChanged>();
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.back().by_us, by_us);
    EXPECT_EQ(told.back().by_peer, by_peer);
  }
  sdp::Direction media_direction() {
    for (auto at = call_.bench.media.rbegin(); at != call_.bench.media.rend(); ++at) {
      if (const auto* configured = std::get_if<ConfigureMedia>(&*at)) {
        return configured->agreement.direction;
      }
    }
    return sdp::Direction::inactive;
  }
  std::size_t told() const { return call_.bench.events_of<CallHoldChanged>().size(); }
  /// Bob offers in a re-INVITE. @return the direction of our answer.
  std::string bob_offers(const std::string& direction) {
    const auto ok = call_.ask(call_.request("INVITE", EstablishedCall::sound(direction, ++version_)));
    if (!ok || ok->status() != 200) return "refused";
    call_.acknowledge(*ok);
    return direction_in(*ok);
  }

  EstablishedCall call_{GetParam()};
  std::uint64_t version_ = 1;
};

// RFC 3264 §8.4
TEST_P(HoldTest, AsksThePeerNotToSendAndSaysNothingToIt) {
  hold();
  EXPECT_EQ(told(), 0U) << "not agreed yet";
  exchange("sendonly", "recvonly");
  expect_held(true, false);
  EXPECT_EQ(media_direction(), sdp::Direction::inactive);
  resume();
  exchange("sendrecv", "sendrecv");
  expect_held(false, false);
  EXPECT_EQ(media_direction(), sdp::Direction::sendrecv);
  EXPECT_EQ(told(), 2U);
}

TEST_P(HoldTest, APeerThatIsHeldAlreadyIsNotAskedAgain) {
  hold();
  exchange("sendonly", "inactive");
  hold();
  EXPECT_TRUE(call_.silent());
}

TEST_P(HoldTest, BothSidesHold) {
  EXPECT_EQ(bob_offers("sendonly"), "recvonly");
  expect_held(false, true);
  hold();
  exchange("inactive", "inactive");
  expect_held(true, true);
  // Bob resumes: our hold stays, and ends alone.
  EXPECT_EQ(bob_offers("sendrecv"), "sendonly");
  expect_held(true, false);
  resume();
  exchange("sendrecv", "sendrecv");
  expect_held(false, false);
}

TEST_P(HoldTest, OurResumeLeavesThePeersHold) {
  EXPECT_EQ(bob_offers("sendonly"), "recvonly");
  hold();
  exchange("inactive", "inactive");
  resume();
  exchange("sendrecv", "sendonly");
  expect_held(false, true);
  EXPECT_EQ(media_direction(), sdp::Direction::recvonly);
}

// RFC 3264 §8.4: how RFC 2543 did it.
TEST_P(HoldTest, AnAddressOfNowhereIsAHold) {
  const auto ok = call_.ask(call_.request("INVITE", EstablishedCall::sound("sendrecv", 2, "0.0.0.0")));
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->status(), 200);
  call_.acknowledge(*ok);
  expect_held(false, true);
  version_ = 2;
  EXPECT_EQ(bob_offers("sendrecv"), "sendrecv");
  expect_held(false, false);
}

TEST_P(HoldTest, APeerThatAnswersNowhereIsHeldAllTheSame) {
  hold();
  const auto invite = call_.next("INVITE");
  ASSERT_TRUE(invite);
  call_.accept(*invite, EstablishedCall::sound("inactive", 2));
  expect_held(true, true);
}

// RFC 6141: what is refused leaves the session as it was.
TEST_P(HoldTest, ARefusedHoldIsToldAndForgotten) {
  for (const int status : {403, 415, 488, 500, 503, 606}) {
    hold();
    const auto invite = call_.next("INVITE");
    ASSERT_TRUE(invite) << status;
    const auto before = told();
    call_.respond(*invite, status);
    ASSERT_EQ(told(), before + 1) << status;
    expect_held(false, false);
    EXPECT_EQ(media_direction(), sdp::Direction::sendrecv);
    call_.bench.advance(60s);
    EXPECT_FALSE(call_.next("INVITE")) << status;
  }
  EXPECT_FALSE(call_.ended());
}

TEST_P(HoldTest, ANewWishDuringTheExchangeIsDoneAfterIt) {
  hold();
  const auto invite = call_.next("INVITE");
  ASSERT_TRUE(invite);
  resume();
  EXPECT_TRUE(call_.silent()) << "one exchange at a time";
  call_.accept(*invite, EstablishedCall::sound("recvonly", ++version_));
  exchange("sendrecv", "sendrecv");
  expect_held(false, false);
}

// RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other side up to 2 s.
TEST_P(HoldTest, AGlareIsTriedAgainInItsTime) {
  hold();
  const auto invite = call_.next("INVITE");
  ASSERT_TRUE(invite);
  call_.respond(*invite, 491);
  const bool owner = GetParam() == Caller::alice;
  call_.bench.sent.clear();
  call_.bench.advance(owner ? 2090ms : 0ms);
  EXPECT_TRUE(call_.silent());
  call_.bench.advance(owner ? 1920ms : 2010ms);
  exchange("sendonly", "recvonly");
  expect_held(true, false);
}

TEST_P(HoldTest, APeerThatIsBusyWithItselfSaysWhen) {
  hold();
  call_.respond(*call_.next("INVITE"), 500,
                [](sip::Message& response) { response.add(sip::Field::retry_after, "7"); });
  call_.bench.advance(6990ms);
  EXPECT_TRUE(call_.silent());
  call_.bench.advance(20ms);
  exchange("sendonly", "recvonly");
}

TEST_P(HoldTest, AGlareWithoutEndIsNoHold) {
  hold();
  int tries = 0;
  for (auto invite = call_.next("INVITE"); invite && tries < 1000; invite = call_.next("INVITE")) {
    ++tries;
    call_.respond(*invite, 491);
    call_.bench.advance(4s);
  }
  EXPECT_LT(tries, 200);
  EXPECT_GT(tries, 7);
  expect_held(false, false);
  EXPECT_FALSE(call_.ended());
}

// RFC 3261 §12.2.1.2, RFC 5057 §5.1
TEST_P(HoldTest, APeerThatKnowsNoSuchCallEndsIt) {
  hold();
  call_.respond(*call_.next("INVITE"), 481);
  ASSERT_TRUE(call_.ended());
  EXPECT_TRUE(call_.next("BYE"));
}

TEST_P(HoldTest, APeerThatNeverAnswersEndsTheCall) {
  hold();
  call_.bench.advance(33s);
  ASSERT_TRUE(call_.ended());
  EXPECT_EQ(call_.bench.events_of<CallEnded>().front().who, Who::timeout);
}

TEST_P(HoldTest, AChallengeIsAnsweredOnce) {
  hold();
  const auto first = call_.next("INVITE");
  ASSERT_TRUE(first);
  call_.respond(*first, 407, [](sip::Message& response) {
    response.add(sip::Field::proxy_authenticate,
                 R"(Digest realm="core.test", nonce="n1", algorithm=MD5, qop="auth")");
  });
  const auto second = call_.next("INVITE");
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->message.field(sip::Field::proxy_authorization));
  EXPECT_EQ(second->message.cseq().number, first->message.cseq().number + 1);
  EXPECT_EQ(direction_in(second->message), "sendonly");
}

// Their exchange first: our wish goes into the answer.
TEST_P(HoldTest, AHoldWantedBeforeTheAckWaitsForIt) {
  const auto ok = call_.ask(call_.request("INVITE", EstablishedCall::sound("sendrecv", ++version_)));
  ASSERT_TRUE(ok);
  hold();
  EXPECT_TRUE(call_.silent()) << "RFC 3261 §14.1";
  call_.acknowledge(*ok);
  exchange("sendonly", "recvonly");
  expect_held(true, false);
}

TEST_P(HoldTest, AHoldWithoutANetworkIsRemembered) {
  call_.lose_network();
  hold();
  EXPECT_TRUE(call_.silent());
  call_.find_network("10.2.0.2");
  const auto update = call_.next("UPDATE");
  ASSERT_TRUE(update) << "the move and the hold in one";
  EXPECT_EQ(direction_in(update->message), "sendonly");
  call_.accept(*update, EstablishedCall::sound("recvonly", ++version_));
  expect_held(true, false);
  EXPECT_TRUE(call_.silent());
}

// features.md 38: the answer to what was sent from the old address is lost, and the ACK goes unseen.
TEST_P(HoldTest, AHoldUnderWayIsSaidAnewFromTheNewAddress) {
  hold();
  const auto lost = call_.next("INVITE");
  ASSERT_TRUE(lost);
  call_.lose_network();
  call_.find_network("10.2.0.2");
  const auto ack = call_.next("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->message.cseq().number, lost->message.cseq().number);
  const auto update = call_.next("UPDATE");
  ASSERT_TRUE(update);
  EXPECT_EQ(direction_in(update->message), "sendonly");
  call_.accept(*update, EstablishedCall::sound("recvonly", ++version_));
  expect_held(true, false);
  EXPECT_FALSE(call_.ended());
}

TEST_P(HoldTest, AHeldCallMovesAndStaysHeld) {
  hold();
  exchange("sendonly", "recvonly");
  call_.lose_network();
  call_.find_network("10.2.0.2");
  const auto update = call_.next("UPDATE");
  ASSERT_TRUE(update);
  EXPECT_EQ(direction_in(update->message), "sendonly");
  call_.accept(*update, EstablishedCall::sound("recvonly", ++version_));
  EXPECT_THAT(call_.bench.events_of<Reconnected>(), SizeIs(1)) << "nothing is heard of a held call";
  EXPECT_EQ(told(), 1U);
}

// RFC 3264 §8.3.2: what was not agreed on may be left out, and offered again.
TEST_P(HoldTest, AMoveOffersWhatIsAgreedOnAndAHoldEverything) {
  call_.lose_network();
  call_.find_network("10.2.0.2");
  const auto update = call_.next("UPDATE");
  ASSERT_TRUE(update);
  EXPECT_THAT(std::string(update->message.body()), HasSubstr(" RTP/AVP 0 101\r\n"));
  call_.accept(*update, EstablishedCall::sound("sendrecv", ++version_));
  hold();
  const auto invite = call_.next("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_THAT(std::string(invite->message.body()), HasSubstr(" 8 "));
  EXPECT_TRUE(invite->message.field(sip::Field::allow));
}

TEST_P(HoldTest, AMoveThatIsNotAcceptableIsOfferedWithEverythingOnce) {
  call_.lose_network();
  call_.find_network("10.2.0.2");
  const auto update = call_.next("UPDATE");
  ASSERT_TRUE(update);
  call_.respond(*update, 488);
  const auto invite = call_.next("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_THAT(std::string(invite->message.body()), HasSubstr(" 8 "));
  call_.accept(*invite, EstablishedCall::sound("sendrecv", ++version_));
  EXPECT_FALSE(call_.ended());
  EXPECT_TRUE(call_.silent());
}

INSTANTIATE_TEST_SUITE_P(Sides, HoldTest, ::testing::Values(Caller::alice, Caller::bob),
                         [](const auto& row) {
                           return row.param == Caller::alice ? "we_called" : "we_were_called";
                         });

// RFC 3261 §11.2, RFC 3264 §9
class OptionsInACall : public ::testing::TestWithParam<Caller> {
 protected:
  /// What Bob is told.
  std::string abilities() {
    auto options = call_.request("OPTIONS");
    options.add(sip::Field::accept, "application/sdp");
    const auto answer = call_.ask(options);
    if (!answer || answer->status() != 200) return "refused";
    EXPECT_TRUE(answer->field(sip::Field::allow));
    return std::string(answer->body());
  }
  EstablishedCall call_{GetParam()};
};

TEST_P(OptionsInACall, AreToldTheFormatsToWhoTakesSdp) {
  EXPECT_THAT(abilities(), HasSubstr("c=IN IP4 10.1.0.2\r\nt=0 0\r\nm=audio 0 RTP/AVP 96 9 0 8 101 97\r\n"));
  const auto small = call_.ask(call_.request("OPTIONS"));
  ASSERT_TRUE(small);
  EXPECT_EQ(small->status(), 200);
  EXPECT_EQ(small->body(), "");
}

TEST_P(OptionsInACall, LeaveAnOfferOfOursAsItWas) {
  ASSERT_TRUE(call_.bench.engine.hold(call_.call, call_.bench.now));
  call_.bench.drain();
  const auto invite = call_.next("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_THAT(abilities(), HasSubstr("m=audio 0 "));
  call_.accept(*invite, EstablishedCall::sound("recvonly", 2));
  EXPECT_TRUE(call_.info().held_by_us);
  ASSERT_TRUE(call_.bench.engine.resume(call_.call, call_.bench.now));
  call_.bench.drain();
  EXPECT_THAT(std::string(call_.next("INVITE")->message.body()), HasSubstr("m=audio 400"));
}

TEST_P(OptionsInACall, LeaveAnOfferOfThePeersAsItWas) {
  const auto ok = call_.ask(call_.request("INVITE"));  // the offer is in our 200
  ASSERT_TRUE(ok);
  EXPECT_THAT(abilities(), HasSubstr("m=audio 0 "));
  call_.acknowledge(*ok, EstablishedCall::sound("sendonly", 2));
  EXPECT_TRUE(call_.info().held_by_peer);
  EXPECT_FALSE(call_.ended());
}
INSTANTIATE_TEST_SUITE_P(Sides, OptionsInACall, ::testing::Values(Caller::alice, Caller::bob),
                         [](const auto& row) {
                           return row.param == Caller::alice ? "we_called" : "we_were_called";
                         });

TEST(HoldBeforeTheAnswer, IsTheWrongMoment) {
  test::EngineBench bench;
  const auto account =
      *bench.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench.now);
  const auto call = *bench.engine.dial(account, "bob", {}, bench.now);
  EXPECT_EQ(bench.engine.hold(call, bench.now).error().code, Errc::wrong_state);
  EXPECT_EQ(bench.engine.resume(CallId{9}, bench.now).error().code, Errc::no_such_call);
}

}  // namespace
}  // namespace godwit::ua
