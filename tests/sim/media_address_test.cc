// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kAliceV4 = "10.1.0.2";
constexpr const char* kAliceV6 = "2001:db8:1::2";
constexpr const char* kFarV4 = "10.8.0.1";
constexpr const char* kFarV6 = "2001:db8:8::1";

/// An engine with an account, what descriptions say to it, and what it says and sends to.
class MediaAddressBench {
 public:
  enum class Has { v4, v6, both };

  explicit MediaAddressBench(Has has = Has::both, UserAgentOptions options = {})
      : bench_(without_keep_alives(std::move(options))) {
    bench_.remove_addresses();
    bench_.routes.clear();
    bench_.names["core.test"].clear();
    if (has != Has::v6) add(kAliceV4, "10.9.0.1", kFarV4, 2);
    if (has != Has::v4) add(kAliceV6, "2001:db8:9::1", kFarV6, 3);
    bench_.observe();
  }
  /// Their offer comes, is answered if it rings; what is answered in the end.
  sip::Message offer(const std::string& sdp) {
    register_account();
    auto invite = sip::Message::request("INVITE", "sip:alice@" + to_string(at_.local));
    fill(invite, 1);
    if (!sdp.empty()) invite.set_body("application/sdp", sdp);
    bench_.sent.clear();
    bench_.receive(at_, invite);
    for (const auto& incoming : bench_.events_of<IncomingCall>()) {
      static_cast<void>(bench_.engine.answer(incoming.call, {}, bench_.now));
      bench_.drain();
    }
    return last_response();
  }
  /// A re-INVITE of the call that `offer` began.
  sip::Message offer_again(const std::string& sdp, const sip::Message& answered, int cseq) {
    auto ack = sip::Message::request("ACK", "sip:alice@" + to_string(at_.local));
    fill(ack, cseq - 1, answered.to_tag());
    bench_.receive(at_, ack);
    auto invite = sip::Message::request("INVITE", "sip:alice@" + to_string(at_.local));
    fill(invite, cseq, answered.to_tag());
    invite.set_body("application/sdp", sdp);
    bench_.sent.clear();
    bench_.receive(at_, invite);
    return last_response();
  }
  /// Our offer; empty when none was made.
  std::string our_offer() {
    const auto account = add_account();
    static_cast<void>(bench_.engine.dial(account, "bob", {}, bench_.now));
    bench_.drain();
    invite_ = next("INVITE");
    return invite_ ? std::string(invite_->message.body()) : std::string();
  }
  /// Our INVITE is answered; the next one, if there is one.
  std::string our_next_offer(int status, const std::string& warning = {}) {
    bench_.answer(*invite_, status, [&](sip::Message& response) {
      if (!warning.empty()) response.add(sip::Field::warning, warning);
    });
    invite_ = next("INVITE");
    return invite_ ? std::string(invite_->message.body()) : std::string();
  }
  void answer_ours(const std::string& sdp) { answer_through({}, sdp); }
  void answer_through(const std::string& record_route, const std::string& sdp) {
    bench_.answer(*invite_, 200, [&](sip::Message& response) {
      if (!record_route.empty()) response.add(sip::Field::record_route, record_route);
      response.add(sip::Field::contact, "<sip:bob@" + to_string(invite_->to) + ">");
      response.set_body("application/sdp", sdp);
    });
  }
  /// Where sound goes to, the newest last.
  std::vector<std::string> sent_to() const {
    std::vector<std::string> out;
    for (const auto& action : bench_.media) {
      if (const auto* send = std::get_if<ua::SendMediaOn>(&action)) {
        out.push_back(to_string(send->remote));
      }
    }
    return out;
  }
  bool stopped() const {
    return std::any_of(bench_.media.begin(), bench_.media.end(), [](const auto& action) {
      return std::holds_alternative<ua::StopSendingMedia>(action);
    });
  }
  EngineBench& bench() { return bench_; }

