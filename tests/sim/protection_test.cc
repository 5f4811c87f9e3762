// SPDX-License-Identifier: Apache-2.0
// Sound that is protected, through moves and through far ends that would lay it open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include "rtp/rtcp.h"
#include "sdp/session_description.h"
#include "support/engine_bench.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// What one description of a host told.
struct Told {
  std::string at;   // c= and port
  std::string key;  // of the suite in use, or the name of the DTLS association
};

std::string attribute_of(const sdp::Media& line, const char* name) {
  const auto* const attribute = sdp::find_attribute(line.attributes, name);
  return attribute == nullptr ? std::string() : attribute->value;
}

/// The descriptions that a host sent, each once, in their order.
std::vector<Told> told_by(const SimWorld& world, const std::string& host) {
  std::vector<Told> told;
  std::uint64_t last_version = 0;
  for (const auto& sent : world.wire()) {
    if (sent.host != host) continue;
    const auto read = sip::read_message(sent.bytes);
    if (read.message.body().empty()) continue;
    const auto description = sdp::parse(read.message.body());
    if (!description || description->media.empty()) continue;
    if (description->session_version == last_version) continue;
    last_version = description->session_version;
    const auto& line = description->media[0];
    const auto& connection = *description->connection_of(line);
    told.push_back({sdp::to_string(connection.address) + ' ' + std::to_string(line.port),
                    attribute_of(line, "crypto") + attribute_of(line, "tls-id")});
  }
  return told;
}

struct Move {
  const char* name;
  SrtpKeying keying;
  std::vector<std::string> from, to;
};
void PrintTo(const Move& move, std::ostream* out) { *out << move.name; }

class ProtectedMoveTest : public ::testing::TestWithParam<Move> {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = GetParam().from;
    options.media_security = MediaSecurity::required;
    options.srtp_keying = GetParam().keying;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(
    Moves, ProtectedMoveTest,
    ::testing::Values(
        Move{"sdes_within_ipv4", SrtpKeying::sdes, {"10.1.0.2"}, {"10.2.0.2"}},
        Move{"sdes_within_ipv6", SrtpKeying::sdes, {"2001:db8:1::2"}, {"2001:db8:2::2"}},
        Move{"sdes_to_ipv6", SrtpKeying::sdes, {"10.1.0.2"}, {"2001:db8:2::2"}},
        Move{"sdes_to_ipv4", SrtpKeying::sdes, {"2001:db8:1::2"}, {"10.2.0.2"}},
        Move{"dtls_within_ipv4", SrtpKeying::dtls, {"10.1.0.2"}, {"10.2.0.2"}},
        Move{"dtls_within_ipv6", SrtpKeying::dtls, {"2001:db8:1::2"}, {"2001:db8:2::2"}},
        Move{"dtls_to_ipv6", SrtpKeying::dtls, {"10.1.0.2"}, {"2001:db8:2::2"}},
        Move{"dtls_to_ipv4", SrtpKeying::dtls, {"2001:db8:1::2"}, {"10.2.0.2"}}),
    [](const auto& p) { return std::string(p.param.name); });

// RFC 4568 §7.1.4, RFC 8842 §5.5
TEST_P(ProtectedMoveTest, EveryNewAddressHasANewKeyAndAnAssociationKeepsItsName) {
  SimWorld world(options());
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(world.call_bob()) << world.story();
  const auto answered = world.alice.last<CallAnswered>();
  ASSERT_TRUE(answered);
  const bool sdes = GetParam().keying == SrtpKeying::sdes;
  EXPECT_EQ(answered->protection, sdes ? "SDES AEAD_AES_256_GCM" : "DTLS");
  const auto moved_at = world.now();
  world.break_to(GetParam().to, 0s);
  ASSERT_TRUE(world.both_hear(moved_at, 10s)) << world.story();
  world.run_for(2s);
  for (const char* const host : {"alice", "bob"}) {
    const auto told = told_by(world, host);
    ASSERT_FALSE(told.empty());
    std::map<std::string, std::string> key_at;
    for (const auto& each : told) {
      EXPECT_FALSE(each.key.empty()) << "never without protection";
      if (!sdes) {
        EXPECT_EQ(each.key, told.front().key) << "the association goes on";
        continue;
      }
      const auto known = key_at.emplace(each.at, each.key);
      EXPECT_EQ(known.first->second, each.key) << "the same address, the same key";
    }
    for (const auto& [at, key] : key_at) {
      for (const auto& [other_at, other_key] : key_at) {
        EXPECT_TRUE(at == other_at || key != other_key) << at << " and " << other_at;
      }
    }
  }
  EXPECT_GE(told_by(world, "alice").size(), 2U) << "the move was told";
  EXPECT_EQ(world.faults(), "");
}

TEST(ProtectionTest, BestEffortEndsWhereThePolicyOfBothMeets) {
  WorldOptions options;
  options.seed = seed_of_run();
  options.media_security = MediaSecurity::preferred;
  SimWorld world(options);
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(world.call_bob()) << world.story();
  EXPECT_EQ(world.bob.last<CallAnswered>()->protection, "SDES AEAD_AES_256_GCM");
}

/// What went by the wire of sound, of each kind, in its order.
struct MediaSeen {
  TimePoint at;
  std::string host;
  net::SocketAddress to;
  std::string bytes;

