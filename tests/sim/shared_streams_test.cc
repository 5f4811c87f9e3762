// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/engine_bench.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

/// Many accounts of one agent over TCP, at a server that answers everything with 200.
class SharedStreamTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kMany = 100;
  static constexpr std::uint32_t kRate = 50;
  static constexpr std::size_t kBurst = 5;

  explicit SharedStreamTest(std::chrono::seconds keep_alive = 0s) : bench_(paced(keep_alive)) {}
  static UserAgentOptions paced(std::chrono::seconds keep_alive) {
    auto options = EngineBench::without_keep_alives();
    options.registration_rate = kRate;
    options.transport.stream_keep_alive = keep_alive;
    return options;
  }
  static AccountOptions one(std::size_t user) {
    AccountOptions options;
    options.address_of_record = "sip:user" + std::to_string(user) + "@core.test";
    options.registrar = "sip:core.test;transport=tcp";
    return options;
  }
  /// Which shows a certificate of its own, and so wants connections of its own.
  static AccountOptions known_as(std::size_t user) {
    auto options = one(user);
    options.tls = TlsOptions{};
    options.tls->certificate_file = "user" + std::to_string(user) + ".pem";
    return options;
  }
  AccountId start(const AccountOptions& options) {
    const auto account = *bench_.engine.add_account(options, bench_.now);
    EXPECT_TRUE(bench_.engine.start_registration(account, 3600s, bench_.now));
    return account;
  }
  void start_all() {
    for (std::size_t user = 0; user < kMany; ++user) start(one(user));
    bench_.drain();
  }
  struct Asked {
    TimePoint when;
    std::string who;
    net::SocketAddress from;
  };
  std::vector<Asked> answer_all() {
    std::vector<Asked> all;
    while (const auto sent = bench_.next_sent()) {
      if (!sent->message.is_request()) continue;
      const auto contact = sent->message.field(sip::Field::contact);
      if (sent->message.method() == sip::Method::register_) {
        const auto from = sip::parse_name_addr(*sent->message.field(sip::Field::from));
        all.push_back({bench_.now, from->uri.user, sent->local});
      }
      bench_.answer(*sent, 200, [&](sip::Message& ok) {
        if (contact) ok.set(sip::Field::contact, std::string(*contact));
      });
    }
    return all;
  }
  std::vector<Asked> run(Duration time) {
    auto all = answer_all();
    for (const TimePoint end = bench_.now + time; bench_.now < end;) {
      bench_.advance(5ms);
      for (auto& asked : answer_all()) all.push_back(std::move(asked));
    }
    return all;
  }
  [[nodiscard]] std::size_t connections() const { return bench_.wanted_streams.size(); }
  void lose(net::FlowId flow) {
    bench_.sockets.erase(flow);
    bench_.streams.erase(flow);
    bench_.feed(sip::IoInput{sip::FlowFailed{flow, std::nullopt, {Errc::connection_closed, "closed"}}});
  }
  [[nodiscard]] std::size_t registered() const {
    std::size_t count = 0;
    for (std::uint64_t id = 1; id <= kMany; ++id) {
      const auto info = bench_.engine.account_info(AccountId{id});
      if (info && info->registration.state == RegistrationState::registered) ++count;
    }
    return count;
  }

  EngineBench bench_;
};

TEST_F(SharedStreamTest, AllAccountsRegisterByOneConnection) {
  start_all();
  EXPECT_EQ(run(3s).size(), kMany);
  EXPECT_EQ(registered(), kMany);
  EXPECT_EQ(connections(), 1U);
}

TEST_F(SharedStreamTest, WhenItEndsOneOtherTakesItsPlaceAtThePaceAndCallsComeFirst) {
  start_all();
  run(3s);
  const AccountId calling{kMany};
  bench_.advance(200s);  // it has stood for long enough
  ASSERT_TRUE(bench_.engine.dial(calling, "sip:far@core.test", {}, bench_.now));
  bench_.drain();
  const auto invite = bench_.next_request("INVITE");
  ASSERT_TRUE(invite);
  bench_.answer(*invite, 200, [](sip::Message& ok) {
    ok.add(sip::Field::contact, "<sip:far@core.test;transport=tcp>");
    ok.set_body("application/sdp", far_sdp("10.9.0.1"));
  });
  bench_.sent.clear();
  lose(bench_.wanted_streams.at(0).flow);
  const auto all = run(3s);
  EXPECT_EQ(connections(), 2U);
  EXPECT_EQ(registered(), kMany);
  ASSERT_GE(all.size(), kMany);
  EXPECT_LE(all.back().when - all.front().when, 2s);
  for (std::size_t i = 0; i + kRate + kBurst < all.size(); ++i) {
    EXPECT_GE(all[i + kRate + kBurst].when - all[i].when, 1s) << i;
  }
  std::size_t place = 0;
  while (all.at(place).who != "user" + std::to_string(kMany - 1)) ++place;
  EXPECT_LE(place, kBurst);
}

