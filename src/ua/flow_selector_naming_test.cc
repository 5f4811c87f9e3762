// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

// Contact behind a NAT, as the registrar's answers tell of it.

namespace godwit::ua {
namespace {

using sip::Field;
using test::EngineBench;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Rewrite = ContactOptions::Rewrite;

struct NatCase {
  const char* own;
  const char* server;
  const char* outside;  ///< what the NAT makes of `own`
  const char* again;    ///< and later
  int refusal;          ///< of what is refused
};
void PrintTo(const NatCase& nat, std::ostream* out) { *out << nat.own; }

class ContactRewriteTest : public ::testing::TestWithParam<NatCase> {
 protected:
  ContactRewriteTest() {
    bench_.remove_addresses();
    bench_.routes.clear();
    bench_.observe();
    bench_.add_address(GetParam().own, 2);
    bench_.route(GetParam().server, GetParam().own);
    bench_.names["core.test"] = {*net::IpAddress::parse(GetParam().server)};
    bench_.observe();
  }
  void start(const ContactOptions& contact) {
    options_.address_of_record = "sip:alice@core.test";
    options_.password = "secret";
    options_.contact = contact;
    account_ = *bench_.engine.add_account(options_, bench_.now);
    ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
    ASSERT_TRUE(next());
  }
  /// The next REGISTER is `last_`.
  [[nodiscard]] bool next() {
    const auto before = last_ ? std::string(*last_->message.field(Field::via)) : std::string();
    do {
      last_ = bench_.next_request("REGISTER");
    } while (last_ && last_->message.field(Field::via) == before);  // sent again
    return last_.has_value();
  }
  void answer(int status, const std::string& seen, std::uint16_t port = 20001) {
    bench_.answer(*last_, status, [&](sip::Message& response) {
      auto via = *sip::parse_via(*response.field(Field::via));
      via.received = net::IpAddress::parse(seen);
      via.rport = port;
      response.set(Field::via, sip::to_string(via));
      if (status == 401) {
        response.add(Field::www_authenticate,
                     "Digest realm=\"core\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"");
      }
    });
  }
  static std::string uri(const std::string& address, std::uint16_t port) {
    return "<sip:alice@" + net::to_uri_host(*net::IpAddress::parse(address)) + ":" +
           std::to_string(port) + ">";
  }
  [[nodiscard]] std::string contacts() const {
    std::string all;
    for (const auto contact : last_->message.values(Field::contact)) all += std::string(contact) + " ";
    return all;
  }
  [[nodiscard]] std::string contact_of_a_call() {
    bench_.sent.clear();
    EXPECT_TRUE(bench_.engine.dial(account_, "bob", {}, bench_.now));
    bench_.drain();
    const auto invite = bench_.next_request("INVITE");
    return invite ? std::string(*invite->message.field(Field::contact)) : std::string();
  }
  const std::string own_ = uri(GetParam().own, 5070);
  const std::string outside_ = uri(GetParam().outside, 20001);

  EngineBench bench_;
  AccountOptions options_;
  AccountId account_;
  std::optional<EngineBench::Sent> last_;
};

INSTANTIATE_TEST_SUITE_P(Families, ContactRewriteTest,
                         ::testing::Values(NatCase{"10.1.0.2", "198.51.100.1", "203.0.113.5", "203.0.113.6", 403},
                                           NatCase{"fd00::2", "2001:db8:9::1", "2001:db8:7::5",
                                                   "2001:db8:7::6", 500}));

TEST_P(ContactRewriteTest, F18_NeverIsNever) {
  start({});
  answer(401, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), own_ + ";expires=300 ");
  answer(200, GetParam().outside);
  EXPECT_FALSE(next());
  EXPECT_EQ(contact_of_a_call(), own_);
}

TEST_P(ContactRewriteTest, F18_AChallengeIsAnsweredFromTheAddressThatItSaw) {
  start({.rewrite = Rewrite::as_needed});
  EXPECT_EQ(contacts(), own_ + ";expires=300 ");
  answer(401, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), outside_ + ";expires=300 ") << "nothing was bound that would have to go";
  EXPECT_THAT(std::string(*last_->message.field(Field::via)),
              HasSubstr(net::to_uri_host(*net::IpAddress::parse(GetParam().outside)) + ":20001"));
  answer(200, GetParam().outside);
  EXPECT_FALSE(next());
  EXPECT_EQ(contact_of_a_call(), outside_);
}

TEST_P(ContactRewriteTest, F18_InOneRegisterTheOldBindingGoesAsTheNewOneComes) {
  start({.rewrite = Rewrite::as_needed});
  answer(200, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), outside_ + ";expires=300 " + own_ + ";expires=0 ");
  answer(200, GetParam().outside);
  EXPECT_FALSE(next());
  EXPECT_EQ(bench_.engine.account_info(account_)->registration.contact,
            outside_.substr(1, outside_.size() - 2));
}

