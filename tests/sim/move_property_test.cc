// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <sstream>

#include "support/sim_world.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

/// What one seed makes of a call and a move.
struct Story {
  WorldOptions world;
  std::string to;              ///< Alice's address afterwards
  bool alice_calls = true;     ///< or Bob does
  bool both_up = false;        ///< make before break
  Duration after_answering{};  ///< from Bob's (or Alice's) answer to the change
  Duration down{};             ///< without any network

  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out << world.alice_at.front() << " to " << to << (alice_calls ? ", calling" : ", called")
        << (both_up ? ", both up" : "") << ", " << after_answering / 1ms << " ms after answering, "
        << down / 1ms << " ms down, link " << world.access.delay / 1ms << "+"
        << world.access.jitter / 1ms << " ms, loss " << world.access.loss << ", doubled "
        << world.access.duplication;
    return out.str();
  }
};

Duration draw(Random& random, Duration limit) {
  return std::chrono::microseconds{random.below(static_cast<std::uint64_t>(limit / 1us) + 1)};
}

Story story_of(std::uint64_t seed) {
  SeededRandom random(seed);
  Story story;
  story.world.seed = seed;
  auto& link = story.world.access;
  link.delay = 1ms + draw(random, 60ms);
  link.jitter = draw(random, 20ms);
  // A packet between the two crosses two of these links: 10 % in all at most.
  link.loss = random.below(2) == 0 ? 0 : static_cast<double>(random.below(51)) / 1000;
  link.duplication = static_cast<double>(random.below(51)) / 1000;
  const bool from_v4 = random.below(2) == 0;
  const bool to_v4 = random.below(2) == 0;
  story.world.alice_at = {from_v4 ? "10.1.0.2" : "2001:db8:1::2"};
  story.to = to_v4 ? "10.2.0.2" : "2001:db8:2::2";
  story.alice_calls = random.below(2) == 0;
  story.both_up = random.below(4) == 0;
  story.after_answering = draw(random, 2s);
  story.down = random.below(3) == 0 ? Duration{} : draw(random, 3s);
  return story;
}

class Rehearsal {
 public:
  explicit Rehearsal(const Story& story) : story_(story), world_(story.world) {}

  /// Empty when all went as it must.
  std::string check() {
    if (!world_.register_both()) return "not registered";
    if (!start_call()) return "the call was not answered";
    world_.run_for(story_.after_answering);
    changed_ = world_.now();
    if (const auto wrong = move(); !wrong.empty()) return wrong;
    if (const auto wrong = check_events(); !wrong.empty()) return wrong;
    if (const auto wrong = check_bindings(); !wrong.empty()) return wrong;
    if (const auto unrest = world_.unrest_at_the_end(); !unrest.empty()) return unrest;
    if (!world_.server.bindings("alice").empty()) return "still bound after unregistering";
    return world_.faults();
  }
  [[nodiscard]] std::string log() const { return world_.story(); }

 private:
  SimUserAgent& caller() { return story_.alice_calls ? world_.alice : world_.bob; }
  SimUserAgent& callee() { return story_.alice_calls ? world_.bob : world_.alice; }

  bool start_call() {
    const auto account = story_.alice_calls ? world_.alice_account : world_.bob_account;
    const auto* target = story_.alice_calls ? kBobUri : kAliceUri;
    const int hz = story_.alice_calls ? kAliceTone : kBobTone;
    const int other_hz = story_.alice_calls ? kBobTone : kAliceTone;
    callee().auto_answer(world_.speaking(other_hz));
    if (!caller().dial(account, target, world_.speaking(hz))) return false;
    return world_.time.run_until([&] { return !callee().all<CallAnswered>().empty(); }, 40s);
  }

  std::string move() {
    if (story_.both_up) {
      world_.a.attach("lte0", {story_.to}, 50);
      world_.run_for(3s);
      world_.a.detach("wifi0");
    } else {
      world_.break_to({story_.to}, story_.down);
      world_.run_for(story_.down);
    }
    const auto works = world_.now();
    // Within 3 s, and the time for what is lost to be sent again (timers of RFC 3261 §17).
    const Duration allowed = 3s + (story_.world.access.loss > 0 ? Duration{9s} : Duration{});
    world_.run_for(300ms);
    if (!world_.both_hear(works + 250ms, allowed, 10)) {
      if (ended()) return "the call ended: " + describe(ending());
      return "not heard both ways";
    }
    world_.run_for(story_.world.access.loss > 0 ? 6s : 2s);
    return ended() ? "the call ended later: " + describe(ending()) : "";
  }
  bool ended() const { return !world_.alice.all<CallEnded>().empty(); }
  Event ending() const { return *world_.alice.last<CallEnded>(); }

  std::string check_events() {
    const auto begun = world_.alice.all<Reconnecting>().size();
    const auto moved = world_.alice.all<Reconnected>().size();
    const auto dropped = world_.alice.all<Dropped>().size();
    std::ostringstream out;
    if (begun != moved + dropped) out << begun << " times reconnecting";
    if (begun > 1 && !story_.both_up) out << "more than one move";
    if (dropped != 0) out << "dropped";
    for (const auto& told : world_.alice.all<Reconnected>()) {
      const auto& report = told.report;
      if (!report.refresh_answered) out << "reconnected without an answer";
      if (!report.first_rtp_in || !report.first_rtp_out) out << "reconnected without sound";
    }
    if (!out.str().empty()) out << ": " << moved << " reconnected, " << dropped << " dropped";
    return out.str();
  }

  std::string check_bindings() {
    const auto bound = world_.server.bindings("alice");
    if (bound.size() != 1) return std::to_string(bound.size()) + " bindings";
    if (bound.front().find(story_.to) == std::string::npos) return "bound at " + bound.front();
    return {};
  }

  Story story_;
  SimWorld world_;
  TimePoint changed_{};
};

// GODWIT_SEED=n runs that one seed and prints everything that happened; GODWIT_SEEDS=n runs the
// first n.
TEST(MoveProperty, ThousandSeeds) {
  constexpr int kMostFailures = 20;
  const auto only = seed_of_run(0);
  const auto first = only != 0 ? only : 1;
  const auto last = only != 0 ? only : number_from_environment("GODWIT_SEEDS", 1000);
  int failures = 0;
  for (auto seed = first; seed <= last && failures < kMostFailures; ++seed) {
    const auto story = story_of(seed);
    Rehearsal rehearsal(story);
    const auto wrong = rehearsal.check();
    if (only != 0) std::cout << rehearsal.log();
    if (wrong.empty()) continue;
    ++failures;
    ADD_FAILURE() << "seed " << seed << ": " << wrong << "\n  " << story.text()
                  << "\n  again: GODWIT_SEED=" << seed
                  << " sim_tests --gtest_filter=MoveProperty.ThousandSeeds";
  }
}

TEST(MoveProperty, SameSeedSameRun) {
  Rehearsal one(story_of(4));
  Rehearsal other(story_of(4));
  (void)one.check();
  (void)other.check();
  EXPECT_EQ(one.log(), other.log());
}

}  // namespace
}  // namespace godwit::test
