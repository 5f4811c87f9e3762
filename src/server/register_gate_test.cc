// SPDX-License-Identifier: Apache-2.0
#include "server/register_gate.h"

#include <gtest/gtest.h>

#include <map>

#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using Verdict = RegisterGate::Verdict;

constexpr int kRate = 20;
constexpr int kBurst = kRate * static_cast<int>(RegisterGate::kDepth.count());

int passed(RegisterGate& gate, const net::IpAddress& from, int tries, TimePoint now) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += gate.judge(from, now) == Verdict::pass ? 1 : 0;
  return count;
}

class RegisterGateTest : public ::testing::TestWithParam<net::Family> {
 protected:
  static net::IpAddress source(int number) {
    const std::string n = std::to_string(number);
    return *net::IpAddress::parse(GetParam() == net::Family::v4 ? "10.1.0." + n
                                                                : "2001:db8:" + n + "::2");
  }

  RegisterGate gate_{kRate};
  TimePoint now_{1h};
};
INSTANTIATE_TEST_SUITE_P(Families, RegisterGateTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(RegisterGateTest, LetsABurstPassAndThenSoManyASecond) {
  EXPECT_EQ(passed(gate_, source(1), 10'000, now_), kBurst);
  now_ += 1s;
  EXPECT_EQ(passed(gate_, source(1), 10'000, now_), kRate);
  now_ += 1h;
  EXPECT_EQ(passed(gate_, source(1), 10'000, now_), kBurst);
}

TEST_P(RegisterGateTest, SaysSoOncePerWhileAndToNobodyElse) {
  (void)passed(gate_, source(1), kBurst, now_);
  EXPECT_EQ(gate_.judge(source(1), now_), Verdict::refuse);
  EXPECT_EQ(gate_.judge(source(1), now_), Verdict::refuse_again);
  EXPECT_EQ(gate_.judge(source(2), now_), Verdict::pass);
  now_ += RegisterGate::kRetryAfter;
  EXPECT_EQ(passed(gate_, source(1), 10'000, now_), kBurst);
  EXPECT_EQ(gate_.judge(source(1), now_), Verdict::refuse_again);
}

TEST_P(RegisterGateTest, WithoutARateEverythingPasses) {
  RegisterGate open(0);
  EXPECT_EQ(passed(open, source(1), 10'000, now_), 10'000);
}

TEST_P(RegisterGateTest, RemembersWhoDidMostWhenThereAreTooMany) {
  (void)passed(gate_, source(1), kBurst, now_);
  for (std::size_t i = 0; i < 10 * RegisterGate::kMaxSources; ++i) {
    const auto high = static_cast<std::uint8_t>(i >> 8U);
    const auto other = net::IpAddress::v4({172, 16, high, static_cast<std::uint8_t>(i)});
    EXPECT_EQ(gate_.judge(other, now_), Verdict::pass);
  }
  EXPECT_EQ(passed(gate_, source(1), 10, now_), 0);
}

TEST(RegisterGateNetworkTest, OfIpv6ItIsTheNetworkThatCounts) {
  RegisterGate gate(kRate);
  int count = 0;
  for (int i = 0; i < 2 * kBurst; ++i) {
    const auto source = *net::IpAddress::parse("2001:db8::" + std::to_string(i + 1));
    count += passed(gate, source, 1, TimePoint(1h));
  }
  EXPECT_EQ(count, kBurst);
}

class RegisterGateServerTest : public ::testing::Test {
 protected:
  static ServerOptions options(int rate) {
    ServerOptions options;
    options.domain = "example.org";
    options.users = {{"alice", "secret"}};
    options.register_rate = rate;
    return options;
  }
  /// Sends so many REGISTERs at once. @return how many answers there are of each status.
  static std::map<int, int> flood(ServerShell& shell, net::Transport transport, int count) {
    TestAgent alice(shell, "alice", {*net::IpAddress::parse("10.1.0.2"), 5060}, transport);
    for (int i = 0; i < count; ++i) alice.send(alice.registration());
    std::map<int, int> answers;
    while (const auto answer = alice.answer()) {
      ++answers[answer->status()];
      if (answer->status() == 503) {
        EXPECT_EQ(answer->field(sip::Field::retry_after), "5");
      }
    }
    return answers;
  }
  using Answers = std::map<int, int>;
};

// Who sends a datagram again asks again, and who never sent it is spared.
TEST_F(RegisterGateServerTest, ByUdpAFloodIsRefusedOnceAndThenNotAnswered) {
  ServerShell shell(options(kRate));
  EXPECT_EQ(flood(shell, net::Transport::udp, kBurst + 50), (Answers{{401, kBurst}, {503, 1}}));
  EXPECT_EQ(shell.server.counters().registrations_refused, 1U);
  EXPECT_EQ(shell.server.counters().registrations_dropped, 49U);
}

// Nobody sends it again there, and would wait for 32 s.
TEST_F(RegisterGateServerTest, ByAConnectionEachIsRefused) {
  ServerShell shell(options(kRate));
  EXPECT_EQ(flood(shell, net::Transport::tcp, kBurst + 50), (Answers{{401, kBurst}, {503, 50}}));
  EXPECT_EQ(shell.server.counters().registrations_refused, 50U);
  EXPECT_EQ(shell.server.counters().registrations_dropped, 0U);
}

TEST_F(RegisterGateServerTest, ALargeSiteMayStart) {
  ServerShell shell(options(ServerOptions{}.register_rate));
  EXPECT_EQ(flood(shell, net::Transport::tcp, 2'000), (Answers{{401, 2'000}}));
  for (int second = 0; second < 3; ++second) {
    shell.advance(1s);
    EXPECT_EQ(flood(shell, net::Transport::tcp, 500), (Answers{{401, 500}})) << second;
  }
  EXPECT_EQ(flood(shell, net::Transport::tcp, 1), (Answers{{503, 1}}));
}

TEST_F(RegisterGateServerTest, WithoutARateThereIsNoGate) {
  ServerShell shell(options(0));
  EXPECT_EQ(flood(shell, net::Transport::udp, 5'000), (Answers{{401, 5'000}}));
}

}  // namespace
}  // namespace godwit::server
