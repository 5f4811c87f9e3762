// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_contact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kLasting = "sip:alice@core.test;gr=urn:uuid:00000000-0000-1000-8000-000a95a0e128";
constexpr auto kTemporary = "sip:t1x@core.test;gr";

Identity alice_with(const ContactOptions& contact = {}) {
  AccountOptions options;
  options.address_of_record = "sip:alice@core.test";
  options.contact = contact;
  auto identity = *read_identity(AccountId{1}, options);
  identity.gruus.lasting = read_gruu(kLasting);
  identity.gruus.temporary = {{*read_gruu(kTemporary)}};
  return identity;
}
std::string contact_of(const Identity& identity) {
  const net::Flow flow{net::FlowId{1}, net::Transport::tcp, *net::SocketAddress::parse("10.1.0.2:5070"),
                       *net::SocketAddress::parse("10.9.0.1:5060")};
  return sip::to_string(dialog_contact(flow, identity));
}

TEST(DialogContactTest, IsThePublicGruuWhereThereIsOne) {
  EXPECT_EQ(contact_of(alice_with()), '<' + std::string(kLasting) + '>');
}

TEST(DialogContactTest, AnAnonymousPartyHasATemporaryOneOrNone) {
  auto identity = identity_for(alice_with(), CallOptions{.privacy = Privacy::anonymous});
  EXPECT_EQ(contact_of(identity), '<' + std::string(kTemporary) + '>');
  identity.gruus.temporary.clear();
  EXPECT_EQ(contact_of(identity), "<sip:anonymous@10.1.0.2:5070;transport=tcp>");
}

TEST(DialogContactTest, WithoutAGruuItSaysThatTheFlowIsKept) {
  auto identity = alice_with();
  identity.gruus = {};
  EXPECT_EQ(contact_of(identity), "<sip:alice@10.1.0.2:5070;transport=tcp>");
  identity.keeps_flow = true;
  EXPECT_EQ(contact_of(identity), "<sip:alice@10.1.0.2:5070;transport=tcp;ob>");
}

TEST(DialogContactTest, WhatIsForcedStandsBeforeAll) {
  auto identity = alice_with({.forced = "sip:a1@pbx.test"});
  identity.keeps_flow = true;
  EXPECT_EQ(contact_of(identity), "<sip:a1@pbx.test>");
}

TEST(DialogContactTest, AGruuNamesADomain) {
  EXPECT_TRUE(read_gruu(kTemporary));
  for (const char* none : {"", "sip:alice@core.test", "sip:alice@10.1.0.2;gr", "sip:alice@[2001:db8::1];gr=x",
                           "tel:+4930;gr", "alice;gr", "sip:a@b;gr\r\nX: y"}) {
    EXPECT_FALSE(read_gruu(none)) << none;
  }
  EXPECT_FALSE(read_gruu("sip:" + std::string(600, 'a') + "@core.test;gr"));
}

TEST(DialogContactTest, RequestsToAGruuAreForItsAccount) {
  const auto identity = alice_with();
  EXPECT_TRUE(is_gruu_of(identity, *sip::parse_uri(kLasting)));
  EXPECT_TRUE(is_gruu_of(identity, *sip::parse_uri(kTemporary)));
  EXPECT_FALSE(is_gruu_of(identity, *sip::parse_uri("sip:t2x@core.test;gr")));
  EXPECT_FALSE(is_gruu_of(identity, *sip::parse_uri("sip:t1x@core.test")));
}

