// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/credential_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Verdict = CredentialStore::Verdict;

class CredentialStoreTest : public ::testing::Test {
 protected:
  static Message request(std::string_view call_id = "c1", std::string_view method = "REGISTER") {
    Message message = Message::request(method, "sip:example.com");
    message.add(Field::call_id, call_id);
    return message;
  }
  static Message challenge(std::string_view nonce, std::string_view more = "",
                           std::string_view realm = "example.com") {
    Message message = Message::response(401);
    message.add(Field::www_authenticate, value(nonce, more, realm));
    return message;
  }
  static std::string value(std::string_view nonce, std::string_view more = "",
                           std::string_view realm = "example.com") {
    return "Digest realm=\"" + std::string(realm) + "\", nonce=\"" + std::string(nonce) +
           "\", qop=\"auth\"" + std::string(more);
  }
  static std::vector<DigestCredentials> credentials(const Message& message,
                                                    Field field = Field::authorization) {
    std::vector<DigestCredentials> all;
    for (const auto text : message.values(field)) {
      all.push_back(parse_digest_credentials(text).value());
    }
    return all;
  }
  Message authorized(Message message) {
    store_.authorize(message);
    return message;
  }

  SeededRandom random_{7};
  CredentialStore store_{{"alice", "wonderland"}, random_};
};

TEST_F(CredentialStoreTest, NothingIsAddedBeforeAChallenge) {
  EXPECT_THAT(credentials(authorized(request())), IsEmpty());
}

TEST_F(CredentialStoreTest, AChallengeIsAnsweredWithTheRightDigest) {
  EXPECT_EQ(store_.on_challenge(request(), challenge("n1", ", opaque=\"o\"")), Verdict::answer);

  const auto sent = credentials(authorized(request()));
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].username, "alice");
  EXPECT_EQ(sent[0].uri, "sip:example.com");
  EXPECT_EQ(sent[0].nonce, "n1");
  EXPECT_EQ(sent[0].opaque, "o");
  EXPECT_EQ(sent[0].nonce_count, 1U);
  EXPECT_THAT(sent[0].cnonce, SizeIs(32));
  EXPECT_TRUE(verify(sent[0], "wonderland", "REGISTER"));
}

TEST_F(CredentialStoreTest, LaterRequestsCountOnWithTheSameNonce) {
  store_.on_challenge(request(), challenge("n1"));
  const auto first = credentials(authorized(request()));
  store_.on_accepted("c1");
  const auto second = credentials(authorized(request()));

  EXPECT_EQ(first[0].nonce_count, 1U);
  EXPECT_EQ(second[0].nonce_count, 2U);
  EXPECT_EQ(second[0].nonce, "n1");
  EXPECT_NE(second[0].cnonce, first[0].cnonce);
  EXPECT_TRUE(verify(second[0], "wonderland", "REGISTER"));
}

TEST_F(CredentialStoreTest, WithoutQopThereIsNoCount) {
  Message response = Message::response(401);
  response.add(Field::www_authenticate, R"(Digest realm="r", nonce="n")");
  store_.on_challenge(request(), response);

  const auto sent = credentials(authorized(request()));
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].nonce_count, std::nullopt);
  EXPECT_TRUE(verify(sent[0], "wonderland", "REGISTER"));
}

TEST_F(CredentialStoreTest, AnotherCallIdGetsNoneUntilItIsChallenged) {
  store_.on_challenge(request("c1"), challenge("n1"));
  EXPECT_THAT(credentials(authorized(request("c2", "INVITE"))), IsEmpty());
}

TEST_F(CredentialStoreTest, ANonceSharedByTwoCallIdsIsNeverUsedTwiceWithOneCount) {
  store_.on_challenge(request("c1"), challenge("n1"));
  store_.on_challenge(request("c2"), challenge("n1"));
  std::set<std::uint32_t> counts;
  for (const char* call_id : {"c1", "c2", "c1", "c2"}) {
    EXPECT_TRUE(counts.insert(*credentials(authorized(request(call_id)))[0].nonce_count).second);
  }
  store_.forget("c1");
  store_.on_challenge(request("c1"), challenge("n1"));
  EXPECT_TRUE(counts.insert(*credentials(authorized(request("c1")))[0].nonce_count).second);
}

TEST_F(CredentialStoreTest, TheStrongestAlgorithmOfARealmIsAnswered) {
  Message response = challenge("weak", ", algorithm=MD5");
  response.add(Field::www_authenticate, value("strong", ", algorithm=SHA-256"));
  response.add(Field::www_authenticate, value("stranger", ", algorithm=SHA-512-256"));
  store_.on_challenge(request(), response);

  const auto sent = credentials(authorized(request()));
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].nonce, "strong");
  EXPECT_EQ(sent[0].algorithm, DigestAlgorithm::sha256);
  EXPECT_TRUE(verify(sent[0], "wonderland", "REGISTER"));
}

TEST_F(CredentialStoreTest, EachRealmGetsItsOwnAnswerInItsOwnField) {
  Message response = challenge("n1");
  response.add(Field::www_authenticate, value("n2", "", "other.com"));
  response.add(Field::proxy_authenticate, value("n3", "", "proxy.com"));
  EXPECT_EQ(store_.on_challenge(request(), response), Verdict::answer);

  const Message sent = authorized(request());
  const auto own = credentials(sent);
  ASSERT_THAT(own, SizeIs(2));
  EXPECT_EQ(own[0].realm, "example.com");
  EXPECT_EQ(own[1].realm, "other.com");
  const auto proxy = credentials(sent, Field::proxy_authorization);
  ASSERT_THAT(proxy, SizeIs(1));
  EXPECT_EQ(proxy[0].realm, "proxy.com");
}

