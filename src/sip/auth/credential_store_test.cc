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
using ServerProof = CredentialStore::ServerProof;

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

  static constexpr const char* kWwwInfo = "Authentication-Info";
  static constexpr const char* kProxyInfo = "Proxy-Authentication-Info";
  static Message accepted(std::string_view info, std::string_view name = kWwwInfo) {
    Message message = Message::response(200);
    if (name == kWwwInfo) {
      message.set(Field::authentication_info, info);
    } else {
      message.add_extension(name, info);
    }
    return message;
  }
  /// What a server says that knows the password.
  static AuthenticationInfo proof_for(const DigestCredentials& sent, std::string_view body = "") {
    const Secret secret{"alice", "wonderland"};
    AuthenticationInfo info;
    info.qop = sent.qop;
    info.cnonce = sent.cnonce;
    info.nonce_count = sent.nonce_count;
    info.response_auth = response_with_key(sent, digest_key(sent, secret), "", body);
    return info;
  }
  /// A store that has answered the challenge `nonce` of the realm example.com.
  Message challenged(std::string_view nonce, std::string_view more = "") {
    store_.on_challenge(request(), challenge(nonce, more));
    return authorized(request());
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

TEST_F(CredentialStoreTest, ARehearsalHasTheLengthAndUsesUpNoCount) {
  EXPECT_EQ(store_.rehearse(request()).write(), request().write());
  store_.on_challenge(request(), challenge("n1", ", algorithm=SHA-256, opaque=\"o\""));
  const auto rehearsed = store_.rehearse(request()).write().size();
  EXPECT_EQ(store_.rehearse(request("c2")).write(), request("c2").write()) << "of another call";
  EXPECT_TRUE(store_.applies_to(request()));
  EXPECT_FALSE(store_.applies_to(request("c2")));
  const auto sent = authorized(request());
  EXPECT_EQ(sent.write().size(), rehearsed);
  EXPECT_EQ(credentials(sent)[0].nonce_count, 1U);
}

TEST_F(CredentialStoreTest, AChangedPasswordAnswersWhatIsKnownAndMayBeRefusedAnew) {
  for (const char* algorithm : {"", ", algorithm=MD5-sess"}) {
    store_.change({"alice", "wrong"});
    ASSERT_EQ(store_.on_challenge(request(), challenge("n1", algorithm)), Verdict::answer);
    ASSERT_TRUE(verify(credentials(authorized(request()))[0], "wrong", "REGISTER"));
    store_.change({"bob", "wonderland"});
    const auto sent = credentials(authorized(request()));
    ASSERT_THAT(sent, SizeIs(1)) << "before it is asked";
    EXPECT_EQ(sent[0].username, "bob");
    EXPECT_TRUE(verify(sent[0], "wonderland", "REGISTER"));
    store_.forget("c1");
  }
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
  response.add(Field::www_authenticate, value("stranger", ", algorithm=AKAv1-MD5"));
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

TEST_F(CredentialStoreTest, EveryAlgorithmIsAnswered) {
  for (const char* name :
       {"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"}) {
    store_.forget("c1");
    const auto sent = credentials(challenged("n", std::string(", algorithm=") + name));
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(to_string(sent[0].algorithm), name);
    EXPECT_TRUE(verify(sent[0], "wonderland", "REGISTER"));
  }
}

TEST_F(CredentialStoreTest, SeveralChallengesInOneFieldAreAnsweredByRealm) {
  Message response = Message::response(407);
  response.add(Field::proxy_authenticate, "Basic realm=\"x\", " + value("n1", "", "one") + ", " +
                                              value("n2", ", algorithm=SHA-256", "one") + ", " +
                                              value("n3", "", "two"));
  EXPECT_EQ(store_.on_challenge(request(), response), Verdict::answer);
  const auto sent = credentials(authorized(request()), Field::proxy_authorization);
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].nonce, "n2");
  EXPECT_EQ(sent[1].nonce, "n3");
}

TEST_F(CredentialStoreTest, OpaqueIsSentBackAsItCame) {
  for (const char* opaque : {R"(opaque="")", R"(opaque="\"o\/\\")"}) {
    store_.forget("c1");
    EXPECT_THAT(challenged("n", std::string(", ") + opaque).write(), HasSubstr(opaque));
  }
  store_.forget("c1");
  EXPECT_THAT(challenged("n").write(), Not(HasSubstr("opaque")));
}

