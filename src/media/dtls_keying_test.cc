// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_keying.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/limits.h"
#include "support/wall_clock.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Keying = DtlsKeying;

constexpr PathId kFirstPath{1};
constexpr PathId kSecondPath{2};

const crypto::DtlsCertificate& certificate(int number) {
  static const std::array certificates{crypto::DtlsCertificate::make().value(),
                                       crypto::DtlsCertificate::make().value(),
                                       crypto::DtlsCertificate::make().value()};
  return certificates.at(static_cast<std::size_t>(number));
}

/// One end of a call, as its session uses the keying.
struct Shaker {
  explicit Shaker(int number, net::SocketAddress at, std::vector<srtp::Suite> suites = {})
      : keying({.certificate = certificate(number), .suites = std::move(suites)}) {
    paths[kFirstPath] = at;
  }
  Keying keying;
  std::map<PathId, net::SocketAddress> paths;
  std::vector<std::pair<net::SocketAddress, std::vector<std::byte>>> sent;
  std::vector<Keying::Keys> keys;
};

class DtlsKeyingTest : public ::testing::TestWithParam<net::Family> {
 protected:
  static net::SocketAddress address(int host) {
    const bool v4 = GetParam() == net::Family::v4;
    return {*net::IpAddress::parse((v4 ? "192.0.2." : "2001:db8::") + std::to_string(host)), 4000};
  }
  sdp::DtlsProtection protection(bool client, int far_end, unsigned association = 1) const {
    return {.client = client,
            .remote_fingerprints = {{"sha-256", certificate(far_end).fingerprint()}},
            .association = association};
  }
  void configure_client(unsigned association = 1) {
    client_.keying.configure(protection(true, 1, association), now_);
  }
  void configure_server(unsigned association = 1) {
    server_.keying.configure(protection(false, 0, association), now_);
  }
  void connect() {
    configure_client();
    client_.keying.send_on(kFirstPath, address(2), now_);
    configure_server();
    server_.keying.send_on(kFirstPath, address(1), now_);
  }
  /// With each datagram the server hears a ClientHello that is not the client's.
  void connect_beside_a_forger() {
    connect();
    Shaker forger(2, address(1));
    forger.keying.configure(protection(true, 1), now_);
    forger.keying.send_on(kFirstPath, address(2), now_);
    const auto hello = forger.keying.poll_transmit();
    ASSERT_TRUE(hello);
    on_delivery_ = [this, forged = std::vector<std::byte>(hello->bytes.begin(), hello->bytes.end())] {
      server_.keying.on_datagram(address(1), forged, now_);
    };
  }
  /// A far end on a new path; what goes to the old one is lost, and the other end hears of it
  /// later.
  void move(Shaker& mover, Shaker& other, Duration signalling) {
    mover.paths = {{kSecondPath, address(9)}};
    mover.keying.send_on(kSecondPath, other.paths.begin()->second, now_);
    run(signalling);
    other.keying.send_on(kFirstPath, address(9), now_);
  }
  void run(Duration limit) {
    const TimePoint until = now_ + limit;
    flush();
    while (const auto next = next_event(until)) {
      now_ = std::max(now_, *next);
      test::WallClock::set(now_);
      deliver();
      for (Shaker* end : {&client_, &server_}) end->keying.on_timeout(now_);
      flush();
    }
    now_ = until;
    test::WallClock::set(now_);
  }
  /// How long it takes until both have so many keys, at most a minute.
  Duration until_keys(std::size_t count = 1) {
    const TimePoint begin = now_;
    const auto wanting = [count](const Shaker& end) { return end.keys.size() < count; };
    while (now_ - begin < 60s && (wanting(client_) || wanting(server_))) run(1ms);
    return now_ - begin;
  }
  bool keys_match() const {
    return !client_.keys.empty() && !server_.keys.empty() &&
           client_.keys.back().send == server_.keys.back().receive &&
           client_.keys.back().receive == server_.keys.back().send;
  }