TEST_F(CredentialStoreTest, AProxyAndTheServerBehindItAreBothAnswered) {
  Message first = Message::response(407);
  first.add(Field::proxy_authenticate, value("n1", "", "proxy.com"));
  store_.on_challenge(request(), first);
  Message second = authorized(request());
  EXPECT_EQ(store_.on_challenge(second, challenge("n2")), Verdict::answer);

  const Message third = authorized(second);
  EXPECT_THAT(credentials(third), SizeIs(1));
  EXPECT_THAT(credentials(third, Field::proxy_authorization), SizeIs(1));
}

TEST_F(CredentialStoreTest, AWrongPasswordIsNotSentTwice) {
  store_.on_challenge(request(), challenge("n1"));
  EXPECT_EQ(store_.on_challenge(authorized(request()), challenge("n2")), Verdict::refused);
  EXPECT_THAT(credentials(authorized(request())), IsEmpty());
}

TEST_F(CredentialStoreTest, AStaleNonceIsAnsweredTwiceInARowAndNoMore) {
  store_.on_challenge(request(), challenge("n1"));
  EXPECT_EQ(store_.on_challenge(authorized(request()), challenge("n2", ", stale=true")),
            Verdict::answer);
  EXPECT_EQ(store_.on_challenge(authorized(request()), challenge("n3", ", stale=true")),
            Verdict::answer);
  EXPECT_EQ(store_.on_challenge(authorized(request()), challenge("n4", ", stale=true")),
            Verdict::refused);
}

TEST_F(CredentialStoreTest, AcceptedCredentialsStartTheCountOfStaleNoncesAnew) {
  store_.on_challenge(request(), challenge("n0"));
  for (int i = 0; i < 5; ++i) {
    const auto response = challenge("m" + std::to_string(i), ", stale=true");
    EXPECT_EQ(store_.on_challenge(authorized(request()), response), Verdict::answer);
    EXPECT_EQ(credentials(authorized(request()))[0].nonce_count, 1U);
    store_.on_accepted("c1");
  }
}

TEST_F(CredentialStoreTest, ANonceThatExpiredWithoutBeingCalledStaleIsRenewedOnce) {
  store_.on_challenge(request(), challenge("n1"));
  store_.on_accepted("c1");
  EXPECT_EQ(store_.on_challenge(authorized(request()), challenge("n2")), Verdict::answer);
  EXPECT_EQ(credentials(authorized(request()))[0].nonce, "n2");
  EXPECT_EQ(store_.on_challenge(authorized(request()), challenge("n3")), Verdict::refused);
}

TEST_F(CredentialStoreTest, TwoRequestsInFlightDoNotRefuseEachOther) {
  store_.on_challenge(request(), challenge("n1"));
  store_.on_accepted("c1");
  const Message first = authorized(request());
  const Message second = authorized(request());
  EXPECT_EQ(store_.on_challenge(first, challenge("n2", ", stale=true")), Verdict::answer);
  EXPECT_EQ(store_.on_challenge(second, challenge("n3", ", stale=true")), Verdict::answer);
}

TEST_F(CredentialStoreTest, AuthorizeReplacesWhatIsThere) {
  store_.on_challenge(request(), challenge("n1"));
  EXPECT_THAT(credentials(authorized(authorized(request()))), SizeIs(1));
}

TEST_F(CredentialStoreTest, WhatCannotBeAnsweredIsRefused) {
  EXPECT_EQ(store_.on_challenge(request(), Message::response(401)), Verdict::refused);
  Message basic = Message::response(401);
  basic.add(Field::www_authenticate, R"(Basic realm="r")");
  EXPECT_EQ(store_.on_challenge(request(), basic), Verdict::refused);

  CredentialStore without_password{{"alice", ""}, random_};
  EXPECT_EQ(without_password.on_challenge(request(), challenge("n1")), Verdict::refused);
}

TEST_F(CredentialStoreTest, ForgettingACallIdDropsItsChallenges) {
  store_.on_challenge(request("c1"), challenge("n1"));
  store_.on_challenge(request("c2"), challenge("n2"));
  store_.forget("c1");
  EXPECT_THAT(credentials(authorized(request("c1"))), IsEmpty());
  EXPECT_THAT(credentials(authorized(request("c2"))), SizeIs(1));
}

TEST_F(CredentialStoreTest, OnlySoManyCallIdsAreRemembered) {
  for (std::size_t i = 0; i <= CredentialStore::kMaxKnown; ++i) {
    store_.on_challenge(request("many" + std::to_string(i)), challenge("n"));
  }
  EXPECT_THAT(credentials(authorized(request("many0"))), IsEmpty());
  EXPECT_THAT(credentials(authorized(request("many1"))), SizeIs(1));
}

TEST_F(CredentialStoreTest, ThePasswordIsNeverOnTheWire) {
  store_.on_challenge(request(), challenge("n1"));
  EXPECT_THAT(authorized(request()).write(), Not(HasSubstr("wonderland")));
}

}  // namespace
}  // namespace godwit::sip
