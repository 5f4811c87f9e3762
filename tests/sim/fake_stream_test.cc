// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_network.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Ends {
  const char* a;
  const char* a_new;
  const char* b;
  const char* outer;  // of a NAT
};
constexpr Ends kEndsV4{"10.1.0.2", "10.2.0.2", "10.3.0.2", "198.51.100.1"};
constexpr Ends kEndsV6{"2001:db8:1::2", "2001:db8:2::2", "2001:db8:3::2", "2001:db8:ff::1"};
constexpr std::uint16_t kPort = 5060;
constexpr Duration kWay = 50ms;  // from A to B: two links

/// What one end of a stream was told.
struct End {
  FakeStreams::StreamId id = 0;
  bool opened = false;
  TimePoint opened_at{};
  std::string heard;
  std::size_t pieces = 0;
  std::optional<Error> error;
  TimePoint ended_at{};
};

class FakeStreamTest : public ::testing::TestWithParam<Ends> {
 protected:
  void SetUp() override {
    a_.add_interface("wifi0", link_);
    a_.add_interface("lte0", link_);
    a_.attach("wifi0", {GetParam().a});
    b_.add_interface("eth0", link_);
    b_.attach("eth0", {GetParam().b});
  }

  StreamHandlers handlers(End& end) {
    StreamHandlers handlers;
    handlers.opened = [this, &end] {
      end.opened = true;
      end.opened_at = time_.now();
    };
    handlers.received = [&end](const std::string& bytes) {
      end.heard += bytes;
      ++end.pieces;
    };
    handlers.ended = [this, &end](const Error& error) {
      EXPECT_FALSE(end.error) << "told once";
      end.error = error;
      end.ended_at = time_.now();
    };
    return handlers;
  }
  void listen(net::Transport transport = net::Transport::tcp, std::vector<std::string> names = {}) {
    FakeListen wish{.transport = transport, .local = remote(), .names = std::move(names)};
    const auto listener =
        b_.streams().listen(wish, [this](FakeStreams::StreamId id, const net::SocketAddress&,
                                         const net::SocketAddress& from) {
          theirs_.id = id;
          theirs_.opened = true;
          theirs_.opened_at = time_.now();
          accepted_from_ = from;
          return handlers(theirs_);
        });
    ASSERT_TRUE(listener.has_value());
    listener_ = *listener;
  }
  Result<void> connect(net::Transport transport = net::Transport::tcp,
                       const std::string& server_name = {}) {
    start_ = time_.now();
    ours_ = {};
    const auto stream = a_.streams().connect(
        {.transport = transport, .remote = remote(), .server_name = server_name}, handlers(ours_));
    if (!stream) return tl::unexpected(stream.error());
    ours_.id = *stream;
    return {};
  }
  void connect_and_run() {
    listen();
    ASSERT_TRUE(connect());
    time_.run_for(1s);
    ASSERT_TRUE(ours_.opened && theirs_.opened);
  }
  void say(const std::string& text) { a_.streams().send(ours_.id, text); }
  void answer(const std::string& text) { b_.streams().send(theirs_.id, text); }
  [[nodiscard]] net::SocketAddress remote() const { return {ip(GetParam().b), kPort}; }

  LinkOptions link_{.delay = 25ms};
  VirtualTime time_;
  SeededRandom random_{7};
  FakeNetwork network_{time_, random_};
  FakeHost& a_ = network_.add_host("a");
  FakeHost& b_ = network_.add_host("b");
  FakeStreams::ListenerId listener_ = 0;
  End ours_;
  End theirs_;
  net::SocketAddress accepted_from_;
  TimePoint start_{};
};

TEST_P(FakeStreamTest, OpensInOneRoundTrip) {
  connect_and_run();
  EXPECT_EQ(ours_.opened_at - start_, 2 * kWay);
  EXPECT_EQ(theirs_.opened_at - start_, 3 * kWay);
  EXPECT_EQ(accepted_from_, a_.tcp().local_of(ours_.id));
  EXPECT_EQ(accepted_from_.address, ip(GetParam().a));
}

TEST_P(FakeStreamTest, CarriesBytesInOrderBothWays) {
  connect_and_run();
  std::string text;
  for (int i = 0; i < 500; ++i) {
    say(std::to_string(i) + ' ');
    text += std::to_string(i) + ' ';
    if (i % 10 == 0) answer(std::to_string(i) + ',');
    time_.run_for(1ms);
  }
  time_.run_for(1s);
  EXPECT_EQ(theirs_.heard, text);
  EXPECT_THAT(ours_.heard, ::testing::StartsWith("0,10,20,30,"));
}

