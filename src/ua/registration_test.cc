// SPDX-License-Identifier: Apache-2.0
#include "ua/registration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RegistrationTest : public ::testing::Test {
 protected:
  RegistrationTest() {
    account_ = *bench_.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench_.now);
    static_cast<void>(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
  }
  RegistrationChanged last() const { return bench_.events_of<RegistrationChanged>().back(); }

  EngineBench bench_;
  AccountId account_;
};

TEST_F(RegistrationTest, ObeysTheLifetimeThatIsGranted) {
  bench_.answer(*bench_.next_request("REGISTER"), 200, [](sip::Message& response) {
    response.add(sip::Field::contact, "<sip:alice@10.1.0.2:5070>;expires=100");
  });
  EXPECT_EQ(last().expires, 100s);
  bench_.advance(79s);
  EXPECT_FALSE(bench_.next_request("REGISTER"));
  bench_.advance(2s);
  EXPECT_TRUE(bench_.next_request("REGISTER"));
}

TEST_F(RegistrationTest, AsksForMoreWhenTheIntervalIsTooBrief) {
  bench_.answer(*bench_.next_request("REGISTER"), 423, [](sip::Message& response) {
    response.add(sip::Field::min_expires, "900");
  });
  const auto again = bench_.next_request("REGISTER");
  ASSERT_TRUE(again);
  EXPECT_THAT(std::string(*again->message.field(sip::Field::contact)),
              ::testing::HasSubstr("expires=900"));
}

TEST_F(RegistrationTest, KeepsCallIdAndRaisesTheSequenceNumber) {
  const auto first = bench_.next_request("REGISTER");
  bench_.answer(*first, 200);
  bench_.advance(241s);
  const auto second = bench_.next_request("REGISTER");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->message.call_id(), first->message.call_id());
  EXPECT_EQ(second->message.cseq().number, first->message.cseq().number + 1);
}

TEST(RegistrationFlowTest, NoServerIsBlamedForAnAddressOfOursThatIsGone) {
  EngineBench bench;
  bench.names["core.test"].push_back(*net::IpAddress::parse("10.9.0.2"));
  bench.route("10.9.0.2", "10.1.0.2");
  const auto account =
      *bench.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench.now);
  ASSERT_TRUE(bench.engine.start_registration(account, 300s, bench.now));
  bench.drain();
  const auto next_register = [&] {
    while (auto sent = bench.next_sent()) {
      if (sent->message.method() == sip::Method::register_) return sent;
      bench.answer(*sent, 200);  // who is asked whether it is there
    }
    return std::optional<EngineBench::Sent>{};
  };
  const auto first = next_register();
  ASSERT_TRUE(first);
  bench.feed(sip::IoInput{
      sip::FlowFailed{bench.flow_at(first->local),
                      std::nullopt,
                      {std::make_error_code(std::errc::address_not_available), "gone"}}});
  const auto again = next_register();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to, first->to);
  EXPECT_EQ(bench.events_of<RegistrationChanged>().size(), 1U) << "nothing has failed";
}

TEST(RegistrationStreamTest, NamesAFewOfTheBindingsThatMayBeLeft) {
  EngineBench bench;
  const auto account = *bench.engine.add_account(
      {.address_of_record = "sip:alice@core.test", .registrar = "sip:core.test;transport=tcp"},
      bench.now);
  static_cast<void>(bench.engine.start_registration(account, 300s, bench.now));
  bench.drain();
  std::size_t most = 0;
  for (int i = 0; i < 30; ++i) {
    const auto request = bench.next_request("REGISTER");
    ASSERT_TRUE(request) << i;
    most = std::max(most, request->message.values(sip::Field::contact).size());
    const auto flow = *bench.streams.rbegin();
    bench.feed(sip::IoInput{sip::FlowFailed{flow, std::nullopt, {Errc::connection_closed, ""}}});
    bench.advance(31min);
  }
  EXPECT_GT(most, 2U);
  EXPECT_LE(most, 9U);
}