 private:
  static UserAgentOptions without_keep_alives(UserAgentOptions options) {
    options.transport.udp_keep_alive = options.transport.stream_keep_alive =
        std::chrono::seconds{0};
    return options;
  }
  void add(const char* own, const char* server, const char* far, std::uint32_t interface) {
    bench_.add_address(own, interface);
    bench_.route(server, own);
    bench_.route(far, own);
    bench_.names["core.test"].push_back(ip(server));
    bench_.snapshot.default_routes.push_back(
        {.family = ip(own).family(), .interface = interface});
  }
  AccountId add_account() {
    return *bench_.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench_.now);
  }
  /// The next request of a method; whoever is asked whether it is there says yes.
  std::optional<EngineBench::Sent> next(std::string_view method) {
    while (auto sent = bench_.next_sent()) {
      if (!sent->message.is_request()) continue;
      if (sent->message.method_name() == method) return sent;
      if (sent->message.method() == sip::Method::options) bench_.answer(*sent, 200);
    }
    return std::nullopt;
  }
  void register_account() {
    const auto account = add_account();
    ASSERT_TRUE(bench_.engine.start_registration(account, std::chrono::seconds{300}, bench_.now));
    bench_.drain();
    const auto request = next("REGISTER");
    ASSERT_TRUE(request);
    bench_.answer(*request, 200);
    at_ = *request;
  }
  void fill(sip::Message& request, int cseq, std::string_view to_tag = {}) {
    const std::string number = std::to_string(cseq);
    request.add(sip::Field::via, "SIP/2.0/UDP " + to_string(at_.to) + ";branch=z9hG4bK" + number +
                                     std::string(request.method_name()));
    request.add(sip::Field::max_forwards, "70");
    request.add(sip::Field::from, "<sip:bob@core.test>;tag=bob");
    const std::string tag = to_tag.empty() ? "" : ";tag=" + std::string(to_tag);
    request.add(sip::Field::to, "<sip:alice@core.test>" + tag);
    request.add(sip::Field::call_id, "theirs");
    request.add(sip::Field::cseq, number + ' ' + std::string(request.method_name()));
    request.add(sip::Field::contact, "<sip:bob@" + to_string(at_.to) + ">");
  }
  sip::Message last_response() {
    auto last = sip::Message::response(100);
    while (auto sent = bench_.next_sent()) {
      if (!sent->message.is_request()) last = sent->message;
    }
    return last;
  }

  EngineBench bench_;
  EngineBench::Sent at_{{}, {}, sip::Message::request("OPTIONS", "sip:x")};
  std::optional<EngineBench::Sent> invite_;
};

using Has = MediaAddressBench::Has;

UserAgentOptions signalling_by(FamilyUse use) {
  UserAgentOptions options;
  options.transport.families = use;
  return options;
}

UserAgentOptions media_in(FamilyUse use) {
  UserAgentOptions options;
  options.media_families = use;
  return options;
}

std::string body_of(const sip::Message& message) { return std::string(message.body()); }

TEST(MediaAddressTest, T69_TheAnswerIsOfTheOffersFamilyWhateverCarriesIt) {
  MediaAddressBench v6(Has::both, signalling_by(FamilyUse::only_v6));
  const auto v4_answer = v6.offer(far_sdp(kFarV4));
  EXPECT_EQ(v4_answer.status(), 200);
  EXPECT_THAT(body_of(v4_answer), HasSubstr("c=IN IP4 10.1.0.2\r\n"));
  EXPECT_EQ(v6.sent_to(), std::vector<std::string>{"10.8.0.1:50000"});

  MediaAddressBench v4(Has::both, signalling_by(FamilyUse::only_v4));
  const auto v6_answer = v4.offer(far_sdp(kFarV6));
  EXPECT_EQ(v6_answer.status(), 200);
  EXPECT_THAT(body_of(v6_answer), HasSubstr("c=IN IP6 2001:db8:1::2\r\n"));
  EXPECT_EQ(v4.sent_to(), std::vector<std::string>{"[2001:db8:8::1]:50000"});
}

TEST(MediaAddressTest, T70_EachLineIsAnsweredInItsOwnType) {
  for (const bool audio_is_v4 : {true, false}) {
    const std::string audio = audio_is_v4 ? "IP4 10.8.0.1" : "IP6 2001:db8:8::1";
    const std::string video = audio_is_v4 ? "IP6 2001:db8:8::1" : "IP4 10.8.0.1";
    MediaAddressBench bench;
    const auto answer = bench.offer(
        "v=0\r\no=far 1 1 IN IP4 10.8.0.1\r\ns=-\r\nt=0 0\r\nm=audio 50000 RTP/AVP 0\r\nc=IN " +
        audio + "\r\nm=video 50002 RTP/AVP 31\r\nc=IN " + video + "\r\n");
    EXPECT_EQ(answer.status(), 200);
    const std::string type = audio.substr(0, 3);
    EXPECT_THAT(body_of(answer),
                HasSubstr("c=IN " + type + ' ' + (audio_is_v4 ? kAliceV4 : kAliceV6)));
    EXPECT_THAT(body_of(answer), HasSubstr("m=video 0 RTP/AVP 31\r\n")) << "nothing to say of it";
  }
}

