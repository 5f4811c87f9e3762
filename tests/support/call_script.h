// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/event_rules.h"
#include "support/sim_world.h"

namespace godwit::test {

/// One of those who call each other.
struct Actor {
  std::string_view name;
  SimUserAgent* agent = nullptr;
  FakeHost* host = nullptr;
  AccountId account;
  std::string_view uri;
  int tone_hz = 0;
  ConferenceId conference;  ///< the one that is open; 0: none
  EventRules rules;

  /// Any call that has not ended, oldest first, which is in one of these states.
  [[nodiscard]] std::vector<CallId> calls_in(std::span<const CallState> states) const;
  /// Those that are answered.
  [[nodiscard]] std::vector<CallId> calls_up() const;
};

class Scene;

/// Who does something, to whom, in which call of theirs.
struct Turn {
  Actor* who = nullptr;
  Actor* whom = nullptr;
  CallId call;     ///< 0 where the verb needs none
  TimePoint at{};  ///< when it was done
};

/// Which call a verb is about.
enum class Needs {
  nothing,   ///< none: it makes one, or has to do with none
  incoming,  ///< one that waits for our answer
  outgoing,  ///< one that we wait for
  up,
  any,
};

/// Something that can be done in calls. A new one is one more row of `verbs()`.
struct Verb {
  std::string_view name;
  Needs needs = Needs::nothing;
  /// Of all that is done in random scripts, its share is this over the sum of all.
  int weight = 0;
  /// @return false if the engine refuses the command.
  bool (*act)(Scene&, const Turn&) = nullptr;
  /// What is to come of it when nothing is in the way.
  bool (*done)(Scene&, const Turn&) = nullptr;
};
[[nodiscard]] std::span<const Verb> verbs();

/// Alice, Bob and maybe Carol, registered, and what they do.
class Scene {
 public:
  struct Options {
    WorldOptions world;
    bool with_carol = false;
    std::chrono::seconds session_interval{0};  ///< of calls that are made; 0: theirs by themselves
  };
  explicit Scene(const Options& options);

  SimWorld world;

  [[nodiscard]] std::vector<Actor>& actors() { return actors_; }
  [[nodiscard]] const std::vector<Actor>& actors() const { return actors_; }
  [[nodiscard]] Actor& actor(std::string_view name);
  [[nodiscard]] TimePoint now() const { return world.now(); }
  [[nodiscard]] CallOptions speaking(const Actor& actor) const;

  /// With the call that suits the verb: the newest one, or the one `pick` before it.
  [[nodiscard]] std::optional<Turn> turn_for(const Verb& verb, Actor& who, Actor& whom,
                                             std::uint64_t pick = 0);
  [[nodiscard]] std::size_t calls() const;
  /// Who is at the other side of a call; nullptr when the call is gone.
  [[nodiscard]] const Actor* peer_of(const Actor& actor, CallId call) const;
  /// Each call is up, and heard where it is to be: the state that lasts.
  [[nodiscard]] bool settled(TimePoint since);
  /// In every call that nobody holds, its other side is heard.
  [[nodiscard]] bool all_hear(TimePoint since) const;
  /// What must hold at every moment; empty when it does.
  [[nodiscard]] std::string broken() const;
  /// Hangs up, unregisters, waits. @return what is left then that ought not to be.
  [[nodiscard]] std::string left_at_the_end();

 private:
  void on_event(Actor& actor, const Event& event);
  void listen(Actor& actor, CallId call) const;
  [[nodiscard]] bool hears(const Actor& listener, CallId call, TimePoint since) const;

  std::vector<Actor> actors_;
  std::chrono::seconds session_interval_;
};

/// A scenario: what is done, in order, each line "who verb [whom]", and how it ends.
struct CallScript {
  enum class End { up, over };
  std::string_view name;
  std::vector<std::string_view> lines;
  End end = End::over;
  bool with_carol = false;
};
inline void PrintTo(const CallScript& script, std::ostream* out) {
  *out << script.name;
}
[[nodiscard]] std::span<const CallScript> call_scripts();

/// One change of the network of one side.
struct NetworkBreak {
  std::string_view name;
  std::string_view from;  ///< the only family before: "v4" or "v6"
  std::string_view to;    ///< afterwards; empty: the same network comes back
  Duration down{};
};
[[nodiscard]] std::span<const NetworkBreak> network_breaks();

/// What is done to the network while a script runs.
struct Disturbance {
  std::optional<LinkOptions> link;      ///< instead of a good one
  const NetworkBreak* change = nullptr;
  std::string_view side = "alice";      ///< whose network changes: "alice", "bob", "carol"
  std::size_t at_step = 0;              ///< right after this step was begun
  Duration after{};                     ///< so long after it
  std::optional<net::Transport> outbound_by = {};  ///< everybody registers by it as an instance (RFC 5626)
  [[nodiscard]] bool none() const { return !link && change == nullptr; }
};

/// Plays a script once. @return what went wrong, with the log; empty when nothing did.
///
/// Undisturbed, each step must come to what it is meant for. Disturbed, every run must end in a
/// defined state: each call is up and heard, or has ended, for one reason told once. In both cases
/// nothing may be left of it in the end.
[[nodiscard]] std::string play(const CallScript& script, const Disturbance& disturbance,
                               std::uint64_t seed);

}  // namespace godwit::test
