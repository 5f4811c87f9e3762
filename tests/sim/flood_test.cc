// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "support/sim_world.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

constexpr int kSources = 200;
constexpr Duration kFlood = 3s;
constexpr Duration kJunkEvery = 50us;     // 20,000 a second
constexpr Duration kInviteEvery = 500us;  // 2,000 a second

/// Alice is in a call, and somebody who can forge any source sends whatever he likes to her port.
class FloodTest : public ::testing::Test {
 protected:
  FloodTest() : mallory_(world_.network.add_host("mallory")) {
    mallory_.add_interface("eth0", {.delay = 1ms});
    std::vector<std::string> sources;
    for (int i = 1; i <= kSources; ++i) sources.push_back("10.66.0." + std::to_string(i));
    mallory_.attach("eth0", sources);
    world_.network.set_tap([this](const FakeHost& host, const FakePacket& packet) {
      const auto to = to_string(packet.destination.address);
      if (&host == &mallory_) in_ += packet.bytes.size();
      if (&host == &world_.a && to.starts_with("10.66.")) out_ += packet.bytes.size();
    });
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
  }
  void send(const std::string& from, std::string bytes) {
    FakePacket packet;
    packet.source = {ip(from), 5060};
    packet.destination = target_;
    packet.bytes = std::move(bytes);
    ASSERT_TRUE(mallory_.emit(std::move(packet)));
  }
  static std::string invite(int number, const std::string& from) {
    const auto n = std::to_string(number);
    const std::string body =
        "v=0\r\no=m 1 1 IN IP4 10.66.0.1\r\ns=-\r\nc=IN IP4 10.66.0.1\r\nt=0 0\r\n"
        "m=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n";
    return "INVITE sip:alice@10.1.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP " + from +
           ";branch=z9hG4bKf" + n + "\r\nFrom: <sip:m@" + from + ">;tag=" + n +
           "\r\nTo: <sip:alice@example.test>\r\nCall-ID: flood-" + n +
           "\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:m@" + from +
           ">\r\nContent-Type: application/sdp\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  std::string junk() {
    std::string bytes(1 + world_.random.below(300), '\0');
    world_.random.fill(std::as_writable_bytes(std::span(bytes)));
    return bytes;
  }
  std::string any_source() {
    return "10.66.0." + std::to_string(1 + world_.random.below(kSources));
  }
  void flood() {
    const auto end = world_.now() + kFlood;
    int invites = 0;
    auto next_invite = world_.now();
    for (; world_.now() < end; world_.run_for(kJunkEvery)) {
      send(any_source(), junk());
      if (world_.now() < next_invite) continue;
      next_invite += kInviteEvery;
      const auto from = any_source();
      send(from, invite(++invites, from));
      if (invites % 100 == 0) world_.alice.forget_log();
    }
  }

  SimWorld world_{[] {
    WorldOptions options;
    options.seed = seed_of_run();
    return options;
  }()};
  FakeHost& mallory_;
  net::SocketAddress target_;
  std::size_t in_ = 0, out_ = 0;
};

TEST_F(FloodTest, CallAndRegistrationGoOnAndStrangersGetNoMoreThanWasSent) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  const auto bound = world_.alice.last<RegistrationChanged>()->contact;
  const auto port = bound.substr(bound.rfind(':') + 1);
  target_ = {ip("10.1.0.2"), static_cast<std::uint16_t>(std::stoi(port))};
  const auto start = world_.now();
  flood();
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
  EXPECT_GE(world_.alice.ear().heard(kBobTone, start), 149U) << "of 150 frames";
  EXPECT_GE(world_.bob.ear().heard(kAliceTone, start), 147U);
  const auto sizes = world_.alice.engine().sizes();
  EXPECT_LE(world_.alice.engine().calls().size(), 257U);
  EXPECT_LE(sizes.transactions, 1'000U);
  EXPECT_LE(sizes.owners, 100U);
  EXPECT_LE(out_, in_ / 4) << "all together";
  std::cout << "flood: " << in_ << " bytes in, " << out_ << " out, "
            << world_.alice.engine().calls().size() << " calls, " << sizes.transactions
            << " transactions\n";
  world_.run_for(6min);
  EXPECT_EQ(world_.alice.last<RegistrationChanged>()->state, RegistrationState::registered);
  EXPECT_LE(out_, in_) << "what is sent later, too";
}

// One after the other, far below the rate at which anything is dropped.
TEST_F(FloodTest, SlowForgedCallsBringTheirVictimNoMoreThanWasSent) {
  ASSERT_TRUE(world_.register_both());
  const auto bound = world_.alice.last<RegistrationChanged>()->contact;
  const auto port = bound.substr(bound.rfind(':') + 1);
  target_ = {ip("10.1.0.2"), static_cast<std::uint16_t>(std::stoi(port))};
  for (int i = 0; i < 400; ++i) {
    send("10.66.0.1", invite(i, "10.66.0.1"));
    world_.run_for(50ms);
  }
  world_.run_for(2min);
  EXPECT_LE(out_, in_);
  std::cout << "slow flood: " << in_ << " bytes in, " << out_ << " out\n";
}

}  // namespace
}  // namespace godwit::test
