// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/event/reg_info.h"
#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using RegEvent = sip::RegInfo::Event;
using RegState = sip::RegInfo::State;
using RegExtent = sip::RegInfo::Extent;

constexpr auto kNoticedInstance = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";

/// Alice is registered and watches that; the registrar is played by the test.
class RegistrationNoticesTest : public ::testing::Test {
 protected:
  void begin(Outbound outbound = Outbound::never) {
    bench_ = std::make_unique<EngineBench>(with_an_instance());
    account_ = *bench_->engine.add_account({.address_of_record = "sip:alice@core.test",
                                            .watch_registration = true,
                                            .outbound = outbound},
                                           bench_->now);
    ASSERT_TRUE(bench_->engine.start_registration(account_, 300s, bench_->now));
    bench_->drain();
    grant();
    subscribed_ = bench_->next_request("SUBSCRIBE");
    ASSERT_TRUE(subscribed_);
    bench_->answer(*subscribed_, 200, [](sip::Message& ok) {
      ok.add(sip::Field::contact, "<sip:10.9.0.1:5060>");
      ok.add(sip::Field::expires, "3600");
    });
  }
  static UserAgentOptions with_an_instance() {
    auto options = EngineBench::without_keep_alives();
    options.instance_id = kNoticedInstance;
    return options;
  }
  void grant() {
    registered_ = bench_->next_request("REGISTER");
    ASSERT_TRUE(registered_);
    bench_->answer(*registered_, 200, [&](sip::Message& ok) {
      ok.add(sip::Field::contact, *registered_->message.field(sip::Field::contact));
      if (outbound()) ok.add(sip::Field::require, "outbound");
    });
  }
  bool outbound() const {
    return registered_->message.field(sip::Field::contact)->find("reg-id") != std::string_view::npos;
  }
  /// Ours as the registrar has it.
  sip::RegInfo::Contact ours(RegState state = RegState::active, RegEvent event = RegEvent::registered) const {
    sip::RegInfo::Contact contact{.id = "1", .uri = "sip:alice@10.1.0.2:5070"};
    contact.state = state;
    contact.event = event;
    contact.expires = 280s;
    contact.call_id = registered_->message.call_id();
    contact.cseq = registered_->message.cseq().number;
    if (!outbound()) return contact;
    contact.uri = "sip:rewritten@on.the.way.test";
    contact.instance = kNoticedInstance;
    contact.reg_id = 1;
    return contact;
  }
  static sip::RegInfo::Contact foreign(const std::string& id) {
    return {.id = id, .uri = "sip:alice@10.7.0." + id + ":5060", .expires = 60s};
  }
  void notify(RegExtent extent, std::vector<sip::RegInfo::Contact> contacts) {
    sip::RegInfo document{version_++, extent, {}};
    document.registrations.push_back({"r", "sip:alice@core.test", RegState::active, std::move(contacts)});
    notify(sip::write_reg_info(document));
  }
  /// @return what it is answered.
  int notify(const std::string& body, const std::string& from_tag = "far-tag") {
    auto message = sip::Message::request("NOTIFY", "sip:alice@10.1.0.2:5070");
    message.add(sip::Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKr" + std::to_string(++cseq_));
    message.add(sip::Field::max_forwards, "70");
    message.add(sip::Field::from, "<sip:alice@core.test>;tag=" + from_tag);
    message.add(sip::Field::to, *subscribed_->message.field(sip::Field::from));
    message.add(sip::Field::call_id, subscribed_->message.call_id());
    message.add(sip::Field::cseq, std::to_string(cseq_) + " NOTIFY");
    message.add(sip::Field::contact, "<sip:10.9.0.1:5060>");
    message.add(sip::Field::event, "reg");
    message.add(sip::Field::subscription_state, "active;expires=3600");
    message.set_body(sip::kRegInfoType, body);
    bench_->sent.clear();
    bench_->receive(*subscribed_, message);
    for (const auto& sent : bench_->sent) {
      if (sent.message.status() != 0) return sent.message.status();
    }
    return 0;
  }
  bool registers() const {
    return std::any_of(bench_->sent.begin(), bench_->sent.end(), [](const auto& sent) {
      return sent.message.method() == sip::Method::register_;
    });
  }
  RegistrationChanged last() const { return bench_->events_of<RegistrationChanged>().back(); }
  std::size_t told() const { return bench_->events_of<RegistrationChanged>().size(); }
  std::vector<std::string> others() const {
    std::vector<std::string> contacts;
    for (const auto& other : last().others) contacts.push_back(other.contact);
    return contacts;
  }

  std::unique_ptr<EngineBench> bench_;
  AccountId account_;
  std::optional<EngineBench::Sent> subscribed_, registered_;
  std::uint32_t version_ = 0;
  int cseq_ = 0;
};

TEST_F(RegistrationNoticesTest, AreAskedForAtTheOwnAddressOnceRegistered) {
  begin();
  EXPECT_EQ(subscribed_->message.uri(), "sip:alice@core.test");
  EXPECT_EQ(subscribed_->message.field(sip::Field::event), "reg");
  EXPECT_EQ(subscribed_->message.field(sip::Field::accept), "application/reginfo+xml");
  ASSERT_TRUE(bench_->engine.stop_registration(account_, bench_->now));
  bench_->drain();
  const auto ended = bench_->next_request("SUBSCRIBE");
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->message.field(sip::Field::expires), "0");
}

