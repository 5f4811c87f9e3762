// SPDX-License-Identifier: Apache-2.0
// What offers and answers say of the sound beside where it goes: protection, codecs, packets, RTCP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/base64.h"
#include "sdp/offer_answer.h"

namespace godwit::sdp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using std::chrono::milliseconds;

const net::SocketAddress kHome = *net::SocketAddress::parse("10.1.0.2:40000");
const net::SocketAddress kRoaming = *net::SocketAddress::parse("[2001:db8:1::2]:40000");
const std::string kTheirKey = crypto::to_base64(std::vector<std::uint8_t>(30, 7));
const std::string kTheirCrypto = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + kTheirKey + "\r\n";

SessionDescription far_end(const std::string& media) {
  auto read = parse("v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\n" + media);
  EXPECT_TRUE(read) << read.error().detail;
  return read.value_or(SessionDescription{});
}
std::string dtls_line(const char* setup, const char* tls_id) {
  const Fingerprint certificate{"sha-256", std::vector<std::uint8_t>(32, 9)};
  return "m=audio 5004 UDP/TLS/RTP/SAVP 0\r\na=fingerprint:" + to_string(certificate) +
         "\r\na=setup:" + setup + "\r\na=tls-id:" + tls_id + "\r\n";
}
std::string crypto_in(const SessionDescription& description) {
  const Attribute* const crypto = find_attribute(description.media[0].attributes, "crypto");
  return crypto == nullptr ? std::string() : crypto->value;
}

class OfferAnswerMediaTest : public ::testing::Test {
 protected:
  Terms terms(ProtectionPolicy policy, Keying keying = Keying::sdes) {
    Terms terms;
    terms.formats = {{0, "PCMU", 8000, 1, ""}, {101, "telephone-event", 8000, 1, ""}};
    const Fingerprint certificate{"sha-256", std::vector<std::uint8_t>(32, 1)};
    terms.protection = {policy, keying, {"AES_CM_128_HMAC_SHA1_80"}, {certificate}, &random_};
    return terms;
  }
  OfferAnswer session(ProtectionPolicy policy, Keying keying = Keying::sdes) {
    return {42, terms(policy, keying)};
  }
  /// A session whose sound is protected by SDES: our offer, their answer.
  OfferAnswer protected_session() {
    auto session = this->session(ProtectionPolicy::required);
    EXPECT_TRUE(session.make_offer(kHome, Direction::sendrecv));
    EXPECT_TRUE(session.take_answer(far_end("m=audio 5004 RTP/SAVP 0\r\n" + kTheirCrypto)));
    return session;
  }

  SeededRandom random_{5};
};

TEST_F(OfferAnswerMediaTest, OffersSrtpWithAKey) {
  auto session = this->session(ProtectionPolicy::required);
  const auto offer = session.make_offer(kHome, Direction::sendrecv);
  EXPECT_THAT(write(*offer), HasSubstr("m=audio 40000 RTP/SAVP 0 101\r\n"
                                       "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"));
  const auto agreed = session.take_answer(far_end("m=audio 5004 RTP/SAVP 0\r\n" + kTheirCrypto));
  ASSERT_TRUE(agreed) << agreed.error().detail;
  const auto& keys = std::get<SdesProtection>(agreed->protection);
  EXPECT_EQ(to_string(keys.send), crypto_in(*offer));
  EXPECT_EQ(crypto::to_base64(keys.receive.keys.at(0).key_and_salt), kTheirKey);
}

TEST_F(OfferAnswerMediaTest, AnswersInTheProfileOfTheOffer) {
  for (const char* const protocol : {"RTP/SAVP", "RTP/SAVPF", "RTP/AVP"}) {
    auto session = this->session(ProtectionPolicy::accepted);
    ASSERT_TRUE(session.take_offer(
        far_end("m=audio 5004 " + std::string(protocol) + " 0\r\n" + kTheirCrypto)));
    const auto answer = session.make_answer(kHome, Direction::sendrecv);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->media[0].protocol, protocol);
    EXPECT_THAT(crypto_in(*answer), ::testing::StartsWith("1 AES_CM_128_HMAC_SHA1_80 inline:"));
    EXPECT_THAT(crypto_in(*answer), Not(HasSubstr(kTheirKey)));
  }
}

TEST_F(OfferAnswerMediaTest, OfTwoLinesTheProtectedOneIsTaken) {
  auto session = this->session(ProtectionPolicy::accepted);
  ASSERT_TRUE(session.take_offer(
      far_end("m=audio 5004 RTP/AVP 0\r\nm=audio 5006 RTP/SAVP 0\r\n" + kTheirCrypto)));
  const auto answer = session.make_answer(kHome, Direction::sendrecv);
  EXPECT_EQ(answer->media[0].port, 0);
  EXPECT_EQ(answer->media[1].port, 40000);
}