TEST_P(FakeStreamTest, CutsWhatItHandsOutAnywhere) {
  connect_and_run();
  for (int i = 0; i < 20; ++i) {
    say("one message ");
    say("and another ");
    time_.run_for(100ms);
  }
  EXPECT_THAT(theirs_.heard, SizeIs(20 * 24));
  EXPECT_GT(theirs_.pieces, 20U) << "some are cut";
  EXPECT_LT(theirs_.pieces, 100U);
}

TEST_P(FakeStreamTest, LossIsDelayAndNeverAGap) {
  connect_and_run();
  a_.set_link("wifi0", {.delay = 25ms, .jitter = 10ms, .loss = 0.2, .duplication = 0.1});
  std::string text;
  for (int i = 0; i < 300; ++i) {
    const std::string word = std::to_string(i) + ' ';
    say(word);
    text += word;
    time_.run_for(5ms);
  }
  time_.run_for(20s);
  EXPECT_EQ(theirs_.heard, text);
  EXPECT_FALSE(ours_.error);
}

TEST_P(FakeStreamTest, ALostSegmentComesAgainAfter200Ms) {
  connect_and_run();
  int seen = 0;
  network_.set_swallower(
      [&](const FakePacket& packet) { return !packet.bytes.empty() && ++seen <= 2; });
  const auto start = time_.now();
  say("hello");
  EXPECT_TRUE(time_.run_until([&] { return theirs_.heard == "hello"; }, 10s));
  EXPECT_EQ(time_.now() - start, 200ms + 400ms + kWay);
}

TEST_P(FakeStreamTest, IsRefusedAtOnceWhereNobodyListens) {  // T34
  ASSERT_TRUE(connect());
  time_.run_for(10s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, std::errc::connection_refused);
  EXPECT_EQ(ours_.ended_at - start_, 2 * kWay);
}

TEST_P(FakeStreamTest, AHoleAnswersNothing) {
  listen();
  std::vector<Duration> syns;
  network_.set_segment_tap(
      [&](const FakeHost&, const FakePacket&) { syns.push_back(time_.now() - start_); });
  network_.set_swallower([](const FakePacket& packet) { return packet.segment.has_value(); });
  ASSERT_TRUE(connect());
  time_.run_for(126s);
  EXPECT_FALSE(ours_.error);
  EXPECT_THAT(syns, ElementsAre(0s, 1s, 3s, 7s, 15s, 31s, 63s));
  time_.run_for(2s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, std::errc::timed_out);
}

TEST_P(FakeStreamTest, ALostSynIsSentAgainAfterASecond) {
  listen();
  int seen = 0;
  network_.set_swallower([&](const FakePacket&) { return ++seen == 1; });
  ASSERT_TRUE(connect());
  time_.run_for(5s);
  EXPECT_EQ(ours_.opened_at - start_, 1s + 2 * kWay);
}

TEST_P(FakeStreamTest, WithoutARouteItFailsAtOnce) {  // T35
  a_.remove_default_route("wifi0", ip(GetParam().a).family());
  EXPECT_EQ(connect().error().code, std::errc::network_unreachable);
  const auto gone = a_.streams().connect({.local = {ip(GetParam().a_new), 0}, .remote = remote()},
                                         handlers(ours_));
  EXPECT_EQ(gone.error().code, std::errc::address_not_available);
}

TEST_P(FakeStreamTest, AnUnreachableEndsAConnectButNoOpenStream) {
  const auto refuses = [](const FakePacket&) { return true; };
  listen();
  network_.set_refuser(refuses);
  ASSERT_TRUE(connect());
  time_.run_for(10s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, std::errc::host_unreachable);
  EXPECT_EQ(ours_.ended_at - start_, kWay) << "to the router and back";

  network_.set_refuser({});
  ASSERT_TRUE(connect());
  time_.run_for(1s);
  network_.set_refuser(refuses);
  say("hello");
  time_.run_for(1s);
  EXPECT_FALSE(ours_.error) << "of an open stream it is no proof (RFC 5461)";
  network_.set_refuser({});
  time_.run_for(5s);
  EXPECT_EQ(theirs_.heard, "hello");
}

TEST_P(FakeStreamTest, ClosesInOrderAfterWhatWasSent) {
  connect_and_run();
  say("last words");
  a_.streams().close(ours_.id);
  time_.run_for(1s);
  EXPECT_EQ(theirs_.heard, "last words");
  ASSERT_TRUE(theirs_.error);
  EXPECT_EQ(theirs_.error->code, make_error_code(Errc::connection_closed));
  EXPECT_FALSE(ours_.error) << "who closes is told nothing";
  EXPECT_EQ(a_.tcp().open_streams() + b_.tcp().open_streams(), 0U);
}

