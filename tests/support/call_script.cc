// SPDX-License-Identifier: Apache-2.0
#include "support/call_script.h"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "audio/tone_source.h"
#include "base/assert.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

constexpr CallState kIncoming[] = {CallState::incoming};
constexpr CallState kOutgoing[] = {CallState::dialing, CallState::ringing};
constexpr CallState kUp[] = {CallState::up, CallState::reconnecting};
constexpr CallState kAny[] = {CallState::dialing, CallState::ringing, CallState::incoming,
                              CallState::up, CallState::reconnecting};

std::span<const CallState> states_for(Needs needs) {
  switch (needs) {
    case Needs::incoming:
      return kIncoming;
    case Needs::outgoing:
      return kOutgoing;
    case Needs::up:
      return kUp;
    case Needs::nothing:
    case Needs::any:
      break;
  }
  return kAny;
}

// A call whose refresh was lost is given up after the gap limit, an unanswered one after its answer
// time-out; both end with transactions of 64*T1 (RFC 3261 §17). One whose caller has lost its
// network before anybody told it that it rings is ended by the proxy's timer C (RFC 3261 §16.6). Of
// a transfer the peer tells for 180 s.
constexpr Duration kLastWord = 260s;
// One step with nothing in its way, and through losses (timers B and F are 32 s).
constexpr Duration kStep = 5s;
constexpr Duration kRoughStep = 36s;

Actor make_actor(std::string_view name, SimUserAgent& agent, FakeHost& host, AccountId account,
                 std::string_view uri, int hz) {
  // What `play` plays once: the voice of whoever plays it.
  audio::Samples words(1600);
  audio::ToneSource(hz).read(words);
  agent.sounds().files["words.wav"] = words;
  return {name, &agent, &host, account, uri, hz, {}, {}};
}

/// Where somebody's network is before a change, and where it is afterwards.
struct Place {
  std::string_view side;
  std::string_view interface, next_interface;
  std::array<std::string_view, 2> old_addresses;  // of IPv4 and IPv6
  std::array<std::string_view, 2> new_addresses;
};
constexpr Place kPlaces[] = {
    {"alice", "wifi0", "lte0", {"10.1.0.2", "2001:db8:1::2"}, {"10.2.0.2", "2001:db8:2::2"}},
    {"bob", "eth0", "eth0", {"10.3.0.2", "2001:db8:3::2"}, {"10.33.0.2", "2001:db8:33::2"}},
    {"carol", "eth0", "eth0", {"10.4.0.2", "2001:db8:4::2"}, {"10.44.0.2", "2001:db8:44::2"}},
};

const Place& place_of(std::string_view side) {
  const auto* found = std::find_if(std::begin(kPlaces), std::end(kPlaces),
                                   [&](const Place& place) { return place.side == side; });
  GODWIT_ASSERT(found != std::end(kPlaces));
  return *found;
}

constexpr std::size_t family(std::string_view name) {
  return name == "v4" ? 0 : 1;
}

class Play {
 public:
  Play(const CallScript& script, const Disturbance& disturbance, std::uint64_t seed)
      : script_(script), disturbance_(disturbance), scene_(options(script, disturbance, seed)) {}

  std::string run() {
    if (!scene_.world.register_both()) return told("not registered");
    for (std::size_t i = 0; i < script_.lines.size(); ++i) {
      if (auto wrong = step(i); !wrong.empty()) return told(wrong);
    }
    if (auto wrong = check_end(); !wrong.empty()) return told(wrong);
    const auto left = scene_.left_at_the_end();
    return left.empty() ? "" : told("left at the end: " + left);
  }

 private:
  static Scene::Options options(const CallScript& script, const Disturbance& disturbance,
                                std::uint64_t seed) {
    Scene::Options options;
    options.world.seed = seed;
    options.world.alice_at = {"10.1.0.2", "2001:db8:1::2"};
    options.with_carol = script.with_carol;
    if (disturbance.link) options.world.access = *disturbance.link;
    if (disturbance.outbound_by) {
      options.world.alice_by = options.world.bob_by = *disturbance.outbound_by;
      options.world.outbound = Outbound::always;
      options.world.agent.instance_id = kSomeInstance;
    }
    if (disturbance.change == nullptr) return options;
    auto& at = disturbance.side == "alice" ? options.world.alice_at
               : disturbance.side == "bob" ? options.world.bob_at
                                           : options.world.carol_at;
    at = {at[family(disturbance.change->from)]};
    return options;
  }

  std::string told(const std::string& wrong) {
    std::ostringstream out;
    out << script_.name << ": " << wrong << '\n' << scene_.world.story();
    return out.str();
  }

