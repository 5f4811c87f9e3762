// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using namespace std::chrono_literals;
using ::testing::ElementsAre;

class EngineBindingsTest : public ::testing::Test {
 protected:
  EngineBindingsTest() {
    AccountOptions options;
    options.address_of_record = "sip:alice@core.test";
    options.password = "wonder";
    account_ = *bench_.engine.add_account(options, bench_.now);
  }
  std::optional<EngineBench::Sent> next() { return bench_.next_request("REGISTER"); }
  BindingsAnswered answer() const { return bench_.events_of<BindingsAnswered>().back(); }

  EngineBench bench_;
  AccountId account_;
};

TEST_F(EngineBindingsTest, AskingForThemNamesNone) {
  const auto query = bench_.engine.fetch_bindings(account_, bench_.now);
  bench_.drain();
  const auto request = next();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->message.count(sip::Field::contact), 0U);
  EXPECT_FALSE(request->message.field(sip::Field::expires));
  bench_.answer(*request, 200, [](sip::Message& r) {
    r.add(sip::Field::contact, "<sip:alice@192.0.2.9>;expires=80");
    r.add(sip::Field::contact, "<sip:alice@192.0.2.8>;expires=70");
  });
  EXPECT_EQ(answer().query, *query);
  EXPECT_EQ(answer().account, account_);
  EXPECT_EQ(answer().status, 200);
  EXPECT_THAT(answer().bindings, ElementsAre(Binding{"sip:alice@192.0.2.9", 80s, ""},
                                             Binding{"sip:alice@192.0.2.8", 70s, ""}));
  EXPECT_TRUE(bench_.engine.idle());
}

TEST_F(EngineBindingsTest, RemovingAllNamesAStar) {
  static_cast<void>(bench_.engine.remove_all_bindings(account_, bench_.now));
  bench_.drain();
  const auto request = next();
  ASSERT_TRUE(request);
  EXPECT_EQ(*request->message.field(sip::Field::contact), "*");
  EXPECT_EQ(*request->message.field(sip::Field::expires), "0");
  bench_.answer(*request, 200);
  EXPECT_TRUE(answer().bindings.empty());
  EXPECT_FALSE(next()) << "there is no binding of ours to keep";
}

TEST_F(EngineBindingsTest, OneThatIsKeptIsMadeAnewAfterwards) {
  static_cast<void>(bench_.engine.start_registration(account_, 300s, bench_.now));
  bench_.drain();
  bench_.answer(*next(), 200);
  static_cast<void>(bench_.engine.remove_all_bindings(account_, bench_.now));
  bench_.drain();
  bench_.answer(*next(), 200);
  const auto again = next();
  ASSERT_TRUE(again);
  EXPECT_NE(*again->message.field(sip::Field::contact), "*");
}

TEST_F(EngineBindingsTest, ChallengesAreAnsweredAndRefusalsTold) {
  static_cast<void>(bench_.engine.fetch_bindings(account_, bench_.now));
  bench_.drain();
  const auto challenge = [](sip::Message& r) {
    r.add(sip::Field::www_authenticate, "Digest realm=\"core.test\", nonce=\"n\", qop=\"auth\"");
  };
  bench_.answer(*next(), 401, challenge);
  const auto second = next();
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->message.field(sip::Field::authorization));
  bench_.answer(*second, 401, challenge);
  EXPECT_EQ(answer().status, 401);
  EXPECT_EQ(answer().reason, "the credentials were not accepted");
}

TEST_F(EngineBindingsTest, SilenceIsTold) {
  static_cast<void>(bench_.engine.fetch_bindings(account_, bench_.now));
  bench_.advance(33s);
  EXPECT_EQ(answer().status, 0);
  EXPECT_EQ(answer().who, Who::timeout);
}

TEST_F(EngineBindingsTest, NobodyAsksForAnAccountThatIsNotThere) {
  EXPECT_EQ(bench_.engine.fetch_bindings(AccountId{9}, bench_.now).error().code,
            Errc::no_such_account);
  EXPECT_EQ(bench_.engine.remove_all_bindings(AccountId{9}, bench_.now).error().code,
            Errc::no_such_account);
}

}  // namespace
}  // namespace godwit::ua