TEST_F(RegistrationTest, TellsAPermanentFailureOnceAndDoesNotHammer) {
  bench_.answer(*bench_.next_request("REGISTER"), 404);
  EXPECT_EQ(last().state, RegistrationState::failed);
  EXPECT_EQ(last().status, 404);
  bench_.sent.clear();
  bench_.advance(3600s);
  EXPECT_FALSE(bench_.next_request("REGISTER"));
}

// Kamailio's registrar calls a copy that it reads 20 s late a bad request, though the first was taken.
TEST_F(RegistrationTest, A400ThatACopyMayHaveGotIsNotTakenForGood) {
  const auto request = *bench_.next_request("REGISTER");
  bench_.advance(499ms);
  bench_.answer(request, 400);
  EXPECT_FALSE(last().retry_in) << "no copy has left";
  ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
  bench_.drain();
  const auto copied = *bench_.next_request("REGISTER");
  bench_.advance(25s);
  bench_.sent.clear();
  bench_.answer(copied, 400);
  EXPECT_TRUE(last().retry_in);
  bench_.advance(2s);
  const auto again = bench_.next_request("REGISTER");
  ASSERT_TRUE(again);
  EXPECT_GT(again->message.cseq().number, copied.message.cseq().number);
}

TEST_F(RegistrationTest, TriesAgainAfterATemporaryFailureWhenTheServerSays) {
  bench_.answer(*bench_.next_request("REGISTER"), 503, [](sip::Message& response) {
    response.add(sip::Field::retry_after, "10");
  });
  bench_.advance(9s);
  EXPECT_FALSE(bench_.next_request("REGISTER"));
  bench_.advance(2s);
  EXPECT_TRUE(bench_.next_request("REGISTER"));
}

TEST_F(RegistrationTest, FailsAsTimedOutWhenNobodyAnswers) {
  bench_.advance(33s);
  EXPECT_EQ(last().state, RegistrationState::failed);
  EXPECT_EQ(last().who, Who::timeout);
  bench_.sent.clear();
  bench_.advance(3s);
  EXPECT_TRUE(bench_.next_request("REGISTER")) << "and tries again";
}

TEST_F(RegistrationTest, AHintEndsTheWaitForTheNextTry) {
  bench_.answer(*bench_.next_request("REGISTER"), 500);
  bench_.feed(NetworkHint{});
  EXPECT_TRUE(bench_.next_request("REGISTER"));
}

TEST_F(RegistrationTest, RemovesItsBindingAtTheEnd) {
  bench_.answer(*bench_.next_request("REGISTER"), 200);
  ASSERT_TRUE(bench_.engine.stop_registration(account_, bench_.now));
  bench_.drain();
  const auto removal = bench_.next_request("REGISTER");
  ASSERT_TRUE(removal);
  EXPECT_THAT(std::string(*removal->message.field(sip::Field::contact)),
              ::testing::HasSubstr("expires=0"));
  EXPECT_FALSE(bench_.engine.idle());
  bench_.answer(*removal, 200);
  EXPECT_EQ(last().state, RegistrationState::unregistered);
  EXPECT_TRUE(bench_.engine.idle());
}

TEST_F(RegistrationTest, RegistersTheNewBindingAloneWhenRemovingTheOldOneIsRefused) {
  bench_.answer(*bench_.next_request("REGISTER"), 200);
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  const auto both = bench_.next_request("REGISTER");
  ASSERT_EQ(both->message.count(sip::Field::contact), 2U);
  bench_.answer(*both, 403);
  const auto alone = bench_.next_request("REGISTER");
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->message.count(sip::Field::contact), 1U);
}