  std::string step(std::size_t number) {
    std::istringstream line{std::string(script_.lines[number])};
    std::string who, what, whom;
    line >> who >> what >> whom;
    auto& actor = scene_.actor(who);
    auto& other = scene_.actor(whom.empty() ? (who == "alice" ? "bob" : "alice") : whom);
    const auto all = verbs();
    const auto verb =
        std::find_if(all.begin(), all.end(), [&](const Verb& v) { return v.name == what; });
    if (verb == all.end()) return "no such verb: " + what;
    const auto turn = scene_.turn_for(*verb, actor, other);
    const bool possible = turn && verb->act(scene_, *turn);
    if (!possible && disturbance_.none()) return "cannot be done: " + std::string(line.str());
    if (number == disturbance_.at_step && disturbance_.change != nullptr) change_network();
    if (!possible) return scene_.broken();
    const auto limit = disturbance_.none() ? kStep : kRoughStep;
    const bool done = scene_.world.time.run_until([&] { return verb->done(scene_, *turn); }, limit);
    if (!done && disturbance_.none()) return "nothing came of: " + std::string(line.str());
    return scene_.broken();
  }

  void change_network() {
    const auto& change = *disturbance_.change;
    scene_.world.run_for(disturbance_.after);
    const auto& place = place_of(disturbance_.side);
    auto& host = *scene_.actor(disturbance_.side).host;
    const bool same = change.to.empty();
    const std::string after{same ? place.interface : place.next_interface};
    const std::string address{same ? place.old_addresses[family(change.from)]
                                   : place.new_addresses[family(change.to)]};
    host.detach(std::string(place.interface));
    scene_.world.time.after(change.down,
                            [&host, after, address] { host.attach(after, {address}); });
  }

  std::string check_end() {
    const bool disturbed = !disturbance_.none();
    auto since = scene_.now();
    const auto defined = [&] { return scene_.calls() == 0 || scene_.settled(since); };
    if (!scene_.world.time.run_until(defined, disturbed ? kLastWord : kStep)) {
      return "no defined state is reached: " + std::to_string(scene_.calls()) + " calls";
    }
    if (disturbed) return scene_.broken();
    const bool up = scene_.calls() != 0;
    if (up != (script_.end == CallScript::End::up)) {
      return up ? "a call is still up" : "no call is up any more";
    }
    return scene_.broken();
  }

  const CallScript& script_;
  const Disturbance& disturbance_;
  Scene scene_;
};

}  // namespace

std::vector<CallId> Actor::calls_in(std::span<const CallState> states) const {
  std::vector<CallId> found;
  for (const auto call : agent->engine().calls()) {
    const auto info = agent->engine().call_info(call);
    const bool fits = info && std::find(states.begin(), states.end(), info->state) != states.end();
    if (fits) found.push_back(call);
  }
  return found;
}

std::vector<CallId> Actor::calls_up() const {
  return calls_in(kUp);
}

Scene::Scene(const Options& options)
    : world(options.world), session_interval_(options.session_interval) {
  actors_.reserve(3);
  actors_.push_back(
      make_actor("alice", world.alice, world.a, world.alice_account, kAliceUri, kAliceTone));
  actors_.push_back(make_actor("bob", world.bob, world.b, world.bob_account, kBobUri, kBobTone));
  if (options.with_carol) {
    auto& carol = world.add_carol();
    actors_.push_back(
        make_actor("carol", carol, *world.c, world.carol_account, kCarolUri, kCarolTone));
  }
  for (auto& actor : actors_) {
    actor.agent->on_event([this, &actor](const Event& event) { on_event(actor, event); });
  }
}

// A call that a transfer has made is listened to as the others are, and after some words each
// speaks on.
void Scene::on_event(Actor& actor, const Event& event) {
  actor.rules.on_event(event);
  if (const auto* ringing = std::get_if<CallRinging>(&event)) listen(actor, ringing->call);
  if (const auto* answered = std::get_if<CallAnswered>(&event)) listen(actor, answered->call);
  if (const auto* played = std::get_if<PlaybackEnded>(&event)) {
    static_cast<void>(actor.agent->run([&](ua::Engine& engine, TimePoint at) {
      return engine.play(played->call, speaking(actor).play, at);
    }));
  }
}

void Scene::listen(Actor& actor, CallId call) const {
  const auto info = actor.agent->engine().call_info(call);
  if (!info || info->recording) return;
  static_cast<void>(actor.agent->run([&](ua::Engine& engine, TimePoint at) {
    return engine.start_recording(call, {"ear", RecordOptions::Tracks::heard}, at);
  }));
}

