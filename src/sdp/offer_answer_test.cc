// SPDX-License-Identifier: Apache-2.0
#include "sdp/offer_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sdp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Extent = OfferAnswer::Extent;
using State = OfferAnswer::State;

std::vector<Format> our_formats() {
  return {
      {0, "PCMU", 8000, 1, ""}, {8, "PCMA", 8000, 1, ""}, {101, "telephone-event", 8000, 1, ""}};
}

SessionDescription read(const std::string& lines) {
  auto d = parse("v=0\r\no=- 1 1 IN IP4 192.0.2.99\r\ns=-\r\n" + lines);
  EXPECT_TRUE(d) << d.error().detail;
  return d.value_or(SessionDescription{});
}

/// Everything that may depend on the address family runs in both.
class OfferAnswerTest : public ::testing::TestWithParam<net::Family> {
 protected:
  bool v4() const { return GetParam() == net::Family::v4; }
  net::SocketAddress here(std::uint16_t port = 40000) const {
    return {*net::IpAddress::parse(v4() ? "10.1.0.2" : "2001:db8:1::2"), port};
  }
  net::SocketAddress other_family() const {
    return {*net::IpAddress::parse(v4() ? "2001:db8:1::2" : "10.1.0.2"), 40100};
  }
  std::string there() const { return v4() ? "10.2.0.2" : "2001:db8:2::2"; }
  net::SocketAddress remote(std::uint16_t port) const {
    return {*net::IpAddress::parse(there()), port};
  }
  std::string c() const { return "c=IN " + std::string(v4() ? "IP4 " : "IP6 ") + there() + "\r\n"; }
  SessionDescription theirs(const std::string& media) const { return read(c() + media); }