// When a registration that failed is tried again, and when it is not.
class RegistrationRetryTest : public ::testing::Test {
 protected:
  explicit RegistrationRetryTest(const std::string& registrar = "sip:core.test") {
    AccountOptions options;
    options.address_of_record = "sip:alice@core.test";
    options.registrar = registrar;
    options.password = "wonder";
    account_ = *bench_.engine.add_account(options, bench_.now);
    static_cast<void>(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
  }
  std::optional<EngineBench::Sent> next() { return bench_.next_request("REGISTER"); }
  void answer_next(int status) { bench_.answer(*next(), status); }
  std::vector<RegistrationChanged> told() const { return bench_.events_of<RegistrationChanged>(); }
  RegistrationChanged last() const { return told().back(); }
  // Fails the next request and says how long the one after it is waited for.
  Duration wait_after(int status) {
    answer_next(status);
    const auto from = bench_.now;
    while (bench_.sent.empty() && bench_.engine.next_deadline()) {
      bench_.advance(*bench_.engine.next_deadline() - bench_.now);
    }
    return bench_.now - from;
  }
  void lose_newest_stream() {
    bench_.feed(sip::IoInput{
        sip::FlowFailed{*bench_.streams.rbegin(), std::nullopt, {Errc::connection_closed, ""}}});
  }

  EngineBench bench_;
  AccountId account_;
};

class RegistrationOverTcpTest : public RegistrationRetryTest {
 protected:
  RegistrationOverTcpTest() : RegistrationRetryTest("sip:core.test;transport=tcp") {}
};

TEST_F(RegistrationRetryTest, WaitsLongerWithEachFailureAndSaysHowLong) {
  for (const auto bound : {2s, 4s, 8s, 60s, 120s, 240s, 480s, 960s, 1800s, 1800s}) {
    const auto wait = wait_after(500);
    EXPECT_GE(wait, bound / 2) << bound.count();
    EXPECT_LE(wait, bound) << bound.count();
    EXPECT_EQ(last().retry_in, wait);
  }
}

TEST_F(RegistrationRetryTest, AHintBeginsTheWaitsAnew) {
  for (int i = 0; i < 6; ++i) wait_after(500);
  answer_next(500);
  EXPECT_GE(*last().retry_in, 4min);
  bench_.feed(NetworkHint{});
  ASSERT_FALSE(bench_.sent.empty());
  EXPECT_LE(wait_after(500), 2s);
}

TEST_F(RegistrationRetryTest, WhatTheServerAskedForIsNotEndedByAnInterfaceThatComesUp) {
  bench_.answer(*next(), 503, [](sip::Message& r) { r.add(sip::Field::retry_after, "10"); });
  bench_.add_address("10.3.0.2", 9);
  bench_.observe();
  EXPECT_FALSE(next());
  bench_.feed(NetworkHint{});
  EXPECT_TRUE(next()) << "somebody knows better";
}

TEST_F(RegistrationRetryTest, AnInterfaceThatComesUpEndsTheWait) {
  answer_next(500);
  bench_.add_address("10.3.0.2", 9);
  bench_.observe();
  EXPECT_FALSE(bench_.sent.empty());
}

TEST_F(RegistrationRetryTest, AnAddressOfOnlyItsOwnLinkDoesNot) {
  answer_next(500);
  bench_.add_address("fe80::2", 2);
  bench_.observe();
  EXPECT_TRUE(bench_.sent.empty()) << "duplicate address detection is through a second after the others";
}

TEST_F(RegistrationRetryTest, WhatHeldForTwoMinutesBeginsTheWaitsAnew) {
  for (int i = 0; i < 5; ++i) wait_after(500);
  answer_next(200);
  bench_.advance(240s);
  EXPECT_LE(wait_after(500), 2s);
}

TEST_F(RegistrationRetryTest, WhatHeldForLessDoesNot) {
  for (int i = 0; i < 5; ++i) wait_after(500);
  bench_.answer(*next(), 200, [](sip::Message& r) { r.add(sip::Field::expires, "60"); });
  bench_.advance(48s);
  EXPECT_GE(wait_after(500), 2min);
}

TEST_F(RegistrationRetryTest, ARestOfNoTimeIsNotTakenAtItsWord) {
  for (int i = 0; i < 20; ++i) {
    bench_.answer(*next(), 503, [](sip::Message& r) { r.add(sip::Field::retry_after, "0"); });
    EXPECT_TRUE(bench_.sent.empty()) << i;
    bench_.advance(1s);
  }
}

TEST(RegistrationServersTest, ARestOfYearsIsADayWhenNoOtherServerIsThere) {
  EngineBench bench;
  bench.names["core.test"].push_back(*net::IpAddress::parse("10.9.0.2"));
  bench.route("10.9.0.2", "10.1.0.2");
  const auto account = *bench.engine.add_account(
      {.address_of_record = "sip:alice@core.test", .registrar = "sip:core.test;transport=tcp"},
      bench.now);
  ASSERT_TRUE(bench.engine.start_registration(account, 300s, bench.now));
  bench.drain();
  const auto request = bench.next_request("REGISTER");
  ASSERT_TRUE(request);
  for (const auto* server : {"10.9.0.1", "10.9.0.2"}) {
    bench.refusing.insert({*net::IpAddress::parse(server), 5060});
  }
  bench.answer(*request, 503,
               [](sip::Message& r) { r.add(sip::Field::retry_after, "4294967295"); });
  bench.advance(5s);
  const auto told = bench.events_of<RegistrationChanged>().back();
  ASSERT_EQ(told.state, RegistrationState::failed);
  EXPECT_GT(told.retry_in, 23h);
  EXPECT_LE(told.retry_in, 24h);
}

TEST_F(RegistrationRetryTest, ARefusalForGoodIsToldOnceWithoutANextTry) {
  for (const int status : {403, 404, 405, 420, 439, 494, 501, 603, 302}) {
    EngineBench bench;
    const auto account =
        *bench.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench.now);
    static_cast<void>(bench.engine.start_registration(account, 300s, bench.now));
    bench.drain();
    bench.answer(*bench.next_request("REGISTER"), status);
    bench.advance(48h);
    EXPECT_FALSE(bench.next_request("REGISTER")) << status;
    const auto told = bench.events_of<RegistrationChanged>();
    ASSERT_EQ(told.size(), 2U) << status;
    EXPECT_EQ(told.back().state, RegistrationState::failed);
    EXPECT_EQ(told.back().status, status);
    EXPECT_FALSE(told.back().retry_in);
    bench.feed(NetworkHint{});
    EXPECT_FALSE(bench.next_request("REGISTER")) << "a hint changes nothing of that: " << status;
    static_cast<void>(bench.engine.stop_registration(account, bench.now));
    bench.drain();
    EXPECT_FALSE(bench.next_request("REGISTER")) << "there is nothing to remove: " << status;
  }
}

