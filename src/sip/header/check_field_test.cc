// SPDX-License-Identifier: Apache-2.0
#include "sip/header/check_field.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "support/value_table.h"

namespace godwit::sip {
namespace {

struct Example {
  Field field;
  std::string_view good;
  std::string_view bad;
  std::size_t bad_at;
};

constexpr Example kExamples[] = {
    {Field::via, "SIP/2.0/UDP h;branch=z9hG4bK1", "SIP/2.0/UDP", 11},
    {Field::max_forwards, "70", "256", 0},
    {Field::route, "<sip:p.example;lr>", "sip:p.example", 0},
    {Field::record_route, "<sip:p.example;lr>", "<sip:p.example", 14},
    {Field::from, "\"A\" <sip:a@h>;tag=1", "<sip:a@h>;tag", 10},
    {Field::to, "sip:b@h", "\"B <sip:b@h>", 0},
    {Field::call_id, "a84b4c76e66710@h", "a b", 1},
    {Field::cseq, "1 INVITE", "1", 1},
    {Field::contact, "<sip:a@h>;expires=60", "<sip:a@h", 8},
    {Field::expires, "3600", "3600.0", 4},
    {Field::min_expires, "60", "4294967296", 0},
    {Field::allow, "INVITE, ACK", "INVITE,,ACK", 7},
    {Field::supported, "", "100rel timer", 7},
    {Field::require, "100rel", "", 0},
    {Field::proxy_require, "foo", "foo,", 4},
    {Field::unsupported, "foo", "<foo>", 0},
    {Field::accept, "application/sdp, text/*;q=0.5", "application", 11},
    {Field::accept_encoding, "gzip, *;q=0", "gzip;q=2", 7},
    {Field::accept_language, "da, en-gb;q=0.8", "en_GB", 0},
    {Field::user_agent, "godwit/0.1 (Debian)", "godwit/", 7},
    {Field::server, "godwit", "(open", 0},
    {Field::date, "Sat, 13 Nov 2010 23:29:00 GMT", "Sat, 13 Nov 2010 23:29:00 EST", 26},
    {Field::reason, "SIP;cause=200;text=\"x\"", "SIP;cause=x", 10},
    {Field::retry_after, "18000;duration=3600", "soon", 0},
    {Field::warning, "307 isi.edu \"a\", 399 b \"c\"", "307 isi.edu", 11},
    {Field::event, "presence.winfo;id=1", "presence.", 9},
    {Field::path, "<sip:p.example;lr;ob>", "p.example", 0},
    {Field::service_route, "<sip:p.example;lr>", "", 0},
    {Field::session_expires, "1800;refresher=uac", "1800;refresher=x", 15},
    {Field::min_se, "90", "ninety", 0},
    {Field::rack, "776656 1 INVITE", "776656 INVITE", 7},
    {Field::rseq, "988789", "0", 0},
    {Field::refer_to, "<sip:a@h?Replaces=1%40h>", "sip:a@h?Replaces=1", 7},
    {Field::referred_by, "<sip:r@h>;cid=\"1@h\"", "<sip:r@h", 8},
    {Field::replaces, "1@h;to-tag=7;from-tag=8", "1 h;to-tag=7;from-tag=8", 1},
    {Field::content_type, "application/sdp", "application/", 12},
    {Field::content_disposition, "session;handling=optional", ";handling=optional", 0},
    {Field::content_encoding, "gzip", "gzip;q=1", 4},
    {Field::content_language, "fr, en-GB", "fr, *", 4},
    {Field::content_length, "349", "-1", 0},
    {Field::mime_version, "1.0", "1", 1},
    {Field::alert_info, "<http://h/a.wav>", "http://h/a.wav", 0},
    {Field::call_info, "<http://h/a.png>;purpose=icon", "<http://h/a.png", 15},
    {Field::error_info, "<sip:not-in-service@h>", "<>", 1},
    {Field::in_reply_to, "70710@h, 17320@h", "70710@h,", 8},
    {Field::priority, "emergency", "very urgent", 4},
    {Field::reply_to, "Bob <sip:bob@h>", "Bob", 0},
    {Field::timestamp, "54.21 0.5", "now", 0},
    {Field::privacy, "header;id", "header;", 7},
    {Field::p_asserted_identity, "<tel:+14085264000>", "<tel:>", 5},
    {Field::p_preferred_identity, "\"C\" <sip:c@h>", "", 0},
    {Field::refer_sub, "false", "maybe", 0},
    {Field::target_dialog, "1@h;local-tag=7;remote-tag=8", "", 0},
    {Field::accept_contact, "*;audio;require", "audio", 0},
    {Field::reject_contact, "*;video", "", 0},
    {Field::request_disposition, "proxy, recurse", "proxy,", 6},
    {Field::sip_etag, "dx200xyz", "\"x\"", 0},
    {Field::sip_if_match, "dx200xyz", "a b", 1},
    {Field::join, "1@h;to-tag=7;from-tag=8", "", 0},
    {Field::history_info, "<sip:a@h>;index=1.1", "<sip:a@h>;index=x", 16},
    {Field::max_breadth, "60", "x", 0},
    {Field::flow_timer, "120", "120s", 3},
    {Field::diversion, "<sip:a@h>;reason=user-busy", "<sip:a@h", 8},
    {Field::info_package, "trickle-ice", "", 0},
    {Field::recv_info, "", "foo,", 4},
    {Field::subscription_state, "active;expires=60", "active;expires=x", 15},
    {Field::allow_events, "presence, refer", "presence,", 9},
    {Field::session_id, "ab30317f1a784dc48ff824d0d3715d86", "ab", 2},
    {Field::user_to_user, "56a390f3d2b7310023a2;encoding=hex, 00", "56,", 3},
    {Field::identity, "eyJh.eyJh.ab-_;info=<https://h/c.pem>", ";info=<https://h>", 0},
};

TEST(CheckFieldTest, HoldsEachFieldToItsOwnGrammar) {
  for (const Example& example : kExamples) {
    const test::ExactBlock good(example.good);
    const test::ExactBlock bad(example.bad);
    EXPECT_EQ(check_field(example.field, good.view()), std::nullopt) << example.good;
    const auto wrong = check_field(example.field, bad.view());
    ASSERT_TRUE(wrong) << field_name(example.field) << ": " << example.bad;
    EXPECT_EQ(wrong->at, example.bad_at)
        << field_name(example.field) << ": " << example.bad << ": " << wrong->what;
  }
}

TEST(CheckFieldTest, TakesAnIdentityOfTheOldKind) {
  EXPECT_EQ(check_field(Field::identity, "r5mwreLuyDRYBi/0TiPwEsY3rEVsk="), std::nullopt);
  EXPECT_EQ(check_field(Field::identity, "\"r5mwreLuyDRYBi/0TiPwEsY3rEVsk=\""), std::nullopt);
  EXPECT_EQ(check_field(Field::identity, "r5mwreLuy;alg=x")->at, 15U);
}

TEST(CheckFieldTest, EndsOnEveryBeginningOfAValue) {
  for (const Example& example : kExamples) {
    for (std::size_t size = 0; size < example.good.size(); ++size) {
      const test::ExactBlock part(example.good.substr(0, size));
      const auto wrong = check_field(example.field, part.view());
      EXPECT_TRUE(!wrong || wrong->at <= size) << part.view();
    }
  }
}

TEST(CheckFieldTest, LetsFreeTextAndWhatIsCheckedElsewherePass) {
  std::vector<Field> free;
  for (int number = 0; number <= static_cast<int>(Field::extension); ++number) {
    const auto field = static_cast<Field>(number);
    if (!check_field(field, "\"{ \x01 <,")) free.push_back(field);
  }
  EXPECT_THAT(free, ::testing::ElementsAre(Field::subject, Field::authorization,
                                           Field::proxy_authorization, Field::www_authenticate,
                                           Field::proxy_authenticate, Field::authentication_info,
                                           Field::organization, Field::extension));
}

TEST(CheckFieldTest, KnowsWhatMayStandOnceOnly) {
  for (const auto field : {Field::from, Field::to, Field::call_id, Field::cseq, Field::max_forwards,
                           Field::content_length, Field::content_type, Field::replaces,
                           Field::refer_to, Field::event, Field::session_expires}) {
    EXPECT_FALSE(may_repeat(field)) << field_name(field);
  }
  for (const auto field : {Field::via, Field::contact, Field::allow, Field::warning,
                           Field::www_authenticate, Field::identity, Field::extension}) {
    EXPECT_TRUE(may_repeat(field)) << field_name(field);
  }
}

TEST(CheckFieldTest, LetsEveryListStandOften) {
  for (int number = 0; number <= static_cast<int>(Field::extension); ++number) {
    const auto field = static_cast<Field>(number);
    EXPECT_TRUE(!is_list_field(field) || may_repeat(field)) << field_name(field);
  }
}

}  // namespace
}  // namespace godwit::sip
