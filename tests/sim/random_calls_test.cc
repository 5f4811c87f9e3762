// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <numeric>
#include <sstream>

#include "support/call_script.h"
#include "support/long_run.h"
#include "support/shrink.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

/// One thing that somebody does. What cannot be done when its turn comes is left out.
struct Step {
  std::size_t verb = 0;
  std::size_t who = 0;
  std::size_t whom = 0;
  std::uint64_t pick = 0;  ///< which of the calls that suit the verb
  Duration wait{};         ///< afterwards
};

std::string describe(const std::vector<Step>& steps) {
  static constexpr const char* kNames[] = {"alice", "bob", "carol"};
  std::ostringstream out;
  for (const auto& step : steps) {
    out << "  " << kNames[step.who] << ' ' << verbs()[step.verb].name << ' ' << kNames[step.whom]
        << ", call " << step.pick << ", then " << step.wait / 1us << " us\n";
  }
  return out.str();
}

/// A world, and what is done in it. The seed makes the world; the steps are drawn with it, or
/// given.
class Episode {
 public:
  explicit Episode(std::uint64_t seed) : random_(seed), scene_(options(seed)) {}

  /// @return what went wrong; empty when nothing did.
  std::string draw(std::size_t count) {
    if (!scene_.world.register_both()) return "not registered";
    while (steps_.size() < count) {
      const Step step = draw_step();
      if (!take(step)) continue;
      steps_.push_back(step);
      ++counts_[step.verb];
      if (auto wrong = look(); !wrong.empty()) return wrong;
    }
    return scene_.left_at_the_end();
  }
  std::string replay(const std::vector<Step>& steps) {
    if (!scene_.world.register_both()) return "not registered";
    for (const auto& step : steps) {
      if (!take(step)) continue;
      if (auto wrong = look(); !wrong.empty()) return wrong;
    }
    return scene_.left_at_the_end();
  }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] const std::map<std::size_t, std::size_t>& counts() const { return counts_; }
  [[nodiscard]] std::string story() const { return scene_.world.story(); }

 private:
  static constexpr std::size_t kMostCalls = 4;

  static Scene::Options options(std::uint64_t seed) {
    Scene::Options options;
    options.world.seed = seed;
    options.world.alice_at = {"10.1.0.2", "2001:db8:1::2"};
    options.with_carol = true;
    if (seed % 4 == 1) {
      options.world.access = {.delay = 25ms, .jitter = 40ms, .loss = 0.05, .duplication = 0.05};
    }
    if (seed % 4 == 2) options.world.alice_by = net::Transport::tcp;
    if (seed % 4 == 3) options.world.access.delay = 5ms;
    return options;
  }

  Step draw_step() {
    Step step;
    const auto all = verbs();
    const int sum = std::accumulate(all.begin(), all.end(), 0, [](int before, const Verb& verb) {
      return before + verb.weight;
    });
    auto at = static_cast<int>(random_.below(static_cast<std::uint64_t>(sum)));
    while (at >= all[step.verb].weight) at -= all[step.verb++].weight;
    step.who = random_.below(3);
    step.whom = (step.who + 1 + random_.below(2)) % 3;
    step.pick = random_.below(kMostCalls);
    step.wait = draw_wait();
    return step;
  }
  // Mostly in the middle of something, sometimes after it, seldom long after it.
  Duration draw_wait() {
    const auto kind = random_.below(100);
    const auto most = kind < 20 ? 0us : kind < 60 ? 60'000us : kind < 98 ? 500'000us : 8'000'000us;
    return std::chrono::microseconds{random_.below(static_cast<std::uint64_t>(most.count()) + 1)};
  }

  // @return whether it could be done.
  bool take(const Step& step) {
    const auto& verb = verbs()[step.verb];
    auto& who = scene_.actors()[step.who];
    auto& whom = scene_.actors()[step.whom];
    const auto turn = scene_.turn_for(verb, who, whom, step.pick);
    if (!turn) return false;
    if (verb.name.starts_with("dial") && (is_full(who) || is_full(whom))) return false;
    if (verb.name.starts_with("transfer")) {
      const auto* peer = scene_.peer_of(who, turn->call);
      if (peer == nullptr || is_full(*peer) || is_full(whom)) return false;
    }
    if (!verb.act(scene_, *turn)) return false;
    scene_.world.run_for(step.wait);
    return true;
  }

  static bool is_full(const Actor& actor) {
    return actor.agent->engine().calls().size() >= kMostCalls;
  }

  std::string look() {
    auto wrong = scene_.broken();
    for (auto& actor : scene_.actors()) {
      const auto sizes = actor.agent->engine().sizes();
      const auto calls = actor.agent->engine().calls().size();
      std::ostringstream out;
      if (calls > 3 * kMostCalls) out << calls << " calls ";
      if (sizes.flows > 12) out << sizes.flows << " flows ";
      if (sizes.hops > 60) out << sizes.hops << " hops ";
      if (sizes.transactions > 300) out << sizes.transactions << " transactions ";
      if (sizes.owners > 300) out << sizes.owners << " owners ";
      if (!out.str().empty()) wrong += std::string(actor.name) + " holds " + out.str() + '\n';
    }
    return wrong;
  }

  SeededRandom random_;
  Scene scene_;
  std::vector<Step> steps_;
  std::map<std::size_t, std::size_t> counts_;
};

void print(const std::map<std::size_t, std::size_t>& counts, std::size_t all) {
  std::cout << "random calls from seed " << seed_of_run() << ", " << all << " steps:";
  for (const auto& [verb, count] : counts) {
    std::cout << "  " << verbs()[verb].name << ' ' << count << " (" << std::fixed
              << std::setprecision(1)
              << 100.0 * static_cast<double>(count) / static_cast<double>(all) << " %)";
  }
  std::cout << std::endl;
}

TEST(RandomCallsTest, NothingThatPeopleDoInAnyOrderBreaksAnInvariant) {
  constexpr std::size_t kEpisode = 250;
  const auto all = number_from_environment("GODWIT_STEPS", in_long_run() ? 100'000 : 3'000);
  std::map<std::size_t, std::size_t> counts;
  std::size_t done = 0;
  for (auto seed = seed_of_run(); done < all; ++seed) {
    Episode episode(seed);
    const auto wrong = episode.draw(std::min<std::size_t>(kEpisode, all - done));
    if (!wrong.empty()) {
      const auto kind = kind_of_failure(wrong);
      const auto steps = shrink(episode.steps(), [&](const std::vector<Step>& fewer) {
        return kind_of_failure(Episode(seed).replay(fewer)) == kind;
      });
      Episode again(seed);
      const auto wrong_again = again.replay(steps);
      FAIL() << "GODWIT_SEED=" << seed << ": " << wrong << "\nfirst, " << episode.steps().size()
             << " steps; of which these are enough for: " << wrong_again << '\n'
             << describe(steps) << again.story();
    }
    done += episode.steps().size();
    for (const auto& [verb, count] : episode.counts()) counts[verb] += count;
  }
  print(counts, done);
  for (std::size_t verb = 0; verb < verbs().size(); ++verb) {
    if (verbs()[verb].weight == 0) continue;
    EXPECT_GE(100 * counts[verb], done) << verbs()[verb].name << " was done too seldom";
  }
}

}  // namespace
}  // namespace godwit::test
