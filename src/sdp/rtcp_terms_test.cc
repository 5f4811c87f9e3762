// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtcp_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace godwit::sdp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr RtcpTerms kAll{true, true, true};

Media line_of(const char* protocol, std::initializer_list<Attribute> attributes = {}) {
  Media line;
  line.protocol = protocol;
  line.attributes = attributes;
  return line;
}

std::vector<std::string> names_in(const Media& line) {
  std::vector<std::string> names;
  for (const Attribute& attribute : line.attributes) names.push_back(attribute.name);
  return names;
}

Agreement agreed(const Media& theirs, const RtcpTerms& terms = kAll,
                 const char* remote = "192.0.2.7:5004") {
  Agreement agreement;
  agreement.remote = *net::SocketAddress::parse(remote);
  agree_on_rtcp(theirs, terms, agreement);
  return agreement;
}

TEST(RtcpTermsTest, OfferTellsWhatWeCanDo) {
  Media line = line_of("RTP/AVP");
  put_rtcp(line, kAll);
  EXPECT_THAT(names_in(line), ElementsAre("rtcp-mux", "rtcp-xr")) << "no feedback: no rtcp-rsize";
  Media with_feedback = line_of("RTP/SAVPF");
  put_rtcp(with_feedback, kAll);
  EXPECT_THAT(names_in(with_feedback), ElementsAre("rtcp-mux", "rtcp-rsize", "rtcp-xr"));
  Media silent = line_of("RTP/SAVPF");
  put_rtcp(silent, {});
  EXPECT_THAT(names_in(silent), IsEmpty());
}

// RFC 5761 §5.1.1: the answer has it only where the offer had it.
TEST(RtcpTermsTest, AnswerTakesNothingThatWasNotOffered) {
  const auto answered = [](const Media& offered, const RtcpTerms& terms) {
    Media line = line_of("RTP/AVPF");
    put_rtcp_answer(line, terms, offered);
    return names_in(line);
  };
  EXPECT_THAT(answered(line_of("RTP/AVPF"), kAll), ElementsAre("rtcp-xr"));
  const auto all = line_of("RTP/AVPF", {{"rtcp-mux", ""}, {"rtcp-rsize", ""}});
  EXPECT_THAT(answered(all, kAll), ElementsAre("rtcp-mux", "rtcp-rsize", "rtcp-xr"));
  EXPECT_THAT(answered(all, {}), IsEmpty());
  // RFC 8858 §3: "only" asks for the same answer.
  EXPECT_THAT(answered(line_of("RTP/AVPF", {{"rtcp-mux-only", ""}}), kAll),
              ElementsAre("rtcp-mux", "rtcp-xr"));
}

TEST(RtcpTermsTest, IsAgreedWhereBothSidesSayIt) {
  const auto line = line_of("RTP/SAVPF", {{"rtcp-mux", ""}, {"rtcp-rsize", ""}});
  EXPECT_TRUE(agreed(line).rtcp_mux);
  EXPECT_TRUE(agreed(line).reduced_size_rtcp);
  EXPECT_FALSE(agreed(line, {}).rtcp_mux);
  EXPECT_FALSE(agreed(line, {}).reduced_size_rtcp);
  EXPECT_FALSE(agreed(line_of("RTP/AVP", {{"rtcp-rsize", ""}})).reduced_size_rtcp);
  EXPECT_FALSE(agreed(line_of("RTP/AVP")).rtcp_mux);
}

TEST(RtcpTermsTest, FarEndWantsVoipMetricsWhereItSaysSo) {
  EXPECT_TRUE(agreed(line_of("RTP/AVP", {{"rtcp-xr", "rcvr-rtt=all voip-metrics"}}), {}).voip_metrics);
  EXPECT_FALSE(agreed(line_of("RTP/AVP", {{"rtcp-xr", "voip-metrics-x"}})).voip_metrics);
  EXPECT_FALSE(agreed(line_of("RTP/AVP")).voip_metrics);
}

// RFC 3605 §2.1
TEST(RtcpTermsTest, GoesWhereTheFarEndWantsIt) {
  const auto place = [](const char* value, const char* remote = "192.0.2.7:5004") {
    const auto at = agreed(line_of("RTP/AVP", {{"rtcp", value}}), {}, remote).remote_rtcp;
    return at ? net::to_string(*at) : std::string();
  };
  EXPECT_EQ(place("53020"), "192.0.2.7:53020");
  EXPECT_EQ(place("53020 IN IP4 192.0.2.8"), "192.0.2.8:53020");
  EXPECT_EQ(place("53020 IN IP6 2001:db8::8", "[2001:db8::7]:5004"), "[2001:db8::8]:53020");
  EXPECT_EQ(place("5005"), "") << "as usual";
  EXPECT_EQ(place("5005 IN IP4 192.0.2.7"), "") << "as usual";
  EXPECT_EQ(place("53020 IN IP6 2001:db8::8"), "") << "of another family";
  EXPECT_EQ(place("53020 IN IP4 media.example.org"), "") << "a name";
  EXPECT_EQ(place("0"), "");
  EXPECT_EQ(place("x"), "");
  EXPECT_EQ(agreed(line_of("RTP/AVP", {{"rtcp", "53020"}, {"rtcp-mux", ""}})).remote_rtcp,
            std::nullopt)
      << "by the port of RTP";
}

}  // namespace
}  // namespace godwit::sdp