TEST_F(RegistrationRetryTest, AfterARefusalForGoodAnotherNetworkIsAskedOnce) {
  answer_next(403);
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  ASSERT_TRUE(next());
  EXPECT_FALSE(next());
}

TEST_F(RegistrationRetryTest, AWrongPasswordIsTriedOnce) {
  const auto challenge = [](sip::Message& r) {
    r.add(sip::Field::www_authenticate, "Digest realm=\"core.test\", nonce=\"n\", qop=\"auth\"");
  };
  bench_.answer(*next(), 401, challenge);
  bench_.answer(*next(), 401, challenge);
  bench_.advance(24h);
  EXPECT_FALSE(next());
  EXPECT_EQ(last().status, 401);
  EXPECT_THAT(last().reason, HasSubstr("credentials"));
  EXPECT_FALSE(last().retry_in);
}

TEST_F(RegistrationRetryTest, EverNewRealmsAreNotAnsweredForEver) {
  int asked = 0;
  while (const auto request = next()) {
    ASSERT_LT(++asked, 20);
    bench_.answer(*request, 401, [&](sip::Message& r) {
      r.add(sip::Field::www_authenticate, "Digest realm=\"r" + std::to_string(asked) +
                                              "\", nonce=\"n\", qop=\"auth\"");
    });
  }
  EXPECT_EQ(last().status, 401);
  EXPECT_FALSE(last().retry_in);
}

TEST_F(RegistrationRetryTest, EverLongerIntervalsAreNotAskedForForEver) {
  int asked = 0;
  while (const auto request = next()) {
    ASSERT_LT(++asked, 20);
    bench_.answer(*request, 423, [&](sip::Message& r) {
      r.add(sip::Field::min_expires, std::to_string(1000 + asked));
    });
  }
  EXPECT_EQ(last().status, 423);
}

TEST_F(RegistrationOverTcpTest, AConnectionThatBreaksIsMadeAgainAtOnce) {
  answer_next(200);
  lose_newest_stream();
  ASSERT_TRUE(next()) << "in the same turn of the loop";
  EXPECT_EQ(last().state, RegistrationState::registered) << "nothing has failed yet";
}