TEST(MediaAddressTest, T71_AFamilyThatWeDoNotHaveIsRefusedWith301) {
  for (const auto has : {Has::v4, Has::v6}) {
    MediaAddressBench bench(has);
    const auto answer = bench.offer(far_sdp(has == Has::v4 ? kFarV6 : kFarV4));
    EXPECT_EQ(answer.status(), 488);
    EXPECT_THAT(std::string(answer.field(sip::Field::warning).value_or("")), StartsWith("301 "));
    EXPECT_THAT(bench.bench().events_of<IncomingCall>(), IsEmpty()) << "nobody hears of it";
  }
}

TEST(MediaAddressTest, T71_AFamilyThatMediaMustNotUseIsRefusedWith301) {
  MediaAddressBench only_v4(Has::both, media_in(FamilyUse::only_v4));
  const auto refusal = only_v4.offer(far_sdp(kFarV6));
  EXPECT_EQ(refusal.status(), 488);
  EXPECT_THAT(std::string(refusal.field(sip::Field::warning).value_or("")), StartsWith("301 "));
  MediaAddressBench prefer_v4(Has::both, media_in(FamilyUse::prefer_v4));
  EXPECT_EQ(prefer_v4.offer(far_sdp(kFarV6)).status(), 200) << "the offer chooses (R29)";
}

TEST(MediaAddressTest, F47_OurOfferIsOfTheFamilyThatTheOptionsSay) {
  const auto offer = [](Has has, FamilyUse use) {
    MediaAddressBench bench(has, media_in(use));
    return bench.our_offer();
  };
  EXPECT_THAT(offer(Has::both, FamilyUse::any), HasSubstr("c=IN IP6")) << "as signalling goes";
  EXPECT_THAT(offer(Has::both, FamilyUse::prefer_v4), HasSubstr("c=IN IP4 10.1.0.2\r\n"));
  EXPECT_THAT(offer(Has::both, FamilyUse::only_v4), HasSubstr("c=IN IP4 10.1.0.2\r\n"));
  EXPECT_THAT(offer(Has::v6, FamilyUse::prefer_v4), HasSubstr("c=IN IP6 2001:db8:1::2\r\n"));
  EXPECT_THAT(offer(Has::v4, FamilyUse::prefer_v6), HasSubstr("c=IN IP4 10.1.0.2\r\n"));
}

TEST(MediaAddressTest, F47_WithoutAnAddressOfTheFamilyACallFailsAndSaysWhy) {
  MediaAddressBench bench(Has::v6, media_in(FamilyUse::only_v4));
  EXPECT_EQ(bench.our_offer(), "");
  const auto ended = bench.bench().events_of<CallEnded>();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].who, Who::network);
  EXPECT_THAT(ended[0].reason, HasSubstr("IPv4"));
}

TEST(MediaAddressTest, F47_AnInviteWithoutOfferIsOfferedTheFamilyOfTheOptions) {
  MediaAddressBench bench(Has::both, media_in(FamilyUse::only_v4));
  const auto answer = bench.offer({});
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(body_of(answer), HasSubstr("c=IN IP4 10.1.0.2\r\n"));
}

TEST(MediaAddressTest, T71_OurOfferIsMadeOnceMoreInTheOtherFamily) {
  MediaAddressBench bench;
  EXPECT_THAT(bench.our_offer(), HasSubstr("c=IN IP6"));
  EXPECT_THAT(bench.our_next_offer(488, "301 far \"Incompatible network address formats\""),
              HasSubstr("c=IN IP4 10.1.0.2\r\n"));
}

TEST(MediaAddressTest, T71_NotInAFamilyThatMediaMustNotUse) {
  MediaAddressBench bench(Has::both, media_in(FamilyUse::only_v6));
  EXPECT_THAT(bench.our_offer(), HasSubstr("c=IN IP6"));
  EXPECT_EQ(bench.our_next_offer(488, "301 far \"Incompatible network address formats\""), "");
  EXPECT_THAT(bench.bench().events_of<CallEnded>(), SizeIs(1));
}