TEST_P(FakeStreamTest, AnAbortIsAReset) {
  connect_and_run();
  b_.streams().abort(theirs_.id);
  time_.run_for(1s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, std::errc::connection_reset);
  EXPECT_FALSE(theirs_.error);
}

TEST_P(FakeStreamTest, DiesTenSecondsAfterTheFirstByteWithoutAnAnswer) {  // F26
  connect_and_run();
  a_.detach("wifi0");
  a_.attach("lte0", {GetParam().a_new});
  time_.run_for(60s);
  EXPECT_FALSE(ours_.error) << "an address that goes breaks nothing by itself";
  const auto start = time_.now();
  say("hello?");
  answer("hello?");
  time_.run_for(60s);
  ASSERT_TRUE(ours_.error && theirs_.error);
  EXPECT_EQ(ours_.error->code, std::errc::timed_out);
  EXPECT_EQ(ours_.ended_at - start, FakeTcp::kUserTimeout);
  EXPECT_EQ(theirs_.ended_at - start, FakeTcp::kUserTimeout);
}

TEST_P(FakeStreamTest, SurvivesAnAddressThatComesBackInTime) {
  connect_and_run();
  a_.detach("wifi0");
  say("hello");
  time_.run_for(5s);
  a_.attach("wifi0", {GetParam().a});
  time_.run_for(10s);
  EXPECT_EQ(theirs_.heard, "hello");
  EXPECT_FALSE(ours_.error);
}

TEST_P(FakeStreamTest, AMachineThatStartedAnewKnowsNothingOfIt) {
  connect_and_run();
  b_.tcp().forget_all();
  time_.run_for(60s);
  EXPECT_FALSE(ours_.error) << "half open";
  say("hello?");
  time_.run_for(1s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, std::errc::connection_reset);
}

TEST_P(FakeStreamTest, GoesThroughANatUntilItForgets) {
  a_.set_link("wifi0", {.delay = 25ms, .nat = ip(GetParam().outer)});
  connect_and_run();
  EXPECT_EQ(accepted_from_.address, ip(GetParam().outer));
  say("hello");
  answer("welcome");
  time_.run_for(1s);
  EXPECT_EQ(theirs_.heard, "hello");
  EXPECT_EQ(ours_.heard, "welcome");

  a_.forget_mappings("wifi0");
  answer("still there?");
  time_.run_for(11s);
  ASSERT_TRUE(theirs_.error);
  EXPECT_EQ(theirs_.error->code, std::errc::timed_out);
  say("yes");
  time_.run_for(1s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, std::errc::connection_reset) << "the new port is a stranger's";
}

