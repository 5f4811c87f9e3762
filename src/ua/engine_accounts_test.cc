// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "support/engine_bench.h"
#include "ua/engine.h"

// What a change of each option of an account does, while it is registered.

namespace godwit::ua {
namespace {

using sip::Field;
using test::EngineBench;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// Alice, registered at core.test, which asks for a password if it is to.
class ChangingAccount {
 public:
  ChangingAccount() {
    options.address_of_record = "sip:alice@core.test";
    options.password = "secret";
    bench.names["edge.test"] = {*net::IpAddress::parse("10.9.0.2")};
    bench.route("10.9.0.2", "10.1.0.2");
  }
  void register_account() {
    account = *bench.engine.add_account(options, bench.now);
    ASSERT_TRUE(bench.engine.start_registration(account, 300s, bench.now));
    bench.drain();
    const auto first = bench.next_request("REGISTER");
    ASSERT_TRUE(first);
    last = first;
    bench.answer(*first, 401, [](sip::Message& response) {
      response.add(Field::www_authenticate, "Digest realm=\"core\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"");
    });
    accept(*bench.next_request("REGISTER"));
    ASSERT_TRUE(registered());
    bench.sent.clear();
  }
  void accept(const EngineBench::Sent& sent) {
    bench.answer(sent, 200, [&](sip::Message& ok) {
      for (const auto contact : sent.message.values(Field::contact)) ok.add(Field::contact, contact);
    });
    last = sent;
  }
  bool registered() const {
    return bench.engine.account_info(account)->registration.state == RegistrationState::registered;
  }
  Result<void> modify() {
    auto done = bench.engine.modify_account(account, options, bench.now);
    bench.drain();
    return done;
  }
  /// The REGISTERs that leave within a minute and a half, each accepted.
  std::vector<sip::Message> registers() {
    std::vector<sip::Message> found;
    for (int i = 0; i < 9; ++i) {
      while (const auto sent = bench.next_sent()) {
        if (!sent->message.is_request()) continue;
        if (sent->message.method() != sip::Method::register_) {
          others.emplace_back(sent->message.method_name());
          bench.answer(*sent, 200);
          continue;
        }
        const auto via = sent->message.field(Field::via);
        const bool copy = std::any_of(found.begin(), found.end(), [&](const sip::Message& before) {
          return before.field(Field::via) == via;
        });
        if (!copy) found.push_back(sent->message);
        accept(*sent);
      }
      bench.advance(10s);
    }
    return found;
  }
  /// The INVITE of a call from now on.
  sip::Message dial() {
    bench.sent.clear();
    EXPECT_TRUE(bench.engine.dial(account, "bob", {}, bench.now));
    bench.drain();
    const auto invite = bench.next_request("INVITE");
    EXPECT_TRUE(invite);
    return invite ? invite->message : sip::Message::request("INVITE", "sip:x");
  }
  std::string dialled(Field field) { return std::string(dial().field(field).value_or("")); }
  CreateMedia media_of_a_call() {
    static_cast<void>(dial());
    CreateMedia found{};
    for (const auto& action : bench.media) {
      if (const auto* made = std::get_if<CreateMedia>(&action)) found = *made;
    }
    return found;
  }
  /// What the server's SUBSCRIBE to the account's calls is answered.
  int asked_to_be_watched() {
    auto message = sip::Message::request("SUBSCRIBE", "sip:alice@10.1.0.2:5070");
    message.add(Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bK" + std::to_string(++asked_));
    message.add(Field::max_forwards, "70");
    message.add(Field::from, "<sip:bob@core.test>;tag=bobs");
    message.add(Field::to, "<sip:alice@core.test>");
    message.add(Field::call_id, "watch-" + std::to_string(asked_));
    message.add(Field::cseq, "1 SUBSCRIBE");
    message.add(Field::contact, "<sip:bob@10.9.0.1:5060>");
    message.add(Field::event, "dialog");
    bench.sent.clear();
    bench.receive(*last, message);
    for (const auto& sent : bench.sent) {
      if (!sent.message.is_request()) return sent.message.status();
    }
    return 0;
  }
  /// What a REFER in a call that is up is answered.
  int asked_to_transfer() {
    const auto call = *bench.engine.dial(account, "bob", {}, bench.now);
    bench.drain();
    const auto invite = bench.next_request("INVITE");
    EXPECT_TRUE(call && invite);
    bench.answer(*invite, 200, [&](sip::Message& response) {
      response.add(Field::contact, "<sip:bob@10.9.0.1:5060>");
      response.set_body("application/sdp", test::far_sdp("10.9.0.1"));
    });
    auto refer = sip::Message::request("REFER", "sip:alice@10.1.0.2:5070");
    refer.add(Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKrefer");
    refer.add(Field::max_forwards, "70");
    refer.add(Field::from, "<sip:bob@core.test>;tag=far-tag");
    refer.add(Field::to, std::string(*invite->message.field(Field::from)));
    refer.add(Field::call_id, std::string(invite->message.call_id()));
    refer.add(Field::cseq, "1 REFER");
    refer.add(Field::contact, "<sip:bob@10.9.0.1:5060>");
    refer.add(Field::refer_to, "<sip:carol@core.test>");
    bench.sent.clear();
    bench.receive(*invite, refer);
    for (const auto& sent : bench.sent) {
      if (!sent.message.is_request()) return sent.message.status();
    }
    return 0;
  }

  static UserAgentOptions with_an_instance() {
    auto made = EngineBench::without_keep_alives();
    made.instance_id = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";
    return made;
  }

  EngineBench bench{with_an_instance()};
  AccountOptions options;
  AccountId account;
  std::optional<EngineBench::Sent> last;  // of the newest REGISTER
  std::vector<std::string> others;        // methods of what left beside REGISTERs

 private:
  int asked_ = 0;
};

/// One option: how it changes, and what that does.
struct FieldRow {
  const char* field;
  void (*change)(AccountOptions&);
  /// Given the REGISTERs that the change brought.
  void (*check)(ChangingAccount&, const std::vector<sip::Message>&);
  void (*before)(ChangingAccount&) = nullptr;
};
void PrintTo(const FieldRow& row, std::ostream* out) { *out << row.field; }

using Registers = const std::vector<sip::Message>&;
std::string contacts_of(const sip::Message& request) {
  std::string all;
  for (const auto contact : request.values(Field::contact)) all += std::string(contact) + " ";
  return all;
}

const std::array kRows{
    FieldRow{"address_of_record", [](AccountOptions& o) { o.address_of_record = "sip:anna@core.test"; },
             [](ChangingAccount& a, Registers sent) {
               ASSERT_EQ(sent.size(), 2U);
               EXPECT_EQ(sent[0].field(Field::to), "<sip:alice@core.test>");
               EXPECT_EQ(contacts_of(sent[0]), "<sip:alice@10.1.0.2:5070>;expires=0 ");
               EXPECT_TRUE(sent[0].field(Field::authorization)) << "one round trip";
               EXPECT_EQ(sent[1].field(Field::to), "<sip:anna@core.test>");
               EXPECT_EQ(contacts_of(sent[1]), "<sip:anna@10.1.0.2:5070>;expires=300 ");
               EXPECT_NE(sent[0].call_id(), sent[1].call_id());
               EXPECT_THAT(a.dialled(Field::from), HasSubstr("sip:anna@core.test"));
             }},
    FieldRow{"display_name", [](AccountOptions& o) { o.display_name = "Al"; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_THAT(a.dialled(Field::from), StartsWith("\"Al\" <sip:alice@core.test>"));
             }},
    FieldRow{"registrar", [](AccountOptions& o) { o.registrar = "sip:edge.test"; },
             [](ChangingAccount& a, Registers sent) {
               ASSERT_EQ(sent.size(), 2U);
               EXPECT_EQ(sent[0].uri(), "sip:core.test");
               EXPECT_EQ(contacts_of(sent[0]), "<sip:alice@10.1.0.2:5070>;expires=0 ");
               EXPECT_EQ(sent[1].uri(), "sip:edge.test");
               EXPECT_EQ(a.bench.engine.account_info(a.account)->registrar, "10.9.0.2:5060");
             }},
    FieldRow{"backup_registrars", [](AccountOptions& o) { o.backup_registrars = {"sip:backup.test"}; },
             [](ChangingAccount&, Registers sent) {
               EXPECT_THAT(sent, IsEmpty()) << "they are for later";
             }},
    FieldRow{"outbound_proxies", [](AccountOptions& o) { o.outbound_proxies = {"sip:edge.test"}; },
             [](ChangingAccount& a, Registers sent) {
               ASSERT_EQ(sent.size(), 1U);
               EXPECT_EQ(sent[0].field(Field::route), "<sip:edge.test;lr>");
               EXPECT_EQ(contacts_of(sent[0]), "<sip:alice@10.1.0.2:5070>;expires=300 ");
               EXPECT_EQ(a.last->to.address, *net::IpAddress::parse("10.9.0.2"));
             }},
    FieldRow{"username", [](AccountOptions& o) { o.username = "a1"; },
             [](ChangingAccount&, Registers sent) {
               ASSERT_EQ(sent.size(), 1U);
               EXPECT_THAT(std::string(*sent[0].field(Field::authorization)), HasSubstr("username=\"a1\""));
             }},
    FieldRow{"password", [](AccountOptions& o) { o.password = "other"; },
             [](ChangingAccount&, Registers sent) {
               ASSERT_EQ(sent.size(), 1U);
               EXPECT_TRUE(sent[0].field(Field::authorization));
             }},
    FieldRow{"privacy", [](AccountOptions& o) { o.privacy = Privacy::anonymous; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_THAT(a.dialled(Field::from), HasSubstr("anonymous.invalid"));
             }},
    FieldRow{"transfers", [](AccountOptions& o) { o.transfers = TransferPolicy::refuse; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_EQ(a.asked_to_transfer(), 603);
             }},
    FieldRow{"watch_messages", [](AccountOptions& o) { o.watch_messages = true; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_THAT(a.others, Contains("SUBSCRIBE"));
               for (const bool watch : {false, true, false}) {
                 a.options.watch_messages = watch;
                 ASSERT_TRUE(a.modify());
                 const auto asked = a.bench.next_request("SUBSCRIBE");
                 EXPECT_TRUE(asked || !watch);
                 if (!asked) continue;
                 a.bench.answer(*asked, 200, [](sip::Message& ok) {
                   ok.add(Field::contact, "<sip:10.9.0.1:5060>");
                 });
                 EXPECT_EQ(asked->message.field(Field::expires) == "0", !watch);
               }
             }},
    FieldRow{"watch_registration", [](AccountOptions& o) { o.watch_registration = true; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_THAT(a.others, Contains("SUBSCRIBE"));
               a.options.watch_registration = false;
               ASSERT_TRUE(a.modify());
               EXPECT_FALSE(a.bench.next_request("SUBSCRIBE")) << "there is no dialog yet to end";
               a.options.watch_registration = true;
               ASSERT_TRUE(a.modify());
               const auto asked = a.bench.next_request("SUBSCRIBE");
               ASSERT_TRUE(asked);
               EXPECT_EQ(asked->message.field(Field::event), "reg");
             }},
    FieldRow{"dialog_watchers", [](AccountOptions& o) { o.dialog_watchers = {"bob"}; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_EQ(a.asked_to_be_watched(), 200);
               const auto first = a.bench.next_request("NOTIFY");
               ASSERT_TRUE(first);
               a.bench.answer(*first, 200);
               a.options.dialog_watchers = {"carol"};
               ASSERT_TRUE(a.modify());
               const auto over = a.bench.next_request("NOTIFY");
               ASSERT_TRUE(over) << "who may no longer is told so";
               EXPECT_EQ(over->message.field(Field::subscription_state), "terminated;reason=deactivated");
               a.bench.answer(*over, 200);
               EXPECT_EQ(a.asked_to_be_watched(), 403);
             }},
    FieldRow{"media_security", [](AccountOptions& o) { o.media_security = MediaSecurity::required; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_THAT(std::string(a.dial().body()), HasSubstr("RTP/SAVP"));
             }},
    FieldRow{"srtp_keying", [](AccountOptions& o) { o.srtp_keying = SrtpKeying::dtls; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_THAT(std::string(a.dial().body()), HasSubstr("a=fingerprint"));
             },
             [](ChangingAccount& a) { a.options.media_security = MediaSecurity::required; }},
    FieldRow{"srtp_suites", [](AccountOptions& o) { o.srtp_suites = {"AEAD_AES_128_GCM"}; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_THAT(std::string(a.dial().body()),
                           AllOf(HasSubstr("AEAD_AES_128_GCM"), Not(HasSubstr("SHA1"))));
             },
             [](ChangingAccount& a) { a.options.media_security = MediaSecurity::required; }},
    FieldRow{"follow_media", [](AccountOptions& o) { o.follow_media = false; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_FALSE(a.media_of_a_call().follow);
             }},
    FieldRow{"latch_media", [](AccountOptions& o) { o.latch_media = true; },
             [](ChangingAccount& a, Registers sent) {
               EXPECT_THAT(sent, IsEmpty());
               EXPECT_TRUE(a.media_of_a_call().latch);
             }},
    FieldRow{"contact", [](AccountOptions& o) { o.contact.uri_parameters = "x=1"; },
             [](ChangingAccount& a, Registers sent) {
               ASSERT_EQ(sent.size(), 1U);
               EXPECT_EQ(contacts_of(sent[0]),
                         "<sip:alice@10.1.0.2:5070;x=1>;expires=300 ")
                   << "equal to the old one (RFC 3261 §19.1.4), which it replaces";
               EXPECT_EQ(a.dialled(Field::contact), "<sip:alice@10.1.0.2:5070;x=1>");
             }},
    FieldRow{"outbound", [](AccountOptions& o) { o.outbound = Outbound::always; },
             [](ChangingAccount&, Registers sent) {
               ASSERT_EQ(sent.size(), 1U);
               EXPECT_THAT(contacts_of(sent[0]), HasSubstr("reg-id=1"));
             }},
    FieldRow{"bind", [](AccountOptions& o) { o.bind.emplace().address = "10.1.0.3"; },
             [](ChangingAccount&, Registers sent) {
               ASSERT_EQ(sent.size(), 1U);
               EXPECT_THAT(contacts_of(sent[0]), AllOf(StartsWith("<sip:alice@10.1.0.3:"),
                                                       HasSubstr("<sip:alice@10.1.0.2:5070>;expires=0")));
             },
             [](ChangingAccount& a) {
               a.bench.add_address("10.1.0.3", 4);
               a.bench.observe();
             }},
    FieldRow{"tls", [](AccountOptions& o) { o.tls.emplace().allow_wildcards = true; },
             [](ChangingAccount& a, Registers sent) {
               ASSERT_EQ(sent.size(), 1U) << "over a connection of the new kind";
               EXPECT_THAT(contacts_of(sent[0]), HasSubstr("transport=tls>;expires=0"));
               EXPECT_EQ(a.bench.streams.size(), 1U) << "the old one goes when nothing needs it";
             },
             [](ChangingAccount& a) { a.options.registrar = "sip:core.test;transport=tls"; }},
};

// Whoever adds an option to AccountOptions adds it here, and a row above.
constexpr std::size_t kFields = [] {
  const auto count = [](const AccountOptions& options) {
    const auto& [address_of_record, display_name, registrar, backup_registrars, outbound_proxies, username, password,
                 privacy, transfers, watch_messages, watch_registration, dialog_watchers, media_security,
                 srtp_keying, srtp_suites, follow_media, latch_media, contact, outbound, bind,
                 tls] = options;
    static_cast<void>(address_of_record);
  };
  static_cast<void>(count);
  return std::size_t{21};
}();
static_assert(kRows.size() == kFields);

class AccountFieldTest : public ::testing::TestWithParam<FieldRow> {};

TEST_P(AccountFieldTest, F27_AChangeTakesEffectAtOnceAndIsReadBack) {
  ChangingAccount account;
  if (GetParam().before != nullptr) GetParam().before(account);
  account.register_account();
  GetParam().change(account.options);
  ASSERT_TRUE(account.modify());
  const auto sent = account.registers();
  EXPECT_TRUE(account.registered());
  GetParam().check(account, sent);
}

TEST_P(AccountFieldTest, F27_WithoutANetworkItIsSentOnceThereIsOneAndOnlyOnce) {
  ChangingAccount account;
  if (GetParam().before != nullptr) GetParam().before(account);
  account.register_account();
  const auto interfaces = account.bench.snapshot;
  const auto routes = account.bench.routes;
  account.bench.remove_addresses();
  account.bench.routes.clear();
  account.bench.observe();
  account.bench.advance(5s);
  account.bench.sent.clear();
  GetParam().change(account.options);
  ASSERT_TRUE(account.modify());
  account.options.display_name = "Al";
  ASSERT_TRUE(account.modify());
  account.bench.advance(9s);
  EXPECT_THAT(account.bench.sent, IsEmpty());

  account.bench.snapshot = interfaces;
  account.bench.routes = routes;
  account.bench.observe();
  account.bench.advance(1s);
  std::vector<std::string> registers;
  for (const auto& sent : account.registers()) {
    registers.push_back(std::string(sent.uri()) + std::string(*sent.field(Field::to)));
  }
  std::sort(registers.begin(), registers.end());
  EXPECT_EQ(std::unique(registers.begin(), registers.end()), registers.end())
      << "nobody is registered twice";
  EXPECT_LE(registers.size(), 2U);
  EXPECT_TRUE(account.registered());
}

INSTANTIATE_TEST_SUITE_P(Every, AccountFieldTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.field); });

class AccountChangeTest : public ::testing::Test {
 protected:
  AccountChangeTest() { a_.register_account(); }
  ChangingAccount a_;
};

TEST_F(AccountChangeTest, F27_AllTogetherAreOneRegister) {
  a_.options.username = "a1";
  a_.options.password = "other";
  a_.options.outbound_proxies = {"sip:edge.test"};
  a_.options.contact.parameters = "q=0.5";
  a_.options.display_name = "Al";
  ASSERT_TRUE(a_.modify());
  EXPECT_THAT(a_.registers(), SizeIs(1));
}

TEST_F(AccountChangeTest, F27_TheSameAgainSaysNothing) {
  ASSERT_TRUE(a_.modify());
  EXPECT_THAT(a_.registers(), IsEmpty());
}

TEST_F(AccountChangeTest, F27_OneWrongOptionLeavesAllAsTheyWere) {
  const auto before = a_.options;
  a_.options.display_name = "Al";
  a_.options.password = "other";
  a_.options.contact.forced = "sip:alice@192.0.2.1";
  const auto refused = a_.modify();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_THAT(refused.error().detail, StartsWith("contact.forced"));
  const auto now = a_.bench.engine.account_options(a_.account);
  EXPECT_EQ(now->display_name, before.display_name);
  EXPECT_EQ(now->password, before.password);
  EXPECT_THAT(a_.registers(), IsEmpty());
  a_.options = before;
  a_.options.bind.emplace().address = "nonsense";
  EXPECT_THAT(a_.modify().error().detail, StartsWith("bind"));
  a_.options = before;
  a_.options.srtp_suites = {"ROT13"};
  EXPECT_THAT(a_.modify().error().detail, StartsWith("srtp_suites"));
}

TEST_F(AccountChangeTest, NobodyIsChangedWhoIsNotThere) {
  EXPECT_EQ(a_.bench.engine.modify_account(AccountId{9}, a_.options, a_.bench.now).error().code,
            Errc::no_such_account);
  EXPECT_EQ(a_.bench.engine.account_info(AccountId{9}).error().code, Errc::no_such_account);
}

TEST_F(AccountChangeTest, WhoIsNotRegisteredStaysSo) {
  ASSERT_TRUE(a_.bench.engine.stop_registration(a_.account, a_.bench.now));
  a_.bench.drain();
  a_.accept(*a_.bench.next_request("REGISTER"));
  a_.options.registrar = "sip:edge.test";
  ASSERT_TRUE(a_.modify());
  EXPECT_THAT(a_.registers(), IsEmpty());
  EXPECT_TRUE(a_.bench.engine.idle());
}

TEST_F(AccountChangeTest, ARightPasswordAfterAWrongOneIsTriedAtOnce) {
  a_.options.password = "wrong";
  ASSERT_TRUE(a_.modify());
  for (int i = 0; i < 2; ++i) {
    const auto refused = a_.bench.next_request("REGISTER");
    if (!refused) break;
    a_.bench.answer(*refused, 401, [](sip::Message& response) {
      response.add(Field::www_authenticate, "Digest realm=\"core\", nonce=\"n2\", algorithm=MD5, qop=\"auth\"");
    });
  }
  EXPECT_EQ(a_.bench.engine.account_info(a_.account)->registration.status, 401);
  a_.options.password = "secret";
  ASSERT_TRUE(a_.modify());
  EXPECT_THAT(a_.registers(), SizeIs(1));
  EXPECT_TRUE(a_.registered());
}

TEST_F(AccountChangeTest, ARequestUnderWayGivesWayToTheNewOne) {
  a_.options.contact.uri_parameters = "x=1";
  ASSERT_TRUE(a_.modify());
  const auto first = a_.bench.next_request("REGISTER");
  a_.options.contact.uri_parameters = "x=2";
  ASSERT_TRUE(a_.modify());
  const auto second = a_.bench.next_request("REGISTER");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->message.cseq().number, first->message.cseq().number + 1);
  EXPECT_EQ(contacts_of(second->message),
            "<sip:alice@10.1.0.2:5070;x=2>;expires=300 <sip:alice@10.1.0.2:5070;x=1>;expires=0 ");
}

TEST_F(AccountChangeTest, ACallKeepsItsDialog) {
  const auto call = *a_.bench.engine.dial(a_.account, "bob", {}, a_.bench.now);
  a_.bench.drain();
  const auto invite = a_.bench.next_request("INVITE");
  ASSERT_TRUE(invite);
  a_.bench.answer(*invite, 200, [&](sip::Message& response) {
    response.add(Field::contact, "<sip:bob@10.9.0.1:5060>");
    response.set_body("application/sdp", test::far_sdp("10.9.0.1"));
  });
  a_.options.address_of_record = "sip:anna@core.test";
  a_.options.registrar = "sip:edge.test";
  ASSERT_TRUE(a_.modify());
  EXPECT_EQ(a_.bench.engine.account_info(a_.account)->calls, 1U);
  EXPECT_THAT(a_.registers(), SizeIs(2));
  ASSERT_TRUE(a_.bench.engine.hang_up(call, a_.bench.now));
  a_.bench.drain();
  const auto bye = a_.bench.next_request("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->message.field(Field::from), invite->message.field(Field::from));
  EXPECT_EQ(bye->message.call_id(), invite->message.call_id());
}

TEST_F(AccountChangeTest, AnOldRegistrarThatAsksAgainIsAnswered) {
  a_.options.registrar = "sip:edge.test";
  ASSERT_TRUE(a_.modify());
  const auto removal = a_.bench.next_request("REGISTER");
  ASSERT_TRUE(removal);
  ASSERT_EQ(removal->message.uri(), "sip:core.test");
  a_.accept(*a_.bench.next_request("REGISTER"));
  a_.bench.answer(*removal, 401, [](sip::Message& response) {
    response.add(Field::www_authenticate,
                 "Digest realm=\"core\", nonce=\"n9\", algorithm=MD5, qop=\"auth\", stale=true");
  });
  const auto again = a_.bench.next_request("REGISTER");
  ASSERT_TRUE(again);
  EXPECT_THAT(std::string(*again->message.field(Field::authorization)), HasSubstr("nonce=\"n9\""));
  EXPECT_EQ(contacts_of(again->message), contacts_of(removal->message));
}

TEST_F(AccountChangeTest, TheServersThatWereLeftAreForgotten) {
  for (int i = 0; i < 100; ++i) {
    a_.options.registrar = i % 2 == 0 ? "sip:edge.test;transport=tcp" : "sip:core.test;transport=tcp";
    ASSERT_TRUE(a_.modify());
    static_cast<void>(a_.registers());
  }
  EXPECT_LE(a_.bench.engine.sizes().hops, 2U);
  EXPECT_LE(a_.bench.engine.sizes().streams, 2U);
}

TEST_F(AccountChangeTest, F53_StateIsReadBack) {
  const auto info = a_.bench.engine.account_info(a_.account);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->registration.account, a_.account);
  EXPECT_EQ(info->registration.state, RegistrationState::registered);
  EXPECT_EQ(info->registration.contact, "sip:alice@10.1.0.2:5070");
  EXPECT_EQ(info->registration.expires, 300s);
  EXPECT_EQ(info->local, "udp 10.1.0.2:5070");
  EXPECT_EQ(info->registrar, "10.9.0.1:5060");
  EXPECT_EQ(info->calls, 0U);
  const auto fresh = *a_.bench.engine.add_account(a_.options, a_.bench.now);
  EXPECT_EQ(a_.bench.engine.account_info(fresh)->registration.state, RegistrationState::unregistered);
  EXPECT_EQ(a_.bench.engine.account_info(fresh)->local, "");
}

}  // namespace
}  // namespace godwit::ua
