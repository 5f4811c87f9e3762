// SPDX-License-Identifier: Apache-2.0
#include "ua/server_race.h"

#include <gtest/gtest.h>

#include "support/address_of.h"

namespace godwit::ua {
namespace {

using net::Transport;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::at;

sip::Target target(Transport transport, std::string_view remote, int group = 0) {
  sip::Target out;
  out.transport = transport;
  out.remote = at(remote);
  out.host = out.domain = "core.test";
  out.group = group;
  const bool v4 = out.remote.address.is_v4();
  out.source = at(v4 ? "10.1.0.2:0" : "[2001:db8:1::2]:0").address;
  return out;
}

class ServerRaceTest : public ::testing::Test {
 protected:
  net::FlowId open(const sip::Target& wanted) {
    opened_.push_back(wanted);
    if (wanted.transport == Transport::udp) return flows_.emplace_back(book_.udp_from(wanted.source, {}));
    StreamWish wish;
    wish.transport = wanted.transport;
    wish.source = wanted.source;
    wish.remote = wanted.remote;
    return flows_.emplace_back(book_.stream_to(wish, {}, nullptr));
  }
  void race(const std::vector<sip::Target>& targets, bool complete = true) {
    race_.on_targets(targets, complete, now_);
  }
  void come_up(std::size_t attempt) {
    const auto& source = opened_.at(attempt).source;
    book_.on_opened({flows_.at(attempt), {source, 40'000}});
    race_.on_flow_opened(flows_.at(attempt), now_);
  }
  void fail(std::size_t attempt) {
    const Error error{Errc::unreachable, "connection refused"};
    book_.on_failed(flows_.at(attempt), error);
    race_.on_flow_failed(flows_.at(attempt), error, now_);
  }
  void wait(Duration span) {
    now_ += span;
    race_.on_timeout(now_);
  }

  Outbox out_;
  UserAgentOptions options_;
  FlowBook book_{out_, options_};
  sip::FailureMemory memory_;
  std::uint64_t last_probe_ = 0;
  std::vector<sip::Target> opened_;
  std::vector<net::FlowId> flows_;
  TimePoint now_{seconds{100}};
  ServerRace race_{book_, memory_, [this](const sip::Target& t) { return open(t); }, last_probe_};

  const sip::Target tcp6_ = target(Transport::tcp, "[2001:db8::1]:5060");
  const sip::Target tcp4_ = target(Transport::tcp, "192.0.2.1:5060");
  const sip::Target udp6_ = target(Transport::udp, "[2001:db8::1]:5060");
  const sip::Target udp4_ = target(Transport::udp, "192.0.2.1:5060");
};

TEST_F(ServerRaceTest, T30_StreamsAreOpenedOneAttemptDelayApart) {
  race({tcp6_, tcp4_});
  EXPECT_EQ(opened_, std::vector{tcp6_});
  EXPECT_EQ(race_.next_deadline(), now_ + milliseconds{250});
  wait(milliseconds{250});
  EXPECT_EQ(opened_, (std::vector{tcp6_, tcp4_}));
  come_up(1);
  ASSERT_TRUE(race_.winner());
  EXPECT_EQ(race_.winner()->target, tcp4_);
  EXPECT_EQ(race_.winner()->flow.id, flows_[1]);
  EXPECT_EQ(race_.take_dropped(), std::vector{flows_[0]});
}

TEST_F(ServerRaceTest, T51_WhoHadItsDelayAndWasOvertakenHasFailed) {
  race({tcp6_, tcp4_});
  wait(milliseconds{250});
  come_up(1);
  ASSERT_EQ(race_.failures().size(), 1U);
  EXPECT_EQ(race_.failures()[0].target, tcp6_);
}

TEST_F(ServerRaceTest, WhoseTimeWasNotUpHasNotFailed) {
  race({tcp6_, tcp4_});
  wait(milliseconds{250});
  wait(milliseconds{10});
  come_up(0);
  EXPECT_EQ(race_.winner()->target, tcp6_);
  EXPECT_TRUE(race_.failures().empty());
  EXPECT_EQ(race_.take_dropped(), std::vector{flows_[1]});
}

TEST_F(ServerRaceTest, T34_ARefusalStartsTheNextAtOnce) {
  race({tcp6_, tcp4_});
  fail(0);
  EXPECT_EQ(opened_, (std::vector{tcp6_, tcp4_}));
  EXPECT_EQ(race_.failures()[0].error.detail, "connection refused");
}

TEST_F(ServerRaceTest, IsLostWhenEachHasFailedAndNoMoreWillCome) {
  race({tcp6_, tcp4_}, false);
  fail(0);
  fail(1);
  EXPECT_FALSE(race_.lost()) << "DNS may still name others";
  race({tcp6_, tcp4_});
  EXPECT_TRUE(race_.lost());
  EXPECT_EQ(race_.failures().size(), 2U);
}

TEST_F(ServerRaceTest, T23_LateTargetsTakeTheirPlaceAmongTheUntried) {
  const auto other = target(Transport::tcp, "192.0.2.2:5060");
  race({tcp4_, other}, false);
  race({tcp6_, tcp4_, other});
  wait(milliseconds{250});
  EXPECT_EQ(opened_, (std::vector{tcp4_, tcp6_}));
}

TEST_F(ServerRaceTest, R18_AWorseGroupWaitsForTheAttemptDelay) {
  const auto backup = target(Transport::tcp, "192.0.2.9:5060", 1);
  race({tcp6_, backup});
  wait(milliseconds{249});
  EXPECT_EQ(opened_.size(), 1U);
  wait(milliseconds{1});
  EXPECT_EQ(opened_.size(), 2U);
}

TEST_F(ServerRaceTest, R16_DatagramServersAreProbed) {
  race({udp6_, udp4_});
  come_up(0);
  EXPECT_FALSE(race_.winner()) << "an open socket proves nothing";
  const auto probes = race_.take_probes();
  ASSERT_EQ(probes.size(), 1U);
  EXPECT_EQ(probes[0].flow.remote, udp6_.remote);
  EXPECT_EQ(probes[0].host, "core.test");
  race_.on_probed(probes[0].id, std::nullopt, now_);
  EXPECT_EQ(race_.winner()->target, udp6_);
}

TEST_F(ServerRaceTest, T36_AProbeThatComesToNothingMovesOn) {
  race({udp6_, udp4_});
  come_up(0);
  const auto probes = race_.take_probes();
  race_.on_probed(probes[0].id, Error{Errc::unreachable, "port unreachable"}, now_);
  EXPECT_EQ(opened_, (std::vector{udp6_, udp4_}));
  come_up(1);
  ASSERT_TRUE(race_.winner()) << "the only one left needs no probe";
  EXPECT_EQ(race_.winner()->target, udp4_);
}

TEST_F(ServerRaceTest, TheOnlyDatagramServerIsTakenUnprobed) {
  race({udp4_});
  come_up(0);
  ASSERT_TRUE(race_.winner());
  EXPECT_TRUE(race_.take_probes().empty());
}

TEST_F(ServerRaceTest, WhatTurnsOutToBeTheOnlyOneIsNotWaitedFor) {
  race({udp4_}, false);
  come_up(0);
  const auto probes = race_.take_probes();
  ASSERT_EQ(probes.size(), 1U);
  race({udp4_});
  ASSERT_TRUE(race_.winner());
  EXPECT_EQ(race_.take_ended_probes(), std::vector{probes[0].id});
}

TEST_F(ServerRaceTest, T51_WhatWorkedLatelyIsTakenUnprobed) {
  memory_.worked(memory_key(udp6_), now_);
  race({udp6_, udp4_});
  come_up(0);
  EXPECT_TRUE(race_.winner());
}

TEST_F(ServerRaceTest, ALateProbeOfALoserChangesNothing) {
  race({udp6_, udp4_});
  come_up(0);
  const auto first = race_.take_probes();
  wait(milliseconds{250});
  come_up(1);
  const auto second = race_.take_probes();
  race_.on_probed(second[0].id, std::nullopt, now_);
  EXPECT_EQ(race_.take_ended_probes(), std::vector{first[0].id});
  race_.on_probed(first[0].id, std::nullopt, now_);
  EXPECT_EQ(race_.winner()->target, udp4_);
}

TEST_F(ServerRaceTest, ASocketThatCannotBeOpenedIsAFailureToo) {
  const auto socket = book_.udp_from(udp6_.source, {});
  book_.on_failed(socket, {make_error_code(Errc::address_in_use), "taken"});
  race({udp6_, udp4_});
  ASSERT_EQ(race_.failures().size(), 1U);
  EXPECT_EQ(race_.failures()[0].error.detail, "taken");
  EXPECT_EQ(opened_, (std::vector{udp6_, udp4_}));
}

TEST_F(ServerRaceTest, T40_AnAttemptThatSaysNothingEndsInTime) {
  race({tcp6_, tcp4_});
  for (auto due = race_.next_deadline(); due && !race_.lost(); due = race_.next_deadline()) {
    now_ = *due;
    race_.on_timeout(now_);
  }
  EXPECT_TRUE(race_.lost());
  EXPECT_LE(now_ - TimePoint{seconds{100}}, seconds{32});
  EXPECT_EQ(race_.failures().size(), 2U);
  EXPECT_EQ(race_.take_dropped().size(), 2U);
}

TEST_F(ServerRaceTest, T104_StoppingEndsEveryAttempt) {
  race({tcp6_, udp4_});
  wait(milliseconds{250});
  come_up(1);
  ASSERT_EQ(race_.take_probes().size(), 1U);
  race_.stop();
  EXPECT_EQ(race_.take_dropped(), std::vector{flows_[0]});
  EXPECT_EQ(race_.take_ended_probes().size(), 1U);
  EXPECT_FALSE(race_.uses(flows_[0]));
}

}  // namespace
}  // namespace godwit::ua
