// SPDX-License-Identifier: Apache-2.0
#include "support/move_case.h"

#include <algorithm>
#include <sstream>

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using End = CallMoment::End;

const CallMoment kMoments[] = {
    {.name = "idle", .before = {"alice dial bob", "bob answer alice", "alice wait"}, .stands = true},
    {.name = "called_and_idle", .before = {"bob dial alice", "alice answer bob", "alice wait"}, .stands = true},
    {.name = "held_by_us",
     .before = {"alice dial bob", "bob answer alice", "alice hold bob"},
     .later = {"alice resume bob"},
     .stands = true},
    {.name = "held_by_peer",
     .before = {"alice dial bob", "bob answer alice", "bob hold alice"},
     .later = {"bob resume alice"},
     .stands = true},
    {.name = "our_offer_pending",
     .before = {"alice dial bob", "bob answer alice"},
     .at = {"alice hold bob"},
     .after = 20ms,
     .later = {"alice resume bob"}},
    {.name = "our_offer_answered_on_the_way",
     .before = {"bob dial alice", "alice answer bob"},
     .at = {"alice hold bob"},
     .after = 70ms,
     .later = {"alice resume bob"}},
    {.name = "their_offer_pending",
     .before = {"alice dial bob", "bob answer alice"},
     .at = {"bob hold alice"},
     .after = 45ms,
     .later = {"bob resume alice"}},
    {.name = "their_offer_answered",
     .before = {"alice dial bob", "bob answer alice"},
     .at = {"bob hold alice"},
     .after = 52ms,
     .later = {"bob resume alice"}},
    {.name = "glare",
     .before = {"alice dial bob", "bob answer alice"},
     .at = {"alice hold bob", "bob hold alice"},
     .after = 60ms,
     .later = {"alice resume bob", "bob resume alice"}},
    {.name = "dialling",
     .at = {"alice dial bob"},
     .after = 20ms,
     .later = {"bob answer alice"}},
    {.name = "ringing_out", .before = {"alice dial bob"}, .later = {"bob answer alice"}},
    {.name = "ringing_in",
     .before = {"bob dial alice"},
     .later = {"alice answer bob"},
     .needs_binding = true},
    {.name = "answered_before_ack",
     .before = {"bob dial alice"},
     .at = {"alice answer bob"},
     .after = 40ms},
    {.name = "answer_under_way",
     .before = {"alice dial bob"},
     .at = {"bob answer alice"},
     .after = 30ms},
    {.name = "bye_in_flight",
     .before = {"alice dial bob", "bob answer alice"},
     .at = {"alice hang_up bob"},
     .after = 10ms,
     .end = End::over},
    {.name = "their_bye_in_flight",
     .before = {"alice dial bob", "bob answer alice"},
     .at = {"bob hang_up alice"},
     .after = 30ms,
     .end = End::over},
    {.name = "cancel_in_flight",
     .before = {"alice dial bob"},
     .at = {"alice cancel bob"},
     .after = 10ms,
     .end = End::over},
    {.name = "transfer",
     .before = {"alice dial bob", "bob answer alice"},
     .at = {"alice transfer carol"},
     .after = 60ms,
     .later = {"carol answer bob"},
     .end = End::either,
     .with_carol = true},
    {.name = "transferred",
     .before = {"alice dial bob", "bob answer alice"},
     .at = {"bob transfer carol"},
     .after = 60ms,
     .later = {"carol answer alice"},
     .end = End::either,
     .with_carol = true},
    {.name = "mid_refresh",
     .before = {"alice dial bob", "bob answer alice"},
     .after = 20ms,
     .session_interval = 90s,
     .stands = true},
    {.name = "registering",
     .before = {"alice dial bob", "bob answer alice"},
     .after = 20ms,
     .registers_anew = true,
     .stands = true},
};

struct Line {
  std::string who, what, whom;
};
Line read_line(std::string_view text) {
  std::istringstream in{std::string(text)};
  Line line;
  in >> line.who >> line.what >> line.whom;
  return line;
}

const Verb& verb_of(const std::string& name) {
  const auto all = verbs();
  return *std::find_if(all.begin(), all.end(), [&](const Verb& verb) { return verb.name == name; });
}