TEST(MediaAddressTest, T72_AHeldOfferIsTakenAndNothingIsSent) {
  for (const char* const held : {"IP6 held.invalid", "IP6 ::", "IP4 0.0.0.0", "IP4 x.invalid"}) {
    MediaAddressBench bench;
    const auto answer = bench.offer("v=0\r\no=far 1 1 IN IP4 10.8.0.1\r\ns=-\r\nc=IN " +
                                    std::string(held) +
                                    "\r\nt=0 0\r\nm=audio 50000 RTP/AVP 0\r\n");
    EXPECT_EQ(answer.status(), 200) << held;
    EXPECT_THAT(bench.sent_to(), IsEmpty()) << held;
    const bool v6 = std::string_view(held).starts_with("IP6");
    EXPECT_THAT(body_of(answer), HasSubstr(v6 ? "c=IN IP6 2001:db8:1::2" : "c=IN IP4 10.1.0.2"));
    const auto again = bench.offer_again(far_sdp(v6 ? kFarV6 : kFarV4, 50000, 2), answer, 2);
    EXPECT_EQ(again.status(), 200) << held;
    EXPECT_THAT(bench.sent_to(), SizeIs(1)) << held;
  }
}

TEST(MediaAddressTest, T72_SoundStopsWhenTheCallIsHeldAndGoesOnAfterIt) {
  MediaAddressBench bench;
  const auto answer = bench.offer(far_sdp(kFarV6));
  ASSERT_THAT(bench.sent_to(), SizeIs(1));
  const auto held = bench.offer_again(
      "v=0\r\no=far 1 2 IN IP6 2001:db8:8::1\r\ns=-\r\nc=IN IP6 held.invalid\r\nt=0 0\r\n"
      "m=audio 50000 RTP/AVP 0\r\n",
      answer, 2);
  EXPECT_EQ(held.status(), 200);
  EXPECT_TRUE(bench.stopped());
  EXPECT_THAT(bench.sent_to(), SizeIs(1));
  EXPECT_THAT(body_of(held), Not(HasSubstr("IP6 ::\r\n")));
  EXPECT_EQ(bench.offer_again(far_sdp(kFarV6, 50000, 3), answer, 3).status(), 200);
  EXPECT_THAT(bench.sent_to(), SizeIs(2));
}

TEST(MediaAddressTest, T73_ANameIsLookedUpInItsTypeAlone) {
  MediaAddressBench bench;
  bench.bench().names["media.test"] = {ip(kFarV4), ip(kFarV6)};
  const auto answer = bench.offer(
      "v=0\r\no=far 1 1 IN IP4 10.8.0.1\r\ns=-\r\nc=IN IP6 media.test\r\nt=0 0\r\n"
      "m=audio 50000 RTP/AVP 0\r\n");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(body_of(answer), HasSubstr("c=IN IP6 2001:db8:1::2"));
  EXPECT_EQ(bench.sent_to(), std::vector<std::string>{"[2001:db8:8::1]:50000"});

  MediaAddressBench caller;
  caller.bench().names["media.test"] = {ip(kFarV6)};
  ASSERT_THAT(caller.our_offer(), HasSubstr("c=IN IP6"));
  caller.answer_ours(
      "v=0\r\no=far 1 1 IN IP6 2001:db8:8::1\r\ns=-\r\nc=IN IP6 media.test\r\nt=0 0\r\n"
      "m=audio 50000 RTP/AVP 0\r\n");
  EXPECT_EQ(caller.sent_to(), std::vector<std::string>{"[2001:db8:8::1]:50000"});
}

TEST(MediaAddressTest, T73_ANameWithoutAnAddressOfItsTypeIsRefused) {
  MediaAddressBench bench;
  bench.bench().names["media.test"] = {ip(kFarV4)};
  const auto answer = bench.offer(
      "v=0\r\no=far 1 1 IN IP4 10.8.0.1\r\ns=-\r\nc=IN IP6 media.test\r\nt=0 0\r\n"
      "m=audio 50000 RTP/AVP 0\r\n");
  EXPECT_EQ(answer.status(), 488);
  EXPECT_THAT(bench.bench().events_of<IncomingCall>(), IsEmpty());
}

TEST(MediaAddressTest, T73_AnIpv6AddressAfterIp4IsReadAsItIsAndLogged) {
  MediaAddressBench bench;
  const auto answer = bench.offer(
      "v=0\r\no=far 1 1 IN IP4 2001:db8:8::1\r\ns=-\r\nc=IN IP4 2001:db8:8::1\r\nt=0 0\r\n"
      "m=audio 50000 RTP/AVP 0\r\n");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(body_of(answer), HasSubstr("c=IN IP6 2001:db8:1::2"));
  const auto& logged = bench.bench().logged;
  EXPECT_TRUE(std::any_of(logged.begin(), logged.end(), [](const LogRecord& record) {
    return record.message.find("IP4") != std::string::npos &&
           record.message.starts_with("session description: ");
  }));
}