TEST_P(ContactRewriteTest, F18_UnregisterFirstAsksForTheNewOneOnlyThen) {
  start({.rewrite = Rewrite::as_needed, .method = ContactOptions::Method::unregister_first});
  answer(200, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), own_ + ";expires=0 ");
  EXPECT_FALSE(bench_.next_request("REGISTER"));
  answer(200, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), outside_ + ";expires=300 ");
}

TEST_P(ContactRewriteTest, F18_WhereUnregisteringIsRefusedBothGoInOne) {
  start({.rewrite = Rewrite::as_needed, .method = ContactOptions::Method::unregister_first});
  answer(200, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), own_ + ";expires=0 ");
  answer(GetParam().refusal, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), outside_ + ";expires=300 " + own_ + ";expires=0 ");
}

TEST_P(ContactRewriteTest, F18_OnlySuccessCountsWhereThatIsWanted) {
  start({.rewrite = Rewrite::as_needed, .from_any_answer = false});
  answer(401, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), own_ + ";expires=300 ");
  answer(200, GetParam().outside);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), outside_ + ";expires=300 " + own_ + ";expires=0 ");
}

TEST_P(ContactRewriteTest, ANewMappingIsRegisteredWithTheRefreshAndNotChased) {
  start({.rewrite = Rewrite::always});
  answer(200, GetParam().outside);
  ASSERT_TRUE(next());
  answer(200, GetParam().again);
  EXPECT_FALSE(next()) << "a NAT with another port for every packet";
  bench_.advance(241s);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), uri(GetParam().again, 20001) + ";expires=300 " + outside_ + ";expires=0 ");
}

TEST_P(ContactRewriteTest, ANatThatIsGoneIsForgotten) {
  start({.rewrite = Rewrite::as_needed});
  answer(200, GetParam().outside);
  ASSERT_TRUE(next());
  answer(200, GetParam().outside);
  bench_.advance(241s);
  ASSERT_TRUE(next());
  answer(200, GetParam().own, 5070);
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), own_ + ";expires=300 " + outside_ + ";expires=0 ");
}

TEST_P(ContactRewriteTest, HostileValuesChangeNothing) {
  start({.rewrite = Rewrite::always});
  const bool v4 = net::IpAddress::parse(GetParam().own)->is_v4();
  for (const char* lie : {"127.0.0.1", "::1", "224.0.1.75", "ff02::1", "0.0.0.0", "::", "169.254.1.1",
                          "fe80::1", "255.255.255.255", v4 ? "2001:db8::5" : "203.0.113.5",
                          GetParam().server}) {
    answer(200, lie);
    EXPECT_FALSE(next()) << lie;
    bench_.advance(241s);
    ASSERT_TRUE(next());
    EXPECT_EQ(contacts(), own_ + ";expires=300 ") << lie;
  }
  answer(200, GetParam().outside, 0);
  EXPECT_FALSE(next());
}