TEST_F(RegistrationNoticesTest, ThatItIsBoundIsNoNews) {
  begin();
  const auto before = told();
  notify(RegExtent::full, {ours()});
  EXPECT_EQ(told(), before);
  EXPECT_FALSE(registers());
}

TEST_F(RegistrationNoticesTest, WhatIsDeactivatedOrHasExpiredIsRegisteredAtOnce) {
  for (const auto event : {RegEvent::deactivated, RegEvent::expired}) {
    SCOPED_TRACE(std::string(sip::name_of(event)));
    begin();
    version_ = 0;
    notify(RegExtent::full, {ours()});
    notify(RegExtent::partial, {ours(RegState::terminated, event)});
    ASSERT_TRUE(registers());
    grant();
    EXPECT_EQ(last().state, RegistrationState::registered);
  }
}

TEST_F(RegistrationNoticesTest, WhoEndsEachNewBindingIsAskedLessAndLess) {
  begin();
  notify(RegExtent::full, {ours()});
  notify(RegExtent::partial, {ours(RegState::terminated, RegEvent::deactivated)});
  grant();
  notify(RegExtent::partial, {ours()});
  notify(RegExtent::partial, {ours(RegState::terminated, RegEvent::deactivated)});
  EXPECT_FALSE(registers());
  EXPECT_EQ(last().state, RegistrationState::failed);
  EXPECT_GT(last().retry_in.value_or(0s), 1s);
}

TEST_F(RegistrationNoticesTest, OnProbationItRestsAsLongAsIsSaid) {
  begin();
  auto contact = ours(RegState::terminated, RegEvent::probation);
  contact.retry_after = 600s;
  notify(RegExtent::full, {contact});
  EXPECT_EQ(last().state, RegistrationState::failed);
  EXPECT_EQ(last().retry_in, 600s);
  bench_->advance(599s);
  EXPECT_FALSE(registers());
  bench_->advance(2s);
  EXPECT_TRUE(registers());
}

TEST_F(RegistrationNoticesTest, WhatSomebodyElseHasEndedIsToldAndLeftAlone) {
  for (const auto event : {RegEvent::unregistered, RegEvent::rejected}) {
    begin();
    version_ = 0;
    notify(RegExtent::full, {ours()});
    notify(RegExtent::partial, {ours(RegState::terminated, event)});
    EXPECT_EQ(last().state, RegistrationState::failed);
    EXPECT_THAT(last().reason, HasSubstr(std::string(sip::name_of(event))));
    EXPECT_EQ(last().retry_in, std::nullopt);
    bench_->advance(1h);
    EXPECT_FALSE(registers());
  }
}

TEST_F(RegistrationNoticesTest, WhatIsShortenedIsRefreshedEarlier) {
  begin();
  notify(RegExtent::full, {ours()});
  auto contact = ours(RegState::active, RegEvent::shortened);
  contact.expires = 10s;
  notify(RegExtent::partial, {contact});
  EXPECT_EQ(last().expires, 10s);
  bench_->advance(7s);
  EXPECT_FALSE(registers());
  bench_->advance(2s);
  EXPECT_TRUE(registers());
}

TEST_F(RegistrationNoticesTest, ABindingThatTheFullStateHasLostIsMadeAnew) {
  begin();
  notify(RegExtent::full, {});
  EXPECT_FALSE(registers()) << "it was never seen there: it may be spelt otherwise";
  notify(RegExtent::full, {ours()});
  notify(RegExtent::full, {});
  EXPECT_TRUE(registers());
}