TEST_F(CredentialStoreTest, TheBodyIsCoveredOnlyWhereNothingElseIsOffered) {
  const auto answered = [&](std::string_view qop) {
    store_.forget("c1");
    Message response = Message::response(401);
    response.add(Field::www_authenticate,
                 R"(Digest realm="r", nonce="n", qop=")" + std::string(qop) + '"');
    Message message = request("c1", "INVITE");
    message.set_body("application/sdp", "v=0\r\n");
    store_.on_challenge(message, response);
    return credentials(authorized(message)).at(0);
  };
  EXPECT_EQ(answered("auth-int,auth").qop, Qop::auth);
  const auto covering = answered("auth-int");
  EXPECT_EQ(covering.qop, Qop::auth_int);
  EXPECT_TRUE(verify(covering, "wonderland", "INVITE", "v=0\r\n"));
  EXPECT_FALSE(verify(covering, "wonderland", "INVITE", "v=1\r\n"));
}

TEST_F(CredentialStoreTest, TheUserIsHiddenInAHashWhereTheServerTakesIt) {
  const auto sent = credentials(challenged("n", ", userhash=true, algorithm=SHA-256"));
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].username_form, UsernameForm::hashed);
  EXPECT_TRUE(verify(sent[0], Secret{"alice", "wonderland"}, "REGISTER"));
  EXPECT_THAT(authorized(request()).write(), Not(HasSubstr("alice")));
}

TEST_F(CredentialStoreTest, AUserNameBeyondAsciiIsExtendedWhereTheServerTakesIt) {
  CredentialStore store{{"J\xc3\xa4s\xc3\xb8n", "pw"}, random_};
  for (const auto form : {UsernameForm::quoted, UsernameForm::extended}) {
    const bool utf8 = form == UsernameForm::extended;
    store.forget("c1");
    store.on_challenge(request(), challenge("n", utf8 ? ", charset=UTF-8" : ""));
    Message message = request();
    store.authorize(message);
    const auto sent = credentials(message);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].username_form, form);
    EXPECT_EQ(sent[0].username, "J\xc3\xa4s\xc3\xb8n");
    EXPECT_TRUE(verify(sent[0], "pw", "REGISTER"));
  }
}

TEST_F(CredentialStoreTest, ASessionKeepsItsKeyAndItsCnonce) {
  const auto first = credentials(challenged("n1", ", algorithm=SHA-256-sess"))[0];
  const auto second = credentials(authorized(request()))[0];
  EXPECT_EQ(second.cnonce, first.cnonce);
  EXPECT_EQ(second.nonce_count, 2U);
  EXPECT_TRUE(verify(second, "wonderland", "REGISTER")) << "by a server that keeps no sessions";

  store_.on_accepted(authorized(request()), accepted(R"(nextnonce="n2")"));
  const auto third = credentials(authorized(request()))[0];
  EXPECT_EQ(third.nonce, "n2");
  const Secret secret{"alice", "wonderland"};
  EXPECT_EQ(third.response, response_with_key(third, digest_key(first, secret), "REGISTER", ""));

  store_.on_challenge(authorized(request()), challenge("n3", ", algorithm=SHA-256-sess"));
  const auto renewed = credentials(authorized(request()))[0];
  EXPECT_NE(renewed.cnonce, first.cnonce);
  EXPECT_TRUE(verify(renewed, "wonderland", "REGISTER"));
}

TEST_F(CredentialStoreTest, TheNextNonceIsUsedAndCountedFromOne) {
  const Message sent = challenged("n1");
  EXPECT_EQ(store_.on_accepted(sent, accepted(R"(nextnonce="n2")")), ServerProof::none);
  const auto next = credentials(authorized(request()))[0];
  EXPECT_EQ(next.nonce, "n2");
  EXPECT_EQ(next.nonce_count, 1U);
  EXPECT_TRUE(verify(next, "wonderland", "REGISTER"));

  store_.on_accepted(authorized(request()), accepted(R"(nextnonce="n1")"));
  EXPECT_EQ(credentials(authorized(request()))[0].nonce_count, 2U) << "n1 was used once before";
}

TEST_F(CredentialStoreTest, TheServersProofIsChecked) {
  for (const char* algorithm : {"MD5", "SHA-256", "SHA-512-256-sess"}) {
    store_.forget("c1");
    const Message sent = challenged("n1", std::string(", algorithm=") + algorithm);
    auto info = proof_for(credentials(sent)[0]);
    EXPECT_EQ(store_.on_accepted(sent, accepted(to_string(info))), ServerProof::right);

    info.next_nonce = "stolen";
    info.response_auth->back() = info.response_auth->back() == '0' ? '1' : '0';
    EXPECT_EQ(store_.on_accepted(sent, accepted(to_string(info))), ServerProof::wrong);
    EXPECT_EQ(credentials(authorized(request()))[0].nonce, "n1");
  }
}