  OfferAnswer session_{42, our_formats()};
};
INSTANTIATE_TEST_SUITE_P(Families, OfferAnswerTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(OfferAnswerTest, OffersEverythingWithRtpmapAndPtime) {
  const auto offer = session_.make_offer(here(), Direction::sendrecv);
  ASSERT_TRUE(offer);
  const std::string where = "IN " + std::string(v4() ? "IP4 10.1.0.2" : "IP6 2001:db8:1::2");
  EXPECT_EQ(write(*offer), "v=0\r\no=- 42 1 " + where + "\r\ns=-\r\nc=" + where +
                               "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n"
                               "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
                               "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
                               "a=ptime:20\r\na=sendrecv\r\n");
  EXPECT_EQ(session_.state(), State::local_offer_sent);
  EXPECT_EQ(session_.agreement(), std::nullopt);
}

/// Everything that a session of ours may have.
OfferAnswer session_of_everything(Random& random) {
  Terms terms;
  terms.formats = {{96, "opus", 48000, 2, "useinbandfec=1"},
                   {9, "G722", 8000, 1, ""},
                   {0, "PCMU", 8000, 1, ""},
                   {8, "PCMA", 8000, 1, ""},
                   {101, "telephone-event", 8000, 1, ""},
                   {102, "telephone-event", 48000, 1, ""}};
  terms.rtcp = {true, true, true};
  terms.protection = {ProtectionPolicy::required, Keying::sdes,
                      {"AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80"}, {}, &random};
  return {42, std::move(terms)};
}

TEST_P(OfferAnswerTest, AsAgreedSaysWhatIsInUseAndNothingThatGoesWithoutSaying) {
  SeededRandom random(5);
  auto session = session_of_everything(random);
  const auto first = session.make_offer(here(), Direction::sendrecv, Extent::as_agreed);
  EXPECT_THAT(write(*first), HasSubstr("RTP/SAVP 96 9 0 8 101 102\r\n")) << "nothing is agreed";
  const std::string key = "inline:" + std::string(40, 'A');
  ASSERT_TRUE(session.take_answer(
      theirs("m=audio 5004 RTP/SAVP 9 8 101\r\na=crypto:2 AES_CM_128_HMAC_SHA1_80 " + key +
             "\r\na=rtpmap:101 telephone-event/8000\r\na=rtcp-mux\r\n")));
  const auto again = session.make_offer(here(40002), Direction::sendrecv, Extent::as_agreed);
  ASSERT_TRUE(again);
  const auto& line = again->media[0];
  EXPECT_THAT(line.formats, ElementsAre("9", "101"));
  std::vector<std::string> said;
  for (const auto& attribute : line.attributes) {
    said.push_back(attribute.name + ' ' + attribute.value.substr(0, 25));
  }
  EXPECT_THAT(said, ElementsAre("crypto 2 AES_CM_128_HMAC_SHA1_80", "rtpmap 101 telephone-event/8000",
                                "fmtp 101 0-16", "rtcp-mux ", "rtcp-xr voip-metrics"));
  EXPECT_EQ(line.direction, std::nullopt);
  EXPECT_EQ(again->session_version, first->session_version + 1);
}

TEST_P(OfferAnswerTest, AsAgreedSaysWhatIsNotUsual) {
  Terms terms;
  terms.formats = our_formats();
  terms.packet_time = std::chrono::milliseconds{40};
  OfferAnswer session(1, terms);
  (void)session.make_offer(here(), Direction::sendrecv);
  ASSERT_TRUE(session.take_answer(theirs("m=audio 5004 RTP/AVP 0\r\n")));
  const auto held = session.make_offer(here(), Direction::sendonly, Extent::as_agreed);
  EXPECT_THAT(write(*held), HasSubstr("RTP/AVP 0\r\na=ptime:40\r\na=sendonly\r\n"));
}

TEST_P(OfferAnswerTest, AsAgreedAnswersAFarEndThatWantsAnotherPacketTimeWithOurs) {
  (void)session_.make_offer(here(), Direction::sendrecv);
  ASSERT_TRUE(session_.take_answer(theirs("m=audio 5004 RTP/AVP 0\r\na=ptime:30\r\n")));
  const auto again = session_.make_offer(here(), Direction::sendrecv, Extent::as_agreed);
  EXPECT_THAT(write(*again), HasSubstr("RTP/AVP 0\r\na=ptime:20\r\n"));
}

TEST_P(OfferAnswerTest, AfterAnOfferAsAgreedEverythingCanBeOfferedAgainByItsNumbers) {
  (void)session_.make_offer(here(), Direction::sendrecv);
  ASSERT_TRUE(session_.take_answer(theirs("m=audio 5004 RTP/AVP 8\r\n")));
  (void)session_.make_offer(here(40002), Direction::sendrecv, Extent::as_agreed);
  ASSERT_TRUE(session_.take_answer(theirs("m=audio 5004 RTP/AVP 8\r\n")));
  const auto whole = session_.make_offer(here(40002), Direction::sendrecv);
  EXPECT_THAT(whole->media[0].formats, ElementsAre("0", "8", "101"));
  ASSERT_TRUE(session_.take_answer(theirs("m=audio 5004 RTP/AVP 0\r\n")));
  EXPECT_EQ(session_.agreement()->send.name, "PCMU");
}

// A static number that stands for something else is no static one.
TEST_P(OfferAnswerTest, AsAgreedMapsANumberThatTheFarEndHasGivenAnotherMeaning) {
  ASSERT_TRUE(session_.take_offer(theirs("m=audio 5004 RTP/AVP 3 0\r\na=rtpmap:3 PCMA/8000\r\n")));
  ASSERT_TRUE(session_.make_answer(here(), Direction::sendrecv));
  const auto moved = session_.make_offer(here(40002), Direction::sendrecv, Extent::as_agreed);
  EXPECT_THAT(write(*moved), HasSubstr("RTP/AVP 3\r\na=rtpmap:3 PCMA/8000\r\n"));
}

TEST_P(OfferAnswerTest, AgreesOnTheFirstCodecOfTheAnswer) {
  (void)session_.make_offer(here(), Direction::sendrecv);
  const auto agreed = session_.take_answer(theirs("m=audio 5004 RTP/AVP 8 0\r\n"));
  ASSERT_TRUE(agreed) << agreed.error().detail;
  EXPECT_EQ(agreed->remote, remote(5004));
  EXPECT_EQ(agreed->send.name, "PCMA");
  EXPECT_EQ(agreed->receive.payload_type, 8);
  EXPECT_EQ(agreed->send_telephone_event, std::nullopt);
  EXPECT_EQ(agreed->receive_telephone_event, std::nullopt);
  EXPECT_EQ(agreed->direction, Direction::sendrecv);
  EXPECT_EQ(session_.agreement(), *agreed);
  EXPECT_EQ(session_.state(), State::stable);
}

TEST_P(OfferAnswerTest, AllowsTheAnswererPayloadTypesOfItsOwn) {
  OfferAnswer session(1, {{96, "opus", 48000, 2, ""}, {101, "telephone-event", 48000, 1, ""}});
  (void)session.make_offer(here(), Direction::sendrecv);
  const auto agreed =
      session.take_answer(theirs("m=audio 5004 RTP/AVP 120 121\r\na=rtpmap:120 OPUS/48000/2\r\n"
                                 "a=rtpmap:121 telephone-event/48000\r\n"));
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->send.payload_type, 120);
  EXPECT_EQ(agreed->receive.payload_type, 96);
  EXPECT_EQ(agreed->send_telephone_event, 121);
  EXPECT_EQ(agreed->receive_telephone_event, 101);
}

