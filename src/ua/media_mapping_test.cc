// SPDX-License-Identifier: Apache-2.0
#include "ua/media_mapping.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/address_of.h"
#include "ua/flow_selector.h"
#include "ua/sound_terms.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using test::ip;

constexpr PathId kFirstPath{1};
constexpr PathId kSecondPath{2};
const net::SocketAddress kInside{ip("10.1.0.2"), 40000};
const net::SocketAddress kSeenOutside{ip("198.51.100.1"), 50000};
const net::SocketAddress kFarMedia{ip("203.0.113.9"), 30000};

class MediaMappingTest : public ::testing::Test {
 protected:
  explicit MediaMappingTest(std::string server = "192.0.2.1") {
    options_.stun_server = std::move(server);
    flows_.add_account(AccountId{1}, {});
  }
  /// Where it has asked since the last time.
  std::string asked() {
    std::string all;
    for (const auto& action : out_.take()) {
      const auto* media = std::get_if<MediaAction>(&action);
      const auto* ask = media == nullptr ? nullptr : std::get_if<AskMediaAddress>(media);
      if (ask != nullptr) all += net::to_string(ask->server) + ' ';
    }
    return all;
  }
  MediaMapping& mapping() {
    if (!mapping_) {
      mapping_.emplace(MediaId{1}, MediaRoute{flows_, options_, AccountId{1}}, context_);
    }
    return *mapping_;
  }
  std::string name_after(const net::SocketAddress& seen) {
    mapping().on_opened(kFirstPath, kInside, now_);
    mapping().on_seen({kFirstPath, seen, 40ms});
    return net::to_string(mapping().named(kInside));
  }

  TimePoint now_{1000s};
  UserAgentOptions options_;
  SeededRandom random_{1};
  Outbox out_;
  sip::TransactionTable transactions_{sip::TimerProfile{}, random_};
  FlowSelector flows_{out_, options_, random_};
  std::map<sip::ClientId, Owner> owners_;
  std::uint64_t last_path_ = 0;
  std::vector<Parting> partings_;
  std::vector<ReferredCall> referred_calls_;
  SoundMeans sound_;
  RegisterPace pace_{0, nullptr};
  Context context_{options_, random_, out_, transactions_, flows_, owners_, last_path_, partings_,
                   referred_calls_, sound_, pace_};
  std::optional<MediaMapping> mapping_;
};

TEST_F(MediaMappingTest, AsksAtOnceAndNamesWhatTheServerSees) {
  mapping().on_opened(kFirstPath, kInside, now_);
  EXPECT_EQ(asked(), "192.0.2.1:3478 ");
  EXPECT_TRUE(mapping().waits(kFirstPath));
  EXPECT_EQ(mapping().named(kInside), kInside);
  mapping().on_seen({kFirstPath, kSeenOutside, 40ms});
  EXPECT_FALSE(mapping().waits(kFirstPath));
  EXPECT_EQ(mapping().named(kInside), kSeenOutside);
  mapping().on_closed(kFirstPath);
  EXPECT_EQ(mapping().named(kInside), kInside);
}

TEST_F(MediaMappingTest, ANatThatStartsAnewIsAskedAgain) {
  mapping().on_opened(kFirstPath, kInside, now_);
  EXPECT_FALSE(mapping().ask_again(now_)) << "nobody has said that there is a NAT";
  mapping().on_seen({kFirstPath, kSeenOutside, 40ms});
  static_cast<void>(asked());
  EXPECT_TRUE(mapping().ask_again(now_));
  EXPECT_EQ(asked(), "192.0.2.1:3478 ");
  EXPECT_TRUE(mapping().waits(kFirstPath));
  const net::SocketAddress anew{ip("198.51.100.1"), 50007};
  mapping().on_seen({kFirstPath, anew, 40ms});
  EXPECT_EQ(mapping().named(kInside), anew);
}

TEST_F(MediaMappingTest, TheWaitHasItsEnd) {
  mapping().on_opened(kFirstPath, kInside, now_);
  EXPECT_EQ(mapping().next_deadline(), now_ + MediaMapping::kPatience);
  mapping().on_timeout(now_ + MediaMapping::kPatience - 1ms);
  EXPECT_TRUE(mapping().waits(kFirstPath));
  mapping().on_timeout(now_ + MediaMapping::kPatience);
  EXPECT_FALSE(mapping().waits(kFirstPath));
  mapping().on_opened(kSecondPath, {ip("10.2.0.2"), 40000}, now_ + 1s);
  EXPECT_EQ(mapping().next_deadline(), now_ + 1s) << "who is silent is not waited for again";
  mapping().on_seen({kFirstPath, kSeenOutside, std::nullopt});
  EXPECT_EQ(mapping().named(kInside), kSeenOutside) << "better late than never";
}

TEST_F(MediaMappingTest, LaterTheWaitIsTwoRoundTripsOfTheServer) {
  for (const auto& [round_trip, wait] : {std::pair<Duration, Duration>{300ms, 600ms},
                                         {150ms, 300ms},
                                         {5ms, MediaMapping::kLeastPatience}}) {
    mapping_.reset();
    mapping().on_opened(kFirstPath, kInside, now_);
    mapping().on_seen({kFirstPath, kSeenOutside, round_trip});
    mapping().on_opened(kSecondPath, {ip("10.2.0.2"), 40000}, now_);
    EXPECT_EQ(mapping().next_deadline(), now_ + wait);
  }
}

