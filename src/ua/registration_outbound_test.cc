// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stun/message.h"
#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kOurInstance = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";
const std::string kOurInstanceTag = ";+sip.instance=\"<" + std::string(kOurInstance) + ">\"";
const std::string kOurParameters = kOurInstanceTag + ";reg-id=1";

UserAgentOptions with_instance() {
  auto options = EngineBench::without_keep_alives();
  options.instance_id = kOurInstance;
  return options;
}

class RegistrationOutboundTest : public ::testing::Test {
 protected:
  RegistrationOutboundTest() : bench_(with_instance()) {}

  void start(Outbound outbound, const std::string& registrar = "sip:core.test") {
    options_.address_of_record = "sip:alice@core.test";
    options_.registrar = registrar;
    options_.outbound = outbound;
    account_ = *bench_.engine.add_account(options_, bench_.now);
    ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
  }
  sip::Message next() {
    asked_ = bench_.next_request("REGISTER");
    return asked_ ? asked_->message : sip::Message::response(100, "nothing was sent");
  }
  static std::vector<std::string> contacts(const sip::Message& request) {
    std::vector<std::string> all;
    for (const auto value : request.values(sip::Field::contact)) all.emplace_back(value);
    return all;
  }
  static std::string supported(const sip::Message& request) {
    return std::string(request.field(sip::Field::supported).value_or(""));
  }
  enum class Require { outbound, nothing };
  void grant(Require require, const std::vector<std::string>& listed = {}) {
    bench_.answer(*asked_, 200, [&](sip::Message& response) {
      for (const auto& contact : listed) response.add(sip::Field::contact, contact);
      if (require == Require::outbound) response.add(sip::Field::require, "outbound");
    });
  }
  void move_to(const std::string& address) {
    bench_.remove_addresses();
    bench_.routes.clear();
    bench_.add_address(address, ++interface_);
    bench_.route("10.9.0.1", address);
    bench_.observe();
  }
  RegistrationChanged last() const { return bench_.events_of<RegistrationChanged>().back(); }

  EngineBench bench_;
  AccountOptions options_;
  AccountId account_;
  std::optional<EngineBench::Sent> asked_;
  std::uint32_t interface_ = 2;
};

TEST_F(RegistrationOutboundTest, TellsInstanceAndFlowWhereItIsWanted) {
  start(Outbound::always);
  const auto request = next();
  EXPECT_THAT(contacts(request),
              ElementsAre("<sip:alice@10.1.0.2:5070>;expires=300" + kOurParameters));
  EXPECT_EQ(supported(request), "path, outbound, gruu");
}

TEST_F(RegistrationOutboundTest, ByItselfNobodyWhoListensIsToldOfTheInstance) {
  start(Outbound::automatic);
  const auto request = next();
  EXPECT_THAT(contacts(request), ElementsAre("<sip:alice@10.1.0.2:5070>;expires=300"));
  EXPECT_EQ(supported(request), "path");
}

TEST_F(RegistrationOutboundTest, ByItselfItIsToldOverTls) {
  start(Outbound::automatic, "sip:core.test;transport=tls");
  EXPECT_THAT(contacts(next()), ElementsAre(HasSubstr("reg-id=1")));
}

TEST_F(RegistrationOutboundTest, AnInstanceThatIsNoneIsRefused) {
  UserAgentOptions options;
  options.instance_id = "urn:uuid:mine";
  EngineBench bench(options);
  const auto added = bench.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench.now);
  ASSERT_FALSE(added);
  EXPECT_THAT(added.error().detail, HasSubstr("instance_id"));
}

TEST_F(RegistrationOutboundTest, OnceConfirmedAMoveHasTheNewContactAlone) {
  start(Outbound::always);
  next();
  grant(Require::outbound);
  move_to("10.2.0.2");
  EXPECT_THAT(contacts(next()),
              ElementsAre("<sip:alice@10.2.0.2:5070>;expires=300" + kOurParameters));
  grant(Require::outbound);
  move_to("10.3.0.2");
  EXPECT_EQ(contacts(next()).size(), 1U);
}

TEST_F(RegistrationOutboundTest, UnconfirmedTheOldContactIsRemovedByName) {
  start(Outbound::always);
  next();
  grant(Require::nothing);
  move_to("10.2.0.2");
  EXPECT_THAT(contacts(next()),
              ElementsAre("<sip:alice@10.2.0.2:5070>;expires=300" + kOurParameters,
                          "<sip:alice@10.1.0.2:5070>;expires=0"));
}