TEST_F(RegistrationNoticesTest, WhatWasBeforeTheNewestRegisterIsHistory) {
  begin();
  notify(RegExtent::full, {});
  const auto old = ours(RegState::terminated, RegEvent::unregistered);
  bench_->advance(245s);
  grant();
  const auto before = told();
  notify(RegExtent::full, {old, foreign("9")});
  EXPECT_EQ(told(), before);
  EXPECT_EQ(last().state, RegistrationState::registered) << last().reason;
}

TEST_F(RegistrationNoticesTest, AnswersAreNewerThanNotices) {
  begin();
  notify(RegExtent::full, {ours()});
  bench_->advance(245s);
  notify(RegExtent::partial, {ours(RegState::terminated, RegEvent::unregistered)});
  EXPECT_NE(last().state, RegistrationState::failed);
}

TEST_F(RegistrationNoticesTest, OthersAreToldAsTheyComeAndGo) {
  begin();
  notify(RegExtent::full, {ours(), foreign("11"), foreign("12")});
  EXPECT_THAT(others(), ElementsAre("sip:alice@10.7.0.11:5060", "sip:alice@10.7.0.12:5060"));
  EXPECT_EQ(last().state, RegistrationState::registered);
  auto gone = foreign("11");
  gone.state = RegState::terminated;
  notify(RegExtent::partial, {gone});
  EXPECT_THAT(others(), ElementsAre("sip:alice@10.7.0.12:5060"));
  const auto before = told();
  notify(RegExtent::partial, {foreign("12")});
  EXPECT_EQ(told(), before) << "it was refreshed: no news";
}

TEST_F(RegistrationNoticesTest, WithOutboundOursIsFoundByItsFlow) {
  begin(Outbound::always);
  auto standby = ours();
  standby.id = "2";
  standby.reg_id = 2;
  notify(RegExtent::full, {ours(), standby});
  EXPECT_THAT(others(), IsEmpty());
  notify(RegExtent::partial, {ours(RegState::terminated, RegEvent::deactivated)});
  EXPECT_TRUE(registers());
}

TEST_F(RegistrationNoticesTest, GruusThatNoAnswerGaveComeFromThem) {
  begin(Outbound::always);
  auto contact = ours();
  contact.pub_gruu = "sip:alice@core.test;gr=1";
  contact.temp_gruu = "sip:t1x@core.test;gr";
  contact.first_cseq = contact.cseq;
  notify(RegExtent::full, {contact});
  EXPECT_EQ(last().public_gruu, "sip:alice@core.test;gr=1");
  EXPECT_EQ(last().temporary_gruu, "sip:t1x@core.test;gr");
  bench_->advance(245s);
  grant();
  EXPECT_EQ(last().public_gruu, "sip:alice@core.test;gr=1") << "an answer without any takes none back";
  contact = ours();
  contact.temp_gruu = "sip:t2x@core.test;gr";
  contact.first_cseq = registered_->message.cseq().number;
  notify(RegExtent::partial, {contact});
  EXPECT_EQ(last().temporary_gruu, "sip:t2x@core.test;gr") << "the other came before the first that holds";
}

TEST_F(RegistrationNoticesTest, AfterAGapTheFullStateIsAskedFor) {
  begin();
  notify(RegExtent::full, {ours()});
  ++version_;
  notify(RegExtent::partial, {foreign("11")});
  EXPECT_THAT(last().others, IsEmpty());
  const auto asked = bench_->next_request("SUBSCRIBE");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->message.to_tag(), "far-tag");
  notify(RegExtent::full, {ours(), foreign("11")});
  EXPECT_THAT(others(), ElementsAre("sip:alice@10.7.0.11:5060"));
}

TEST_F(RegistrationNoticesTest, StrangersAreNotBelieved) {
  begin();
  sip::RegInfo document{0, RegExtent::full, {}};
  document.registrations.push_back({"r", "sip:alice@core.test", RegState::terminated,
                                    {ours(RegState::terminated, RegEvent::unregistered)}});
  EXPECT_EQ(notify(sip::write_reg_info(document), "strangers"), 481);
  EXPECT_EQ(last().state, RegistrationState::registered);
}

TEST_F(RegistrationNoticesTest, WhatDoesNotReadIsAnsweredAndPassedOver) {
  begin();
  EXPECT_EQ(notify("<reginfo"), 200);
  EXPECT_EQ(last().state, RegistrationState::registered);
}

}  // namespace
}  // namespace godwit::ua