TEST(MediaAddressTest, T80_TheConnectionOfALineCountsBeforeTheSessions) {
  MediaAddressBench bench;
  const auto answer = bench.offer(
      "v=0\r\no=far 1 1 IN IP4 10.8.0.1\r\ns=-\r\nc=IN IP4 10.8.0.1\r\nt=0 0\r\n"
      "m=audio 50000 RTP/AVP 0\r\nc=IN IP6 2001:db8:8::1\r\n");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(bench.sent_to(), std::vector<std::string>{"[2001:db8:8::1]:50000"});
  EXPECT_THAT(body_of(answer), HasSubstr("c=IN IP6 2001:db8:1::2"));
}

TEST(MediaAddressTest, T81_BehindANatThePublicAddressIsNamedUnderItsOwnType) {
  UserAgentOptions options;
  options.transport.bind.public_address_v4 = "198.51.100.1";
  options.transport.bind.public_address_v6 = "2001:db8:ffff::1";
  MediaAddressBench called(Has::both, options);
  const auto v4 = called.offer(far_sdp(kFarV4));
  EXPECT_THAT(body_of(v4), HasSubstr("c=IN IP4 198.51.100.1\r\n"));
  EXPECT_THAT(body_of(v4), HasSubstr(" IN IP4 198.51.100.1\r\n"));
  MediaAddressBench also_called(Has::both, options);
  EXPECT_THAT(body_of(also_called.offer(far_sdp(kFarV6))),
              HasSubstr("c=IN IP6 2001:db8:ffff::1\r\n"));
  options.media_families = FamilyUse::only_v4;
  MediaAddressBench caller(Has::both, options);
  EXPECT_THAT(caller.our_offer(), HasSubstr("c=IN IP4 198.51.100.1\r\n"));
}

TEST(MediaAddressTest, F36_SoundLeavesFromWhereTheAccountIsBound) {
  UserAgentOptions options = signalling_by(FamilyUse::only_v4);
  options.transport.bind.address = "10.1.0.77";
  MediaAddressBench bench(Has::v4, options);
  bench.bench().add_address("10.1.0.77", 4);
  bench.bench().observe();
  EXPECT_THAT(body_of(bench.offer(far_sdp(kFarV4))), HasSubstr("c=IN IP4 10.1.0.77\r\n"));
  EXPECT_THAT(bench.our_offer(), HasSubstr("c=IN IP4 10.1.0.77\r\n"));
}

TEST(MediaAddressTest, T90_ARouteOfIpv4LiteralsIsReachedThroughTheNat64) {
  MediaAddressBench bench(Has::v6);
  bench.bench().names["ipv4only.arpa"] = {ip("2001:db8:64::c000:aa")};
  bench.bench().route("2001:db8:64::cb00:7101", kAliceV6);
  ASSERT_THAT(bench.our_offer(), HasSubstr("c=IN IP6"));
  bench.answer_through("<sip:203.0.113.1;lr>", far_sdp(kFarV6));
  const auto ack = bench.bench().next_request("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(to_string(ack->to), "[2001:db8:64::cb00:7101]:5060");
  EXPECT_EQ(ack->message.field(sip::Field::route), "<sip:203.0.113.1;lr>") << "as it was given";
  EXPECT_THAT(ack->message.write(), Not(HasSubstr("2001:db8:64:")));
}

TEST(MediaAddressTest, T91_AnIpv4OfferIsAnsweredAndSentToThroughTheNat64) {
  MediaAddressBench bench(Has::v6);
  bench.bench().names["ipv4only.arpa"] = {ip("2001:db8:64::c000:aa")};
  bench.bench().route("2001:db8:64::cb00:7101", kAliceV6);
  const auto answer = bench.offer(far_sdp("203.0.113.1"));
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(body_of(answer), HasSubstr("c=IN IP6 2001:db8:1::2\r\n")) << "R40: until there is ICE";
  EXPECT_EQ(bench.sent_to(), std::vector<std::string>{"[2001:db8:64::cb00:7101]:50000"});
}

}  // namespace
}  // namespace godwit::test