TEST_F(RegistrationOutboundTest, WhatARegistrarDidNotReplaceAfterAllIsRemovedByName) {
  start(Outbound::always);
  next();
  grant(Require::outbound);
  move_to("10.2.0.2");
  next();
  grant(Require::nothing,
        {"<sip:alice@10.2.0.2:5070>;expires=300", "<sip:alice@10.1.0.2:5070>;expires=200"});
  EXPECT_TRUE(last().others.empty());
  bench_.advance(241s);
  EXPECT_THAT(contacts(next()), ElementsAre(HasSubstr("10.2.0.2"),
                                            "<sip:alice@10.1.0.2:5070>;expires=0"));
}

TEST_F(RegistrationOutboundTest, OursIsFoundByInstanceAndRegIdWhateverItsUriHasBecome) {
  start(Outbound::always);
  next();
  grant(Require::outbound, {"<sip:x@192.0.2.7:4711>;expires=90" + kOurParameters,
                            "<sip:x@192.0.2.7:4712>;expires=70" + kOurInstanceTag + ";reg-id=2",
                            "<sip:alice@192.0.2.9>;expires=80"});
  EXPECT_EQ(last().expires, 90s);
  EXPECT_THAT(last().others, ElementsAre(Binding{"sip:alice@192.0.2.9", 80s, ""}));
}

TEST_F(RegistrationOutboundTest, AFirstHopThatLacksItIsAskedWithoutOnce) {
  start(Outbound::always);
  next();
  bench_.answer(*asked_, 439);
  const auto plain = next();
  EXPECT_THAT(contacts(plain), ElementsAre("<sip:alice@10.1.0.2:5070>;expires=300" + kOurInstanceTag));
  EXPECT_EQ(supported(plain), "path, gruu") << "addresses of an instance need no flow";
  grant(Require::nothing);
  bench_.advance(241s);
  EXPECT_THAT(contacts(next()), ElementsAre(Not(HasSubstr("reg-id")))) << "it is remembered";
  grant(Require::nothing);
  bench_.sent.clear();  // retransmissions
  move_to("10.2.0.2");
  EXPECT_THAT(contacts(next()), ElementsAre(Not(HasSubstr("reg-id")),
                                            "<sip:alice@10.1.0.2:5070>;expires=0"));
}

TEST_F(RegistrationOutboundTest, AnotherServerIsAskedAnew) {
  start(Outbound::always);
  next();
  bench_.answer(*asked_, 439);
  next();
  grant(Require::nothing);
  options_.outbound_proxies = {"sip:10.9.0.1:5080"};
  ASSERT_TRUE(bench_.engine.modify_account(account_, options_, bench_.now));
  bench_.drain();
  EXPECT_THAT(contacts(next()), ElementsAre(HasSubstr("reg-id=1")));
}

TEST_F(RegistrationOutboundTest, TheOptionTakesEffectAtOnce) {
  start(Outbound::never);
  EXPECT_THAT(contacts(next()), ElementsAre(Not(HasSubstr("instance"))));
  grant(Require::nothing);
  options_.outbound = Outbound::always;
  ASSERT_TRUE(bench_.engine.modify_account(account_, options_, bench_.now));
  bench_.drain();
  EXPECT_THAT(contacts(next()), ElementsAre(HasSubstr("reg-id=1")));
}

TEST_F(RegistrationOutboundTest, IsRemovedAsItWasMade) {
  start(Outbound::always);
  next();
  grant(Require::outbound);
  ASSERT_TRUE(bench_.engine.stop_registration(account_, bench_.now));
  bench_.drain();
  EXPECT_THAT(contacts(next()),
              ElementsAre("<sip:alice@10.1.0.2:5070>;expires=0" + kOurParameters));
}

TEST_F(RegistrationOutboundTest, WhoBecomesSomebodyElseRemovesItAsItWasMade) {
  start(Outbound::always);
  next();
  grant(Require::outbound);
  options_.address_of_record = "sip:anna@core.test";
  ASSERT_TRUE(bench_.engine.modify_account(account_, options_, bench_.now));
  bench_.drain();
  const auto removal = next();
  EXPECT_THAT(contacts(removal),
              ElementsAre("<sip:alice@10.1.0.2:5070>" + kOurParameters + ";expires=0"));
  EXPECT_THAT(supported(removal), HasSubstr("outbound"));
}

