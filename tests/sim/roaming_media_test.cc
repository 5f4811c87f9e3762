// SPDX-License-Identifier: Apache-2.0
// Sound that is encrypted follows who moves, before signalling has told of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <ostream>
#include <string>
#include <vector>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr Duration kTrip = 100ms;       // to Bob and back
constexpr Duration kServerTrip = 50ms;  // to the server and back
constexpr Duration kFrame = 20ms;

struct Roam {
  const char* name;
  net::Transport transport;
  const char* from;
  const char* to;
  const char* bob;
};
void PrintTo(const Roam& way, std::ostream* out) {
  *out << way.name;
}

/// Alice moves with a call over streams, whose connection costs her refresh round trips of its own.
/// Over TLS sound is encrypted, over TCP it is plain.
class RoamingMediaTest : public ::testing::TestWithParam<Roam> {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_by = options.bob_by = GetParam().transport;
    options.alice_at = {GetParam().from};
    options.bob_at = {GetParam().bob};
    return options;
  }
  void TearDown() override {
    EXPECT_EQ(world_.unrest_at_the_end(), "");
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  void move() {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    world_.run_for(8s);  // reports have told the round trip
    world_.break_to({GetParam().to}, 0ms);
    moved_at_ = world_.now();
    world_.network.set_rewriter([this](const FakePacket& packet) { note(packet); });
    world_.run_for(4s);
    ASSERT_THAT(world_.alice.all<Reconnected>(moved_at_), SizeIs(1));
    ASSERT_THAT(to_old_, Not(IsEmpty()));
    ASSERT_THAT(to_new_, Not(IsEmpty()));
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
    EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
    report_ = world_.alice.last<Reconnected>()->report;
    ASSERT_TRUE(report_.first_rtp_in && report_.refresh_answered);
  }
  /// When Bob's sound leaves, and for where.
  void note(const FakePacket& packet) {
    constexpr std::size_t kSound = 160;
    const bool sound = !packet.segment && packet.bytes.size() >= kSound;
    if (!sound || packet.source.address != ip(GetParam().bob)) return;
    const auto after = world_.now() - moved_at_;
    if (packet.destination.address == ip(GetParam().to)) to_new_.push_back(after);
    if (packet.destination.address == ip(GetParam().from)) to_old_.push_back(after);
  }
  std::string protection() const { return world_.alice.last<CallAnswered>()->protection; }

  SimWorld world_{options()};
  TimePoint moved_at_{};
  std::vector<Duration> to_new_, to_old_;
  HandoverReport report_;
};
const auto kNameOfWay = [](const auto& row) { return std::string(row.param.name); };

using EncryptedRoamingMediaTest = RoamingMediaTest;
TEST_P(EncryptedRoamingMediaTest, SoundIsBackBeforeTheRefreshIsAnswered) {
  ASSERT_NO_FATAL_FAILURE(move());
  EXPECT_THAT(protection(), Not(IsEmpty()));
  EXPECT_GE(*report_.refresh_answered, 2 * kServerTrip + kTrip);
  EXPECT_LE(to_new_.front(), kTrip / 2 + 3ms) << "with her first packet";
  EXPECT_LE(*report_.first_rtp_in, kTrip + 15ms);
  EXPECT_LE(report_.lost_in, 5U);
  // Until the refresh names the new address, both are sent to.
  EXPECT_GT(to_old_.back(), to_new_.front());
  EXPECT_LE(to_old_.back(), 2 * kServerTrip + kTrip / 2 + kFrame);
}
INSTANTIATE_TEST_SUITE_P(Tls, EncryptedRoamingMediaTest,
                         ::testing::Values(Roam{"v4", net::Transport::tls, "10.1.0.2", "10.2.0.2",
                                                "10.3.0.2"},
                                           Roam{"v6", net::Transport::tls, "2001:db8:1::2",
                                                "2001:db8:2::2", "2001:db8:3::2"}),
                         kNameOfWay);

using PlainRoamingMediaTest = RoamingMediaTest;
TEST_P(PlainRoamingMediaTest, NobodyIsFollowedWhoHasNotProvenWhoItIs) {
  ASSERT_NO_FATAL_FAILURE(move());
  EXPECT_EQ(protection(), "");
  EXPECT_GE(to_new_.front(), kServerTrip + kTrip / 2);
  EXPECT_GE(*report_.first_rtp_in, kServerTrip + kTrip);
}
INSTANTIATE_TEST_SUITE_P(Tcp, PlainRoamingMediaTest,
                         ::testing::Values(Roam{"v4", net::Transport::tcp, "10.1.0.2", "10.2.0.2",
                                                "10.3.0.2"},
                                           Roam{"v6", net::Transport::tcp, "2001:db8:1::2",
                                                "2001:db8:2::2", "2001:db8:3::2"}),
                         kNameOfWay);

}  // namespace
}  // namespace godwit::test