TEST_F(SharedStreamTest, WhoChangesItsTlsOptionsLeavesItToTheOthers) {
  start_all();
  run(3s);
  ASSERT_TRUE(bench_.engine.modify_account(AccountId{1}, known_as(0), bench_.now));
  bench_.drain();
  run(1s);
  EXPECT_EQ(connections(), 1U) << "no TLS is spoken";
  auto bound = one(0);
  bound.bind = BindOptions{};
  bound.bind->dscp = 46;
  ASSERT_TRUE(bench_.engine.modify_account(AccountId{1}, bound, bench_.now));
  bench_.drain();
  const auto all = run(1s);
  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(connections(), 2U);
  EXPECT_EQ(bench_.wanted_streams[1].intent.dscp, 46);
  EXPECT_EQ(all[0].from, bench_.sockets.at(bench_.wanted_streams[1].flow));
  run(60s);
  EXPECT_TRUE(bench_.streams.contains(bench_.wanted_streams[0].flow)) << "the others have it still";
  EXPECT_EQ(registered(), kMany);
}

TEST_F(SharedStreamTest, TheFirstAccountMayGo) {
  start_all();
  run(3s);
  ASSERT_TRUE(bench_.engine.remove_account(AccountId{1}, bench_.now));
  bench_.drain();
  run(60s);
  EXPECT_EQ(registered(), kMany - 1);
  EXPECT_EQ(connections(), 1U);
  EXPECT_TRUE(bench_.streams.contains(bench_.wanted_streams[0].flow));
  start(one(kMany));
  bench_.drain();
  run(1s);
  EXPECT_EQ(connections(), 1U);
}

/// The same with keep-alives.
class SharedKeepAliveTest : public SharedStreamTest {
 protected:
  SharedKeepAliveTest() : SharedStreamTest(100s) {}
};

TEST_F(SharedKeepAliveTest, ThereIsOneForAllWhileAnyIsRegistered) {
  start_all();
  run(3s);
  for (std::uint64_t id = 1; id < kMany; ++id) {
    ASSERT_TRUE(bench_.engine.stop_registration(AccountId{id}, bench_.now));
  }
  bench_.drain();
  run(3s);
  EXPECT_EQ(registered(), 1U);
  bench_.line_ends.clear();
  const auto stream = bench_.wanted_streams.at(0).flow;
  for (int i = 0; i < 3; ++i) {
    const TimePoint begin = bench_.now;
    while (bench_.line_ends.empty() && bench_.now - begin < 110s) bench_.advance(100ms);
    ASSERT_EQ(bench_.line_ends.size(), 1U) << i;
    bench_.line_ends.clear();
    bench_.feed(sip::IoInput{sip::StreamReceived{stream, "\r\n"}});
  }
  ASSERT_TRUE(bench_.engine.stop_registration(AccountId{kMany}, bench_.now));
  bench_.drain();
  run(1s);
  bench_.advance(200s);
  EXPECT_TRUE(bench_.line_ends.empty());
}

TEST_F(SharedStreamTest, ConnectionsOfTheirOwnAreBegunAtThePace) {
  for (std::size_t user = 0; user < kMany; ++user) start(known_as(user));
  bench_.drain();
  EXPECT_EQ(connections(), kBurst);
  run(1s);
  EXPECT_LE(connections(), kRate + kBurst);
  run(2s);
  EXPECT_EQ(connections(), kMany);
  EXPECT_EQ(registered(), kMany);
}

TEST_F(SharedStreamTest, WhoseConnectionHangsHoldsUpNobody) {
  start(one(kMany));
  bench_.drain();
  run(1s);
  bench_.streams_open = false;
  for (std::size_t user = 0; user < 2 * kBurst; ++user) start(known_as(user));
  bench_.drain();
  EXPECT_EQ(connections(), 1U + kBurst);
  start(one(kMany + 1));
  bench_.drain();
  EXPECT_EQ(answer_all().size(), 1U) << "at once, by the connection that stands";
}

}  // namespace
}  // namespace godwit::test
