// SPDX-License-Identifier: Apache-2.0
// Phones go from network to network in every way and at every moment, while people call and things fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <vector>

#include "support/call_script.h"
#include "support/long_run.h"
#include "support/roamer.h"
#include "support/shrink.h"
#include "support/time_text.h"
#include "support/trouble.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

constexpr Duration kAllIsWell = 3s;
/// Who moved finds the one who moved as well once its UPDATE and its INVITE were not answered where that was.
constexpr Duration kBothMove = 2s;
/// Where both moved, an ACK may have been lost for good: its answer is given up after 64*T1 (RFC 3261 section 13.3.1.4).
constexpr Duration kLostAck = 36s;
/// A SYN that was swallowed comes again after 1, 2, 4 s.
constexpr Duration kSynComesAgain = 4s;
/// Whatever waits for an answer that was lost is given up by then (see `Scene`).
constexpr Duration kLastWord = 260s;
constexpr std::size_t kHandoversInAWorld = 150;

/// One thing that happens. What cannot happen when its turn comes is left out.
struct Happening {
  enum class What {
    meet,    ///< one calls another, who answers at once; it is waited for
    change,  ///< a phone's network changes
    act,     ///< somebody does something
    fail,    ///< something goes wrong in signalling, until the rest
    rest,    ///< faults end, networks work: all is to be well
  };
  What what = What::rest;
  std::size_t which = 0;  ///< of the changes, the verbs, the troubles
  std::size_t who = 0;
  std::size_t whom = 0;
  std::uint64_t pick = 0;
  Duration wait{};  ///< afterwards
};

constexpr std::array<const char*, 3> kNames = {"alice", "bob", "carol"};

std::string describe(const std::vector<Happening>& all) {
  std::ostringstream out;
  for (const auto& one : all) {
    const std::string who = std::string("  ") + kNames[one.who] + ' ';
    switch (one.what) {
      case Happening::What::meet:
        out << who << "calls " << kNames[one.whom] << ", who answers";
        break;
      case Happening::What::change:
        out << who << Roamer::changes()[one.which].name << " (" << one.pick << ')';
        break;
      case Happening::What::act:
        out << who << verbs()[one.which].name << ' ' << kNames[one.whom] << ", call " << one.pick;
        break;
      case Happening::What::fail:
        out << "  trouble: " << troubles()[one.which].name;
        break;
      case Happening::What::rest:
        out << "  rest";
        break;
    }
    out << ", then " << one.wait / 1us << " us\n";
  }
  return out.str();
}

/// What many worlds have seen.
struct Tally {
  std::size_t handovers = 0;  ///< changes of the network of somebody who has a call
  std::size_t rests = 0;
  std::size_t calm_rests = 0;
  std::size_t ended = 0;       ///< calm ones of two who moved after which a call had ended
  std::size_t late_rests = 0;  ///< calm ones of two who moved that took longer than 5 s
  std::size_t calls = 0;
  std::size_t reconnected = 0;
  Duration longest_calm{};
  std::map<std::string_view, std::size_t> kinds;
};

/// A world, and what happens in it. The seed makes the world; what happens is drawn with it, or given.
class Journey {
 public:
  Journey(std::uint64_t seed, Tally& tally)
      : random_(seed), tally_(tally), scene_(options(seed)), trouble_(scene_.world) {
    constexpr LinkOptions kLink{.delay = 25ms};
    auto& world = scene_.world;
    world.b.add_interface("eth1", kLink);
    world.c->add_interface("eth1", kLink);
    const auto any = Roamer::Families::any;
    const auto both = Roamer::Families::both;
    phones_.push_back(std::make_unique<Roamer>(world.network, world.a, "wifi0", "lte0", 20, any, kLink));
    phones_.push_back(std::make_unique<Roamer>(world.network, world.b, "eth0", "eth1", 40, both, kLink));
    phones_.push_back(std::make_unique<Roamer>(world.network, *world.c, "eth0", "eth1", 60, both, kLink));
  }