TEST_P(OfferAnswerTest, AnswersInTheOrderAndWithTheNumbersOfTheOffer) {
  ASSERT_TRUE(session_.take_offer(
      theirs("m=audio 5004 RTP/AVP 9 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\n")));
  EXPECT_EQ(session_.state(), State::remote_offer_received);
  EXPECT_EQ(session_.offered_family(), GetParam());
  EXPECT_EQ(session_.offered_address(), remote(5004));

  const auto answer = session_.make_answer(here(), Direction::sendrecv);
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->media[0].formats, ElementsAre("8", "0", "96"));
  EXPECT_THAT(write(*answer), HasSubstr("a=fmtp:96 0-16\r\na=ptime:20\r\n"));
  EXPECT_EQ(session_.state(), State::stable);
  ASSERT_TRUE(session_.agreement());
  EXPECT_EQ(session_.agreement()->send.name, "PCMA");
  EXPECT_EQ(session_.agreement()->receive.payload_type, 8);
  EXPECT_EQ(session_.agreement()->send_telephone_event, 96);
  EXPECT_EQ(session_.agreement()->remote, remote(5004));
}

TEST_P(OfferAnswerTest, RejectsTheOtherLinesWithPortZero) {
  ASSERT_TRUE(session_.take_offer(
      theirs("m=video 6000 RTP/AVP 31\r\nm=audio 5000 RTP/SAVP 0\r\nm=audio 5004 RTP/AVP 0\r\n"
             "m=audio 5008 RTP/AVP 0\r\n")));
  const auto answer = session_.make_answer(here(), Direction::sendrecv);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->media.size(), 4U);
  EXPECT_EQ(answer->media[0].port, 0);
  EXPECT_EQ(answer->media[0].type, "video");
  EXPECT_THAT(answer->media[0].formats, ElementsAre("31"));
  EXPECT_EQ(answer->media[1].port, 0);
  EXPECT_EQ(answer->media[1].protocol, "RTP/SAVP");
  EXPECT_EQ(answer->media[2].port, 40000);
  EXPECT_EQ(answer->media[3].port, 0);
}

TEST_P(OfferAnswerTest, LaterOffersKeepEveryLineAndTheNumbersInUse) {
  (void)session_.take_offer(
      theirs("m=video 6000 RTP/AVP 31\r\nm=audio 5004 RTP/AVP 0 96\r\n"
             "a=rtpmap:96 telephone-event/8000\r\n"));
  (void)session_.make_answer(here(), Direction::sendrecv);
  const auto offer = session_.make_offer(here(), Direction::sendrecv);
  ASSERT_TRUE(offer);
  ASSERT_EQ(offer->media.size(), 2U);
  EXPECT_EQ(offer->media[0].port, 0);
  EXPECT_THAT(offer->media[1].formats, ElementsAre("0", "8", "96"));

  const auto agreed =
      session_.take_answer(theirs("m=video 0 RTP/AVP 31\r\nm=audio 5004 RTP/AVP 0\r\n"));
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->remote.port, 5004);
}

