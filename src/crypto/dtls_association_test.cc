// SPDX-License-Identifier: Apache-2.0
#include "crypto/dtls_association.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>

#include "base/limits.h"
#include "base/random.h"
#include "support/dtls_pair.h"

namespace godwit::crypto {
namespace {

using namespace std::chrono_literals;
using test::DtlsPair;
using ::testing::HasSubstr;
using Association = DtlsAssociation;
using Path = Association::Path;
using Role = Association::Role;
using Sent = DtlsPair::Sent;
using Status = Association::Status;

constexpr std::array kBothRoles{Role::client, Role::server};

TEST(DtlsAssociationTest, BothComeToTheSameKeysAndEachSendsWithItsOwn) {
  DtlsPair pair;
  pair.run(10s);
  ASSERT_TRUE(pair.both_established()) << pair.client().reason() << pair.server().reason();
  EXPECT_TRUE(pair.keys_match());
  EXPECT_EQ(pair.client().next_deadline(), std::nullopt);
  EXPECT_EQ(pair.server().next_deadline(), std::nullopt);
  DtlsPair another;
  another.run(10s);
  EXPECT_NE(another.client().keys()->send, pair.client().keys()->send);
}

TEST(DtlsAssociationTest, ACookieCostsOneRoundTripOnAPathThatIsNotProven) {
  DtlsPair proven(Path::proven);
  const TimePoint begin = proven.now();
  proven.run(10s);
  ASSERT_TRUE(proven.keys_match());
  EXPECT_EQ(proven.now() - begin, 4 * DtlsPair::kDelay);
  DtlsPair unproven(Path::unproven);
  unproven.run(10s);
  ASSERT_TRUE(unproven.keys_match());
  EXPECT_EQ(unproven.now() - begin, 6 * DtlsPair::kDelay);
  EXPECT_EQ(unproven.sent_by(Role::server).front().bytes[13], std::byte{3});  // HelloVerifyRequest
}

TEST(DtlsAssociationTest, NoDatagramIsLargerThanTheMtu) {
  DtlsPair pair;
  pair.run(10s);
  ASSERT_TRUE(pair.keys_match());
  for (const Sent& sent : pair.sent()) EXPECT_LE(sent.bytes.size(), 1'200U);
  EXPECT_LE(pair.sent().size(), 8U);
}

// RFC 5764 §4.1.2, RFC 7714 §14.2: sizes of key with salt.
TEST(DtlsAssociationTest, EachProfileCanBeAgreedOn) {
  for (const auto& [profile, size] :
       {std::pair(kSrtpAes128CmSha1Tag80, 30U), std::pair(kSrtpAes128CmSha1Tag32, 30U),
        std::pair(kSrtpAeadAes128Gcm, 28U), std::pair(kSrtpAeadAes256Gcm, 44U)}) {
    auto client = DtlsPair::options_of(Role::client, DtlsPair::server_certificate());
    client.profiles = {profile};
    auto server = DtlsPair::options_of(Role::server, DtlsPair::client_certificate());
    server.profiles = {kSrtpAes128CmSha1Tag32, kSrtpAeadAes256Gcm, kSrtpAeadAes128Gcm,
                       kSrtpAes128CmSha1Tag80};
    DtlsPair pair(client, server);
    pair.run(10s);
    ASSERT_TRUE(pair.keys_match()) << profile;
    EXPECT_EQ(pair.client().keys()->profile, profile);
    EXPECT_EQ(pair.client().keys()->send.size(), size);
  }
}

TEST(DtlsAssociationTest, OfSeveralProfilesTheServersBestIsTaken) {
  auto client = DtlsPair::options_of(Role::client, DtlsPair::server_certificate());
  client.profiles = {kSrtpAes128CmSha1Tag80, kSrtpAeadAes128Gcm, kSrtpAeadAes256Gcm};
  auto server = DtlsPair::options_of(Role::server, DtlsPair::client_certificate());
  server.profiles = {kSrtpAeadAes256Gcm, kSrtpAes128CmSha1Tag80};
  DtlsPair pair(client, server);
  pair.run(10s);
  ASSERT_TRUE(pair.keys_match());
  EXPECT_EQ(pair.client().keys()->profile, kSrtpAeadAes256Gcm);
}

TEST(DtlsAssociationTest, WithoutACommonProfileThereAreNoKeys) {
  auto client = DtlsPair::options_of(Role::client, DtlsPair::server_certificate());
  client.profiles = {kSrtpAeadAes128Gcm};
  auto server = DtlsPair::options_of(Role::server, DtlsPair::client_certificate());
  server.profiles = {kSrtpAes128CmSha1Tag80};
  DtlsPair pair(client, server);
  pair.run(60s);
  for (Association* one : {&pair.client(), &pair.server()}) {
    EXPECT_EQ(one->status(), Status::failed);
    EXPECT_THAT(one->reason(), HasSubstr("no protection profile"));
    EXPECT_TRUE(one->without_profile());
    EXPECT_EQ(one->keys(), std::nullopt);
  }
}

TEST(DtlsAssociationTest, ACertificateThatWasNotSignalledEndsTheHandshake) {
  const auto stranger = DtlsCertificate::make().value();
  for (const Role deceived : kBothRoles) {
    auto client = DtlsPair::options_of(Role::client, DtlsPair::server_certificate());
    auto server = DtlsPair::options_of(Role::server, DtlsPair::client_certificate());
    auto& options = deceived == Role::client ? client : server;
    options.expected = {{"sha-256", stranger.fingerprint()}};
    DtlsPair pair(client, server);
    pair.run(60s);
    Association& one = deceived == Role::client ? pair.client() : pair.server();
    EXPECT_EQ(one.status(), Status::failed);
    EXPECT_THAT(one.reason(), HasSubstr("not the one that signalling told of"));
    EXPECT_FALSE(one.unanswered());
    EXPECT_FALSE(one.without_profile());
    EXPECT_EQ(one.keys(), std::nullopt);
    EXPECT_FALSE(pair.both_established());
  }
}

// RFC 8122 §5.1
TEST(DtlsAssociationTest, AnyFingerprintWithTheStrongestHashWillDo) {
  const auto stranger = DtlsCertificate::make().value();
  const auto& shown = DtlsPair::server_certificate();
  const auto meets = [](const std::vector<Association::ExpectedFingerprint>& expected) {
    auto client = DtlsPair::options_of(Role::client, DtlsPair::server_certificate());
    client.expected = expected;
    DtlsPair pair(client, DtlsPair::options_of(Role::server, DtlsPair::client_certificate()));
    pair.run(60s);
    return pair.keys_match();
  };
  EXPECT_TRUE(meets({{"sha-256", stranger.fingerprint()}, {"sha-256", shown.fingerprint()}}));
  EXPECT_TRUE(meets({{"SHA-512", shown.fingerprint("sha-512")}}));
  EXPECT_TRUE(meets({{"sha-1", {1, 2, 3}}, {"sha-384", shown.fingerprint("sha-384")}}));
  EXPECT_TRUE(
      meets({{"sha-256", stranger.fingerprint()}, {"sha-512", shown.fingerprint("sha-512")}}));
  EXPECT_FALSE(
      meets({{"sha-256", shown.fingerprint()}, {"sha-512", stranger.fingerprint("sha-512")}}));
}

TEST(DtlsAssociationTest, WithoutAFingerprintToCheckThereIsNone) {
  auto options = DtlsPair::options_of(Role::client, DtlsPair::server_certificate());
  const auto made = [&] {
    return Association::make(DtlsPair::client_certificate(), options, TimePoint{1s});
  };
  EXPECT_TRUE(made());
  options.profiles = {0x7777};
  EXPECT_EQ(made().error().code, Errc::media_failed);
  options.profiles = {kSrtpAeadAes128Gcm};
  options.expected = {{"sha-1", std::vector<std::uint8_t>(20)}};
  EXPECT_EQ(made().error().code, Errc::media_failed);
  options.expected = {};
  EXPECT_EQ(made().error().code, Errc::media_failed);
}

TEST(DtlsAssociationTest, EachDatagramMayBeLostOnce) {
  DtlsPair whole;
  whole.run(10s);
  for (const Role loser : kBothRoles) {
    const auto count = static_cast<int>(whole.sent_by(loser).size());
    for (int lost = 1; lost <= count; ++lost) {
      DtlsPair pair;
      pair.fate = [&](const Sent& sent) -> std::optional<Duration> {
        if (sent.by == loser && sent.number == lost) return std::nullopt;
        return DtlsPair::kDelay;
      };
      const TimePoint begin = pair.now();
      pair.run(60s);
      EXPECT_TRUE(pair.keys_match()) << static_cast<int>(loser) << " " << lost;
      EXPECT_LE(pair.now() - begin, 1s) << static_cast<int>(loser) << " " << lost;
    }
  }
}

TEST(DtlsAssociationTest, TheFirstDatagramsOfBothMayBeLost) {
  for (int lost = 1; lost <= 5; ++lost) {
    DtlsPair pair;
    pair.fate = [&](const Sent& sent) -> std::optional<Duration> {
      if (sent.number <= lost) return std::nullopt;
      return DtlsPair::kDelay;
    };
    pair.run(600s);
    EXPECT_TRUE(pair.keys_match()) << lost;
  }
}

TEST(DtlsAssociationTest, DatagramsMayComeInAnyOrderAndTwice) {
  for (int seed = 1; seed <= 20; ++seed) {
    SeededRandom random(static_cast<std::uint64_t>(seed));
    DtlsPair pair;
    pair.fate = [&](const Sent& sent) -> std::optional<Duration> {
      Association& far_end = sent.by == Role::client ? pair.server() : pair.client();
      far_end.on_datagram(sent.bytes, pair.now());
      if (random.below(2) == 0) far_end.on_datagram(sent.bytes, pair.now());
      return std::chrono::milliseconds(random.below(150));
    };
    pair.run(60s);
    EXPECT_TRUE(pair.keys_match()) << seed;
  }
}

TEST(DtlsAssociationTest, AThirdOfAllDatagramsMayBeLost) {
  for (int seed = 1; seed <= 40; ++seed) {
    SeededRandom random(static_cast<std::uint64_t>(seed));
    DtlsPair pair;
    pair.fate = [&](const Sent&) -> std::optional<Duration> {
      if (random.below(3) == 0) return std::nullopt;
      return std::chrono::milliseconds(10 + random.below(60));
    };
    pair.run(60s);
    EXPECT_TRUE(pair.keys_match()) << seed << pair.client().reason() << pair.server().reason();
  }
}

TEST(DtlsAssociationTest, AFlightGoesAgainAfter100MsThenTwiceThatAndIsGivenUpAfter29Seconds) {
  DtlsPair pair;
  pair.fate = [](const Sent&) { return std::nullopt; };
  const TimePoint begin = pair.now();
  pair.run(600s);
  std::vector<std::chrono::milliseconds> at;
  for (const Sent& sent : pair.sent()) {
    at.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(sent.at - begin));
  }
  ASSERT_EQ(at.size(), 13U);
  EXPECT_EQ(std::vector(at.begin(), at.begin() + 6),
            (std::vector<std::chrono::milliseconds>{0ms, 100ms, 300ms, 700ms, 1'500ms, 3'100ms}));
  EXPECT_EQ(at.back(), 25'500ms);
  EXPECT_EQ(pair.now() - begin, 28'700ms);
  EXPECT_EQ(pair.client().status(), Status::failed);
  EXPECT_THAT(pair.client().reason(), HasSubstr("nobody answers"));
  EXPECT_TRUE(pair.client().unanswered());
  EXPECT_EQ(pair.server().status(), Status::shaking_hands);  // it was asked for nothing
}

TEST(DtlsAssociationTest, AWallClockThatIsSetHarmsNothing) {
  for (const Duration step : {Duration{-24h}, Duration{-300ms}, Duration{24h}}) {
    DtlsPair pair;
    int lost = 0;
    pair.fate = [&](const Sent& sent) -> std::optional<Duration> {
      if (sent.number != 2 || lost++ > 2) return DtlsPair::kDelay;
      pair.clock_is_off = step;
      return std::nullopt;
    };
    const TimePoint begin = pair.now();
    pair.run(60s);
    EXPECT_TRUE(pair.keys_match()) << step.count();
    EXPECT_LE(pair.now() - begin, 2s) << step.count();
  }
  DtlsPair alone;
  alone.fate = [&](const Sent&) {
    alone.clock_is_off = -24h;
    return std::nullopt;
  };
  alone.run(600s);
  EXPECT_THAT(alone.client().reason(), HasSubstr("nobody answers"));
}

TEST(DtlsAssociationTest, AStaleWakeUpIsHarmless) {
  auto client =
      Association::make(DtlsPair::client_certificate(),
                        DtlsPair::options_of(Role::client, DtlsPair::server_certificate()),
                        TimePoint{1s})
          .value();
  ASSERT_TRUE(client.poll());
  EXPECT_EQ(client.next_deadline(), TimePoint{1100ms});
  client.on_timeout(TimePoint{1099ms});
  EXPECT_EQ(client.poll(), std::nullopt);
  EXPECT_EQ(client.next_deadline(), TimePoint{1100ms});
}

TEST(DtlsAssociationTest, AfterAChangeOfPathTheFlightGoesAgainAtOnce) {
  DtlsPair pair;
  bool old_path_is_dead = true;
  pair.fate = [&](const Sent&) -> std::optional<Duration> {
    if (old_path_is_dead) return std::nullopt;
    return DtlsPair::kDelay;
  };
  pair.run(50ms);
  old_path_is_dead = false;
  const TimePoint begin = pair.now();
  pair.client().send_again();
  pair.server().send_again();
  pair.run(10s);
  ASSERT_TRUE(pair.keys_match());
  EXPECT_EQ(pair.sent()[0].bytes, pair.sent()[1].bytes);
  EXPECT_LE(pair.now() - begin, 250ms);
  pair.client().send_again();  // nothing waits for an answer
  EXPECT_EQ(pair.client().poll(), std::nullopt);
}

/// What anybody can send to a port where a handshake is under way.
std::vector<std::vector<std::byte>> what_strangers_send() {
  std::vector<std::vector<std::byte>> all;
  const auto add = [&all](std::initializer_list<int> values) {
    auto& bytes = all.emplace_back();
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  };
  add({22});
  add({22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0});
  for (int number = 60; number < 70; ++number) {
    add({21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, 0, 2, 2, 40});  // handshake_failure
    add({21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, 0, 2, 1, 0});   // close_notify
    add({23, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, 0, 2, 1, 0});   // data in clear
    add({20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, 0, 1, 1});      // ChangeCipherSpec
    for (const int size : {0, 1, 4, 8, 23, 24, 25, 40}) {             // forged, as if encrypted
      for (const int type : {20, 21, 22, 23}) {
        add({type, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, number, 0, size});
        all.back().resize(all.back().size() + static_cast<std::size_t>(size));
      }
    }
    add({22, 0xfe, 0xfd, 0, 2, 0, 0, 0, 0, 0, number, 0, 4, 1, 2, 3, 4});  // of no epoch
    add({24, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, 0, 3, 1, 0, 9});     // heartbeat
    add({22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, 0, 12,               // HelloRequest
         0,  0,    0,    0, 0, 0, 0, 0, 0, 0, 0,      0});
    add({22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, 0, 14,  // of broken lengths
         11, 0,    0,    1, 0, 1, 0, 0, 0, 0, 0,      2, 7,  7});
  }
  return all;
}

TEST(DtlsAssociationTest, WhatStrangersSendBreaksNoHandshakeAtAnyOfItsSteps) {
  const auto junk = what_strangers_send();
  DtlsPair whole;
  whole.run(10s);
  for (std::size_t step = 1; step <= whole.sent().size(); ++step) {
    DtlsPair pair;
    pair.fate = [&](const Sent&) -> std::optional<Duration> {
      if (pair.sent().size() != step) return DtlsPair::kDelay;
      for (const auto& bytes : junk) {
        pair.client().on_datagram(bytes, pair.now());
        pair.server().on_datagram(bytes, pair.now());
      }
      return DtlsPair::kDelay;
    };
    pair.run(60s);
    EXPECT_TRUE(pair.keys_match()) << step << pair.client().reason() << pair.server().reason();
    EXPECT_GE(pair.client().refused(), 50U);
  }
}

TEST(DtlsAssociationTest, WhatStrangersSendBreaksNothingThatIsEstablished) {
  DtlsPair pair;
  pair.run(10s);
  ASSERT_TRUE(pair.both_established());
  auto junk = what_strangers_send();
  for (const Sent& sent : pair.sent()) junk.push_back(sent.bytes);  // replays, both ways
  DtlsPair others;
  others.run(10s);
  for (const Sent& sent : others.sent()) junk.push_back(sent.bytes);
  for (const auto& bytes : junk) {
    pair.client().on_datagram(bytes, pair.now());
    pair.server().on_datagram(bytes, pair.now());
  }
  EXPECT_TRUE(pair.keys_match());
  EXPECT_TRUE(pair.both_established());
  EXPECT_TRUE(pair.both_established());
}

// RFC 5246 §7.2.1
TEST(DtlsAssociationTest, WhoClosesSaysSoAndIsAnsweredOnce) {
  for (const Role first : kBothRoles) {
    DtlsPair pair;
    pair.run(10s);
    ASSERT_TRUE(pair.both_established());
    const std::size_t before = pair.sent().size();
    Association& one = first == Role::client ? pair.client() : pair.server();
    one.close(pair.now());
    one.close(pair.now());
    EXPECT_EQ(one.keys(), std::nullopt);
    pair.run(60s);
    ASSERT_EQ(pair.sent().size(), before + 2);
    for (const Sent& sent : std::span{pair.sent()}.subspan(before)) {
      EXPECT_EQ(sent.bytes[0], std::byte{21}) << "an alert";
      EXPECT_EQ(sent.bytes[4], std::byte{1}) << "of the epoch that is encrypted";
    }
    EXPECT_EQ(pair.client().status(), Status::closed);
    EXPECT_EQ(pair.server().status(), Status::closed);
    EXPECT_EQ(pair.server().keys(), std::nullopt);
    EXPECT_EQ(pair.client().next_deadline(), std::nullopt);
  }
}

TEST(DtlsAssociationTest, WhatIsNotEstablishedHasNothingToClose) {
  DtlsPair pair;
  pair.fate = [](const Sent&) { return std::nullopt; };
  pair.run(100ms);
  const std::size_t before = pair.sent().size();
  pair.client().close(pair.now());
  pair.run(50ms);
  EXPECT_EQ(pair.sent().size(), before);
  EXPECT_EQ(pair.client().status(), Status::shaking_hands);
}

TEST(DtlsAssociationTest, ForgedClientHellosLeaveNoTraceOnAPathThatIsNotProven) {
  DtlsPair strangers;
  strangers.run(10s);
  const auto hellos = strangers.sent_by(Role::client);
  DtlsPair pair;
  for (const Sent& hello : hellos) {  // the second one with a cookie of another server
    pair.server().on_datagram(hello.bytes, pair.now());
  }
  pair.run(10s);
  EXPECT_TRUE(pair.keys_match());
}

TEST(DtlsAssociationTest, ARefusalInClearIsToldOnlyWhenNothingElseComes) {
  DtlsPair pair;
  pair.fate = [](const Sent&) { return std::nullopt; };
  pair.client().on_datagram(what_strangers_send()[2], pair.now());
  pair.run(600s);
  EXPECT_EQ(pair.client().status(), Status::failed);
  EXPECT_THAT(pair.client().reason(), HasSubstr("seems to refuse: handshake failure"));
}

TEST(DtlsAssociationTest, AHandshakeHearsOnlySoMany) {
  for (const std::size_t count :
       {limits::kDtlsHandshakeDatagrams, limits::kDtlsHandshakeDatagrams + 1,
        10 * limits::kDtlsHandshakeDatagrams}) {
    DtlsPair pair;
    const std::vector<std::byte> forged = what_strangers_send()[5];  // has the form
    for (std::size_t i = 0; i < count; ++i) pair.client().on_datagram(forged, pair.now());
    EXPECT_EQ(pair.client().refused(), count - limits::kDtlsHandshakeDatagrams);
    pair.run(1s);
    EXPECT_EQ(pair.client().status(), Status::shaking_hands);
  }
}

TEST(DtlsAssociationTest, AHandshakeHearsOnlySoManyBytes) {
  DtlsPair pair;
  std::vector<std::byte> large(limits::kDtlsDatagramBytes);
  const std::array<int, 13> head{22,
                                 0xfe,
                                 0xfd,
                                 0,
                                 1,
                                 0,
                                 0,
                                 0,
                                 0,
                                 0,
                                 9,
                                 (limits::kDtlsDatagramBytes - 13) >> 8U,
                                 (limits::kDtlsDatagramBytes - 13) & 0xffU};
  std::ranges::transform(head, large.begin(),
                         [](int value) { return static_cast<std::byte>(value); });
  constexpr std::size_t kFit = limits::kDtlsHandshakeBytes / limits::kDtlsDatagramBytes;
  for (std::size_t i = 0; i < kFit; ++i) pair.client().on_datagram(large, pair.now());
  EXPECT_EQ(pair.client().refused(), 0U);
  for (std::size_t i = 0; i < 9 * kFit; ++i) pair.client().on_datagram(large, pair.now());
  EXPECT_EQ(pair.client().refused(), 9 * kFit);
}

}  // namespace
}  // namespace godwit::crypto