  /// @return what went wrong; empty when nothing did.
  std::string draw() {
    if (auto wrong = begin(); !wrong.empty()) return wrong;
    while (handovers_ < kHandoversInAWorld) {
      if (auto wrong = draw_episode(); !wrong.empty()) return wrong;
    }
    return end();
  }
  std::string replay(const std::vector<Happening>& all) {
    if (auto wrong = begin(); !wrong.empty()) return wrong;
    for (const auto& one : all) {
      if (auto wrong = take(one); !wrong.empty()) return wrong;
    }
    return end();
  }
  [[nodiscard]] const std::vector<Happening>& happenings() const { return taken_; }
  [[nodiscard]] std::string story() const {
    return scene_.world.story() + "the last rest began at " + time_text(rested_at_) + ", it is " +
           time_text(scene_.now()) + '\n';
  }

 private:
  using What = Happening::What;

  static Scene::Options options(std::uint64_t seed) {
    constexpr net::Transport kBy[] = {net::Transport::udp, net::Transport::tcp, net::Transport::tls};
    Scene::Options options;
    options.world.seed = seed;
    options.world.alice_by = kBy[seed % 3];
    options.world.bob_by = seed / 3 % 4 == 0 ? net::Transport::udp : options.world.alice_by;
    options.world.calls_are_challenged = seed / 12 % 2 == 0;
    options.world.media_security = seed / 24 % 4 == 0 && options.world.alice_by != net::Transport::udp
                                       ? MediaSecurity::preferred
                                       : MediaSecurity::off;
    options.with_carol = true;
    return options;
  }

  std::string begin() {
    if (!scene_.world.register_both()) return "not registered";
    watch_bindings();
    return {};
  }
  std::string end() {
    trouble_.end();
    over_ = true;
    for (const auto& actor : scene_.actors()) tally_.calls += actor.rules.ended();
    tally_.reconnected += scene_.world.alice.all<Reconnected>().size();
    return scene_.left_at_the_end();
  }

  std::string draw_episode() {
    const bool calm = random_.below(3) == 0;
    if (scene_.calls() == 0) {
      if (auto wrong = take(draw_meeting()); !wrong.empty()) return wrong;
    }
    if (!calm && random_.below(3) == 0) {
      if (auto wrong = take(draw(What::fail, troubles().size())); !wrong.empty()) return wrong;
    }
    for (auto left = 1 + random_.below(12); left > 0; --left) {
      const bool acts = !calm && random_.below(3) == 0;
      if (auto wrong = take(acts ? draw_act() : draw_change()); !wrong.empty()) return wrong;
    }
    return take({});
  }
  Happening draw(What what, std::size_t count) {
    Happening one;
    one.what = what;
    one.which = random_.below(count);
    one.who = random_.below(2) == 0 ? 0 : random_.below(3);
    one.whom = (one.who + 1 + random_.below(2)) % 3;
    one.pick = random_.below(1'000'000);
    return one;
  }
  Happening draw_meeting() {
    auto one = draw(What::meet, 1);
    if (one.who != 0) one.whom = 0;
    return one;
  }
  Happening draw_change() {
    auto one = draw(What::change, 1);
    one.which = draw_weighted(Roamer::changes());
    one.wait = draw_wait();
    return one;
  }
  Happening draw_act() {
    auto one = draw(What::act, 1);
    one.which = draw_weighted(verbs());
    one.pick = random_.below(4);
    one.wait = draw_wait();
    return one;
  }
  template <class Row>
  std::size_t draw_weighted(std::span<const Row> rows) {
    const int sum = std::accumulate(rows.begin(), rows.end(), 0,
                                    [](int before, const Row& row) { return before + row.weight; });
    auto at = static_cast<int>(random_.below(static_cast<std::uint64_t>(sum)));
    std::size_t which = 0;
    while (at >= rows[which].weight) at -= rows[which++].weight;
    return which;
  }
  // Mostly in the middle of something, sometimes after it.
  Duration draw_wait() {
    const auto kind = random_.below(100);
    const auto most = kind < 20 ? 0us : kind < 60 ? 60'000us : kind < 95 ? 500'000us : 3'000'000us;
    return std::chrono::microseconds{random_.below(static_cast<std::uint64_t>(most.count()) + 1)};
  }

