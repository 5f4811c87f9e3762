// SPDX-License-Identifier: Apache-2.0
#include "ua/registration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using namespace std::chrono_literals;

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
    bench.advance(70s);
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

}  // namespace
}  // namespace godwit::ua