TEST_P(OfferAnswerTest, NeverGivesAPayloadTypeASecondMeaning) {
  OfferAnswer session(1, {{0, "PCMU", 8000, 1, ""},
                          {96, "opus", 48000, 2, ""},
                          {101, "telephone-event", 8000, 1, ""}});
  (void)session.take_offer(
      theirs("m=audio 5004 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n"));
  (void)session.make_answer(here(), Direction::sendrecv);
  const auto offer = session.make_offer(here(), Direction::sendrecv);
  ASSERT_TRUE(offer);
  EXPECT_THAT(offer->media[0].formats, ElementsAre("0", "97", "96"));
}

TEST_P(OfferAnswerTest, AnswersAReofferInTheOtherFamily) {
  (void)session_.make_offer(other_family(), Direction::sendrecv);
  (void)session_.take_answer(read("c=IN IP4 192.0.2.7\r\nm=audio 5004 RTP/AVP 0\r\n"));
  ASSERT_TRUE(session_.take_offer(theirs("m=audio 6004 RTP/AVP 0\r\n")));
  EXPECT_EQ(session_.offered_family(), GetParam());
  const auto answer = session_.make_answer(here(), Direction::sendrecv);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->connection->address, Address(here().address));
  EXPECT_EQ(answer->origin, Address(other_family().address));  // RFC 3264 §8: o= stays as it was
  EXPECT_EQ(session_.agreement()->remote, remote(6004));
}

TEST_P(OfferAnswerTest, ConnectionOfTheLineOverridesTheSessions) {
  (void)session_.take_offer(read("c=IN IP4 192.0.2.7\r\nm=audio 5004 RTP/AVP 0\r\n" + c()));
  EXPECT_EQ(session_.offered_address(), remote(5004));
}

TEST_P(OfferAnswerTest, TellsAUserNameOfTheOriginOnlyWhereOneIsSet) {
  session_.set_username("");
  const auto nobody = session_.make_offer(here(), Direction::sendrecv);
  EXPECT_EQ(nobody->username, "-");
  session_.withdraw_offer();
  session_.set_username("godwit");
  EXPECT_THAT(write(*session_.make_offer(here(), Direction::sendrecv)), HasSubstr("o=godwit "));
}

TEST_P(OfferAnswerTest, RaisesTheVersionOnlyWhenTheTextChanges) {
  const auto first = session_.make_offer(here(), Direction::sendrecv);
  session_.withdraw_offer();
  EXPECT_EQ(session_.state(), State::stable);
  const auto same = session_.make_offer(here(), Direction::sendrecv);
  session_.withdraw_offer();
  const auto moved = session_.make_offer(other_family(), Direction::sendrecv);
  session_.withdraw_offer();
  const auto held = session_.make_offer(other_family(), Direction::sendonly);
  EXPECT_EQ(first->session_version, 1U);
  EXPECT_EQ(same, first);
  EXPECT_EQ(moved->session_version, 2U);
  EXPECT_EQ(moved->origin, Address(here().address));
  EXPECT_EQ(moved->session_id, first->session_id);
  EXPECT_EQ(held->session_version, 3U);
}

TEST_P(OfferAnswerTest, WithdrawingAnOfferKeepsTheAgreement) {
  (void)session_.make_offer(here(), Direction::sendrecv);
  const auto agreed = session_.take_answer(theirs("m=audio 5004 RTP/AVP 0\r\n"));
  (void)session_.make_offer(here(40002), Direction::sendonly);
  session_.withdraw_offer();
  EXPECT_EQ(session_.agreement(), *agreed);
}