  TimePoint now_{1000s};
  Shaker client_{0, address(1)}, server_{1, address(2)};
  std::function<bool()> lost_ = [] { return false; };
  std::function<void()> on_delivery_ = [] {};

  static constexpr std::chrono::milliseconds kDelay{20};
  Duration delay_{kDelay};

 private:
  struct UnderWay {
    net::SocketAddress from, to;
    std::vector<std::byte> bytes;
  };
  std::optional<TimePoint> next_event(TimePoint until) const {
    TimePoint next = until + Duration{1};
    if (!under_way_.empty()) next = std::min(next, under_way_.begin()->first);
    for (const Shaker* end : {&client_, &server_}) {
      if (const auto deadline = end->keying.next_deadline()) next = std::min(next, *deadline);
    }
    if (next > until) return std::nullopt;
    return next;
  }
  void flush() {
    for (Shaker* end : {&client_, &server_}) {
      while (const auto transmit = end->keying.poll_transmit()) {
        const std::vector<std::byte> bytes(transmit->bytes.begin(), transmit->bytes.end());
        end->sent.emplace_back(transmit->to, bytes);
        const auto from = end->paths.find(transmit->path);
        if (from == end->paths.end() || lost_()) continue;
        under_way_.emplace(now_ + delay_, UnderWay{from->second, transmit->to, bytes});
      }
      if (auto keys = end->keying.take_keys()) end->keys.push_back(std::move(*keys));
    }
  }
  void deliver() {
    while (!under_way_.empty() && under_way_.begin()->first <= now_) {
      const auto node = under_way_.extract(under_way_.begin());
      on_delivery_();
      for (Shaker* end : {&client_, &server_}) {
        for (const auto& [path, local] : end->paths) {
          if (local != node.mapped().to) continue;
          end->keying.on_datagram(node.mapped().from, node.mapped().bytes, now_);
        }
      }
    }
  }

  std::multimap<TimePoint, UnderWay> under_way_;
};

TEST_P(DtlsKeyingTest, BothEndsTakeTheSameKeysOnce) {
  EXPECT_EQ(client_.keying.status(), Keying::Status::idle);
  connect();
  EXPECT_EQ(client_.keying.status(), Keying::Status::shaking_hands);
  run(10s);
  ASSERT_TRUE(keys_match()) << client_.keying.reason() << server_.keying.reason();
  EXPECT_EQ(client_.keys.size(), 1U);
  EXPECT_EQ(client_.keys.back().send.suite(), srtp::Suite::aead_aes_128_gcm);
  EXPECT_TRUE(client_.keys.back().send.valid());
  EXPECT_EQ(client_.keying.status(), Keying::Status::established);
  EXPECT_EQ(server_.keying.next_deadline(), std::nullopt);
}

TEST_P(DtlsKeyingTest, TheSuitesOfTheAccountAreAgreedOn) {
  using srtp::Suite;
  for (const Suite suite : {Suite::aes_cm_128_hmac_sha1_80, Suite::aes_cm_128_hmac_sha1_32,
                            Suite::aead_aes_128_gcm, Suite::aead_aes_256_gcm}) {
    client_ = Shaker(0, address(1), {Suite::aes_256_cm_hmac_sha1_80, suite});
    server_ = Shaker(1, address(2), {suite, Suite::aes_cm_128_hmac_sha1_80});
    connect();
    run(10s);
    ASSERT_TRUE(keys_match()) << name_of(suite);
    EXPECT_EQ(client_.keys.back().send.suite(), suite);
  }
}

// RFC 5763 §5: the answer may be slower.
TEST_P(DtlsKeyingTest, AClientHelloBeforeTheAnswerIsHeardWithIt) {
  configure_client();
  client_.keying.send_on(kFirstPath, address(2), now_);
  run(150ms);
  configure_server();
  server_.keying.send_on(kFirstPath, address(1), now_);
  EXPECT_LE(until_keys(), 5 * kDelay + 1ms);
  EXPECT_TRUE(keys_match());
}