TEST_P(ContactRewriteTest, TheFarEndsOfCallsAreToldTheAddressThatBecomesKnown) {
  start({.rewrite = Rewrite::as_needed});
  ASSERT_TRUE(bench_.engine.dial(account_, "bob", {}, bench_.now));
  bench_.drain();
  const auto invite = bench_.next_request("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->message.field(Field::contact), own_);
  bench_.answer(*invite, 200, [&](sip::Message& response) {
    response.add(Field::contact, "<sip:bob@far.test>");
    response.add(Field::record_route, "<sip:core.test;lr>");
    response.add(Field::allow, "INVITE, ACK, BYE, UPDATE");
    response.set_body("application/sdp", test::far_sdp(GetParam().server));
  });
  ASSERT_TRUE(bench_.next_request("ACK"));
  answer(200, GetParam().outside);
  const auto update = bench_.next_request("UPDATE");
  ASSERT_TRUE(update);
  EXPECT_EQ(update->message.field(Field::contact), outside_);
  EXPECT_EQ(update->message.body(), "");
  bench_.answer(*update, 200);
  bench_.sent.clear();
  bench_.advance(400ms);
  EXPECT_FALSE(bench_.next_request("UPDATE")) << "once";
}

TEST_P(ContactRewriteTest, TheEndRemovesWhatWasBound) {
  start({.rewrite = Rewrite::as_needed});
  answer(401, GetParam().outside);
  ASSERT_TRUE(next());
  answer(200, GetParam().outside);
  ASSERT_TRUE(bench_.engine.stop_registration(account_, bench_.now));
  bench_.drain();
  ASSERT_TRUE(next());
  EXPECT_EQ(contacts(), outside_ + ";expires=0 ");
}

class ContactRewriteOffTest : public ContactRewriteTest {
 protected:
  /// Turned off after so many answers have told of the NAT.
  void turn_off_after(int steps) {
    start({.rewrite = Rewrite::as_needed, .method = ContactOptions::Method::unregister_first});
    for (int i = 0; i < steps; ++i) {
      answer(200, GetParam().outside);
      ASSERT_TRUE(next());
    }
    options_.contact.rewrite = Rewrite::never;
    ASSERT_TRUE(bench_.engine.modify_account(account_, options_, bench_.now));
    bench_.drain();
    ASSERT_TRUE(next());
    EXPECT_THAT(contacts(), StartsWith(own_ + ";expires=300"));
    answer(200, GetParam().outside);
    EXPECT_FALSE(next());
  }
};

INSTANTIATE_TEST_SUITE_P(V4, ContactRewriteOffTest,
                         ::testing::Values(NatCase{"10.1.0.2", "198.51.100.1", "203.0.113.5", "", 0}));

TEST_P(ContactRewriteOffTest, BeforeAnAnswer) { turn_off_after(0); }
TEST_P(ContactRewriteOffTest, WhileTheOldBindingGoes) { turn_off_after(1); }
TEST_P(ContactRewriteOffTest, WhileTheNewOneComes) { turn_off_after(2); }

/// Accounts that share a socket.
TEST(ContactRewriteSharingTest, EachAccountIsNamedAsItWants) {
  EngineBench bench;
  AccountOptions options;
  options.address_of_record = "sip:alice@core.test";
  options.contact.rewrite = Rewrite::as_needed;
  const auto rewriting = *bench.engine.add_account(options, bench.now);
  options.address_of_record = "sip:bob@core.test";
  options.contact.rewrite = Rewrite::never;
  const auto plain = *bench.engine.add_account(options, bench.now);
  for (const auto account : {plain, rewriting, plain}) {
    ASSERT_TRUE(bench.engine.start_registration(account, 300s, bench.now));
    bench.drain();
    while (const auto sent = bench.next_request("REGISTER")) {
      const auto contact = std::string(*sent->message.field(Field::contact));
      if (account == plain) {
        EXPECT_THAT(contact, HasSubstr("sip:bob@10.1.0.2:5070"));
      }
      bench.answer(*sent, 200, [](sip::Message& response) {
        auto via = *sip::parse_via(*response.field(Field::via));
        via.received = net::IpAddress::parse("203.0.113.5");
        via.rport = 20001;
        response.set(Field::via, sip::to_string(via));
      });
    }
  }
  EXPECT_EQ(bench.engine.account_info(rewriting)->registration.contact, "sip:alice@203.0.113.5:20001");
  EXPECT_EQ(bench.engine.account_info(plain)->registration.contact, "sip:bob@10.1.0.2:5070");
}

TEST(ContactRewriteSharingTest, APrivateAddressIsNoGainOverAPublicOneUnlessAlwaysIsWanted) {
  for (const auto rewrite : {Rewrite::as_needed, Rewrite::always}) {
    EngineBench bench;
    bench.remove_addresses();
    bench.add_address("203.0.113.5", 2);
    bench.route("198.51.100.1", "203.0.113.5");
    bench.names["core.test"] = {*net::IpAddress::parse("198.51.100.1")};
    bench.observe();
    AccountOptions options;
    options.address_of_record = "sip:alice@core.test";
    options.contact.rewrite = rewrite;
    const auto account = *bench.engine.add_account(options, bench.now);
    ASSERT_TRUE(bench.engine.start_registration(account, 300s, bench.now));
    bench.drain();
    while (const auto sent = bench.next_request("REGISTER")) {
      bench.answer(*sent, 200, [](sip::Message& response) {
        auto via = *sip::parse_via(*response.field(Field::via));
        via.received = net::IpAddress::parse("10.0.0.1");
        via.rport = 20001;
        response.set(Field::via, sip::to_string(via));
      });
    }
    EXPECT_EQ(bench.engine.account_info(account)->registration.contact,
              rewrite == Rewrite::always ? "sip:alice@10.0.0.1:20001" : "sip:alice@203.0.113.5:5070");
  }
}

TEST(ContactRewriteSharingTest, AFixedPublicAddressIsThePersonsOwnWord) {
  auto agent = EngineBench::without_keep_alives();
  agent.transport.bind.public_address_v4 = "203.0.113.9";
  EngineBench bench(agent);
  AccountOptions options;
  options.address_of_record = "sip:alice@core.test";
  options.contact.rewrite = Rewrite::always;
  const auto account = *bench.engine.add_account(options, bench.now);
  ASSERT_TRUE(bench.engine.start_registration(account, 300s, bench.now));
  bench.drain();
  while (const auto sent = bench.next_request("REGISTER")) {
    bench.answer(*sent, 200, [](sip::Message& response) {
      auto via = *sip::parse_via(*response.field(Field::via));
      via.received = net::IpAddress::parse("203.0.113.5");
      via.rport = 20001;
      response.set(Field::via, sip::to_string(via));
    });
  }
  EXPECT_EQ(bench.engine.account_info(account)->registration.contact, "sip:alice@203.0.113.9:5070");
}

/// Who is forced to be somebody else is called there, and remains anonymous where that is wanted.
TEST(ForcedContactTest, IsTheAccountsName) {
  EngineBench bench;
  AccountOptions options;
  options.address_of_record = "sip:alice@core.test";
  options.contact.forced = "sip:a1@pbx.test";
  const auto account = *bench.engine.add_account(options, bench.now);
  ASSERT_TRUE(bench.engine.start_registration(account, 300s, bench.now));
  bench.drain();
  const auto sent = bench.next_request("REGISTER");
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->message.field(Field::contact), "<sip:a1@pbx.test>;expires=300");
  bench.answer(*sent, 200);
  auto invite = sip::Message::request("INVITE", "sip:a1@pbx.test");
  invite.add(Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKx");
  invite.add(Field::max_forwards, "70");
  invite.add(Field::from, "<sip:bob@core.test>;tag=bobs");
  invite.add(Field::to, "<sip:alice@core.test>");
  invite.add(Field::call_id, "call");
  invite.add(Field::cseq, "1 INVITE");
  invite.add(Field::contact, "<sip:bob@10.9.0.1:5060>");
  invite.set_body("application/sdp", test::far_sdp("10.9.0.1"));
  bench.receive(*sent, invite);
  const auto calls = bench.events_of<IncomingCall>();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].account, account);

  options.privacy = Privacy::anonymous;
  ASSERT_TRUE(bench.engine.modify_account(account, options, bench.now));
  bench.sent.clear();
  ASSERT_TRUE(bench.engine.dial(account, "sip:bob@core.test", {}, bench.now));
  bench.drain();
  const auto dialled = bench.next_request("INVITE");
  ASSERT_TRUE(dialled);
  EXPECT_EQ(dialled->message.field(Field::contact), "<sip:anonymous@pbx.test>");
}

}  // namespace
}  // namespace godwit::ua
