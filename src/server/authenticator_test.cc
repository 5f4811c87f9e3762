// SPDX-License-Identifier: Apache-2.0
#include "server/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using Role = Authenticator::Role;

class AuthenticatorTest : public ::testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"alice", "secret"}};
    return o;
  }
  static sip::Message request(const std::string& uri = "sip:example.org") {
    return sip::Message::request("REGISTER", uri);
  }
  std::vector<sip::Challenge> challenges(bool stale = false, Role role = Role::registrar) {
    const auto response = authenticator_.challenge(request(), role, {{}, stale}, now_);
    std::vector<sip::Challenge> out;
    const auto field =
        role == Role::registrar ? sip::Field::www_authenticate : sip::Field::proxy_authenticate;
    for (const auto value : response.values(field)) out.push_back(*sip::parse_challenge(value));
    return out;
  }
  sip::DigestCredentials credentials(const sip::Challenge& challenge, std::uint32_t count = 1) {
    sip::DigestCredentials c;
    c.username = "alice";
    c.realm = challenge.realm;
    c.nonce = challenge.nonce;
    c.algorithm = challenge.algorithm;
    c.uri = "sip:example.org";
    c.cnonce = "x";
    c.nonce_count = count;
    return c;
  }
  Authenticator::Judgement judge(sip::DigestCredentials c, const std::string& password = "secret") {
    c.response = digest_response(c, password, "REGISTER");
    sip::Message m = request();
    m.add(sip::Field::authorization, to_string(c));
    return authenticator_.judge(m, Role::registrar, now_);
  }

  SeededRandom random_{1};
  std::optional<Authenticator> held_{std::in_place, options(), random_};
  Authenticator& authenticator_ = *held_;
  TimePoint now_{1h};
};

TEST_F(AuthenticatorTest, ChallengesWithTheStrongestAlgorithmFirst) {
  const auto c = challenges();
  ASSERT_THAT(c, SizeIs(2));
  EXPECT_EQ(c[0].algorithm, sip::DigestAlgorithm::sha256);
  EXPECT_EQ(c[1].algorithm, sip::DigestAlgorithm::md5);
  EXPECT_EQ(c[0].realm, "example.org");
  EXPECT_TRUE(c[0].qop_auth);
  EXPECT_FALSE(c[0].stale);
  EXPECT_TRUE(challenges(true)[0].stale);
}

TEST_F(AuthenticatorTest, ChallengesWithTheStatusOfItsRole) {
  EXPECT_EQ(authenticator_.challenge(request(), Role::registrar, {}, now_).status(), 401);
  EXPECT_EQ(authenticator_.challenge(request(), Role::proxy, {}, now_).status(), 407);
  EXPECT_THAT(challenges(false, Role::proxy), SizeIs(2));
}

TEST_F(AuthenticatorTest, BelievesARightAnswerInEitherAlgorithm) {
  for (const sip::Challenge& challenge : challenges()) {
    const auto judgement =
        judge(credentials(challenge, challenge.algorithm == sip::DigestAlgorithm::sha256 ? 1 : 2));
    EXPECT_EQ(judgement.user, "alice");
  }
}

TEST_F(AuthenticatorTest, DoesNotBelieveAWrongPasswordOrAStranger) {
  const auto c = credentials(challenges()[0]);
  EXPECT_EQ(judge(c, "guess").user, "");
  EXPECT_FALSE(judge(c, "guess").stale);
  auto stranger = c;
  stranger.username = "mallory";
  EXPECT_EQ(judge(stranger).user, "");
}

TEST_F(AuthenticatorTest, TakesANonceAsOftenAsItsCountRises) {
  const auto c = challenges()[0];
  EXPECT_EQ(judge(credentials(c, 1)).user, "alice");
  EXPECT_EQ(judge(credentials(c, 2)).user, "alice");
  EXPECT_EQ(judge(credentials(c, 9)).user, "alice");
}