TEST_P(DtlsKeyingTest, WhatCameTooEarlyIsForgotten) {
  server_.keying.on_datagram(address(1), std::vector<std::byte>(1'501), now_);
  configure_client();
  client_.keying.send_on(kFirstPath, address(2), now_);
  run(10ms);
  client_.keying.stop_sending(now_);
  run(Keying::kEarliness + 1s);
  configure_server();
  server_.keying.send_on(kFirstPath, address(1), now_);
  EXPECT_FALSE(server_.keying.poll_transmit());
}

TEST_P(DtlsKeyingTest, OfWhatComesEarlyOnlySoMuchIsKept) {
  const auto kept = [&](std::size_t strangers) {
    client_ = Shaker(0, address(1));
    server_ = Shaker(1, address(2));
    configure_client();
    client_.keying.send_on(kFirstPath, address(2), now_);
    run(30ms);
    for (std::size_t i = 0; i < strangers; ++i) {
      server_.keying.on_datagram(address(66), std::array{std::byte{22}}, now_);
    }
    configure_server();
    server_.keying.send_on(kFirstPath, address(1), now_);
    return server_.keying.poll_transmit().has_value();
  };
  EXPECT_TRUE(kept(limits::kDtlsEarlyDatagrams - 1));
  EXPECT_FALSE(kept(limits::kDtlsEarlyDatagrams));
  EXPECT_FALSE(kept(10 * limits::kDtlsEarlyDatagrams));
}

TEST_P(DtlsKeyingTest, AHandshakeGoesOnWhereAnEndMovesInItsMiddle) {
  for (const bool client_moves : {false, true}) {
    for (auto after = 5ms; after <= 125ms; after += 10ms) {
      client_ = Shaker(0, address(1));
      server_ = Shaker(1, address(2));
      connect();
      run(after);
      move(client_moves ? client_ : server_, client_moves ? server_ : client_, 50ms);
      EXPECT_LE(until_keys(), 400ms) << client_moves << " " << after.count();
      EXPECT_TRUE(keys_match()) << client_moves << " " << after.count();
    }
  }
}

TEST_P(DtlsKeyingTest, AStrangerGetsNothingAndBreaksNothing) {
  connect();
  std::size_t sprayed = 0;
  Shaker stranger(2, address(66));
  stranger.keying.configure(protection(true, 1), now_);
  stranger.keying.send_on(kFirstPath, address(2), now_);
  const auto hello = stranger.keying.poll_transmit();
  ASSERT_TRUE(hello);
  const std::vector<std::byte> forged(hello->bytes.begin(), hello->bytes.end());
  on_delivery_ = [&] {
    for (Shaker* end : {&client_, &server_}) end->keying.on_datagram(address(66), forged, now_);
    ++sprayed;
  };
  run(10s);
  EXPECT_TRUE(keys_match());
  EXPECT_GE(sprayed, 6U);
  EXPECT_GE(server_.keying.refused(), sprayed);
  for (const Shaker* end : {&client_, &server_}) {
    EXPECT_TRUE(
        std::ranges::none_of(end->sent, [](const auto& s) { return s.first == address(66); }));
  }
}

TEST_P(DtlsKeyingTest, WithoutAPathNothingIsSentAndNoPatienceIsLost) {
  connect();
  run(30ms);
  client_.keying.stop_sending(now_);
  server_.keying.stop_sending(now_);
  const std::size_t sent = client_.sent.size() + server_.sent.size();
  run(300s);
  EXPECT_EQ(client_.sent.size() + server_.sent.size(), sent);
  EXPECT_EQ(client_.keying.next_deadline(), std::nullopt);
  client_.keying.send_on(kFirstPath, address(2), now_);
  server_.keying.send_on(kFirstPath, address(1), now_);
  EXPECT_LE(until_keys(), 250ms);
  EXPECT_TRUE(keys_match());
}

TEST_P(DtlsKeyingTest, WhatNobodyAnswersBeginsAnewForAsLongAsItIsWanted) {
  connect();
  bool silent = false;
  int delivered = 0;
  on_delivery_ = [&] { silent = ++delivered >= 3; };
  lost_ = [&] { return silent; };
  run(400s);
  EXPECT_EQ(client_.keying.status(), Keying::Status::shaking_hands);
  on_delivery_ = [] {};
  lost_ = [] { return false; };
  EXPECT_LE(until_keys(), 3'200ms + 6 * kDelay);
  EXPECT_TRUE(keys_match());
}

TEST_P(DtlsKeyingTest, AnEndThatLostItsPathForLongBeginsAnewAtOnce) {
  for (auto after = 5ms; after <= 105ms; after += 20ms) {
    client_ = Shaker(0, address(1));
    server_ = Shaker(1, address(2));
    connect();
    run(after);
    client_.keying.stop_sending(now_);
    run(75s);  // the server has given up twice
    client_.keying.send_on(kFirstPath, address(2), now_);
    EXPECT_LE(until_keys(), 6 * kDelay) << after.count();
    EXPECT_TRUE(keys_match()) << after.count();
  }
}

TEST_P(DtlsKeyingTest, AClientThatBeginsAnewIsHeardByAServerThatIsThrough) {
  connect();
  run(10s);
  ASSERT_TRUE(keys_match());
  client_ = Shaker(0, address(1));
  configure_client();
  client_.keying.send_on(kFirstPath, address(2), now_);
  run(3 * kDelay);
  EXPECT_EQ(server_.keying.status(), Keying::Status::established);  // by the old one
  run(10s);
  ASSERT_EQ(server_.keys.size(), 2U);
  EXPECT_TRUE(client_.keys.back().send == server_.keys.back().receive);
  EXPECT_FALSE(server_.keys[0].receive == server_.keys[1].receive);
}

TEST_P(DtlsKeyingTest, AServerGivesUpNothingForAClientThatShowsAnotherCertificate) {
  connect();
  run(10s);
  client_ = Shaker(2, address(1));
  configure_client();
  client_.keying.send_on(kFirstPath, address(2), now_);
  run(10s);
  EXPECT_EQ(server_.keying.status(), Keying::Status::established);
  EXPECT_EQ(server_.keys.size(), 1U);
}

TEST_P(DtlsKeyingTest, ForgedClientHellosOfTheRightAddressDisturbNoHandshake) {
  connect_beside_a_forger();
  EXPECT_LE(until_keys(), 6 * delay_);
  EXPECT_TRUE(keys_match());
}

// Flights are sent again there before they can be answered.
TEST_P(DtlsKeyingTest, NorDoTheyOnASlowPath) {
  delay_ = 150ms;
  connect_beside_a_forger();
  EXPECT_LE(until_keys(), 6 * delay_);
  EXPECT_TRUE(keys_match());
}

TEST_P(DtlsKeyingTest, WhatIsLateOfOneAssociationDoesNotSpoilTheNext) {
  delay_ = 150ms;
  connect();
  for (unsigned association = 2; association < 6; ++association) {
    until_keys(association - 1);
    configure_client(association);
    configure_server(association);
    EXPECT_LE(until_keys(association), 4 * delay_);
    EXPECT_TRUE(keys_match());
  }
}

TEST_P(DtlsKeyingTest, TheSameAssociationGoesOnWithTheKeysThereAre) {
  connect();
  run(10s);
  const std::size_t sent = client_.sent.size() + server_.sent.size();
  configure_client();
  configure_server();
  move(client_, server_, 50ms);
  run(10s);
  EXPECT_EQ(client_.sent.size() + server_.sent.size(), sent);
  EXPECT_EQ(client_.keys.size(), 1U);
  EXPECT_EQ(client_.keying.status(), Keying::Status::established);
}

// RFC 8842 §5; the path is proven: without a cookie.
TEST_P(DtlsKeyingTest, AnotherAssociationGivesOtherKeysInTwoRoundTrips) {
  connect();
  EXPECT_EQ(until_keys(), 6 * kDelay);
  configure_client(2);
  configure_server(2);
  EXPECT_EQ(client_.keying.status(), Keying::Status::shaking_hands);
  EXPECT_EQ(until_keys(2), 4 * kDelay);
  ASSERT_EQ(client_.keys.size(), 2U);
  EXPECT_TRUE(keys_match());
  EXPECT_FALSE(client_.keys[0].send == client_.keys[1].send);
}

// On a path that is proven, too: what was begun with a cookie goes on with it.
TEST_P(DtlsKeyingTest, AClientHelloMayBeFasterThanTheAnswerThatAsksForAnotherAssociation) {
  connect();
  until_keys();
  unsigned association = 1;
  for (const Duration ahead : {10ms, 30ms, 50ms, 70ms, 90ms, 110ms, 130ms, 500ms}) {
    configure_client(++association);
    run(ahead);
    configure_server(association);
    EXPECT_LT(until_keys(association), 1s) << ahead / 1ms << " ms";
    EXPECT_TRUE(keys_match());
    run(5s);
    EXPECT_EQ(client_.keying.status(), Keying::Status::established);
    EXPECT_EQ(server_.keying.status(), Keying::Status::established);
    EXPECT_EQ(server_.keys.size(), association) << "one handshake, not two";
  }
}

TEST_P(DtlsKeyingTest, AnAddressThatHasShakenNoHandsIsAskedForACookie) {
  connect();
  run(10s);
  move(client_, server_, 50ms);
  run(10s);
  configure_client(2);
  configure_server(2);
  EXPECT_EQ(until_keys(2), 6 * kDelay);
  EXPECT_TRUE(keys_match());
}

TEST_P(DtlsKeyingTest, SoIsOneThatSignallingTellsTogetherWithAnotherAssociation) {
  connect();
  run(10s);
  client_.paths = {{kSecondPath, address(9)}};
  configure_client(2);
  client_.keying.send_on(kSecondPath, address(2), now_);
  configure_server(2);
  server_.keying.send_on(kFirstPath, address(9), now_);
  EXPECT_EQ(until_keys(2), 6 * kDelay);
  EXPECT_TRUE(keys_match());
}

TEST_P(DtlsKeyingTest, ACertificateThatWasNotSignalledGivesNoKeys) {
  client_.keying.configure(protection(true, 2), now_);
  client_.keying.send_on(kFirstPath, address(2), now_);
  configure_server();
  server_.keying.send_on(kFirstPath, address(1), now_);
  run(60s);
  EXPECT_EQ(client_.keying.status(), Keying::Status::failed);
  EXPECT_THAT(client_.keying.reason(), HasSubstr("not the one that signalling told of"));
  EXPECT_TRUE(client_.keys.empty());
  configure_client(2);
  configure_server(2);
  run(10s);
  EXPECT_TRUE(keys_match());
}

TEST_P(DtlsKeyingTest, WithoutAFingerprintThatIsAProofThereIsNoHandshake) {
  sdp::DtlsProtection weak = protection(true, 1);
  weak.remote_fingerprints = {{"sha-1", std::vector<std::uint8_t>(20)}};
  client_.keying.configure(weak, now_);
  client_.keying.send_on(kFirstPath, address(2), now_);
  EXPECT_EQ(client_.keying.status(), Keying::Status::failed);
  EXPECT_THAT(client_.keying.reason(), HasSubstr("no fingerprint that can be checked"));
  EXPECT_FALSE(client_.keying.poll_transmit());
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, DtlsKeyingTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

}  // namespace
}  // namespace godwit::media