TEST_F(CredentialStoreTest, TheServersProofMayCoverItsBody) {
  const Message sent = challenged("n1");
  auto with_body = credentials(sent)[0];
  with_body.qop = Qop::auth_int;
  Message response = accepted(to_string(proof_for(with_body, "body")));
  response.set_body("text/plain", "body");
  EXPECT_EQ(store_.on_accepted(sent, response), ServerProof::right);
  response.set_body("text/plain", "other");
  EXPECT_EQ(store_.on_accepted(sent, response), ServerProof::wrong);
}

TEST_F(CredentialStoreTest, ProxyAndServerEachHaveTheirInfo) {
  Message both = challenge("n1");
  both.add(Field::proxy_authenticate, value("p1", "", "proxy.com"));
  store_.on_challenge(request(), both);
  const Message sent = authorized(request());
  Message response = accepted(R"(nextnonce="p2")", kProxyInfo);
  response.add(Field::authentication_info, R"(nextnonce="n2")");
  store_.on_accepted(sent, response);

  const Message next = authorized(request());
  EXPECT_EQ(credentials(next)[0].nonce, "n2");
  EXPECT_EQ(credentials(next, Field::proxy_authorization)[0].nonce, "p2");
}

TEST_F(CredentialStoreTest, AnInfoIsForTheCredentialsThatItRepeats) {
  Message response = challenge("n1");
  response.add(Field::www_authenticate, value("m1", "", "other.com"));
  store_.on_challenge(request(), response);
  const Message sent = authorized(request());
  AuthenticationInfo info;
  info.next_nonce = "m2";
  store_.on_accepted(sent, accepted(to_string(info)));
  EXPECT_EQ(credentials(authorized(request()))[1].nonce, "m1") << "nobody can tell whose it is";

  info.cnonce = credentials(sent)[1].cnonce;
  store_.on_accepted(sent, accepted(to_string(info)));
  const auto next = credentials(authorized(request()));
  EXPECT_EQ(next[0].nonce, "n1");
  EXPECT_EQ(next[1].nonce, "m2");
}

TEST_F(CredentialStoreTest, AnInfoThatCannotBeReadChangesNothing) {
  const Message sent = challenged("n1");
  EXPECT_EQ(store_.on_accepted(sent, accepted("nextnonce=\"n2")), ServerProof::none);
  EXPECT_EQ(store_.on_accepted(request(), accepted(R"(nextnonce="n2")")), ServerProof::none);
  EXPECT_EQ(store_.on_accepted(sent, Message::response(200)), ServerProof::none);
  EXPECT_EQ(credentials(authorized(request()))[0].nonce, "n1");
}

TEST_F(CredentialStoreTest, AnAcceptedRequestStartsTheCountOfRefusalsAnew) {
  const Message sent = challenged("n1");
  store_.on_accepted(sent, Message::response(200));
  EXPECT_EQ(store_.on_challenge(sent, challenge("n2")), Verdict::answer);
}

TEST_F(CredentialStoreTest, ThePolicyKeepsWeakAnswersBack) {
  CredentialStore careful{{"alice", "wonderland"}, random_, {.minimum = DigestAlgorithm::sha256}};
  EXPECT_EQ(careful.on_challenge(request(), challenge("n1")), Verdict::refused);
  EXPECT_EQ(careful.on_challenge(request(), challenge("n2", ", algorithm=SHA-256")),
            Verdict::answer);
}

TEST_F(CredentialStoreTest, ARealmThatOnceOfferedQopIsNotAnsweredWithout) {
  store_.on_challenge(request("c1"), challenge("n1"));
  Message weaker = Message::response(401);
  weaker.add(Field::www_authenticate, R"(Digest realm="example.com", nonce="n2")");
  EXPECT_EQ(store_.on_challenge(request("c2"), weaker), Verdict::refused);
}

TEST_F(CredentialStoreTest, AnAckRepeatsTheCredentialsOfItsInvite) {  // RFC 3261 section 22.1
  auto invite = Message::request("INVITE", "sip:bob@example.org");
  invite.add(Field::authorization, "Digest username=\"a\", realm=\"r\", nc=00000001");
  invite.add(Field::proxy_authorization, "Digest username=\"a\", realm=\"p\"");
  invite.add(Field::proxy_authorization, "Digest username=\"a\", realm=\"q\"");
  auto ack = Message::request("ACK", "sip:bob@192.0.2.1");
  ack.add(Field::authorization, "Digest username=\"other\"");
  repeat_credentials(invite, ack);
  EXPECT_EQ(ack.values(Field::authorization), invite.values(Field::authorization));
  EXPECT_EQ(ack.values(Field::proxy_authorization), invite.values(Field::proxy_authorization));
}

TEST_F(CredentialStoreTest, ThePasswordIsNeverOnTheWire) {
  store_.on_challenge(request(), challenge("n1"));
  EXPECT_THAT(authorized(request()).write(), Not(HasSubstr("wonderland")));
}

}  // namespace
}  // namespace godwit::sip