  std::string take(const Happening& one) {
    taken_.push_back(one);
    auto wrong = happen(one);
    if (wrong.empty()) wrong = scene_.broken();
    if (wrong.empty() && most_bindings_ > 1 + 2 * old_bindings_) {
      wrong = std::to_string(most_bindings_) + " bindings";
    }
    return wrong;
  }
  std::string happen(const Happening& one) {
    switch (one.what) {
      case What::meet:
        if (!moved_.empty() || !calm_) break;
        return meet(scene_.actors()[one.who], scene_.actors()[one.whom]);
      case What::change:
        if (scene_.actors()[one.who].agent->engine().calls().empty()) break;
        ++handovers_;
        ++tally_.handovers;
        ++tally_.kinds[Roamer::changes()[one.which].name];
        moved_.insert(one.who);
        phones_[one.who]->change(Roamer::changes()[one.which], one.pick);
        break;
      case What::act:
        act(one);
        break;
      case What::fail:
        calm_ = false;
        if (troubles()[one.which].leaves_old_binding || troubles()[one.which].lasts > 3s) ++old_bindings_;
        trouble_.begin(troubles()[one.which]);
        break;
      case What::rest:
        return rest();
    }
    scene_.world.run_for(one.wait);
    return {};
  }

  static const Verb& verb(std::string_view name) {
    const auto all = verbs();
    return *std::find_if(all.begin(), all.end(), [&](const Verb& one) { return one.name == name; });
  }
  std::string meet(Actor& who, Actor& whom) {
    const Turn dialled{&who, &whom, {}, scene_.now()};
    if (!verb("dial").act(scene_, dialled)) return "cannot dial";
    std::optional<Turn> turn;
    const auto rings = [&] { return (turn = scene_.turn_for(verb("answer"), whom, who)).has_value(); };
    const auto limit = old_bindings_ == 0 ? 5s : 40s;
    if (!scene_.world.time.run_until(rings, limit)) return "nobody rings";
    if (!verb("answer").act(scene_, *turn)) return "cannot answer";
    const auto since = scene_.now();
    if (!scene_.world.time.run_until([&] { return scene_.settled(since); }, limit)) return "they do not meet";
    return {};
  }
  void act(const Happening& one) {
    constexpr std::size_t kMostCalls = 2;
    const auto& what = verbs()[one.which];
    if (what.name == "roam" || what.name.find("conference") != what.name.npos) return;
    // Who is called without an offer cannot know which one family the caller has.
    if (what.name == "dial_late" && one.who == 0) return;
    auto& who = scene_.actors()[one.who];
    auto& whom = scene_.actors()[one.whom];
    const auto turn = scene_.turn_for(what, who, whom, one.pick);
    if (!turn) return;
    const bool calls = what.name.starts_with("dial") || what.name.starts_with("transfer");
    const auto is_full = [](const Actor& actor) {
      return actor.agent->engine().calls().size() >= kMostCalls;
    };
    if (calls && (is_full(who) || is_full(whom) || are_talking(who, whom))) return;
    const auto* peer = calls && turn->call ? scene_.peer_of(who, turn->call) : nullptr;
    if (peer != nullptr && (peer == &whom || are_talking(*peer, whom))) return;
    calm_ = false;
    static_cast<void>(what.act(scene_, *turn));
  }

