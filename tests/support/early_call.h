// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/sim_world.h"

namespace godwit::test {

/// How one run of a scenario differs from the others: Alice's family and transport, and what her and
/// Bob's links do to packets.
struct EarlyRun {
  const char* name;
  const char* alice_at;
  bool rough = false;
  std::uint64_t seed = 1;
  net::Transport transport = net::Transport::udp;
};
inline void PrintTo(const EarlyRun& run, std::ostream* out) {
  *out << run.name;
}

/// Smooth links of both families, a stream, and links that lose, double and reorder packets.
inline constexpr EarlyRun kEarlyRuns[] = {
    {"v4", "10.1.0.2"},
    {"v6", "2001:db8:1::2"},
    {"tcp_v4", "10.1.0.2", false, 1, net::Transport::tcp},
    {"tcp_v6", "2001:db8:1::2", false, 1, net::Transport::tcp},
    {"rough_v4_1", "10.1.0.2", true, 11},
    {"rough_v4_2", "10.1.0.2", true, 12},
    {"rough_v4_3", "10.1.0.2", true, 13},
    {"rough_v6_1", "2001:db8:1::2", true, 21},
    {"rough_v6_2", "2001:db8:1::2", true, 22},
    {"rough_v6_3", "2001:db8:1::2", true, 23},
};

/// Alice calls Bob, and what happens before he answers is the test's to say. At the end everybody is
/// at rest, and every call that was told of has ended once.
class EarlyCallTest : public ::testing::TestWithParam<EarlyRun> {
 protected:
  using Duration = godwit::Duration;

  static WorldOptions options() {
    using namespace std::chrono_literals;
    WorldOptions options;
    options.seed = GetParam().seed;
    options.alice_at = {GetParam().alice_at};
    options.alice_by = options.bob_by = GetParam().transport;
    // Who makes the offer does not know which families the other side has.
    const bool v4 = std::string_view(GetParam().alice_at).find(':') == std::string_view::npos;
    options.bob_at = {v4 ? "10.3.0.2" : "2001:db8:3::2"};
    if (GetParam().rough) {
      options.access = {.delay = 25ms, .jitter = 20ms, .loss = 0.1, .duplication = 0.05};
    }
    return options;
  }
  void SetUp() override { ASSERT_TRUE(world_.register_both()); }
  void TearDown() override {
    if (third_) third_->shut_down();
    EXPECT_EQ(world_.unrest_at_the_end(), "");
    EXPECT_EQ(world_.faults(), "");
    EXPECT_EQ(world_.alice.all<CallEnded>().size(),
              dialled_ + world_.alice.all<IncomingCall>().size());
    EXPECT_EQ(world_.bob.all<CallEnded>().size(), world_.bob.all<IncomingCall>().size());
    if (third_) {
      EXPECT_EQ(third_->unrest(), "");
      EXPECT_THAT(third_->faults(), ::testing::IsEmpty());
      EXPECT_EQ(third_->all<CallEnded>().size(), third_->all<IncomingCall>().size());
    }
    if (HasFailure()) std::cout << world_.story();
  }

  /// A third phone next to Bob's, registered: another one of his, or somebody else's.
  SimUserAgent& add_third(std::string_view uri, std::string_view password) {
    auto& host = world_.network.add_host("third");
    host.add_interface("eth0", options().access);
    host.attach("eth0", {"10.4.0.2", "2001:db8:4::2"});
    third_.emplace(world_.network, host);
    AccountOptions account;
    account.address_of_record = uri;
    account.password = password;
    third_->start_registration(third_->add_account(account));
    EXPECT_TRUE(world_.time.run_until(
        [&] {
          const auto changed = third_->last<RegistrationChanged>();
          return changed && changed->state == RegistrationState::registered;
        },
        std::chrono::seconds{35}));
    return *third_;
  }
  CallId dial_bob(const CallOptions& options) {
    const auto call = world_.alice.dial(world_.alice_account, kBobUri, options);
    EXPECT_TRUE(call.has_value());
    ++dialled_;
    return call.value_or(CallId{});
  }
  /// What an agent does about each call that comes in.
  static void on_incoming(SimUserAgent& agent, std::function<void(CallId)> handler) {
    agent.on_event([handler = std::move(handler)](const Event& event) {
      if (const auto* incoming = std::get_if<IncomingCall>(&event)) handler(incoming->call);
    });
  }
  static Result<void> progress(SimUserAgent& agent, CallId call, int status,
                               const CallOptions& options) {
    return agent.run([&](ua::Engine& engine, TimePoint now) {
      return engine.send_progress(call, status, options, now);
    });
  }
  static Result<void> answer(SimUserAgent& agent, CallId call, const CallOptions& options) {
    return agent.run(
        [&](ua::Engine& engine, TimePoint now) { return engine.answer(call, options, now); });
  }
  static Result<void> decline(SimUserAgent& agent, CallId call, int status) {
    return agent.run(
        [&](ua::Engine& engine, TimePoint now) { return engine.decline(call, status, now); });
  }
  static Result<void> redirect(SimUserAgent& agent, CallId call,
                               const std::vector<std::string>& targets) {
    return agent.run(
        [&](ua::Engine& engine, TimePoint now) { return engine.redirect(call, targets, now); });
  }
  template <class E>
  bool wait_for(SimUserAgent& agent, Duration limit = std::chrono::seconds{35}) {
    return world_.time.run_until([&] { return agent.last<E>().has_value(); }, limit);
  }
  bool hears(SimUserAgent& agent, int hz, TimePoint since,
             Duration limit = std::chrono::seconds{35}) {
    return world_.time.run_until([&] { return agent.ear().heard(hz, since) >= 5; }, limit);
  }
  /// Responses to INVITE with this status that a host has sent.
  [[nodiscard]] std::size_t answered(std::string_view host, int status) const {
    std::size_t count = 0;
    for (const auto& message : world_.wire()) {
      const bool one = message.host == host && message.status == status;
      count += one && message.method == "INVITE" ? 1 : 0;
    }
    return count;
  }
  /// What a host has sent first of a method.
  [[nodiscard]] sip::Message first_sent(std::string_view host, std::string_view method,
                                        int status = 0) const {
    const auto found = all_sent(host, method, status);
    return found.empty() ? sip::Message{} : found.front();
  }
  /// What it has sent last.
  [[nodiscard]] sip::Message last_sent(std::string_view host, std::string_view method) const {
    const auto found = all_sent(host, method, 0);
    return found.empty() ? sip::Message{} : found.back();
  }
  [[nodiscard]] std::vector<sip::Message> all_sent(std::string_view host, std::string_view method,
                                                   int status) const {
    std::vector<sip::Message> found;
    for (const auto& message : world_.wire()) {
      if (message.host == host && message.method == method && message.status == status) {
        found.push_back(sip::read_message(message.bytes).message);
      }
    }
    return found;
  }
  [[nodiscard]] CallOptions bob_speaks() const { return world_.speaking(kBobTone); }
  [[nodiscard]] CallOptions alice_speaks() const { return world_.speaking(kAliceTone); }

  SimWorld world_{options()};
  std::optional<SimUserAgent> third_;
  std::size_t dialled_ = 0;
};

inline auto name_of_run = [](const auto& row) { return std::string(row.param.name); };

}  // namespace godwit::test
