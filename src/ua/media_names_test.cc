// SPDX-License-Identifier: Apache-2.0
#include "ua/media_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/fake_clock.h"
#include "support/snapshot_builder.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using net::DnsAnswer;
using net::DnsType;
using net::Family;
using test::ip;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MediaNamesTest : public ::testing::Test {
 protected:
  std::vector<sip::DnsQuestion> questions() {
    std::vector<sip::DnsQuestion> asked;
    for (const auto& action : names_.take_actions()) {
      const auto& query = std::get<sip::QueryDns>(action);
      asked.push_back({query.name, query.type});
    }
    return asked;
  }
  void answer(const std::string& name, DnsType type, const std::vector<std::string>& addresses,
              std::chrono::seconds ttl = 300s) {
    DnsAnswer answer{.status = DnsAnswer::Status::found, .ttl = ttl};
    for (const auto& address : addresses) answer.addresses.push_back(ip(address));
    names_.on_dns_answered({name, type, answer}, clock_.now());
  }
  MediaNames::Answer ask(const std::string& name = "media.example.org",
                         Family family = Family::v6) {
    return names_.address_of(name, family, clock_.now());
  }
  static bool pending(const MediaNames::Answer& answer) {
    return std::holds_alternative<MediaNames::Pending>(answer);
  }
  static bool refused(const MediaNames::Answer& answer) {
    const auto* error = std::get_if<Error>(&answer);
    return error != nullptr && error->code == Errc::name_not_found;
  }

  FakeClock clock_;
  MediaNames names_;
};

TEST_F(MediaNamesTest, T73_AsksForTheStatedTypeAlone) {
  EXPECT_TRUE(pending(ask()));
  EXPECT_TRUE(pending(ask()));
  EXPECT_THAT(questions(), ElementsAre(sip::DnsQuestion{"media.example.org", DnsType::aaaa}));
  EXPECT_TRUE(pending(ask("media.example.org", Family::v4)));
  EXPECT_THAT(questions(), ElementsAre(sip::DnsQuestion{"media.example.org", DnsType::a}));
  answer("media.example.org", DnsType::a, {"192.0.2.7"});
  EXPECT_TRUE(pending(ask())) << "the other type's answer is no answer";
  answer("media.example.org", DnsType::aaaa, {"2001:db8::7", "2001:db8::8"});
  EXPECT_EQ(std::get<net::IpAddress>(ask()), ip("2001:db8::7"));
  EXPECT_EQ(std::get<net::IpAddress>(ask("MEDIA.example.org")), ip("2001:db8::7"));
}

TEST_F(MediaNamesTest, AnAnswerIsForgottenAtItsEndOrWithTheNetwork) {
  (void)ask();
  answer("media.example.org", DnsType::aaaa, {"2001:db8::7"}, 60s);
  clock_.advance(59s);
  EXPECT_FALSE(pending(ask()));
  clock_.advance(1s);
  EXPECT_TRUE(pending(ask()));
  answer("media.example.org", DnsType::aaaa, {"2001:db8::8"}, 0s);
  EXPECT_EQ(std::get<net::IpAddress>(ask()), ip("2001:db8::8")) << "good for who asked";
  names_.on_network();
  EXPECT_TRUE(pending(ask()));
  EXPECT_EQ(questions().size(), 3U);
}

TEST_F(MediaNamesTest, T26_AddressesThatNobodyFarAwayHasAreNone) {
  for (const char* const useless : {"::", "::1", "fe80::1", "ff02::1"}) {
    names_.on_network();
    (void)ask();
    answer("media.example.org", DnsType::aaaa, {useless});
    EXPECT_TRUE(refused(ask())) << useless;
  }
}

TEST_F(MediaNamesTest, WhatIsNoNameIsNeverAsked) {
  const std::string wide(254, 'a');
  for (const std::string& text : {std::string(), std::string("a b"), std::string("a\nb"),
                                  std::string("sip:x@y"), wide}) {
    EXPECT_TRUE(refused(ask(text))) << text;
  }
  EXPECT_THAT(questions(), IsEmpty());
  EXPECT_TRUE(pending(ask(wide.substr(1))));
}

TEST_F(MediaNamesTest, AnswersThatNobodyAskedForArePassedOver) {
  answer("media.example.org", DnsType::aaaa, {"2001:db8::7"});
  EXPECT_TRUE(pending(ask()));
}

TEST_F(MediaNamesTest, AsksForSoManyNamesAtOnceAndNotForOneMore) {
  const auto name = [](std::size_t i) { return "m" + std::to_string(i) + ".example.org"; };
  for (std::size_t i = 0; i < limits::kMediaNames; ++i) EXPECT_TRUE(pending(ask(name(i))));
  for (std::size_t i = 1; i <= 9 * limits::kMediaNames; ++i) {
    EXPECT_TRUE(refused(ask(name(limits::kMediaNames + i))));
  }
  EXPECT_EQ(questions().size(), limits::kMediaNames);
  answer(name(0), DnsType::aaaa, {"2001:db8::7"});
  EXPECT_TRUE(pending(ask(name(limits::kMediaNames)))) << "what has an answer makes room";
}

}  // namespace
}  // namespace godwit::ua