TEST_F(OfferAnswerMediaTest, PlainOfferIsRefusedWhereProtectionIsRequired) {
  auto session = this->session(ProtectionPolicy::required);
  const auto taken = session.take_offer(far_end("m=audio 5004 RTP/AVP 0\r\n"));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::not_protected);
  EXPECT_EQ(session.state(), OfferAnswer::State::stable);
}

// RFC 4568 §7.1.4
TEST_F(OfferAnswerMediaTest, EachDescriptionOfANewAddressTellsANewKey) {
  auto session = protected_session();
  const auto first = std::get<SdesProtection>(session.agreement()->protection).send;
  const auto same = session.make_offer(kHome, Direction::sendrecv);
  EXPECT_EQ(crypto_in(*same), to_string(first));
  EXPECT_EQ(same->session_version, 1U);
  session.withdraw_offer();
  const auto moved = session.make_offer(kRoaming, Direction::sendrecv);
  EXPECT_NE(crypto_in(*moved), to_string(first));
  EXPECT_EQ(std::get<SdesProtection>(session.agreement()->protection).send, first)
      << "until it is answered";
  session.withdraw_offer();
  EXPECT_EQ(session.make_offer(kRoaming, Direction::sendrecv), moved) << "the same offer again";
  ASSERT_TRUE(session.take_answer(far_end("m=audio 5004 RTP/SAVP 0\r\n" + kTheirCrypto)));
  EXPECT_EQ(to_string(std::get<SdesProtection>(session.agreement()->protection).send),
            crypto_in(*moved));

  ASSERT_TRUE(session.take_offer(far_end("m=audio 5004 RTP/SAVP 0\r\n" + kTheirCrypto)));
  const auto back = session.make_answer(kHome, Direction::sendrecv);
  EXPECT_NE(crypto_in(*back), crypto_in(*moved));
  EXPECT_NE(crypto_in(*back), to_string(first));
}

TEST_F(OfferAnswerMediaTest, ProtectionIsNeverGivenUpAgain) {
  auto session = protected_session();
  const auto agreed = session.agreement();
  const auto plain = far_end("m=audio 5006 RTP/AVP 0\r\n");
  EXPECT_EQ(session.take_offer(plain).error().code, Errc::not_protected);
  ASSERT_TRUE(session.make_offer(kHome, Direction::sendrecv));
  EXPECT_EQ(session.take_answer(plain).error().code, Errc::not_protected);
  EXPECT_EQ(session.state(), OfferAnswer::State::stable);
  EXPECT_EQ(session.agreement(), agreed);
}

TEST_F(OfferAnswerMediaTest, NotEvenWhereTheSoundHasEndedInBetween) {
  auto session = protected_session();
  ASSERT_TRUE(session.take_offer(far_end("m=audio 0 RTP/SAVP 0\r\n")));
  ASSERT_TRUE(session.make_answer(kHome, Direction::sendrecv));
  EXPECT_EQ(session.agreement(), std::nullopt);
  EXPECT_EQ(session.take_offer(far_end("m=audio 5006 RTP/AVP 0\r\n")).error().code,
            Errc::not_protected);
  const auto offer = session.make_offer(kHome, Direction::sendrecv);
  EXPECT_EQ(offer->media[0].protocol, "RTP/SAVP");
}

// RFC 5763 §5, RFC 8842 §5
TEST_F(OfferAnswerMediaTest, AgreesOnDtlsAndKeepsTheAssociationThroughAMove) {
  auto session = this->session(ProtectionPolicy::required, Keying::dtls);
  const auto offer = session.make_offer(kHome, Direction::sendrecv);
  EXPECT_THAT(write(*offer), HasSubstr("m=audio 40000 UDP/TLS/RTP/SAVP 0 101\r\n"
                                       "a=fingerprint:sha-256 01:01:01:01"));
  EXPECT_THAT(write(*offer), HasSubstr("a=setup:actpass\r\na=tls-id:"));
  const auto answer = far_end(dtls_line("active", "farendfarendfarendfarend"));
  ASSERT_TRUE(session.take_answer(answer));
  const auto first = std::get<DtlsProtection>(session.agreement()->protection);
  EXPECT_FALSE(first.client);
  ASSERT_TRUE(session.make_offer(kRoaming, Direction::sendrecv));
  ASSERT_TRUE(session.take_answer(answer));
  EXPECT_EQ(std::get<DtlsProtection>(session.agreement()->protection), first);
}

TEST_F(OfferAnswerMediaTest, AnswersDtlsThatIsOffered) {
  auto session = this->session(ProtectionPolicy::accepted);
  ASSERT_TRUE(session.take_offer(far_end(dtls_line("actpass", "farendfarendfarendfarend"))));
  const auto answer = session.make_answer(kHome, Direction::sendrecv);
  EXPECT_THAT(write(*answer), HasSubstr("m=audio 40000 UDP/TLS/RTP/SAVP 0\r\na=fingerprint:"));
  EXPECT_THAT(write(*answer), HasSubstr("a=setup:active\r\n"));
  EXPECT_TRUE(std::get<DtlsProtection>(session.agreement()->protection).client);
}