  // Of two calls between the same two nobody could tell which one is heard.
  [[nodiscard]] bool are_talking(const Actor& one, const Actor& other) const {
    const auto leads = [this](const Actor& from, const Actor& to) {
      const auto calls = from.agent->engine().calls();
      return std::ranges::any_of(calls, [&](CallId call) { return scene_.peer_of(from, call) == &to; });
    };
    return leads(one, other) || leads(other, one);
  }
  // Who was hung up on while there was no network finds it out by its next request.
  [[nodiscard]] bool each_has_its_other_end() {
    std::map<std::pair<const Actor*, const Actor*>, int> calls;
    for (const auto& actor : scene_.actors()) {
      for (const auto call : actor.agent->engine().calls()) {
        const auto* peer = scene_.peer_of(actor, call);
        ++calls[{&actor, peer}];
        --calls[{peer, &actor}];
      }
    }
    return std::all_of(calls.begin(), calls.end(), [](const auto& pair) { return pair.second == 0; });
  }
  // What is dialled again, or rings in the end, is answered.
  void answer_what_rings() {
    for (auto& actor : scene_.actors()) {
      const auto turn = scene_.turn_for(verb("answer"), actor, actor);
      if (turn) static_cast<void>(verb("answer").act(scene_, *turn));
    }
  }

  std::string rest() {
    trouble_.end();
    bool hole = false;
    rested_at_ = scene_.now();
    for (auto& phone : phones_) {
      hole |= phone->had_a_hole() || phone->was_rough();
      phone->come_to_rest();
    }
    ++tally_.rests;
    const auto calls = scene_.calls();
    const auto since = scene_.now();
    const auto well = [&] {
      if (!calm_) answer_what_rings();
      return scene_.calls() == 0 || (scene_.settled(since) && each_has_its_other_end());
    };
    auto limit = moved_.size() > 1 ? kLostAck : kAllIsWell;
    if (hole) limit += kSynComesAgain;
    // An INVITE that a stream had kept may ring now.
    const auto all_up = [](const Actor& actor) { return actor.calls_up().size() == actor.agent->engine().calls().size(); };
    calm_ = calm_ && std::ranges::all_of(scene_.actors(), all_up);
    if (old_bindings_ != 0) calm_ = false;  // what is asked of both of them waits for the one that is not there
    if (!calm_) limit = kLastWord;
    if (!scene_.world.time.run_until(well, limit)) {
      return std::string(calm_ ? "a call that stood is" : "calls are") + " not well in time\n" + states();
    }
    if (calm_ && scene_.calls() != calls) {
      if (moved_.size() < 2) return "a call that stood has ended";
      ++tally_.ended;
    }
    if (calm_) {
      ++tally_.calm_rests;
      const auto took = scene_.now() - since;
      if (took > kAllIsWell + (moved_.size() > 1 ? kBothMove : hole ? kSynComesAgain : Duration{})) ++tally_.late_rests;
      tally_.longest_calm = std::max(tally_.longest_calm, took);
    }
    auto wrong = check_bindings(since);
    calm_ = true;
    moved_.clear();
    return wrong;
  }
  std::string states() const {
    std::ostringstream out;
    for (const auto& actor : scene_.actors()) {
      for (const auto call : actor.agent->engine().calls()) {
        const auto info = actor.agent->engine().call_info(call);
        const auto* peer = scene_.peer_of(actor, call);
        out << actor.name << ": call " << call.value << ", state " << static_cast<int>(info->state) << ", to "
            << info->remote << ", held " << info->held_by_us << info->held_by_peer << ", heard in the last second "
            << (peer == nullptr ? 0 : actor.agent->ear().heard_among(peer->tone_hz, scene_.now() - 1s)) << '\n';
      }
      if (actor.rules.open_transfers() != 0) out << actor.name << ": a transfer is open\n";
    }
    return out.str();
  }
  std::string check_bindings(TimePoint since) {
    const auto limit = calm_ ? kAllIsWell + kSynComesAgain : Duration{150s};
    for (const auto& actor : scene_.actors()) {
      const auto bound = [&] {
        const auto bindings = scene_.world.server.bindings_of(std::string(actor.name));
        if (bindings.size() != 1 && old_bindings_ == 0) return false;
        return std::any_of(bindings.begin(), bindings.end(), [&](const server::Binding& binding) {
          const auto* address = std::get_if<net::IpAddress>(&binding.contact.host);
          return address != nullptr && actor.host->has_address(*address);
        });
      };
      if (!scene_.world.time.run_until(bound, limit - (scene_.now() - since))) {
        return std::string(actor.name) + " is not bound where she is";
      }
    }
    return {};
  }