std::vector<std::string> addresses_of(std::string_view family, int place) {
  const auto number = std::to_string(place);
  std::vector<std::string> addresses;
  if (family != "v6") addresses.push_back("10." + number + ".0.2");
  if (family != "v4") addresses.push_back("2001:db8:" + number + "::2");
  return addresses;
}

constexpr Duration kAllIsWell = 3s;
/// 64*T1, and what is done after it.
constexpr Duration kRequestGivenUp = 36s;

class Play {
 public:
  explicit Play(const MoveCase& move) : move_(move), scene_(options(move)), trouble_(scene_.world) {}

  std::string run() {
    std::string wrong = through();
    trouble_.end();
    if (wrong.empty()) wrong = scene_.left_at_the_end();
    if (wrong.empty()) return {};
    std::ostringstream out;
    out << move_.moment->name << ", " << to_string(move_.transport) << ", from " << move_.from << ", trouble "
        << (move_.trouble == nullptr ? "none" : move_.trouble->name) << ", seed " << move_.seed << ": " << wrong
        << '\n' << scene_.world.story();
    return out.str();
  }

 private:
  static Scene::Options options(const MoveCase& move) {
    Scene::Options options;
    options.world.seed = move.seed;
    options.world.alice_at = addresses_of(move.from, 1);
    options.world.alice_by = options.world.bob_by = move.transport;
    options.with_carol = move.moment->with_carol;
    if (move.transport == net::Transport::tls) options.world.media_security = MediaSecurity::off;
    options.session_interval = move.moment->session_interval;
    options.world.alice_registers = move.flows != 0;
    if (move.world) move.world(options.world);
    return options;
  }

  std::string through() {
    if (move_.prepare) move_.prepare(scene_.world);
    if (!scene_.world.register_both()) return "not registered";
    const auto bound = [this] { return scene_.world.server.bindings("alice").size() == move_.flows; };
    if (!scene_.world.time.run_until(bound, 10s)) return "not registered by all flows";
    watch_bindings();
    for (const auto line : move_.moment->before) {
      if (!do_whole(line, 5s)) return "nothing came of: " + std::string(line);
    }
    if (auto wrong = come_to_the_moment(); !wrong.empty()) return wrong;
    begun_ = scene_.now();
    if (move_.trouble != nullptr) trouble_.begin(*move_.trouble);
    const auto down = move_.change(scene_.world);
    scene_.world.run_for(down);
    works_ = scene_.now();
    return check();
  }

  std::string come_to_the_moment() {
    const auto& moment = *move_.moment;
    auto& world = scene_.world;
    for (const auto line : moment.at) {
      if (!begin(line)) return "cannot be done: " + std::string(line);
    }
    if (moment.registers_anew) world.alice.start_registration(world.alice_account);
    if (moment.session_interval.count() != 0) {
      const auto since = world.now();
      const auto refreshed = [&] { return world.sent("alice", "UPDATE", since) != 0; };
      if (!world.time.run_until(refreshed, moment.session_interval)) return "no refresh";
    }
    world.run_for(moment.after);
    return {};
  }

  std::optional<Turn> turn_for(const Line& line) {
    return scene_.turn_for(verb_of(line.what), scene_.actor(line.who), scene_.actor(line.whom.empty() ? "bob" : line.whom));
  }
  bool begin(std::string_view text) {
    const auto line = read_line(text);
    const auto turn = turn_for(line);
    return turn && verb_of(line.what).act(scene_, *turn);
  }
  bool do_whole(std::string_view text, Duration limit) {
    const auto line = read_line(text);
    const auto& verb = verb_of(line.what);
    std::optional<Turn> turn;
    const auto begun = scene_.now();
    if (!scene_.world.time.run_until([&] { return (turn = turn_for(line)).has_value(); }, limit)) return false;
    if (!verb.act(scene_, *turn)) return false;
    return scene_.world.time.run_until([&] { return verb.done(scene_, *turn); },
                                       limit - (scene_.now() - begun));
  }

