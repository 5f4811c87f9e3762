// SPDX-License-Identifier: Apache-2.0
// Whatever a call is doing when the network changes, in each way in which calls may be set up: registered or not, asked
// for credentials or not, protected, with a second flow that stands ready.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ostream>

#include "support/long_run.h"
#include "support/move_case.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

struct Manner {
  std::string_view name;
  void (*set)(MoveCase&, std::string_view to) = nullptr;
};
void PrintTo(const Manner& manner, std::ostream* out) {
  *out << manner.name;
}

void not_registered(MoveCase& move, std::string_view /*to*/) {
  move.flows = 0;
}

void not_challenged(MoveCase& move, std::string_view /*to*/) {
  move.world = [](WorldOptions& world) { world.calls_are_challenged = false; };
}

void protected_by(MoveCase& move, SrtpKeying keying) {
  move.world = [keying](WorldOptions& world) {
    world.media_security = MediaSecurity::required;
    world.srtp_keying = keying;
  };
}

/// LTE is there all the time, registered by a flow of its own (RFC 5626); Wi-Fi goes, which the system
/// prefers, or not (by its metric).
void with_two_flows(MoveCase& move, std::string_view to, int metric) {
  move.flows = 2;
  move.world = [](WorldOptions& world) {
    world.outbound = Outbound::always;
    world.agent.instance_id = kSomeInstance;
  };
  const std::string address = to == "v4" ? "10.2.0.2" : "2001:db8:2::2";
  move.prepare = [address, metric](SimWorld& world) { world.a.attach("lte0", {address}, metric); };
  move.change = [](SimWorld& world) {
    world.a.detach("wifi0");
    return Duration{};
  };
}

constexpr Manner kManners[] = {
    {"not_registered", not_registered},
    {"not_challenged", not_challenged},
    {"by_sdes", [](MoveCase& move, std::string_view) { protected_by(move, SrtpKeying::sdes); }},
    {"by_dtls", [](MoveCase& move, std::string_view) { protected_by(move, SrtpKeying::dtls); }},
    {"with_a_flow_that_stands_ready",
     [](MoveCase& move, std::string_view to) { with_two_flows(move, to, 200); }},
    {"when_what_stands_ready_goes",
     [](MoveCase& move, std::string_view to) { with_two_flows(move, to, 50); }},
};

/// The product of what a call is doing, transport and families; a case is one manner. All of it
/// with GODWIT_FULL, else every so many-th, others for each seed. GODWIT_CASE=n plays the n-th alone.
class MoveMannersTest : public ::testing::TestWithParam<Manner> {
 protected:
  static constexpr std::size_t kUsualStride = 17;
  static constexpr net::Transport kBy[] = {net::Transport::udp, net::Transport::tcp, net::Transport::tls};

  static std::size_t all() {
    return call_moments().size() * std::size(kFamilyChanges) * std::size(kBy);
  }
  static MoveCase case_of(std::size_t number) {
    MoveCase move;
    move.moment = &call_moments()[number % call_moments().size()];
    number /= call_moments().size();
    move.transport = kBy[number % std::size(kBy)];
    const auto& family = kFamilyChanges[number / std::size(kBy)];
    move.from = family.from;
    move.change = breaks_to(family.to);
    move.seed = seed_of_run();
    GetParam().set(move, family.to);
    return move;
  }
  /// Who is not registered is not called.
  static bool makes_sense(const MoveCase& move) {
    if (move.flows != 0) return true;
    return !move.moment->registers_anew &&
           std::ranges::none_of(move.moment->before,
                                [](std::string_view line) { return line == "bob dial alice"; });
  }
};

TEST_P(MoveMannersTest, WhateverACallIsDoing) {
  const auto only = number_from_environment("GODWIT_CASE", all());
  const auto stride = in_long_run() ? 1 : kUsualStride;
  const auto first = (seed_of_run() + GetParam().name.size()) % stride;
  std::size_t failed = 0;
  for (auto at = only < all() ? only : first; at < all(); at += only < all() ? all() : stride) {
    const auto move = case_of(at);
    if (!makes_sense(move)) continue;
    const auto wrong = play(move);
    if (wrong.empty() || ++failed > number_from_environment("GODWIT_FAILURES", 2)) continue;
    ADD_FAILURE() << "again: GODWIT_SEED=" << move.seed << " GODWIT_CASE=" << at
                  << " sim_tests --gtest_filter='*MoveMannersTest.WhateverACallIsDoing/"
                  << GetParam().name << "'\n" << wrong;
  }
  EXPECT_EQ(failed, 0U);
}

INSTANTIATE_TEST_SUITE_P(Manner, MoveMannersTest, ::testing::ValuesIn(kManners),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