const Actor* Scene::peer_of(const Actor& actor, CallId call) const {
  const auto info = actor.agent->engine().call_info(call);
  const auto peer = std::find_if(actors_.begin(), actors_.end(), [&](const Actor& other) {
    return info && info->remote.find(other.uri) != std::string::npos;
  });
  return peer == actors_.end() ? nullptr : &*peer;
}

Actor& Scene::actor(std::string_view name) {
  const auto found = std::find_if(actors_.begin(), actors_.end(),
                                  [&](const Actor& actor) { return actor.name == name; });
  GODWIT_ASSERT(found != actors_.end());
  return *found;
}

CallOptions Scene::speaking(const Actor& actor) const {
  auto options = world.speaking(actor.tone_hz);
  if (session_interval_.count() != 0) options.session_timer.interval = session_interval_;
  return options;
}

std::optional<Turn> Scene::turn_for(const Verb& verb, Actor& who, Actor& whom, std::uint64_t pick) {
  Turn turn{&who, &whom, {}, now()};
  if (verb.needs == Needs::nothing) return turn;
  const auto fitting = who.calls_in(states_for(verb.needs));
  if (fitting.empty()) return std::nullopt;
  turn.call = fitting[fitting.size() - 1 - pick % fitting.size()];
  return turn;
}

std::size_t Scene::calls() const {
  std::size_t count = 0;
  for (const auto& actor : actors_) count += actor.agent->engine().calls().size();
  return count;
}

bool Scene::hears(const Actor& listener, CallId call, TimePoint since) const {
  constexpr std::size_t kFrames = 5;
  const auto info = listener.agent->engine().call_info(call);
  if (!info || info->held_by_us || info->held_by_peer) return true;
  const auto* speaker = peer_of(listener, call);
  return speaker != nullptr &&
         listener.agent->ear().heard_among(speaker->tone_hz, since) >= kFrames;
}

bool Scene::all_hear(TimePoint since) const {
  return std::all_of(actors_.begin(), actors_.end(), [&](const Actor& listener) {
    const auto calls = listener.calls_in(kAny);
    return std::all_of(calls.begin(), calls.end(),
                       [&](CallId call) { return hears(listener, call, since); });
  });
}

bool Scene::settled(TimePoint since) {
  for (const auto& actor : actors_) {
    if (actor.calls_up().size() != actor.agent->engine().calls().size()) return false;
    if (actor.rules.open_transfers() != 0) return false;
  }
  return all_hear(std::max(since, now() - 1s));
}

std::string Scene::broken() const {
  std::string text = world.faults();
  for (const auto& actor : actors_) {
    text += actor.rules.broken();
    std::set<ua::MediaId> media;
    for (const auto call : actor.agent->engine().calls()) {
      const auto id = actor.agent->engine().media_of(call);
      if (!id || !media.insert(*id).second) text += "two calls have one media session\n";
    }
  }
  return text;
}

std::string Scene::left_at_the_end() {
  std::string left = world.unrest_at_the_end();
  for (const auto& actor : actors_) {
    const std::string name(actor.name);
    const auto sizes = actor.agent->engine().sizes();
    if (sizes.transactions != 0) {
      left += name + ": " + std::to_string(sizes.transactions) + " transactions\n";
    }
    if (sizes.owners != 0) left += name + ": " + std::to_string(sizes.owners) + " owners\n";
    // One flow to the server in each family at most, and the names that are known.
    if (sizes.flows > 4) left += name + ": " + std::to_string(sizes.flows) + " flows\n";
    if (sizes.streams > 2) left += name + ": " + std::to_string(sizes.streams) + " streams\n";
    if (actor.host->open_sockets() > 4) {
      left += name + ": " + std::to_string(actor.host->open_sockets()) + " sockets" +
              actor.host->shown_sockets() + '\n';
    }
    if (actor.agent->ear().open != 0) left += name + " still listens\n";
    if (actor.rules.open_messages() != 0) left += name + " knows nothing of a message\n";
    for (const auto& [call, newest] : actor.rules.open()) {
      left += name + ": call " + std::to_string(call.value) + " never ended, last " + newest + '\n';
    }
  }
  return left + broken();
}

std::span<const NetworkBreak> network_breaks() {
  static constexpr NetworkBreak kBreaks[] = {{"v4_to_v4", "v4", "v4", 0ms},
                                             {"v4_to_v6", "v4", "v6", 200ms},
                                             {"v6_to_v4", "v6", "v4", 0ms},
                                             {"lost_and_back", "v4", "", 1500ms}};
  return kBreaks;
}

std::string play(const CallScript& script, const Disturbance& disturbance, std::uint64_t seed) {
  return Play(script, disturbance, seed).run();
}

}  // namespace godwit::test
