// SPDX-License-Identifier: Apache-2.0
#include "sdp/dtls_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdp/tls_id.h"

namespace godwit::sdp {
namespace {

const net::SocketAddress kHere = *net::SocketAddress::parse("10.1.0.2:40000");
const net::SocketAddress kThere = *net::SocketAddress::parse("10.2.0.2:5004");
const net::SocketAddress kElsewhere = *net::SocketAddress::parse("[2001:db8::2]:40000");
const net::SocketAddress kNowhere = *net::SocketAddress::parse("0.0.0.0:5004");
constexpr const char* kId = "farendfarendfarendfarend";
constexpr const char* kOtherId = "anotheranotheranother";

Fingerprint fingerprint_of(std::uint8_t fill) {
  return {"sha-256", std::vector<std::uint8_t>(32, fill)};
}
std::string value_of(const Media& line, const char* name) {
  const Attribute* const attribute = find_attribute(line.attributes, name);
  return attribute == nullptr ? "none" : attribute->value;
}

/// What the far end says; "" leaves an attribute out.
struct Said {
  const char* setup = "actpass";
  std::string tls_id = kId;
  std::uint8_t certificate = 9;
};
Media line_of(const Said& said) {
  Media line;
  line.attributes.push_back({"fingerprint", to_string(fingerprint_of(said.certificate))});
  if (*said.setup != '\0') line.attributes.push_back({"setup", said.setup});
  if (!said.tls_id.empty()) line.attributes.push_back({"tls-id", said.tls_id});
  return line;
}

class DtlsExchangeTest : public ::testing::Test {
 protected:
  Media offer(const net::SocketAddress& here = kHere) {
    Media line;
    dtls_.put_offer(line, here);
    return line;
  }
  DtlsProtection answered(const Said& said, const net::SocketAddress& there = kThere) {
    const auto agreed = dtls_.take_answer({}, line_of(said), there);
    EXPECT_TRUE(agreed);
    return agreed.value_or(DtlsProtection{});
  }
  DtlsProtection offered(const Said& said, const net::SocketAddress& here = kHere,
                         const net::SocketAddress& there = kThere) {
    EXPECT_TRUE(dtls_.takes({}, line_of(said)));
    answer_ = Media();
    return dtls_.put_answer({}, line_of(said), answer_, {here, there});
  }

