// SPDX-License-Identifier: Apache-2.0
// Offers of others as calls meet them: several lines, no lines, lines that end, and a network change
// in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "sdp/session_description.h"
#include "support/engine_bench.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* kLineV4 = "c=IN IP4 10.8.0.1\r\n";
constexpr const char* kLineV6 = "c=IN IP6 2001:db8:8::1\r\n";

/// Alice in one family, or in both, who is called by a far end with both.
class OfferAnswerSimTest : public ::testing::TestWithParam<net::Family> {
 protected:
  [[nodiscard]] static bool v4() { return GetParam() == net::Family::v4; }
  void be_at(const std::string& address, std::uint32_t interface) {
    bench_.remove_addresses();
    bench_.routes.clear();
    bench_.observe();
    bench_.add_address(address, interface);
    bench_.snapshot.default_routes = {{.family = GetParam(), .interface = interface}};
    const std::string server = v4() ? "10.9.0.1" : "2001:db8:9::1";
    bench_.names["core.test"] = {*net::IpAddress::parse(server)};
    bench_.route(server, address);
    bench_.route(v4() ? "10.8.0.1" : "2001:db8:8::1", address);
    bench_.observe();
  }
  void SetUp() override {
    be_at(v4() ? "10.1.0.2" : "2001:db8:1::2", 2);
    const auto account =
        *bench_.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench_.now);
    ASSERT_TRUE(bench_.engine.start_registration(account, 300s, bench_.now));
    bench_.drain();
    at_ = bench_.next_request("REGISTER");
    ASSERT_TRUE(at_);
    bench_.answer(*at_, 200);
  }
  sip::Message request(std::string_view method, const std::string& lines = {}) {
    auto request = sip::Message::request(method, "sip:alice@" + to_string(at_->local));
    request.add(sip::Field::via, "SIP/2.0/UDP " + to_string(at_->to) + ";branch=z9hG4bK" +
                                     std::to_string(++cseq_) + std::string(method));
    request.add(sip::Field::max_forwards, "70");
    request.add(sip::Field::from, "<sip:bob@core.test>;tag=bob");
    request.add(sip::Field::to, "<sip:alice@core.test>" + (tag_.empty() ? "" : ";tag=" + tag_));
    request.add(sip::Field::call_id, "theirs");
    request.add(sip::Field::cseq, std::to_string(cseq_) + ' ' + std::string(method));
    request.add(sip::Field::contact, "<sip:bob@" + to_string(at_->to) + ">");
    if (!lines.empty()) {
      const std::string origin = "v=0\r\no=bob 1 " + std::to_string(cseq_) + " IN IP4 10.8.0.1\r\n";
      request.set_body("application/sdp", origin + "s=-\r\n" + lines);
    }
    return request;
  }
  /// The last response to an INVITE with these lines; a call that rings is answered, a 2xx
  /// acknowledged.
  sip::Message offer(const std::string& lines) {
    bench_.sent.clear();
    bench_.events.clear();
    bench_.receive(*at_, request("INVITE", lines));
    for (const auto& incoming : bench_.events_of<IncomingCall>()) {
      EXPECT_TRUE(bench_.engine.answer(incoming.call, {}, bench_.now));
      bench_.drain();
    }
    auto last = sip::Message::response(100);
    while (auto sent = bench_.next_sent()) {
      if (!sent->message.is_request()) last = sent->message;
    }
    if (last.status() / 100 == 2) {
      tag_ = last.to_tag();
      --cseq_;
      bench_.receive(*at_, request("ACK"));
    }
    return last;
  }
  static std::vector<std::uint16_t> ports_in(const sip::Message& message) {
    const auto description = sdp::parse(message.body());
    EXPECT_TRUE(description) << message.write();
    std::vector<std::uint16_t> ports;
    if (!description) return ports;
    for (const auto& media : description->media) ports.push_back(media.port);
    return ports;
  }
  /// The newest order to the media session: whether anything is sent.
  bool sends() const {
    bool sends = false;
    for (const auto& action : bench_.media) {
      if (std::holds_alternative<ua::SendMediaOn>(action)) sends = true;
      if (std::holds_alternative<ua::StopSendingMedia>(action)) sends = false;
    }
    return sends;
  }

  EngineBench bench_;
  std::optional<EngineBench::Sent> at_;
  std::string tag_;
  int cseq_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Families, OfferAnswerSimTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(OfferAnswerSimTest, T86_OfAnAnatOfferTheLineWithAWayIsTaken) {
  const std::string anat = "t=0 0\r\na=group:ANAT 1 2\r\nm=audio 50000 RTP/AVP 0\r\n" +
                           std::string(kLineV6) + "a=mid:1\r\nm=audio 50002 RTP/AVP 0\r\n" +
                           kLineV4 + "a=mid:2\r\n";
  const auto answer = offer(anat);
  EXPECT_EQ(answer.status(), 200);
  const auto ports = ports_in(answer);
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_EQ(ports[0] != 0, !v4());
  EXPECT_EQ(ports[1] != 0, v4());
  EXPECT_TRUE(sends());
}