TEST_P(OfferAnswerTest, RefusingAnOfferKeepsTheAgreement) {
  (void)session_.make_offer(here(), Direction::sendrecv);
  const auto agreed = session_.take_answer(theirs("m=audio 5004 RTP/AVP 0\r\n"));
  (void)session_.take_offer(theirs("m=audio 7000 RTP/AVP 8\r\n"));
  session_.refuse_offer();
  EXPECT_EQ(session_.state(), State::stable);
  EXPECT_EQ(session_.agreement(), *agreed);
  EXPECT_EQ(session_.offered_address(), std::nullopt);
}

struct Directions {
  Direction wish, theirs, result;
};
class DirectionTest : public ::testing::TestWithParam<Directions> {
 protected:
  static SessionDescription peer(Direction d) {
    return read("c=IN IP4 192.0.2.7\r\nm=audio 5004 RTP/AVP 0\r\na=" + std::string(to_string(d)) +
                "\r\n");
  }
  OfferAnswer session_{1, our_formats()};
  net::SocketAddress here_{*net::IpAddress::parse("10.1.0.2"), 40000};
};
INSTANTIATE_TEST_SUITE_P(
    All, DirectionTest,
    ::testing::Values(Directions{Direction::sendrecv, Direction::sendrecv, Direction::sendrecv},
                      Directions{Direction::sendrecv, Direction::sendonly, Direction::recvonly},
                      Directions{Direction::sendrecv, Direction::recvonly, Direction::sendonly},
                      Directions{Direction::sendrecv, Direction::inactive, Direction::inactive},
                      Directions{Direction::sendonly, Direction::sendrecv, Direction::sendonly},
                      Directions{Direction::sendonly, Direction::sendonly, Direction::inactive},
                      Directions{Direction::recvonly, Direction::sendrecv, Direction::recvonly},
                      Directions{Direction::inactive, Direction::sendrecv, Direction::inactive}));

TEST_P(DirectionTest, AnswerMirrorsTheOfferWithinOurWish) {
  ASSERT_TRUE(session_.take_offer(peer(GetParam().theirs)));
  const auto answer = session_.make_answer(here_, GetParam().wish);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->media[0].direction, GetParam().result);
  EXPECT_EQ(session_.agreement()->direction, GetParam().result);
}

TEST_P(DirectionTest, AgreementMirrorsTheAnswerWithinOurOffer) {
  (void)session_.make_offer(here_, GetParam().wish);
  const auto agreed = session_.take_answer(peer(GetParam().theirs));
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->direction, GetParam().result);
}

TEST(OfferAnswer, TakesAnAddressOfZerosOrAnInvalidNameAsHold) {
  for (const char* const c : {"IP4 0.0.0.0", "IP6 held.invalid", "IP6 ::"}) {
    OfferAnswer session(1, our_formats());
    const auto offer = read("c=IN " + std::string(c) + "\r\nm=audio 5004 RTP/AVP 0\r\n");
    ASSERT_TRUE(session.take_offer(offer)) << c;
    (void)session.make_answer({*net::IpAddress::parse("10.1.0.2"), 40000}, Direction::sendrecv);
    EXPECT_EQ(session.agreement()->direction, Direction::recvonly) << c;
    EXPECT_TRUE(session.agreement()->remote.address.is_unspecified()) << c;
  }
}

TEST(OfferAnswer, T73_ANameIsToBeLookedUpInTheFamilyBeforeIt) {
  const NamedAddress name{"IN", "IP6", "media.example.org"};
  const auto peer = read("c=IN IP6 media.example.org\r\nm=audio 5004 RTP/AVP 0\r\n");
  const net::SocketAddress here{*net::IpAddress::parse("2001:db8::2"), 40000};
  const net::SocketAddress nowhere_yet{net::IpAddress::any(net::Family::v6), 5004};
  OfferAnswer called(1, our_formats());
  ASSERT_TRUE(called.take_offer(peer));
  EXPECT_EQ(called.offered_family(), net::Family::v6);
  EXPECT_EQ(called.offered_name(), name);
  EXPECT_EQ(called.offered_address(), std::nullopt);
  ASSERT_TRUE(called.make_answer(here, Direction::sendrecv));
  EXPECT_EQ(called.agreement()->remote_name, name);
  EXPECT_EQ(called.agreement()->remote, nowhere_yet);
  EXPECT_EQ(called.agreement()->direction, Direction::sendrecv);

  OfferAnswer caller(1, our_formats());
  (void)caller.make_offer(here, Direction::sendrecv);
  const auto agreed = caller.take_answer(peer);
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->remote_name, name);
  EXPECT_EQ(agreed->remote, nowhere_yet);
}