TEST_F(RegistrationOverTcpTest, OneThatBreaksBecauseTheServerIsGoneIsTold) {
  answer_next(200);
  bench_.refusing.insert({*net::IpAddress::parse("10.9.0.1"), 5060});
  lose_newest_stream();
  bench_.advance(1s);
  EXPECT_EQ(last().state, RegistrationState::failed);
  EXPECT_TRUE(last().retry_in);
  bench_.refusing.clear();
  bench_.advance(3s);
  EXPECT_TRUE(next());
}

class RegistrationAtAnAddressTest : public RegistrationRetryTest {
 protected:
  RegistrationAtAnAddressTest() : RegistrationRetryTest("sip:10.9.0.1;transport=tcp") {}
};

TEST_F(RegistrationAtAnAddressTest, AConnectionThatBreaksIsMadeAgainAtOnce) {
  answer_next(200);
  lose_newest_stream();
  EXPECT_TRUE(next());
}

TEST_F(RegistrationOverTcpTest, OneThatBreaksEachTimeIsNotMadeAtOnceForEver) {
  int made = 0;
  const auto until = bench_.now + 10min;
  while (bench_.now < until) {
    if (const auto request = next()) {
      ++made;
      bench_.answer(*request, 200);
      lose_newest_stream();
    }
    bench_.advance(1s);
  }
  EXPECT_LT(made, 12);
  EXPECT_GT(made, 4);
}

TEST_F(RegistrationOverTcpTest, OneThatBreaksInsteadOfAnAnswerIsNotMadeAtOnceForEver) {
  int made = 0;
  const auto until = bench_.now + 10min;
  while (bench_.now < until) {
    if (next()) {
      ASSERT_LT(++made, 100);
      lose_newest_stream();
    } else {
      bench_.advance(1s);
    }
  }
  EXPECT_LT(made, 12);
  EXPECT_GT(made, 4);
}

TEST_F(RegistrationOverTcpTest, OneThatBreaksAfterTwoMinutesIsMadeAtOnceEachTime) {
  for (int i = 0; i < 5; ++i) {
    const auto request = next();
    ASSERT_TRUE(request) << i;
    bench_.answer(*request, 200);
    bench_.advance(125s);
    lose_newest_stream();
  }
}

// How long a binding is taken to last, and what ends it.
class RegistrationBindingTest : public ::testing::Test {
 protected:
  RegistrationBindingTest() {
    account_ = *bench_.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench_.now);
    static_cast<void>(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
  }
  std::optional<EngineBench::Sent> next() { return bench_.next_request("REGISTER"); }
  RegistrationChanged last() const { return bench_.events_of<RegistrationChanged>().back(); }
  void grant(const std::vector<std::string>& contacts, const char* expires = nullptr) {
    bench_.answer(*next(), 200, [&](sip::Message& response) {
      for (const auto& contact : contacts) response.add(sip::Field::contact, contact);
      if (expires != nullptr) response.add(sip::Field::expires, expires);
    });
  }
  // The clock leaps, as one does that goes on while the system sleeps.
  void leap(Duration d) {
    bench_.now += d;
    bench_.engine.on_timeout(bench_.now);
    bench_.drain();
  }

  EngineBench bench_;
  AccountId account_;
};

TEST_F(RegistrationBindingTest, BindingsOfOthersAreTold) {
  grant({"<sip:alice@192.0.2.9>;expires=80;+sip.instance=\"<urn:uuid:1>\"",
         "<sip:alice@10.1.0.2:5070>;expires=200"});
  EXPECT_EQ(last().expires, 200s);
  EXPECT_THAT(last().others, ElementsAre(Binding{"sip:alice@192.0.2.9", 80s, "urn:uuid:1"}));
}

TEST_F(RegistrationBindingTest, ABindingThatIsNotKeptHasFailedAndIsTriedAgain) {
  grant({"<sip:alice@10.1.0.2:5070>;expires=0"});
  EXPECT_EQ(last().state, RegistrationState::failed);
  EXPECT_THAT(last().reason, HasSubstr("not kept"));
  EXPECT_TRUE(bench_.sent.empty());
  bench_.advance(2s);
  EXPECT_FALSE(bench_.sent.empty());
}