TEST_F(MediaMappingTest, ANetworkWithoutNatIsAskedAboutOnce) {
  EXPECT_EQ(name_after(kInside), net::to_string(kInside));
  mapping().on_closed(kFirstPath);
  static_cast<void>(asked());
  mapping().on_opened(kSecondPath, {kInside.address, 40002}, now_);
  EXPECT_EQ(asked(), "");
  EXPECT_FALSE(mapping().waits(kSecondPath));
  mapping().on_opened(PathId{3}, {ip("10.2.0.2"), 40000}, now_);
  EXPECT_EQ(asked(), "192.0.2.1:3478 ") << "another network";
}

TEST_F(MediaMappingTest, AFarEndThatAnswersWhereSoundComesFromEndsTheQuestions) {
  mapping().on_opened(kFirstPath, kInside, now_);
  mapping().on_timeout(now_ + 1s);
  mapping().on_heard(kFirstPath, net::SocketAddress{ip("10.3.0.2"), 30000});
  static_cast<void>(asked());
  mapping().on_opened(kSecondPath, {ip("10.2.0.2"), 40000}, now_ + 2s);
  EXPECT_EQ(asked(), "192.0.2.1:3478 ") << "a private address may see another";
  mapping().on_timeout(now_ + 3s);
  mapping().on_heard(kSecondPath, kFarMedia);
  mapping().on_opened(PathId{3}, {ip("10.4.0.2"), 40000}, now_ + 4s);
  EXPECT_EQ(asked(), "");
}

TEST_F(MediaMappingTest, WhatCannotBeOursIsNotTold) {
  for (const char* const lie : {"127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1",
                                "169.254.0.1", "2001:db8::1"}) {
    mapping_.reset();
    EXPECT_EQ(name_after({ip(lie), 50000}), net::to_string(kInside)) << lie;
  }
  mapping_.reset();
  EXPECT_EQ(name_after({kSeenOutside.address, 0}), net::to_string(kInside));
}

TEST_F(MediaMappingTest, IsOfNoUseToIPv6AndLoopback) {
  mapping().on_opened(kFirstPath, {ip("2001:db8::2"), 40000}, now_);
  mapping().on_opened(kSecondPath, {ip("127.0.0.1"), 40000}, now_);
  EXPECT_EQ(asked(), "");
  EXPECT_FALSE(mapping().next_deadline());
}

class MediaMappingByNameTest : public MediaMappingTest {
 protected:
  MediaMappingByNameTest() : MediaMappingTest("stun.example.org:3500") {}
};

TEST_F(MediaMappingByNameTest, TheNameIsLookedUpFirst) {
  mapping().on_opened(kFirstPath, kInside, now_);
  EXPECT_EQ(asked(), "");
  EXPECT_TRUE(mapping().waits(kFirstPath));
  net::DnsAnswer answer{.status = net::DnsAnswer::Status::found, .ttl = 300s};
  answer.addresses = {ip("192.0.2.7")};
  flows_.on_dns_answered({"stun.example.org", net::DnsType::a, answer}, now_);
  mapping().pump(now_);
  EXPECT_EQ(asked(), "192.0.2.7:3500 ");
  mapping().pump(now_);
  EXPECT_EQ(asked(), "") << "once";
}

TEST_F(MediaMappingByNameTest, ANameWithoutAddressIsNotWaitedFor) {
  mapping().on_opened(kFirstPath, kInside, now_);
  flows_.on_dns_answered({"stun.example.org", net::DnsType::a, {}}, now_);
  mapping().pump(now_);
  mapping().on_timeout(*mapping().next_deadline());
  EXPECT_FALSE(mapping().waits(kFirstPath));
  mapping().on_opened(kSecondPath, {ip("10.2.0.2"), 40000}, now_);
  EXPECT_EQ(asked(), "");
}

class MediaMappingOfNobodyTest : public MediaMappingTest {
 protected:
  MediaMappingOfNobodyTest() : MediaMappingTest("") {}
};

TEST_F(MediaMappingOfNobodyTest, NobodyIsAskedWithoutTheOption) {
  mapping().on_opened(kFirstPath, kInside, now_);
  EXPECT_EQ(asked(), "");
  EXPECT_FALSE(mapping().waits(kFirstPath));
}

TEST(StunServerTest, IsANameOrAnAddressWithItsPort) {
  EXPECT_EQ(read_stun_server("stun.example.org")->host, "stun.example.org");
  EXPECT_EQ(read_stun_server("stun.example.org")->port, 3478);
  EXPECT_EQ(read_stun_server("192.0.2.1:65535")->port, 65535);
  for (const char* const wrong : {"", ":3478", "a:", "a:0", "a:65536", "a:1x", "a b", "[2001:db8::1]:3478",
                                  "stun:stun.example.org"}) {
    EXPECT_FALSE(read_stun_server(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace godwit::ua