TEST(OfferAnswer, T72_AHeldOfferStillSaysItsFamily) {
  OfferAnswer session(1, our_formats());
  ASSERT_TRUE(
      session.take_offer(read("c=IN IP6 held.invalid\r\nm=audio 5004 RTP/AVP 0\r\n")));
  EXPECT_EQ(session.offered_family(), net::Family::v6);
  EXPECT_EQ(session.offered_name(), std::nullopt);
}

class UnusableTest : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(
    Lines, UnusableTest,
    ::testing::Values("c=IN IP4 192.0.2.7\r\nm=audio 5004 RTP/AVP 9 18\r\n",
                      "c=IN IP4 192.0.2.7\r\nm=audio 5004 RTP/SAVP 0\r\n",
                      "c=IN IP4 192.0.2.7\r\nm=video 5004 RTP/AVP 0\r\n",
                      "c=IN IP4 192.0.2.7\r\nm=audio 5004 RTP/AVP 101\r\n"
                      "a=rtpmap:101 telephone-event/8000\r\n",
                      "m=audio 5004 RTP/AVP 0\r\n",
                      "c=IN X25 media.example.org\r\nm=audio 5004 RTP/AVP 0\r\n"));

TEST_P(UnusableTest, OfferIsRefusedAndChangesNothing) {
  OfferAnswer session(1, our_formats());
  const auto taken = session.take_offer(read(GetParam()));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::media_failed);
  EXPECT_EQ(session.state(), State::stable);
}

TEST_P(UnusableTest, AnswerEndsTheExchangeWithoutAgreement) {
  OfferAnswer session(1, our_formats());
  (void)session.make_offer({*net::IpAddress::parse("10.1.0.2"), 40000}, Direction::sendrecv);
  const auto agreed = session.take_answer(read(GetParam()));
  ASSERT_FALSE(agreed);
  EXPECT_EQ(agreed.error().code, Errc::media_failed);
  EXPECT_EQ(session.state(), State::stable);
  EXPECT_EQ(session.agreement(), std::nullopt);
}

TEST(OfferAnswer, RefusesEveryStepThatDoesNotFitItsState) {
  const net::SocketAddress here{*net::IpAddress::parse("10.1.0.2"), 40000};
  const auto peer = read("c=IN IP4 192.0.2.7\r\nm=audio 5004 RTP/AVP 0\r\n");
  OfferAnswer session(1, our_formats());
  const auto wrong = [](const auto& result) {
    return !result && result.error().code == Errc::wrong_state;
  };
  EXPECT_TRUE(wrong(session.take_answer(peer)));
  EXPECT_TRUE(wrong(session.make_answer(here, Direction::sendrecv)));
  session.withdraw_offer();
  session.refuse_offer();
  EXPECT_EQ(session.state(), State::stable);

  (void)session.make_offer(here, Direction::sendrecv);
  EXPECT_TRUE(wrong(session.make_offer(here, Direction::sendrecv)));
  EXPECT_TRUE(wrong(session.take_offer(peer)));  // glare
  EXPECT_TRUE(wrong(session.make_answer(here, Direction::sendrecv)));
  session.refuse_offer();
  EXPECT_EQ(session.state(), State::local_offer_sent);
  session.withdraw_offer();

  (void)session.take_offer(peer);
  EXPECT_TRUE(wrong(session.make_offer(here, Direction::sendrecv)));
  EXPECT_TRUE(wrong(session.take_offer(peer)));
  EXPECT_TRUE(wrong(session.take_answer(peer)));
  session.withdraw_offer();
  EXPECT_EQ(session.state(), State::remote_offer_received);
  EXPECT_TRUE(session.make_answer(here, Direction::sendrecv));
}

}  // namespace
}  // namespace godwit::sdp