  [[nodiscard]] bool is_handshake() const {
    const auto first = static_cast<unsigned char>(bytes[0]);
    return first >= 20 && first <= 63;
  }
  /// An alert of an association that is established: close_notify.
  [[nodiscard]] bool is_farewell() const {
    return bytes.size() > 5 && bytes[0] == 21 && bytes[4] == 1;
  }
  /// RFC 3550 §11: reports go to the odd port.
  [[nodiscard]] bool is_of_reports() const { return to.port % 2 == 1; }
  [[nodiscard]] bool is_plain_report() const {
    const auto read = rtp::parse_rtcp(std::as_bytes(std::span(bytes)));
    return read && read->size() > 1 && std::holds_alternative<rtp::SourceDescription>((*read)[1]);
  }
};

/// What was sent between ports of sound from now on.
std::shared_ptr<std::vector<MediaSeen>> watch_media(SimWorld& world) {
  auto seen = std::make_shared<std::vector<MediaSeen>>();
  world.network.set_tap([&world, seen](const FakeHost& host, const FakePacket& packet) {
    MediaSeen one{world.now(), host.name(), packet.destination, packet.bytes};
    if (one.bytes.empty() || (one.bytes[0] > 0 && !one.is_handshake())) return;  // SIP
    seen->push_back(std::move(one));
  });
  return seen;
}

struct Apart {
  const char* name;
  bool alice_calls;
  int moves_after;  // ms after the call is told; 0: not at all
};
void PrintTo(const Apart& apart, std::ostream* out) { *out << apart.name; }

/// RFC 5764 §4.2: far ends that do not send RTCP by the port of RTP.
class ReportsApartTest : public ::testing::TestWithParam<Apart> {};
INSTANTIATE_TEST_SUITE_P(
    Moves, ReportsApartTest,
    ::testing::Values(Apart{"calls", true, 0}, Apart{"is_called", false, 0},
                      Apart{"calls_moves_before_the_answer", true, 10},
                      Apart{"calls_moves_with_the_answer", true, 60},
                      Apart{"calls_moves_in_the_first_flight", true, 90},
                      Apart{"calls_moves_in_the_second_flight", true, 140},
                      Apart{"calls_moves_in_the_third_flight", true, 190},
                      Apart{"calls_moves_in_the_last_flight", true, 240},
                      Apart{"calls_moves_later", true, 3000},
                      Apart{"is_called_moves_before_the_answer", false, 10},
                      Apart{"is_called_moves_with_the_answer", false, 30},
                      Apart{"is_called_moves_in_the_first_flight", false, 90},
                      Apart{"is_called_moves_in_the_second_flight", false, 140},
                      Apart{"is_called_moves_in_the_third_flight", false, 190},
                      Apart{"is_called_moves_in_the_last_flight", false, 240},
                      Apart{"is_called_moves_later", false, 3000}),
    [](const auto& p) { return std::string(p.param.name); });

TEST_P(ReportsApartTest, ReportsHaveAnAssociationOfTheirOwnThatMovesToo) {
  WorldOptions options;
  options.seed = seed_of_run();
  options.media_security = MediaSecurity::required;
  options.srtp_keying = SrtpKeying::dtls;
  options.bob_at = {"10.3.0.2"};
  SimWorld world(options);
  world.network.set_rewriter([](FakePacket& packet) {
    const auto at = packet.bytes.find("a=rtcp-mux");
    if (at != std::string::npos) packet.bytes.replace(at, 10, "a=rtcp-nix");
  });
  ASSERT_TRUE(world.register_both());
  const auto seen = watch_media(world);
  auto& caller = GetParam().alice_calls ? world.alice : world.bob;
  auto& called = GetParam().alice_calls ? world.bob : world.alice;
  auto alice_says = world.speaking(kAliceTone);
  auto bob_says = world.speaking(kBobTone);
  alice_says.quality_interval = bob_says.quality_interval = 1s;
  world.alice.auto_answer(alice_says, 20ms);
  world.bob.auto_answer(bob_says, 20ms);
  ASSERT_TRUE(GetParam().alice_calls ? caller.dial(world.alice_account, kBobUri, alice_says)
                                     : caller.dial(world.bob_account, kAliceUri, bob_says));
  ASSERT_TRUE(world.time.run_until([&] { return called.last<IncomingCall>().has_value(); }, 5s));
  TimePoint since = world.now();
  if (GetParam().moves_after > 0) {
    world.run_for(std::chrono::milliseconds{GetParam().moves_after});
    since = world.now();
    world.break_to({"10.2.0.2"}, 0s);
  }
  ASSERT_TRUE(world.both_hear(since, 20s)) << world.story();
  world.run_for(20s);
  const auto settled = world.now();
  world.run_for(20s);
  ASSERT_TRUE(world.both_hear(settled, 20s));
  for (const char* const host : {"alice", "bob"}) {
    const auto of_host = [&](const auto& what) {
      return std::ranges::count_if(*seen, [&](const MediaSeen& one) {
        return one.host == host && one.is_of_reports() && what(one);
      });
    };
    EXPECT_GT(of_host([](const MediaSeen& one) { return one.is_handshake(); }), 0);
    EXPECT_GT(of_host([&](const MediaSeen& one) { return one.at >= settled && !one.is_handshake(); }), 1);
    EXPECT_EQ(of_host([](const MediaSeen& one) { return one.is_plain_report(); }), 0);
  }
  for (const auto* agent : {&world.alice, &world.bob}) {
    const auto measured = agent->last<MediaQuality>();
    ASSERT_TRUE(measured);
    EXPECT_TRUE(measured->quality.now.round_trip) << "reports are understood";
  }
  EXPECT_EQ(world.faults(), "");
}

// RFC 5246 §7.2.1
TEST(ProtectionTest, WhoHangsUpEndsTheAssociationToo) {
  WorldOptions options;
  options.seed = seed_of_run();
  options.media_security = MediaSecurity::required;
  options.srtp_keying = SrtpKeying::dtls;
  SimWorld world(options);
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(world.call_bob()) << world.story();
  const auto seen = watch_media(world);
  world.run_for(1s);
  world.alice.shut_down();
  world.run_for(1s);
  const auto farewell = std::ranges::find_if(*seen, &MediaSeen::is_farewell);
  ASSERT_NE(farewell, seen->end());
  EXPECT_EQ(farewell->host, "alice");
  ASSERT_TRUE(world.bob.last<CallEnded>());
  EXPECT_EQ(world.bob.last<CallEnded>()->who, Who::peer);
  EXPECT_EQ(world.unrest_at_the_end(), "");
}

class SuitesOfDtlsTest : public ::testing::TestWithParam<MediaSecurity> {};
INSTANTIATE_TEST_SUITE_P(Wish, SuitesOfDtlsTest,
                         ::testing::Values(MediaSecurity::required, MediaSecurity::preferred));

// RFC 5764 §4.1: it is in the handshake that they find out.
TEST_P(SuitesOfDtlsTest, WithoutOneInCommonTheCallEndsAndSaysWhy) {
  WorldOptions options;
  options.seed = seed_of_run();
  options.media_security = GetParam();
  options.srtp_keying = SrtpKeying::dtls;
  options.alice_suites = {"AEAD_AES_128_GCM"};
  options.bob_suites = {"AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80"};
  SimWorld world(options);
  ASSERT_TRUE(world.register_both());
  world.bob.auto_answer(world.speaking(kBobTone));
  ASSERT_TRUE(world.alice.dial(world.alice_account, kBobUri, world.speaking(kAliceTone)));
  world.run_for(5s);
  std::string told;
  for (const auto* agent : {&world.alice, &world.bob}) {
    const auto ended = agent->all<CallEnded>();
    ASSERT_THAT(ended, SizeIs(1)) << world.story();
    told += ended[0].reason;
  }
  EXPECT_THAT(told, HasSubstr("the sound cannot be protected: DTLS: no protection profile"));
  EXPECT_EQ(world.alice.ear().heard(kBobTone, {}), 0U);
  EXPECT_EQ(world.faults(), "");
}

TEST_P(SuitesOfDtlsTest, TheOneInCommonIsTaken) {
  WorldOptions options;
  options.seed = seed_of_run();
  options.media_security = GetParam();
  options.srtp_keying = SrtpKeying::dtls;
  options.alice_suites = {"AES_256_CM_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"};
  options.bob_suites = {"AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_32"};
  SimWorld world(options);
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(world.call_bob()) << world.story();
  const auto seen = watch_media(world);
  world.run_for(1s);
  constexpr std::size_t kFrameWithTag = 12 + 160 + 4;
  EXPECT_TRUE(std::ranges::any_of(
      *seen, [](const MediaSeen& one) { return one.bytes.size() == kFrameWithTag; }));
}

/// RFC 3711 §9.2: keys that may encrypt few packets.
class WornKeysTest : public ::testing::TestWithParam<SrtpKeying> {};
INSTANTIATE_TEST_SUITE_P(By, WornKeysTest, ::testing::Values(SrtpKeying::sdes, SrtpKeying::dtls));

TEST_P(WornKeysTest, AreReplacedBeforeTheyAreSpentAndNothingIsMissed) {
  WorldOptions options;
  options.seed = seed_of_run();
  options.media_security = MediaSecurity::required;
  options.srtp_keying = GetParam();
  SimWorld world(options);
  ASSERT_TRUE(world.register_both());
  world.alice.limit_keys({.rtp = 500, .rtcp = 10'000});
  ASSERT_TRUE(world.call_bob()) << world.story();
  const auto first = told_by(world, "alice").back();
  const auto seen = watch_media(world);
  world.run_for(35s);
  const auto sound = [&](const MediaSeen& one) { return one.host == "alice" && !one.is_handshake(); };
  TimePoint last = world.now() - 34s;
  Duration longest{};
  for (const MediaSeen& one : *seen) {
    if (!sound(one)) continue;
    longest = std::max<Duration>(longest, one.at - last);
    last = one.at;
  }
  EXPECT_LE(longest, 25ms) << "alice was never silent";
  EXPECT_LE(world.now() - last, 25ms);
  const auto begun = world.alice.log().find("a key is worn");
  EXPECT_NE(begun, std::string::npos) << world.story();
  EXPECT_THAT(world.bob.all<CallEnded>(), IsEmpty());
  EXPECT_TRUE(world.both_hear(world.now(), 1s)) << first.key;
  EXPECT_EQ(world.faults(), "");
}

TEST_P(WornKeysTest, AreReplacedInTheMiddleOfAMoveToo) {
  WorldOptions options;
  options.seed = seed_of_run();
  options.media_security = MediaSecurity::required;
  options.srtp_keying = GetParam();
  for (const Duration before : {0ms, 40ms, 80ms, 120ms}) {
    SimWorld world(options);
    ASSERT_TRUE(world.register_both());
    world.alice.limit_keys({.rtp = 500, .rtcp = 10'000});
    ASSERT_TRUE(world.call_bob()) << world.story();
    ASSERT_TRUE(world.time.run_until(
        [&] { return world.alice.log().find("a key is worn") != std::string::npos; }, 12s));
    world.run_for(before);
    const auto moved = world.now();
    world.break_to({"10.2.0.2"}, 0s);
    ASSERT_TRUE(world.both_hear(moved, 5s)) << world.story();
    world.run_for(15s);
    EXPECT_TRUE(world.both_hear(world.now(), 1s)) << world.story();
    EXPECT_EQ(world.faults(), "");
  }
}

/// Alice, whose account requires protection, with a far end made by hand.
class ProtectedCallTest : public ::testing::Test {
 protected:
  void SetUp() override {
    account_ = *bench_.engine.add_account({.address_of_record = "sip:alice@core.test",
                                           .media_security = MediaSecurity::required,
                                           .srtp_suites = {"AES_CM_128_HMAC_SHA1_80"}},
                                          bench_.now);
  }
  static std::string description(const std::string& protocol, const std::string& port = "50000") {
    std::string text = "v=0\r\no=bob 1 1 IN IP4 10.8.0.1\r\ns=-\r\nc=IN IP4 10.8.0.1\r\nt=0 0\r\n"
                       "m=audio " + port + ' ' + protocol + " 0\r\n";
    if (protocol == "RTP/SAVP") {
      text += "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "
              "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n";
    }
    return text;
  }
  void answer_with(const EngineBench::Sent& invite, const std::string& sdp) {
    bench_.answer(invite, 200, [&](sip::Message& response) {
      response.add(sip::Field::contact, "<sip:bob@" + to_string(invite.to) + ">");
      response.set_body("application/sdp", sdp);
    });
  }
  /// Alice calls, and gets this answer.
  void dial(const std::string& answer) {
    call_ = *bench_.engine.dial(account_, "bob", {}, bench_.now);
    bench_.drain();
    const auto invite = bench_.next_request("INVITE");
    ASSERT_TRUE(invite);
    EXPECT_THAT(std::string(invite->message.body()),
                HasSubstr(" RTP/SAVP 96 9 0 8 101 97\r\na=crypto:1 "));
    answer_with(*invite, answer);
  }
  /// The agreement that the session was told last.
  std::optional<sdp::Agreement> agreed() const {
    std::optional<sdp::Agreement> last;
    for (const auto& action : bench_.media) {
      if (const auto* told = std::get_if<ua::ConfigureMedia>(&action)) last = told->agreement;
    }
    return last;
  }

  EngineBench bench_;
  AccountId account_;
  CallId call_;
};

TEST_F(ProtectedCallTest, AnAnswerWithoutProtectionEndsACallThatNeverBegan) {
  dial(description("RTP/AVP"));
  EXPECT_TRUE(bench_.next_request("BYE"));
  const auto ended = bench_.events_of<CallEnded>();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_THAT(ended[0].reason, HasSubstr("would not be protected"));
  EXPECT_THAT(bench_.events_of<CallAnswered>(), IsEmpty());
}

TEST_F(ProtectedCallTest, AnAnswerThatGivesUpProtectionIsNotFollowedAndTheCallStays) {
  dial(description("RTP/SAVP"));
  ASSERT_THAT(bench_.events_of<CallAnswered>(), SizeIs(1));
  const auto before = agreed();
  ASSERT_TRUE(before);
  EXPECT_TRUE(std::holds_alternative<sdp::SdesProtection>(before->protection));
  ASSERT_TRUE(bench_.engine.hold(call_, bench_.now));
  bench_.drain();
  const auto invite = bench_.next_request("INVITE");
  ASSERT_TRUE(invite);
  answer_with(*invite, description("RTP/AVP", "50002"));
  EXPECT_FALSE(bench_.next_request("BYE"));
  EXPECT_THAT(bench_.events_of<CallEnded>(), IsEmpty());
  EXPECT_EQ(agreed()->remote, before->remote);
  EXPECT_EQ(agreed()->protection, before->protection);
  EXPECT_FALSE(bench_.engine.call_info(call_)->held_by_us) << "nothing came of the hold";
}

TEST_F(ProtectedCallTest, AnOfferThatGivesUpProtectionIsRefused) {
  dial(description("RTP/SAVP"));
  const auto ack = bench_.next_request("ACK");
  ASSERT_TRUE(ack);
  const auto before = agreed();
  auto invite = sip::Message::request("INVITE", "sip:alice@" + to_string(ack->local));
  invite.add(sip::Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKagain");
  invite.add(sip::Field::max_forwards, "70");
  invite.add(sip::Field::from, std::string(*ack->message.field(sip::Field::to)));
  invite.add(sip::Field::to, std::string(*ack->message.field(sip::Field::from)));
  invite.add(sip::Field::call_id, std::string(ack->message.call_id()));
  invite.add(sip::Field::cseq, "1 INVITE");
  invite.add(sip::Field::contact, "<sip:bob@" + to_string(ack->to) + ">");
  invite.set_body("application/sdp", description("RTP/AVP", "50002"));
  bench_.sent.clear();
  bench_.receive(*ack, invite);
  int status = 0;
  while (const auto sent = bench_.next_sent()) {
    if (!sent->message.is_request()) status = sent->message.status();
  }
  EXPECT_EQ(status, 488);
  EXPECT_THAT(bench_.events_of<CallEnded>(), IsEmpty());
  EXPECT_EQ(agreed(), before);
}

TEST_F(ProtectedCallTest, NeitherKeysNorTheirTextReachTheLog) {
  dial(description("RTP/SAVP"));
  const auto keys = std::get<sdp::SdesProtection>(agreed()->protection);
  const std::string ours = to_string(keys.send).substr(to_string(keys.send).find("inline:") + 7);
  for (const auto& record : bench_.logged) {
    EXPECT_THAT(record.message, Not(HasSubstr(ours)));
    EXPECT_THAT(record.message, Not(HasSubstr("d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj")));
  }
}

/// RFC 3261 §18.1.1: what is larger leaves by TCP.
TEST(OfferSizeTest, TheUsualOfferGoesOverUdp) {
  EngineBench bench;
  const auto account =
      *bench.engine.add_account({.address_of_record = "sip:alice.liddell@core.test",
                                 .display_name = "Alice Liddell",
                                 .password = "tea"},
                                bench.now);
  ASSERT_TRUE(bench.engine.dial(account, "bob.the.builder", {}, bench.now));
  bench.drain();
  auto invite = bench.next_request("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->message.top_via().transport, "UDP") << invite->message.write();
  bench.answer(*invite, 407, [](sip::Message& response) {
    response.add(sip::Field::proxy_authenticate,
                 R"(Digest realm="core.test", nonce="1d2a3e7a8d50fcca5ab21582d8f42924d76e", )"
                 R"(algorithm=MD5, qop="auth")");
  });
  invite = bench.next_request("INVITE");
  ASSERT_TRUE(invite && invite->message.field(sip::Field::proxy_authorization));
  EXPECT_EQ(invite->message.top_via().transport, "UDP") << invite->message.write();
}

/// Numbers of an RTP packet (RFC 3550 §5.1).
struct RtpSeen {
  TimePoint at;
  std::string to;
  std::uint16_t sequence = 0;
  std::uint32_t ssrc = 0;
};
std::uint32_t number_at(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + size; ++i) {
    number = number << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}
bool is_rtp(const std::string& bytes) {
  if (bytes.size() < 12 || static_cast<unsigned char>(bytes[0]) >> 6U != 2) return false;
  const auto type = static_cast<unsigned char>(bytes[1]) & 0x7fU;
  return type < 64 || type > 95;
}

/// T79: it is the far end that moves; our sound follows within a round trip and a packet.
class FollowsTheFarEndTest : public ::testing::TestWithParam<net::Family> {};
INSTANTIATE_TEST_SUITE_P(From, FollowsTheFarEndTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(FollowsTheFarEndTest, T79_SoundGoesOnInTheOtherFamilyWithNumbersThatRunOn) {
  const bool from_v4 = GetParam() == net::Family::v4;
  WorldOptions options;
  options.seed = seed_of_run();
  options.alice_at = {"10.1.0.2", "2001:db8:1::2"};
  options.bob_at = {from_v4 ? "10.3.0.2" : "2001:db8:3::2"};
  SimWorld world(options);
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(world.call_bob()) << world.story();
  std::vector<RtpSeen> seen;
  std::optional<TimePoint> asked;
  world.network.set_tap([&](const FakeHost& host, const FakePacket& packet) {
    if (host.name() == "bob" && packet.bytes.find("\r\nv=0") != std::string::npos && !asked) {
      asked = world.now();
    }
    if (host.name() != "alice" || !is_rtp(packet.bytes)) return;
    seen.push_back({world.now(), to_string(packet.destination.address),
                    static_cast<std::uint16_t>(number_at(packet.bytes, 2, 2)),
                    number_at(packet.bytes, 8, 4)});
  });
  world.run_for(500ms);
  const std::string there = from_v4 ? "2001:db8:5::2" : "10.5.0.2";
  world.b.detach("eth0");
  world.b.attach("eth0", {there});
  world.run_for(1s);
  ASSERT_TRUE(world.both_hear(world.now(), 5s)) << world.story();
  ASSERT_TRUE(asked);
  const auto first =
      std::find_if(seen.begin(), seen.end(), [&](const RtpSeen& p) { return p.to == there; });
  ASSERT_NE(first, seen.end());
  // 50 ms from Bob to Alice by the server, and her next packet.
  EXPECT_LE(first->at - *asked, 50ms + 2ms + 20ms);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].ssrc, seen[0].ssrc);
    const auto step = static_cast<std::uint16_t>(seen[i].sequence - seen[i - 1].sequence);
    EXPECT_LE(step, 1) << "packet " << i << ": none is left out";
  }
  EXPECT_EQ(world.faults(), "");
}

}  // namespace
}  // namespace godwit::test