TEST_P(FakeStreamTest, TwoListenersMayNotShareAPort) {
  listen();
  const auto second =
      b_.streams().listen({.local = {net::IpAddress::any(ip(GetParam().b).family()), kPort}},
                          [](auto, const auto&, const auto&) { return StreamHandlers{}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, make_error_code(Errc::address_in_use));
  b_.streams().close_listener(listener_);
  ASSERT_TRUE(connect());
  time_.run_for(1s);
  EXPECT_EQ(ours_.error->code, std::errc::connection_refused);
}

TEST_P(FakeStreamTest, AWithdrawnConnectLeavesNothing) {
  listen();
  ASSERT_TRUE(connect());
  a_.streams().close(ours_.id);
  time_.run_for(10s);
  EXPECT_FALSE(ours_.opened || ours_.error || theirs_.opened);
  EXPECT_EQ(a_.tcp().open_streams() + b_.tcp().open_streams(), 0U);
}

TEST_P(FakeStreamTest, TlsTakesOneMoreRoundTrip) {
  listen(net::Transport::tls, {"example.test", "sip.example.test"});
  ASSERT_TRUE(connect(net::Transport::tls, "sip.example.test"));
  time_.run_for(1s);
  ASSERT_TRUE(ours_.opened && theirs_.opened);
  EXPECT_EQ(ours_.opened_at - start_, 4 * kWay);
  EXPECT_EQ(theirs_.opened_at - start_, 5 * kWay);
  say("hello");
  answer("welcome");
  time_.run_for(1s);
  EXPECT_EQ(theirs_.heard, "hello");
  EXPECT_EQ(ours_.heard, "welcome");
}

TEST_P(FakeStreamTest, TlsFailsForAnotherName) {  // T33
  listen(net::Transport::tls, {"other.test", "notexample.test"});
  ASSERT_TRUE(connect(net::Transport::tls, "example.test"));
  time_.run_for(1s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, make_error_code(Errc::certificate_rejected));
  EXPECT_THAT(ours_.error->detail, HasSubstr("other.test"));
  EXPECT_FALSE(ours_.opened || theirs_.opened);
  EXPECT_EQ(a_.tcp().open_streams() + b_.tcp().open_streams(), 0U);
}

TEST_P(FakeStreamTest, TlsFailsWhereOnlyTcpIsSpokenAndTheOtherWayRound) {
  listen();
  ASSERT_TRUE(connect(net::Transport::tls, "example.test"));
  time_.run_for(200ms);
  answer("SIP/2.0 400 What is that?\r\n\r\n");
  time_.run_for(1s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, make_error_code(Errc::tls_failed));

  b_.streams().close_listener(listener_);
  theirs_ = {};
  listen(net::Transport::tls, {"example.test"});
  ASSERT_TRUE(connect());
  time_.run_for(1s);
  say("OPTIONS sip:example.test SIP/2.0\r\n");
  time_.run_for(1s);
  ASSERT_TRUE(ours_.error);
  EXPECT_FALSE(theirs_.opened);
}

TEST_P(FakeStreamTest, AMuteServerTakesTheConnectionAndNeverFinishesTls) {  // T32
  listen(net::Transport::tls, {"example.test"});
  b_.streams().set_mute(listener_, true);
  ASSERT_TRUE(connect(net::Transport::tls, "example.test"));
  time_.run_for(9s);
  EXPECT_FALSE(ours_.opened || ours_.error);
  time_.run_for(2s);
  ASSERT_TRUE(ours_.error);
  EXPECT_EQ(ours_.error->code, make_error_code(Errc::tls_failed));
}

TEST_P(FakeStreamTest, TheTapSeesWhatWasWrittenOnceHoweverOftenItIsSent) {
  listen(net::Transport::tls, {"example.test"});
  std::vector<std::string> seen;
  network_.set_tap([&](const FakeHost& host, const FakePacket& packet) {
    seen.push_back(host.name() + ' ' + std::string(to_string(packet.transport)) + ' ' +
                   packet.bytes);
    EXPECT_EQ(packet.destination, remote());
  });
  ASSERT_TRUE(connect(net::Transport::tls, "example.test"));
  time_.run_for(1s);
  EXPECT_THAT(seen, IsEmpty());
  network_.set_swallower([](const FakePacket&) { return true; });
  say("hello");
  time_.run_for(5s);
  EXPECT_THAT(seen, ElementsAre("a tls hello"));
}

INSTANTIATE_TEST_SUITE_P(Families, FakeStreamTest, ::testing::Values(kEndsV4, kEndsV6),
                         [](const auto& row) { return row.index == 0 ? "v4" : "v6"; });

// The outputs of a stream are its inputs, whatever the links do.
TEST(FakeStreamPropertyTest, WhatComesOutIsWhatWentInUnlessItFails) {
  int whole = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    VirtualTime time;
    SeededRandom random(seed);
    FakeNetwork network(time, random);
    auto& a = network.add_host("a");
    auto& b = network.add_host("b");
    const LinkOptions rough{.delay = 10ms, .jitter = 30ms, .loss = 0.3, .duplication = 0.2};
    a.add_interface("eth0", rough);
    a.attach("eth0", {"10.1.0.2"});
    b.add_interface("eth0", {});
    b.attach("eth0", {"10.3.0.2"});
    std::string heard;
    bool closed = false;
    StreamHandlers far;
    far.received = [&](const std::string& bytes) { heard += bytes; };
    far.ended = [&](const Error& error) {
      closed = error.code == make_error_code(Errc::connection_closed);
    };
    (void)b.streams().listen({.local = {ip("10.3.0.2"), kPort}},
                             [&](auto, const auto&, const auto&) { return far; });
    bool opened = false;
    bool failed = false;
    StreamHandlers near;
    near.opened = [&] { opened = true; };
    near.ended = [&](const Error&) { failed = true; };
    const auto stream = *a.streams().connect({.remote = {ip("10.3.0.2"), kPort}}, near);
    if (!time.run_until([&] { return opened || failed; }, 200s) || failed) continue;
    std::string said;
    for (int i = 0; i < 100; ++i) {
      const std::string word(1 + random.below(40), static_cast<char>('a' + i % 26));
      said += word;
      a.streams().send(stream, word);
      time.run_for(Duration{static_cast<Duration::rep>(random.below(20'000'000))});
    }
    a.streams().close(stream);
    time.run_for(60s);
    if (closed) {
      ++whole;
      EXPECT_EQ(heard, said) << "seed " << seed;
    }
    EXPECT_EQ(said.substr(0, heard.size()), heard) << "seed " << seed;
  }
  EXPECT_GT(whole, 30);
}

}  // namespace
}  // namespace godwit::test
