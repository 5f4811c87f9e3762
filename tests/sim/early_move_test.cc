// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <memory>
#include <vector>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Who changes network while the call is set up, and how.
struct Mover {
  const char* name;
  bool caller;
  const char* alice_from;
  const char* to;
  bool late_offer = false;
  ReliableResponses reliable = ReliableResponses::supported;
  const char* alice_also = nullptr;  ///< she has both families
  const char* bob_from = "10.3.0.2";
};
void PrintTo(const Mover& mover, std::ostream* out) {
  *out << mover.name;
}

/// A call with early sound, with a network change of one side at one moment of it.
class EarlyMoveTest : public ::testing::TestWithParam<Mover> {
 protected:
  void run_with_change_at(Duration at) {
    WorldOptions options;
    options.alice_at = {GetParam().alice_from};
    if (GetParam().alice_also != nullptr) options.alice_at.emplace_back(GetParam().alice_also);
    if (GetParam().late_offer) options.bob_at = {GetParam().bob_from};
    world_ = std::make_unique<SimWorld>(options);
    world_->network.set_rewriter(changes_on_the_way_);
    ASSERT_TRUE(world_->register_both());
    world_->bob.on_event([this](const Event& event) {
      const auto* incoming = std::get_if<IncomingCall>(&event);
      if (incoming == nullptr) return;
      const auto call = incoming->call;
      world_->time.after(200ms, [this, call] { tell(call); });
      world_->time.after(3s, [this, call] { answer(call); });
    });
    auto call = world_->speaking(kAliceTone);
    call.late_offer = GetParam().late_offer;
    call.reliable_responses = GetParam().reliable;
    ASSERT_TRUE(world_->alice.dial(world_->alice_account, kBobUri, call));
    world_->run_for(at);
    rang_ = world_->bob.last<IncomingCall>().has_value();
    world_->alice.open_paths_after(alice_opens_after_);
    moved_ = world_->now();
    move();
    world_->run_for(6s);
  }
  void tell(CallId call) {
    auto options = world_->speaking(kBobTone);
    options.reliable_responses = GetParam().reliable;
    static_cast<void>(world_->bob.run([&](ua::Engine& engine, TimePoint now) {
      return engine.send_progress(call, 183, options, now);
    }));
  }
  void answer(CallId call) {
    static_cast<void>(world_->bob.run([&](ua::Engine& engine, TimePoint now) {
      return engine.answer(call, world_->speaking(kBobTone), now);
    }));
  }
  void move() {
    if (GetParam().caller) return world_->break_to({GetParam().to}, 0ms);
    world_->b.detach("eth0");
    world_->b.attach("eth0", {GetParam().to});
  }

  std::unique_ptr<SimWorld> world_;
  FakeNetwork::Rewrites changes_on_the_way_;
  Duration alice_opens_after_{};  ///< her new path, from the change on
  TimePoint moved_{};
  bool rang_ = false;  ///< before the change
};

TEST_P(EarlyMoveTest, F40_F41_TheCallComesAboutWhateverTheMomentOfTheChange) {
  for (auto at = 0ms; at <= 3400ms; at += 50ms) {
    run_with_change_at(at);
    // An INVITE that is under way to where the callee was does not find it: the call ends with 408.
    const bool lost = !GetParam().caller && !rang_ && !world_->both_hear(world_->now(), 40s, 20);
    if (!lost) {
      EXPECT_TRUE(world_->both_hear(world_->now(), 60s, 20)) << "moved at " << at.count() << " ms";
      EXPECT_THAT(world_->alice.all<CallEnded>(), SizeIs(0)) << "moved at " << at.count() << " ms";
    }
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_EQ(world_->faults(), "");
    EXPECT_THAT(world_->alice.all<CallEnded>(), SizeIs(1));
    EXPECT_EQ(world_->bob.all<CallEnded>().size(), world_->bob.all<IncomingCall>().size());
    if (HasFailure()) {
      std::cout << world_->story();
      return;
    }
  }
}