// An account whose registrar gives GRUUs.
class GruuTest : public ::testing::Test {
 protected:
  GruuTest() : bench_(with_an_instance_of_ours()) {
    AccountOptions options;
    options.address_of_record = "sip:alice@core.test";
    options.outbound = Outbound::always;
    account_ = *bench_.engine.add_account(options, bench_.now);
    static_cast<void>(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
  }
  static UserAgentOptions with_an_instance_of_ours() {
    auto options = EngineBench::without_keep_alives();
    options.instance_id = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";
    return options;
  }
  /// The registrar's answer to the next REGISTER gives these parameters.
  void grant(const std::string& gruus) {
    const auto request = bench_.next_request("REGISTER");
    ASSERT_TRUE(request);
    bench_.answer(*request, 200, [&](sip::Message& ok) {
      ok.add(sip::Field::contact, std::string(*request->message.field(sip::Field::contact)) + gruus);
      ok.add(sip::Field::require, "outbound");
    });
  }
  static std::string given(const std::string& lasting, const std::string& temporary) {
    return ";pub-gruu=\"" + lasting + "\";temp-gruu=\"" + temporary + '"';
  }
  std::string dialled_as(const CallOptions& options = {}) {
    static_cast<void>(bench_.engine.dial(account_, "bob", options, bench_.now));
    bench_.drain();
    const auto invite = bench_.next_request("INVITE");
    return invite ? std::string(*invite->message.field(sip::Field::contact)) : "nothing was sent";
  }
  /// How an INVITE to `target` is answered: with this status, and this Contact.
  std::pair<int, std::string> called_at(const std::string& target) {
    auto invite = sip::Message::request("INVITE", target);
    invite.add(sip::Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKcalled");
    invite.add(sip::Field::max_forwards, "70");
    invite.add(sip::Field::from, "<sip:bob@core.test>;tag=bobs");
    invite.add(sip::Field::to, "<sip:alice@core.test>");
    invite.add(sip::Field::call_id, "bob-calls");
    invite.add(sip::Field::cseq, "1 INVITE");
    invite.add(sip::Field::contact, "<sip:bob@10.9.0.1>");
    bench_.sent.clear();
    bench_.receive({*net::SocketAddress::parse("10.1.0.2:5070"),
                    *net::SocketAddress::parse("10.9.0.1:5060"), invite},
                   invite);
    while (const auto sent = bench_.next_sent()) {
      if (sent->message.status() <= 100) continue;
      return {sent->message.status(), std::string(sent->message.field(sip::Field::contact).value_or(""))};
    }
    return {0, ""};
  }

  EngineBench bench_;
  AccountId account_;
};

TEST_F(GruuTest, IsToldAndIsTheContactOfCallsButNotOfRegister) {
  grant(given(kLasting, kTemporary));
  const auto told = bench_.events_of<RegistrationChanged>().back();
  EXPECT_EQ(told.public_gruu, kLasting);
  EXPECT_EQ(told.temporary_gruu, kTemporary);
  EXPECT_EQ(bench_.engine.account_info(account_)->registration.public_gruu, kLasting);
  EXPECT_EQ(dialled_as(), '<' + std::string(kLasting) + '>');
  EXPECT_EQ(dialled_as({.privacy = Privacy::anonymous}), '<' + std::string(kTemporary) + '>');
  bench_.sent.clear();
  bench_.advance(240s);
  const auto refresh = bench_.next_request("REGISTER");
  ASSERT_TRUE(refresh);
  EXPECT_THAT(std::string(*refresh->message.field(sip::Field::contact)),
              HasSubstr("<sip:alice@10.1.0.2:5070>;expires=300"));
}

TEST_F(GruuTest, OneWithAnAddressIsNotTaken) {
  grant(given("sip:alice@10.9.0.1;gr=x", "sip:t@10.9.0.1;gr"));
  EXPECT_EQ(bench_.events_of<RegistrationChanged>().back().public_gruu, "");
  EXPECT_EQ(dialled_as(), "<sip:alice@10.1.0.2:5070;ob>");
}

TEST_F(GruuTest, WhoCallsTheGruuIsAnsweredFromIt) {
  grant(given(kLasting, kTemporary));
  EXPECT_EQ(called_at(kLasting), std::pair(180, '<' + std::string(kLasting) + '>'));
}

TEST_F(GruuTest, TemporaryOnesOfBeforeStillLeadHere) {
  grant(given(kLasting, kTemporary));
  bench_.advance(240s);
  grant(given(kLasting, "sip:t2x@core.test;gr"));
  EXPECT_EQ(bench_.events_of<RegistrationChanged>().back().temporary_gruu, "sip:t2x@core.test;gr");
  EXPECT_EQ(called_at(kTemporary).first, 180);
}

TEST_F(GruuTest, OthersOfThatDomainAreNotHere) {
  grant(given(kLasting, kTemporary));
  EXPECT_EQ(called_at("sip:t3x@core.test;gr").first, 404);
}

TEST_F(GruuTest, EndsWithTheRegistration) {
  grant(given(kLasting, kTemporary));
  ASSERT_TRUE(bench_.engine.stop_registration(account_, bench_.now));
  bench_.drain();
  bench_.answer(*bench_.next_request("REGISTER"), 200);
  EXPECT_EQ(dialled_as(), "<sip:alice@10.1.0.2:5070>");
}

}  // namespace
}  // namespace godwit::ua