TEST(FlowTimerTest, BoundsTheKeepAlives) {
  UserAgentOptions options;
  options.transport.udp_keep_alive = 1000s;
  EngineBench bench(options);
  const auto account =
      *bench.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench.now);
  ASSERT_TRUE(bench.engine.start_registration(account, 3600s, bench.now));
  bench.drain();
  bench.answer(*bench.next_request("REGISTER"), 200,
               [](sip::Message& response) { response.add(sip::Field::flow_timer, "30"); });
  bench.advance(10s);  // the transaction is over
  EXPECT_LE(*bench.engine.next_deadline() - bench.now, 20s);
}

/// Over UDP, by a server that does outbound or does not.
class StunKeepAliveTest : public ::testing::Test {
 protected:
  StunKeepAliveTest() : bench_(options()) {
    account_ = *bench_.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .outbound = Outbound::always}, bench_.now);
    EXPECT_TRUE(bench_.engine.start_registration(account_, 3600s, bench_.now));
    bench_.drain();
  }
  static UserAgentOptions options() {
    UserAgentOptions options;
    options.instance_id = kOurInstance;
    return options;
  }
  void grant(bool outbound) {
    asked_ = bench_.next_request("REGISTER");
    ASSERT_TRUE(asked_);
    bench_.answer(*asked_, 200, [&](sip::Message& response) {
      if (outbound) response.add(sip::Field::require, "outbound");
    });
    bench_.sent.clear();
  }
  std::string next_ping() {
    bench_.line_ends.clear();
    for (int i = 0; i < 30 && bench_.line_ends.empty(); ++i) bench_.advance(1s);
    return bench_.line_ends.empty() ? "" : bench_.line_ends.front().second;
  }
  void answer(const std::string& ping, std::uint16_t port) {
    const net::SocketAddress outside{*net::IpAddress::parse("203.0.113.7"), port};
    bench_.receive(*asked_,
                   stun::write_message(*stun::answer_binding(*stun::parse_message(ping), outside)));
  }

  EngineBench bench_;
  AccountId account_;
  std::optional<EngineBench::Sent> asked_;
};

TEST_F(StunKeepAliveTest, IsWhatAServerThatDoesOutboundIsAskedBy) {  // RFC 5626 §4.4.2
  grant(true);
  for (int i = 0; i < 3; ++i) {
    const auto ping = next_ping();
    ASSERT_TRUE(stun::looks_like_stun(ping));
    answer(ping, 4711);
  }
  EXPECT_TRUE(bench_.sent.empty()) << "no OPTIONS, and no REGISTER";
}

TEST_F(StunKeepAliveTest, IsNotForOthers) {
  grant(false);
  EXPECT_EQ(next_ping(), "\r\n\r\n");
}

TEST_F(StunKeepAliveTest, AServerThatAnswersNoneIsAskedByARequest) {
  grant(true);
  ASSERT_TRUE(stun::looks_like_stun(next_ping()));
  bench_.advance(6s);
  EXPECT_TRUE(bench_.next_request("OPTIONS"));
}

TEST_F(StunKeepAliveTest, AnotherMappingIsRegistered) {
  asked_ = bench_.next_request("REGISTER");
  bench_.answer(*asked_, 200, [](sip::Message& response) {
    auto via = *sip::parse_via(*response.field(sip::Field::via));
    via.received = net::IpAddress::parse("203.0.113.7");
    via.rport = 4711;
    response.set(sip::Field::via, sip::to_string(via));
    response.add(sip::Field::require, "outbound");
  });
  bench_.sent.clear();
  answer(next_ping(), 4711);
  EXPECT_TRUE(bench_.sent.empty());
  answer(next_ping(), 4712);
  EXPECT_TRUE(bench_.next_request("REGISTER"));
}

TEST_F(StunKeepAliveTest, WhatNobodyAskedForIsNoAnswer) {
  grant(true);
  answer(next_ping(), 4711);
  stun::Message forged;
  forged.kind = stun::Class::success;
  forged.mapped = net::SocketAddress{*net::IpAddress::parse("198.51.100.66"), 1};
  bench_.receive(*asked_, stun::write_message(forged));
  bench_.receive(*asked_, std::string("\0\1garbage", 9));
  EXPECT_TRUE(bench_.sent.empty());
}

}  // namespace
}  // namespace godwit::ua