TEST_F(RegistrationBindingTest, YearsAreRefreshedAfterADay) {
  grant({"<sip:alice@10.1.0.2:5070>;expires=4294967295"});
  EXPECT_TRUE(bench_.sent.empty());
  bench_.advance(24h - 1s);
  EXPECT_TRUE(bench_.sent.empty());
  bench_.advance(2s);
  EXPECT_TRUE(next());
}

TEST_F(RegistrationBindingTest, ASecondIsRefreshedEachSecondAndNoMoreOften) {
  grant({"<sip:alice@10.1.0.2:5070>;expires=1"});
  bench_.advance(999ms);
  EXPECT_TRUE(bench_.sent.empty());
  bench_.advance(2ms);
  EXPECT_TRUE(next());
}

TEST_F(RegistrationBindingTest, AnIntervalTooBriefIsRemembered) {
  bench_.answer(*next(), 423, [](sip::Message& r) { r.add(sip::Field::min_expires, "900"); });
  grant({"<sip:alice@10.1.0.2:5070>;expires=900"});
  bench_.advance(721s);
  const auto refresh = next();
  ASSERT_TRUE(refresh);
  EXPECT_THAT(std::string(*refresh->message.field(sip::Field::contact)), HasSubstr("expires=900"));
}

TEST_F(RegistrationBindingTest, ItRunsOutWhenNoRefreshIsAnswered) {
  grant({"<sip:alice@10.1.0.2:5070>;expires=40"});
  bench_.advance(39s);
  EXPECT_EQ(last().state, RegistrationState::registered);
  bench_.advance(1s);
  EXPECT_EQ(last().state, RegistrationState::failed);
  EXPECT_THAT(last().reason, HasSubstr("run out"));
  EXPECT_EQ(last().retry_in, Duration{}) << "the refresh is under way";
}

TEST_F(RegistrationBindingTest, WhenTheClockLeapsPastItsEndItIsMadeAgainAtOnce) {
  grant({"<sip:alice@10.1.0.2:5070>;expires=100"});
  leap(8h);
  ASSERT_TRUE(next());
}

TEST_F(RegistrationBindingTest, ARequestThatWasUnderWayWhenTheClockLeaptIsSentAgainAtOnce) {
  grant({"<sip:alice@10.1.0.2:5070>;expires=100"});
  bench_.advance(81s);
  ASSERT_TRUE(next());
  bench_.sent.clear();
  leap(8h);
  leap(0s);
  ASSERT_TRUE(next());
  EXPECT_EQ(last().retry_in, Duration{});
}

TEST_F(RegistrationBindingTest, WhenTheClockStoodStillItAgedAllTheSame) {
  grant({"<sip:alice@10.1.0.2:5070>;expires=100"});
  bench_.feed(Woken{50s});
  EXPECT_FALSE(next()) << "there is time left";
  bench_.feed(Woken{31s});
  ASSERT_TRUE(next());
  bench_.sent.clear();
  bench_.feed(Woken{10s});
  ASSERT_TRUE(next()) << "its answer may have come while nobody listened";
  bench_.feed(Woken{1h});
  EXPECT_EQ(last().state, RegistrationState::failed);
  ASSERT_TRUE(next());
}

TEST_F(RegistrationBindingTest, SleepEndsTheWaitForTheNextTry) {
  bench_.answer(*next(), 503, [](sip::Message& r) { r.add(sip::Field::retry_after, "3600"); });
  bench_.feed(Woken{30min});
  EXPECT_FALSE(next());
  bench_.feed(Woken{31min});
  EXPECT_TRUE(next());
}

TEST_F(RegistrationBindingTest, AFormerOneThatIsStillThereIsRemovedAgain) {
  grant({"<sip:alice@10.1.0.2:5070>;expires=100"});
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  grant({"<sip:alice@10.2.0.2:5070>;expires=100", "<sip:alice@10.1.0.2:5070>;expires=90"});
  EXPECT_TRUE(last().others.empty()) << "it is ours";
  bench_.advance(81s);
  const auto refresh = next();
  ASSERT_TRUE(refresh);
  EXPECT_EQ(refresh->message.count(sip::Field::contact), 2U);
}

}  // namespace
}  // namespace godwit::ua