constexpr Mover kMovers[] = {
    {"caller_v4", true, "10.1.0.2", "10.2.0.2"},
    {"caller_v6", true, "2001:db8:1::2", "2001:db8:2::2"},
    {"caller_to_v6", true, "10.1.0.2", "2001:db8:2::2"},
    {"caller_to_v4", true, "2001:db8:1::2", "10.2.0.2"},
    {"callee_v4", false, "10.1.0.2", "10.33.0.2"},
    {"callee_v6", false, "2001:db8:1::2", "2001:db8:33::2"},
    {"callee_unreliable_v4", false, "10.1.0.2", "10.33.0.2", false, ReliableResponses::off},
    {"callee_unreliable_v6", false, "2001:db8:1::2", "2001:db8:33::2", false,
     ReliableResponses::off},
    {"caller_late_offer", true, "10.1.0.2", "10.2.0.2", true},
    {"callee_late_offer", false, "10.1.0.2", "10.33.0.2", true},
    {"callee_late_offer_to_v6", false, "10.1.0.2", "2001:db8:33::2", true,
     ReliableResponses::supported, "2001:db8:1::2"},
    {"callee_late_offer_to_v4", false, "10.1.0.2", "10.33.0.2", true, ReliableResponses::supported,
     "2001:db8:1::2", "2001:db8:3::2"},
};
INSTANTIATE_TEST_SUITE_P(Movers, EarlyMoveTest, ::testing::ValuesIn(kMovers),
                         [](const auto& row) { return std::string(row.param.name); });

/// The callee moves to IPv4, from where its offer comes by UPDATE. The caller has to open a path there
/// before it can answer.
class SlowPathMoveTest : public EarlyMoveTest {
 protected:
  /// How the caller has answered each UPDATE of the callee. The first is soon followed by another
  /// one, for the fake network changes twice in half a millisecond.
  std::vector<int> answers() const {
    std::map<std::uint32_t, int> answers;
    for (const auto& message : world_->wire()) {
      if (message.host != "alice" || message.method != "UPDATE" || message.status == 0) continue;
      answers[sip::read_message(message.bytes).message.cseq().number] = message.status;
    }
    std::vector<int> in_order;
    for (const auto& [number, status] : answers) in_order.push_back(status);
    return in_order;
  }
  void expect_a_good_end() {
    EXPECT_TRUE(world_->both_hear(world_->now(), 1s, 20));
    EXPECT_THAT(world_->alice.all<CallEnded>(), SizeIs(0));
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_EQ(world_->faults(), "");
    if (HasFailure()) std::cout << world_->story();
  }
};
INSTANTIATE_TEST_SUITE_P(Callee, SlowPathMoveTest, ::testing::Values(kMovers[11]),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_P(SlowPathMoveTest, TheOfferIsAnsweredOnceThePathIsOpen) {
  alice_opens_after_ = 300ms;
  run_with_change_at(1500ms);
  EXPECT_THAT(answers(), ElementsAre(500, 200));
  // A second after the change both have spoken for half a second: 300 ms for the path, the way there and
  // back, and what the network needs to tell of a change.
  const auto from = moved_ + 1s;
  EXPECT_GE(world_->alice.ear().heard(kBobTone, from, from + 400ms), 18U);
  EXPECT_GE(world_->bob.ear().heard(kAliceTone, from, from + 400ms), 18U);
  expect_a_good_end();
}

// What waits when the callee answers is of the call then.
TEST_P(SlowPathMoveTest, TheOfferIsAnsweredInTheCallWhenTheCalleeAnswersMeanwhile) {
  alice_opens_after_ = 300ms;
  run_with_change_at(2950ms);
  EXPECT_THAT(answers(), ElementsAre(500, 200));
  expect_a_good_end();
}

// The callee answers while the caller has put off the offer that names its new path, which took too
// long to open: what is agreed is of the other family, and nothing leads there. The path is named
// again two seconds after.
TEST_P(SlowPathMoveTest, TheNewPathStaysUntilTheOfferThatNamesItIsAnswered) {
  changes_on_the_way_ = [](FakePacket& packet) {
    const auto found = packet.bytes.find("Retry-After: ");
    if (found != std::string::npos) packet.bytes[found + 13] = '2';
  };
  alice_opens_after_ = 2200ms;
  run_with_change_at(800ms);
  ASSERT_GE(answers().size(), 2U);
  EXPECT_EQ(answers()[1], 500);
  expect_a_good_end();
}

}  // namespace
}  // namespace godwit::test