  void watch_bindings() {
    if (over_) return;
    for (const auto* name : kNames) {
      std::map<std::uint32_t, std::size_t> flows;
      for (const auto& binding : scene_.world.server.bindings_of(name)) {
        most_bindings_ = std::max(most_bindings_, ++flows[binding.reg_id]);
      }
    }
    scene_.world.time.after(50ms, [this] { watch_bindings(); });
  }

  SeededRandom random_;
  Tally& tally_;
  Scene scene_;
  TroubleMaker trouble_;
  std::vector<std::unique_ptr<Roamer>> phones_;
  std::vector<Happening> taken_;
  std::size_t handovers_ = 0;
  std::size_t most_bindings_ = 0;
  std::size_t old_bindings_ = 0;  ///< that may be left over: who is refused makes one beside it
  std::set<std::size_t> moved_;   ///< whose networks have changed since the last rest
  bool calm_ = true;  // since the last rest nobody has done anything and nothing has failed but networks
  TimePoint rested_at_{};
  bool over_ = false;
};

/// Two halves, so that two processors share them: GTEST_TOTAL_SHARDS=2.
class ExplorerTest : public ::testing::TestWithParam<std::uint64_t> {};

void print(const Tally& tally, std::uint64_t seed, double seconds) {
  std::cout << "explorer from seed " << seed << ": " << tally.handovers << " handovers, " << std::fixed
            << std::setprecision(0) << static_cast<double>(tally.handovers) / seconds << "/s, " << tally.rests
            << " rests (" << tally.calm_rests << " of them calm, " << tally.late_rests << " late, " << tally.ended << " with a call that ended, the longest " << tally.longest_calm / 1ms
            << " ms), " << tally.calls << " ends of calls, Alice reconnected " << tally.reconnected << " times:";
  for (const auto& [name, count] : tally.kinds) std::cout << "  " << name << ' ' << count;
  std::cout << std::endl;
}

TEST_P(ExplorerTest, EveryHandoverEndsWell) {
  constexpr std::uint64_t kFarApart = 1'000'000'000;
  const auto all = number_from_environment("GODWIT_HANDOVERS", in_long_run() ? 50'000 : 3'000) / 2;
  const auto first = seed_of_run() + GetParam() * kFarApart;
  Tally tally;
  const auto begun = std::chrono::steady_clock::now();
  for (auto seed = first; tally.handovers < std::max<std::size_t>(all, 1); ++seed) {
    Journey journey(seed, tally);
    const auto wrong = journey.draw();
    if (wrong.empty()) continue;
    const auto kind = kind_of_failure(wrong);
    const auto needed = shrink(journey.happenings(), [&](const std::vector<Happening>& fewer) {
      Tally unused;
      return kind_of_failure(Journey(seed, unused).replay(fewer)) == kind;
    });
    Tally unused;
    Journey again(seed, unused);
    const auto wrong_again = again.replay(needed);
    FAIL() << "again: GODWIT_SEED=" << seed
           << " GODWIT_HANDOVERS=1 sim_tests --gtest_filter='Halves/ExplorerTest.*/0'\n"
           << wrong << "\nfirst, " << journey.happenings().size()
           << " happenings; of which these are enough for: " << wrong_again << '\n'
           << describe(needed) << again.story();
  }
  print(tally, first, std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
}

INSTANTIATE_TEST_SUITE_P(Halves, ExplorerTest, ::testing::Values(0, 1));

}  // namespace
}  // namespace godwit::test