TEST_P(OfferAnswerSimTest, T86_AnAltcOfferIsAnsweredByItsOwnAddress) {
  const auto answer =
      offer(std::string(v4() ? kLineV4 : kLineV6) +
            "t=0 0\r\nm=audio 50000 RTP/AVP 0\r\na=altc:1 IP6 2001:db8:8::9 50000\r\n"
            "a=altc:2 IP4 10.8.0.9 50002\r\n");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(std::string(answer.body()), HasSubstr(v4() ? "c=IN IP4 10." : "c=IN IP6 2001:"));
}

TEST_P(OfferAnswerSimTest, ACallWithoutMediaGetsItInASecondOffer) {  // RFC 4317 section 5.1
  const std::string c = v4() ? kLineV4 : kLineV6;
  const auto none = offer(c + "t=0 0\r\n");
  EXPECT_EQ(none.status(), 200);
  EXPECT_TRUE(ports_in(none).empty());
  EXPECT_FALSE(sends());
  const auto audio = offer(c + "t=0 0\r\nm=audio 50000 RTP/AVP 0\r\n");
  EXPECT_EQ(audio.status(), 200);
  ASSERT_EQ(ports_in(audio).size(), 1U);
  EXPECT_NE(ports_in(audio)[0], 0);
  EXPECT_TRUE(sends());
}

TEST_P(OfferAnswerSimTest, WhoEndsAllMediaHearsNothingUntilItComesBack) {  // RFC 3264 section 8.2
  const std::string c = v4() ? kLineV4 : kLineV6;
  EXPECT_EQ(offer(c + "t=0 0\r\nm=audio 50000 RTP/AVP 0\r\n").status(), 200);
  EXPECT_TRUE(sends());
  const auto ended = offer(c + "t=0 0\r\nm=audio 0 RTP/AVP 0\r\n");
  EXPECT_EQ(ended.status(), 200);
  EXPECT_EQ(ports_in(ended), std::vector<std::uint16_t>{0});
  EXPECT_FALSE(sends());
  // The network changes meanwhile.
  be_at(v4() ? "10.4.0.2" : "2001:db8:4::2", 3);
  bench_.advance(5s);
  EXPECT_TRUE(bench_.events_of<CallEnded>().empty());
  EXPECT_EQ(bench_.engine.calls().size(), 1U);
}

TEST_P(OfferAnswerSimTest, OnlySecureAudioIsRefusedAndTheCallStaysAsItWas) {
  const std::string c = v4() ? kLineV4 : kLineV6;
  EXPECT_EQ(offer(c + "t=0 0\r\nm=audio 50000 RTP/SAVP 0\r\n").status(), 488);
  EXPECT_EQ(offer(c + "t=0 0\r\nm=audio 50000 RTP/AVP 0\r\n").status(), 200);
  EXPECT_EQ(offer(c + "t=0 0\r\nm=audio 50000 RTP/SAVP 0\r\n").status(), 488);
  EXPECT_TRUE(sends());
  EXPECT_EQ(bench_.engine.calls().size(), 1U);
}

/// From one family to the other in the middle of a call.
class OtherFamilyTest : public ::testing::TestWithParam<net::Family> {};
INSTANTIATE_TEST_SUITE_P(To, OtherFamilyTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

sdp::SessionDescription session_of(const OnWire& sent) {
  const auto read = sip::read_message(sent.bytes);
  auto description = sdp::parse(read.message.body());
  EXPECT_TRUE(description) << sent.bytes;
  return description ? *std::move(description) : sdp::SessionDescription{};
}

TEST_P(OtherFamilyTest, R36_ANewOfferWithTheNextVersionAndANewContactFollowsTheNetwork) {
  const bool to_v4 = GetParam() == net::Family::v4;
  WorldOptions options;
  options.seed = seed_of_run();
  options.alice_at = {to_v4 ? "2001:db8:1::2" : "10.1.0.2"};
  SimWorld world(options);
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(world.call_bob());
  const auto moved_at = world.now();
  world.break_to({to_v4 ? "10.2.0.2" : "2001:db8:2::2"}, 0s);
  ASSERT_TRUE(world.both_hear(moved_at, 10s));
  const OnWire* invite = nullptr;
  const OnWire* refresh = nullptr;
  for (const auto& sent : world.wire()) {
    if (sent.host != "alice" || sent.status != 0 || sent.bytes.find("\r\nv=0") == std::string::npos) {
      continue;
    }
    if (sent.at < moved_at) invite = &sent;
    if (sent.at >= moved_at && refresh == nullptr) refresh = &sent;
  }
  ASSERT_NE(invite, nullptr);
  ASSERT_NE(refresh, nullptr) << world.story();
  const auto before = session_of(*invite);
  const auto after = session_of(*refresh);
  EXPECT_EQ(after.session_id, before.session_id);
  EXPECT_EQ(after.session_version, before.session_version + 1);
  EXPECT_EQ(after.origin, before.origin) << "o= names the first address for life (RFC 3264 §8)";
  ASSERT_TRUE(after.connection);
  EXPECT_EQ(sdp::literal(after.connection->address)->family(), GetParam());
  const auto read = sip::read_message(refresh->bytes);
  EXPECT_THAT(std::string(read.message.field(sip::Field::contact).value_or("")),
              HasSubstr(to_v4 ? "10.2.0.2" : "2001:db8:2::2"));
  EXPECT_EQ(world.faults(), "");
}

}  // namespace
}  // namespace godwit::test