TEST_F(AuthenticatorTest, AsksAnewWhenANonceCountIsUsedAgain) {
  const auto c = challenges()[0];
  (void)judge(credentials(c, 2));
  for (const std::uint32_t count : {2U, 1U}) {
    EXPECT_EQ(judge(credentials(c, count)).user, "");
    EXPECT_TRUE(judge(credentials(c, count)).stale);
  }
}

TEST_F(AuthenticatorTest, AsksAnewWhenTheNonceIsOld) {
  const auto c = challenges()[0];
  now_ += Authenticator::kNonceLife;
  EXPECT_EQ(judge(credentials(c, 1)).user, "alice");
  now_ += 1ns;
  EXPECT_TRUE(judge(credentials(c, 2)).stale);
}

TEST_F(AuthenticatorTest, AsksAnewWhenTheNonceIsNotItsOwn) {
  auto c = challenges()[0];
  Authenticator before(options(), random_);
  c.nonce = sip::parse_challenge(*before.challenge(request(), Role::registrar, {}, now_)
                                      .field(sip::Field::www_authenticate))
                ->nonce;
  EXPECT_TRUE(judge(credentials(c)).stale);
  c.nonce = "made-up";
  EXPECT_TRUE(judge(credentials(c)).stale);
  c.nonce = "nodash";
  EXPECT_TRUE(judge(credentials(c)).stale);
}

TEST_F(AuthenticatorTest, WantsANonceCountAndTheRightRequest) {
  auto c = credentials(challenges()[0]);
  c.nonce_count.reset();
  EXPECT_EQ(judge(c).user, "");
  auto other = credentials(challenges()[0]);
  other.uri = "sip:example.net";
  EXPECT_EQ(judge(other).user, "");
}

TEST_F(AuthenticatorTest, PassesOverCredentialsForOthers) {
  auto c = credentials(challenges()[0]);
  auto foreign = c;
  foreign.realm = "elsewhere";
  c.response = digest_response(c, "secret", "REGISTER");
  sip::Message m = request();
  m.add(sip::Field::authorization, to_string(foreign));
  m.add(sip::Field::authorization, to_string(c));
  EXPECT_EQ(authenticator_.judge(m, Role::registrar, now_).user, "alice");
}

TEST_F(AuthenticatorTest, ConsumesItsOwnCredentialsOnly) {
  auto c = credentials(challenges()[0]);
  auto foreign = c;
  foreign.realm = "elsewhere";
  sip::Message m = request();
  m.add(sip::Field::proxy_authorization, to_string(c));
  m.add(sip::Field::proxy_authorization, to_string(foreign));
  authenticator_.consume(m);
  EXPECT_THAT(m.values(sip::Field::proxy_authorization), ElementsAre(to_string(foreign)));
}

TEST_F(AuthenticatorTest, KnowsItsUsers) {
  EXPECT_TRUE(authenticator_.knows("alice"));
  EXPECT_FALSE(authenticator_.knows("bob"));
}

// RFC 7616 §3.4.2: a users file need not hold passwords.
TEST_F(AuthenticatorTest, BelievesWhoProvesTheKeyOfTheAlgorithm) {
  ServerOptions o = options();
  o.users.clear();
  sip::DigestCredentials c = credentials(challenges()[0]);
  o.digest_keys["alice"][sip::DigestAlgorithm::sha256] = digest_key(c, {"alice", "secret"});
  held_.emplace(o, random_);
  EXPECT_TRUE(authenticator_.knows("alice"));
  const auto fresh = challenges();
  EXPECT_EQ(judge(credentials(fresh[0])).user, "alice");
  EXPECT_EQ(judge(credentials(fresh[0], 2), "guess").user, "");
  EXPECT_EQ(judge(credentials(fresh[1])).user, "") << "there is no key for MD5";
}

}  // namespace
}  // namespace godwit::server