  std::string check() {
    const auto& moment = *move_.moment;
    scene_.world.run_for(600ms);
    wait_for_the_end_of_trouble();
    for (const auto line : moment.later) {
      // The state at the end says whether it came to pass, with what was lost of it and made up for.
      static_cast<void>(do_whole(line, allowed()));
    }
    return check_end();
  }
  void wait_for_the_end_of_trouble() {
    if (move_.trouble == nullptr || move_.trouble->lasts == Duration{}) return;
    scene_.world.time.run_until([&] { return trouble_.is_over(); }, move_.trouble->lasts);
  }
  // From now to when all must be well.
  [[nodiscard]] Duration allowed() const {
    const auto from = std::max({works_, trouble_.last_harm(), scene_.now()});
    const auto more = move_.trouble == nullptr ? Duration{} : move_.trouble->patience;
    return from - scene_.now() + kAllIsWell + move_.patience + more +
           (move_.moment->stands ? Duration{} : kRequestGivenUp);
  }

  std::string check_end() {
    const auto since = scene_.now();
    const auto end = move_.moment->end;
    const bool may_be_over = end == End::either || trouble_may_end_it();
    const auto there = [&] {
      answer_what_rings();
      const bool over = scene_.calls() == 0;
      if (end == End::over) return over;
      return (may_be_over && over) || (scene_.calls() != 0 && scene_.settled(since));
    };
    if (!scene_.world.time.run_until(there, end == End::either ? Duration{260s} : allowed())) {
      return "not well in time: " + std::to_string(scene_.calls()) + " calls";
    }
    if (auto wrong = check_binding(); !wrong.empty()) return wrong;
    const bool up = scene_.calls() != 0;
    if (!up && end == End::up && !may_be_over) return "the call has ended";
    if (up && !scene_.settled(scene_.now() - 200ms)) return "no longer well";
    const std::size_t bindings = move_.trouble != nullptr && move_.trouble->leaves_old_binding ? 2 : 1;
    return most_bindings_ > bindings ? std::to_string(most_bindings_) + " bindings" : scene_.broken();
  }

  [[nodiscard]] bool trouble_may_end_it() const {
    // A proxy whose connection to the callee breaks while it rings tells the caller so.
    if (move_.moment->needs_binding && move_.transport != net::Transport::udp) return true;
    if (move_.trouble == nullptr) return false;
    const bool unbound = move_.trouble->of == Trouble::Of::registers ||
                         move_.trouble->way != Trouble::Way::messages;
    return move_.trouble->may_end_calls || (unbound && move_.moment->needs_binding);
  }
  // What is dialled again, or for a second time in the other family, rings again.
  void answer_what_rings() {
    for (auto& actor : scene_.actors()) {
      const auto turn = scene_.turn_for(verb_of("answer"), actor, actor);
      if (turn) static_cast<void>(verb_of("answer").act(scene_, *turn));
    }
  }

  std::string check_binding() {
    if (move_.flows == 0) return {};
    const bool two = move_.trouble != nullptr && move_.trouble->leaves_old_binding;
    const auto bound = [&] {
      const auto bindings = scene_.world.server.bindings_of("alice");
      if (bindings.size() != 1 && !two) return false;
      return std::any_of(bindings.begin(), bindings.end(), [this](const server::Binding& binding) {
        const auto* address = std::get_if<net::IpAddress>(&binding.contact.host);
        return address != nullptr && scene_.world.a.has_address(*address);
      });
    };
    const auto limit = move_.trouble == nullptr ? kAllIsWell : move_.trouble->binding_patience;
    if (scene_.world.time.run_until(bound, limit)) return {};
    return std::to_string(scene_.world.server.bindings("alice").size()) + " bindings at the end";
  }

  void watch_bindings() {
    std::map<std::uint32_t, std::size_t> flows;
    for (const auto& binding : scene_.world.server.bindings_of("alice")) {
      most_bindings_ = std::max(most_bindings_, ++flows[binding.reg_id]);
    }
    scene_.world.time.after(20ms, [this] { watch_bindings(); });
  }

  const MoveCase& move_;
  Scene scene_;
  TroubleMaker trouble_;
  TimePoint begun_{}, works_{};
  std::size_t most_bindings_ = 0;
};

}  // namespace

std::span<const CallMoment> call_moments() { return kMoments; }

ChangesNetwork breaks_to(std::string_view family, Duration down) {
  return [addresses = addresses_of(family, 2), down](SimWorld& world) {
    world.break_to(addresses, down);
    return down;
  };
}

std::string play(const MoveCase& move) {
  return Play(move).run();
}

}  // namespace godwit::test