TEST_F(OfferAnswerMediaTest, EachSideSendsPacketsAsTheOtherLikesThem) {
  auto options = terms(ProtectionPolicy::never);
  options.packet_time = milliseconds{30};
  OfferAnswer session(1, options);
  EXPECT_THAT(write(*session.make_offer(kHome, Direction::sendrecv)), HasSubstr("a=ptime:30\r\n"));
  EXPECT_EQ(session.take_answer(far_end("m=audio 5004 RTP/AVP 0\r\na=ptime:40\r\n"))->packet_time,
            milliseconds{40});
  ASSERT_TRUE(session.take_offer(far_end("m=audio 5004 RTP/AVP 0\r\na=maxptime:20\r\n")));
  EXPECT_THAT(write(*session.make_answer(kHome, Direction::sendrecv)), HasSubstr("a=ptime:30\r\n"));
  EXPECT_EQ(session.agreement()->packet_time, milliseconds{20});

  options.rules.packet_time = [](const Format&, milliseconds wish) { return wish - wish % 20; };
  OfferAnswer full(1, options);
  (void)full.make_offer(kHome, Direction::sendrecv);
  EXPECT_EQ(full.take_answer(far_end("m=audio 5004 RTP/AVP 0\r\n"))->packet_time, milliseconds{20})
      << "a codec of 20, 40 and 60 ms";
}

TEST_F(OfferAnswerMediaTest, WhoAnswersMayWantOtherCodecsThanTheOfferWasTakenWith) {
  OfferAnswer session(1, terms(ProtectionPolicy::never));
  ASSERT_TRUE(session.take_offer(far_end("m=audio 5004 RTP/AVP 0 8\r\n")));
  const SoundTerms nothing_of_it{{{9, "G722", 8000, 1, ""}}, {}, milliseconds{20}};
  EXPECT_EQ(session.use(nothing_of_it).error().code, Errc::media_failed);
  ASSERT_TRUE(session.use({{{8, "PCMA", 8000, 1, ""}}, {}, milliseconds{40}}));
  const auto answer = session.make_answer(kHome, Direction::sendrecv);
  EXPECT_THAT(answer->media[0].formats, ElementsAre("8"));
  EXPECT_THAT(write(*answer), HasSubstr("a=ptime:40\r\n"));
  ASSERT_TRUE(session.use(nothing_of_it)) << "what is told is told";
  EXPECT_THAT(session.make_offer(kHome, Direction::sendrecv)->media[0].formats, ElementsAre("8"));
}

TEST_F(OfferAnswerMediaTest, CodecAnswersTheParametersThatItIsOffered) {
  auto options = terms(ProtectionPolicy::never);
  options.formats = {{96, "opus", 48000, 2, "useinbandfec=1"}};
  options.rules.answer = [](const Format& theirs) { return theirs.parameters + ";usedtx=0"; };
  OfferAnswer session(1, options);
  ASSERT_TRUE(session.take_offer(far_end(
      "m=audio 5004 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 stereo=1\r\n")));
  const auto answer = session.make_answer(kHome, Direction::sendrecv);
  EXPECT_THAT(write(*answer), HasSubstr("a=fmtp:111 stereo=1;usedtx=0\r\n"));
  EXPECT_EQ(session.agreement()->send.parameters, "stereo=1") << "how they want to receive";
  EXPECT_EQ(session.agreement()->receive.parameters, "stereo=1;usedtx=0");
  EXPECT_THAT(write(*session.make_offer(kHome, Direction::sendrecv)),
              HasSubstr("a=fmtp:111 useinbandfec=1\r\n"));
}

TEST_F(OfferAnswerMediaTest, RtcpGoesByThePortOfRtpWhereBothWantIt) {
  auto options = terms(ProtectionPolicy::never);
  options.rtcp = {true, true, true};
  OfferAnswer session(1, options);
  EXPECT_THAT(write(*session.make_offer(kHome, Direction::sendrecv)),
              HasSubstr("a=rtcp-mux\r\na=rtcp-xr:voip-metrics\r\n"));
  const auto agreed = session.take_answer(
      far_end("m=audio 5004 RTP/AVP 0\r\na=rtcp-mux\r\na=rtcp-xr:voip-metrics\r\n"));
  EXPECT_TRUE(agreed->rtcp_mux);
  EXPECT_TRUE(agreed->voip_metrics);
  ASSERT_TRUE(session.take_offer(far_end("m=audio 5004 RTP/AVP 0\r\na=rtcp:6000\r\n")));
  EXPECT_THAT(write(*session.make_answer(kHome, Direction::sendrecv)), Not(HasSubstr("rtcp-mux")));
  EXPECT_FALSE(session.agreement()->rtcp_mux);
  EXPECT_EQ(net::to_string(*session.agreement()->remote_rtcp), "192.0.2.7:6000");
}

}  // namespace
}  // namespace godwit::sdp