  SeededRandom random_{3};
  DtlsExchange dtls_{{fingerprint_of(1)}, &random_};
  Media answer_;
};

// RFC 8842 §5.2
TEST_F(DtlsExchangeTest, OfferShowsTheCertificateAndLeavesTheRoleOpen) {
  const Media line = offer();
  EXPECT_EQ(value_of(line, "fingerprint"), to_string(fingerprint_of(1)));
  EXPECT_EQ(value_of(line, "setup"), "actpass");
  EXPECT_TRUE(parse_tls_id(value_of(line, "tls-id")));
}

TEST_F(DtlsExchangeTest, AnswerGivesTheRoles) {
  const auto line = offer();
  const auto server = answered({.setup = "active"});
  EXPECT_FALSE(server.client);
  EXPECT_EQ(server.remote_fingerprints, std::vector<Fingerprint>{fingerprint_of(9)});
  EXPECT_EQ(server.local_tls_id, value_of(line, "tls-id"));
  EXPECT_EQ(server.remote_tls_id, kId);
  EXPECT_EQ(server.association, 1U);
  EXPECT_TRUE(DtlsExchange(dtls_).take_answer({}, line_of({.setup = "passive"}), kThere)->client);
  EXPECT_FALSE(DtlsExchange(dtls_).take_answer({}, line_of({.setup = ""}), kThere)->client);
}

TEST_F(DtlsExchangeTest, AnswerThatLeavesNobodyToBeginIsNone) {
  static_cast<void>(offer());
  EXPECT_FALSE(dtls_.take_answer({}, line_of({.setup = "actpass"}), kThere));
  EXPECT_FALSE(dtls_.take_answer({}, line_of({.setup = "holdconn"}), kThere));
  EXPECT_FALSE(dtls_.take_answer({}, Media{}, kThere));
}

// RFC 5763 §5
TEST_F(DtlsExchangeTest, AnswererBeginsUnlessTheOffererDoes) {
  EXPECT_TRUE(offered({.setup = "actpass"}).client);
  EXPECT_EQ(value_of(answer_, "setup"), "active");
  EXPECT_FALSE(offered({.setup = "active"}).client);
  EXPECT_EQ(value_of(answer_, "setup"), "passive");
  EXPECT_TRUE(offered({.setup = "passive"}).client);
  EXPECT_FALSE(dtls_.takes({}, line_of({.setup = "holdconn"})));
}

// RFC 8122 §5.1
TEST_F(DtlsExchangeTest, TrustsNoFingerprintOfABrokenHash) {
  Media line;
  line.attributes.push_back(
      {"fingerprint", to_string(Fingerprint{"sha-1", std::vector<std::uint8_t>(20, 1)})});
  EXPECT_FALSE(dtls_.takes({}, line));
  line.attributes.push_back({"fingerprint", to_string(fingerprint_of(9))});
  const auto agreed = dtls_.put_answer({}, line, answer_, {kHere, kThere});
  EXPECT_EQ(agreed.remote_fingerprints, std::vector<Fingerprint>{fingerprint_of(9)});
}

TEST_F(DtlsExchangeTest, WhatTheSessionSaysHoldsForItsLines) {
  SessionDescription description;
  description.attributes = line_of({.setup = "passive"}).attributes;
  EXPECT_TRUE(dtls_.takes(description, Media{}));
  EXPECT_TRUE(dtls_.put_answer(description, Media{}, answer_, {kHere, kThere}).client);
}

// RFC 8842 §3.2: an address alone is no reason where the association has a name.
TEST_F(DtlsExchangeTest, ANewAddressKeepsAnAssociationThatHasAName) {
  const auto first_line = offer();
  const auto first = answered({.setup = "passive"});
  const auto second_line = offer(kElsewhere);
  EXPECT_EQ(value_of(second_line, "tls-id"), value_of(first_line, "tls-id"));
  EXPECT_EQ(value_of(second_line, "setup"), "actpass");
  EXPECT_EQ(answered({.setup = "passive"}), first);
  EXPECT_EQ(offered({}, kElsewhere, kElsewhere), first) << "they have moved, too";
  EXPECT_EQ(value_of(answer_, "setup"), "active") << "the role stays";
  EXPECT_EQ(value_of(answer_, "tls-id"), first.local_tls_id);
}

TEST_F(DtlsExchangeTest, TheRoleStaysInAnAnswerThatGoesOn) {
  static_cast<void>(offer());
  static_cast<void>(answered({.setup = "active"}));
  const auto again = offered({.setup = "actpass"});
  EXPECT_FALSE(again.client);
  EXPECT_EQ(again.association, 1U);
  EXPECT_EQ(value_of(answer_, "setup"), "passive");
}

// RFC 8842 §3.1
TEST_F(DtlsExchangeTest, AnotherNameCertificateOrRoleMakesANewAssociation) {
  const auto first = offered({});
  const auto named = offered({.tls_id = kOtherId});
  EXPECT_EQ(named.association, 2U);
  EXPECT_NE(named.local_tls_id, first.local_tls_id) << "both sides name the new one";
  const auto certified = offered({.tls_id = kOtherId, .certificate = 8});
  EXPECT_EQ(certified.association, 3U);
  const auto turned = offered({.setup = "active", .tls_id = kOtherId, .certificate = 8});
  EXPECT_EQ(turned.association, 4U);
  EXPECT_FALSE(turned.client);
  EXPECT_EQ(offered({.setup = "active", .tls_id = kOtherId, .certificate = 8}).association, 4U);
}

TEST_F(DtlsExchangeTest, WornKeysMakeANewAssociationOnce) {
  static_cast<void>(offer());
  const auto first = answered({.setup = "active"});
  dtls_.renew();
  const auto again = offer();
  EXPECT_NE(value_of(again, "tls-id"), first.local_tls_id);
  EXPECT_EQ(value_of(offer(), "tls-id"), value_of(again, "tls-id")) << "after a refusal the same";
  const auto second = answered({.setup = "active", .tls_id = kOtherId});
  EXPECT_EQ(second.association, 2U);
  EXPECT_EQ(value_of(offer(), "tls-id"), second.local_tls_id);
  EXPECT_EQ(answered({.setup = "active", .tls_id = kOtherId}).association, 2U);
  dtls_.renew();
  EXPECT_EQ(offered({.tls_id = kOtherId}).association, 3U) << "an answer may ask for it as well";
  EXPECT_EQ(offered({.tls_id = kOtherId}).association, 3U);
}

// It would have no name for the new one, and wait for the far end to begin it.
TEST_F(DtlsExchangeTest, WithoutTlsIdWornKeysMakeNone) {
  static_cast<void>(offer());
  EXPECT_EQ(answered({.setup = "active", .tls_id = ""}).association, 1U);
  dtls_.renew();
  static_cast<void>(offer());
  EXPECT_EQ(answered({.setup = "active", .tls_id = ""}).association, 1U);
}

TEST_F(DtlsExchangeTest, AnAnswerMayAskForANewAssociation) {
  static_cast<void>(offer());
  static_cast<void>(answered({.setup = "active"}));
  static_cast<void>(offer());
  EXPECT_EQ(answered({.setup = "active", .tls_id = kOtherId}).association, 2U);
  static_cast<void>(offer());
  EXPECT_EQ(answered({.setup = "active", .tls_id = kOtherId}).association, 2U);
}

// RFC 5763 §6.6
TEST_F(DtlsExchangeTest, WithoutTlsIdANewAddressOfEitherSideMakesItAnew) {
  const auto first_line = offer();
  const auto first = answered({.setup = "active", .tls_id = ""});
  EXPECT_EQ(first.remote_tls_id, "");
  static_cast<void>(offer());
  EXPECT_EQ(answered({.setup = "active", .tls_id = ""}).association, 1U);
  static_cast<void>(offer());
  EXPECT_EQ(answered({.setup = "active", .tls_id = ""}, kElsewhere).association, 2U) << "they moved";
  const auto moved_line = offer(kElsewhere);
  EXPECT_NE(value_of(moved_line, "tls-id"), value_of(first_line, "tls-id")) << "we are about to";
  EXPECT_EQ(offer(kElsewhere), moved_line) << "the same offer again";
  EXPECT_EQ(answered({.setup = "active", .tls_id = ""}, kElsewhere).association, 3U);
}

TEST_F(DtlsExchangeTest, WithoutTlsIdAMovedOfferIsAnsweredAnew) {
  const auto first = offered({.tls_id = ""});
  EXPECT_EQ(offered({.tls_id = ""}), first);
  const auto moved = offered({.tls_id = ""}, kHere, kElsewhere);
  EXPECT_EQ(moved.association, 2U);
  EXPECT_NE(moved.local_tls_id, first.local_tls_id);
  EXPECT_EQ(offered({.tls_id = ""}, kElsewhere, kElsewhere).association, 3U) << "we moved";
}

TEST_F(DtlsExchangeTest, HoldAtNoAddressIsNoMove) {
  const auto first = offered({.tls_id = ""});
  EXPECT_EQ(offered({.tls_id = ""}, kHere, kNowhere), first);
  EXPECT_EQ(offered({.tls_id = ""}), first);
}

TEST(DtlsExchange, IsImpossibleWithoutACertificate) {
  SeededRandom random(1);
  EXPECT_TRUE(DtlsExchange({fingerprint_of(1)}, &random).possible());
  EXPECT_FALSE(DtlsExchange({}, &random).possible());
  EXPECT_FALSE(DtlsExchange({fingerprint_of(1)}, nullptr).possible());
  EXPECT_FALSE(DtlsExchange({}, &random).takes({}, line_of({})));
}

}  // namespace
}  // namespace godwit::sdp
