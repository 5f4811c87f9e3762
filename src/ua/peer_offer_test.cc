// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <vector>

#include "support/established_call.h"

namespace godwit::ua {
namespace {

using test::direction_in;
using test::EstablishedCall;
using namespace std::chrono_literals;
using Caller = EstablishedCall::Caller;

/// Requests of the peer's inside the call.
class PeerOfferTest : public ::testing::TestWithParam<Caller> {
 protected:
  /// Its answer needs a media socket on another address, which is not open yet.
  void let_an_offer_wait() {
    auto& bench = call_.bench;
    bench.add_address("10.1.0.9", 4);
    bench.route("10.8.0.50", "10.1.0.9");
    bench.observe();
    bench.media_opens = false;
    const auto offer = EstablishedCall::sound("sendrecv", 2, "10.8.0.50");
    ASSERT_EQ(call_.status_of(call_.request("UPDATE", offer)), 0);
    bench.media_opens = true;
  }

  EstablishedCall call_{GetParam()};
};

// RFC 3261 §14.2, RFC 3311 §5.2
TEST_P(PeerOfferTest, MeetsOursWith491) {
  ASSERT_TRUE(call_.bench.engine.hold(call_.call, call_.bench.now));
  call_.bench.drain();
  const auto ours = call_.next("INVITE");
  ASSERT_TRUE(ours);
  EXPECT_EQ(call_.status_of(call_.request("INVITE", EstablishedCall::sound("sendonly", 2))), 491);
  EXPECT_EQ(call_.status_of(call_.request("UPDATE", EstablishedCall::sound("sendonly", 2))), 491);
  EXPECT_EQ(call_.status_of(call_.request("UPDATE")), 200) << "it offers nothing";
  EXPECT_FALSE(call_.info().held_by_peer);
  call_.accept(*ours, EstablishedCall::sound("recvonly", 2));
  EXPECT_TRUE(call_.info().held_by_us) << "ours stands";
}

// Our offer went to where the peer was; 491 would be said to it until a proxy gives up.
TEST_P(PeerOfferTest, FromElsewhereIsTakenBeforeOurs) {
  ASSERT_TRUE(call_.bench.engine.hold(call_.call, call_.bench.now));
  call_.bench.drain();
  ASSERT_TRUE(call_.next("INVITE"));
  call_.bench.route("10.8.0.9", "10.1.0.2");
  auto theirs = call_.request("INVITE", EstablishedCall::sound("sendrecv", 2, "10.8.0.9"));
  theirs.set(sip::Field::contact, "<sip:bob@10.8.0.9:5060>");
  const auto ok = call_.ask(theirs);
  ASSERT_TRUE(ok);
  ASSERT_EQ(ok->status(), 200);
  EXPECT_EQ(direction_in(*ok), "sendonly") << "what we asked for is answered as well";
  EXPECT_TRUE(call_.info().held_by_us);
  call_.acknowledge(*ok);
  call_.bench.advance(1s);
  EXPECT_FALSE(call_.next("INVITE"));
}

TEST_P(PeerOfferTest, ThatCannotBeTakenChangesNothing) {
  auto bad = call_.request("INVITE", "v=0\r\no=- 1 2 IN IP4 10.8.0.1\r\ns=-\r\nc=IN IP4 "
                                     "10.8.0.1\r\nt=0 0\r\nm=audio 50000 RTP/AVP 18\r\n");
  call_.bench.route("10.8.0.9", "10.1.0.2");
  bad.set(sip::Field::contact, "<sip:bob@10.8.0.9:5060>");
  EXPECT_EQ(call_.status_of(bad), 488);
  const auto codec = call_.info().codec;
  EXPECT_EQ(codec, "PCMU/8000");
  // RFC 6141 §3.2: the target is not refreshed by what was refused.
  ASSERT_TRUE(call_.bench.engine.hang_up(call_.call, call_.bench.now));
  call_.bench.drain();
  EXPECT_EQ(call_.next("BYE")->message.uri(), "sip:bob@10.8.0.1:5060");
}

// RFC 3261 §14.2, RFC 6337 §5.2: the whole of what we can do, and what we want now.
TEST_P(PeerOfferTest, MayBeOursToMake) {
  ASSERT_TRUE(call_.ask(call_.request("UPDATE", EstablishedCall::sound("sendonly", 2))));
  EXPECT_TRUE(call_.info().held_by_peer);
  const auto ok = call_.ask(call_.request("INVITE"));
  ASSERT_TRUE(ok);
  ASSERT_EQ(ok->status(), 200);
  EXPECT_EQ(direction_in(*ok), "sendrecv");
  EXPECT_THAT(std::string(ok->body()), ::testing::HasSubstr("PCMA/8000"));
  EXPECT_EQ(call_.status_of(call_.request("UPDATE", EstablishedCall::sound())), 491)
      << "our offer has no answer yet";
  call_.acknowledge(*ok, EstablishedCall::sound("sendrecv", 3));
  EXPECT_FALSE(call_.info().held_by_peer);
}

TEST_P(PeerOfferTest, MadeByUsAndAnsweredBadlyEndsTheCall) {
  const auto ok = call_.ask(call_.request("INVITE"));
  ASSERT_TRUE(ok);
  call_.acknowledge(*ok, "v=0\r\n");
  EXPECT_TRUE(call_.ended());
  EXPECT_TRUE(call_.next("BYE"));
}

TEST_P(PeerOfferTest, WithoutAnAckIsRepeatedAndThenEndsTheCall) {
  const auto ok = call_.ask(call_.request("INVITE", EstablishedCall::sound("sendrecv", 2)));
  ASSERT_TRUE(ok);
  call_.bench.sent.clear();
  call_.bench.advance(31s);
  std::size_t copies = 0;
  while (const auto sent = call_.bench.next_sent()) copies += sent->message.status() == 200;
  EXPECT_GE(copies, 9U);
  EXPECT_FALSE(call_.ended());
  call_.bench.advance(2s);
  EXPECT_TRUE(call_.ended());
  EXPECT_TRUE(call_.next("BYE"));
}

TEST_P(PeerOfferTest, AfterALostAckSaysThatOur200CameThrough) {
  const auto first = call_.ask(call_.request("INVITE", EstablishedCall::sound("sendrecv", 2)));
  ASSERT_TRUE(first);
  const auto second = call_.ask(call_.request("INVITE", EstablishedCall::sound("sendonly", 3)));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status(), 200);
  call_.acknowledge(*first);  // late
  call_.bench.sent.clear();
  call_.bench.advance(1s);
  EXPECT_FALSE(call_.bench.sent.empty()) << "the second one still waits for its own";
  call_.acknowledge(*second);
  call_.bench.advance(60s);
  EXPECT_FALSE(call_.ended());
}

TEST_P(PeerOfferTest, ThatWaitsDoesNotKeepSoundAtAnAddressThatIsGone) {
  let_an_offer_wait();
  auto& bench = call_.bench;
  bench.remove_addresses();
  bench.add_address("10.1.0.9", 4);
  bench.add_address("10.2.0.2", 3);
  bench.route("10.9.0.1", "10.2.0.2");
  bench.route("10.8.0.1", "10.2.0.2");
  bench.media.clear();
  bench.observe();
  const auto opens = [](const auto& action) { return std::holds_alternative<OpenMediaPath>(action); };
  const auto sends = [](const auto& action) { return std::holds_alternative<SendMediaOn>(action); };
  const auto opened = std::ranges::find_if(bench.media, opens);
  const auto moved = std::ranges::find_if(bench.media, sends);
  ASSERT_TRUE(opened != bench.media.end() && moved != bench.media.end());
  EXPECT_EQ(net::to_string(std::get<OpenMediaPath>(*opened).local), "10.2.0.2");
  EXPECT_EQ(std::get<SendMediaOn>(*moved).path, std::get<OpenMediaPath>(*opened).path);
}

// RFC 3261 §15.1.2
TEST_P(PeerOfferTest, ThatWaitsIsAnsweredWhenTheCallEnds) {
  let_an_offer_wait();
  ASSERT_TRUE(call_.bench.engine.hang_up(call_.call, call_.bench.now));
  call_.bench.drain();
  std::vector<int> answers;
  for (const auto& sent : call_.bench.sent) {
    if (!sent.message.is_request()) answers.push_back(sent.message.status());
  }
  EXPECT_THAT(answers, ::testing::ElementsAre(487));
}

TEST_P(PeerOfferTest, OutOfOrderIsRefused) {
  auto late = call_.request("UPDATE");
  EXPECT_EQ(call_.status_of(call_.request("UPDATE")), 200);
  EXPECT_EQ(call_.status_of(late), 500);
}

TEST_P(PeerOfferTest, ThatOffersNothingTellsWhereHeIs) {
  call_.bench.route("10.8.0.7", "10.1.0.2");
  auto update = call_.request("UPDATE");
  update.set(sip::Field::contact, "<sip:bob@10.8.0.7:5062>");
  const auto ok = call_.ask(update);
  ASSERT_TRUE(ok);
  EXPECT_TRUE(ok->field(sip::Field::contact)) << "RFC 3311 §5.2";
  ASSERT_TRUE(call_.bench.engine.hang_up(call_.call, call_.bench.now));
  call_.bench.drain();
  EXPECT_EQ(call_.next("BYE")->message.uri(), "sip:bob@10.8.0.7:5062");
}

// RFC 3264 §6.1
struct DirectionAnswered {
  const char* offered;
  const char* unheld;
  const char* held;
};
TEST_P(PeerOfferTest, IsAnsweredWithTheDirectionThatFits) {
  constexpr DirectionAnswered kAnswers[] = {{"sendrecv", "sendrecv", "sendonly"},
                                            {"sendonly", "recvonly", "inactive"},
                                            {"recvonly", "sendonly", "sendonly"},
                                            {"inactive", "inactive", "inactive"}};
  std::uint64_t version = 1;
  for (const auto& row : kAnswers) {
    const auto ok = call_.ask(call_.request("UPDATE", EstablishedCall::sound(row.offered, ++version)));
    ASSERT_TRUE(ok);
    EXPECT_EQ(direction_in(*ok), row.unheld) << row.offered;
  }
  ASSERT_TRUE(call_.ask(call_.request("UPDATE", EstablishedCall::sound("sendrecv", ++version))));
  ASSERT_TRUE(call_.bench.engine.hold(call_.call, call_.bench.now));
  call_.bench.drain();
  call_.accept(*call_.next("INVITE"), EstablishedCall::sound("recvonly", ++version));
  for (const auto& row : kAnswers) {
    const auto ok = call_.ask(call_.request("UPDATE", EstablishedCall::sound(row.offered, ++version)));
    ASSERT_TRUE(ok);
    EXPECT_EQ(direction_in(*ok), row.held) << row.offered;
  }
}

INSTANTIATE_TEST_SUITE_P(Sides, PeerOfferTest, ::testing::Values(Caller::alice, Caller::bob),
                         [](const auto& row) {
                           return row.param == Caller::alice ? "we_called" : "we_were_called";
                         });

}  // namespace
}  // namespace godwit::ua
