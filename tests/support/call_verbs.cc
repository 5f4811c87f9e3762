// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "support/call_script.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

// What is done.

template <class Command>
bool command(const Turn& turn, Command run) {
  return turn.who->agent->run(run).has_value();
}

bool dial(Scene& scene, const Turn& turn) {
  const auto call =
      turn.who->agent->dial(turn.who->account, turn.whom->uri, scene.speaking(*turn.who));
  if (call) turn.who->rules.on_dialled(*call);
  return call.has_value();
}

bool answer(Scene& scene, const Turn& turn) {
  return command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.answer(turn.call, scene.speaking(*turn.who), now);
  });
}

bool decline(Scene&, const Turn& turn) {
  return command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.decline(turn.call, 603, now);
  });
}

bool hang_up(Scene&, const Turn& turn) {
  return command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.hang_up(turn.call, now);
  });
}

bool send_digits(Scene&, const Turn& turn) {
  return command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_dtmf(turn.call, {"4#", 60ms, DtmfMethod::rtp_event}, now);
  });
}

bool query(Scene&, const Turn& turn) {
  return command(turn, [](ua::Engine& engine, TimePoint now) {
    return engine.query_options("sip:example.test", now);
  });
}

bool hold(Scene&, const Turn& turn) {
  return command(turn,
                 [&](ua::Engine& engine, TimePoint now) { return engine.hold(turn.call, now); });
}

bool resume(Scene&, const Turn& turn) {
  return command(turn,
                 [&](ua::Engine& engine, TimePoint now) { return engine.resume(turn.call, now); });
}

bool nothing(Scene&, const Turn&) {
  return true;
}

// Alice goes from one of her networks to the other one.
bool roam(Scene& scene, const Turn& turn) {
  if (turn.who->host != &scene.world.a) return false;
  const bool at_home = scene.world.a.has_address(ip("10.1.0.2"));
  scene.world.a.detach(at_home ? "wifi0" : "lte0");
  scene.world.a.attach(at_home ? "lte0" : "wifi0",
                       {at_home ? "10.2.0.2" : "10.1.0.2", at_home ? "2001:db8:2::2" : "2001:db8:1::2"});
  return true;
}

// What comes of it.

template <class E>
bool told_since(const Actor& actor, TimePoint since) {
  return !actor.agent->all<E>(since).empty();
}

bool rings(Scene&, const Turn& turn) {
  return told_since<IncomingCall>(*turn.whom, turn.at) && told_since<CallRinging>(*turn.who, turn.at);
}

bool both_hear(Scene& scene, const Turn& turn) {
  return told_since<CallAnswered>(*turn.who, turn.at) && scene.all_hear(turn.at);
}

bool all_hear(Scene& scene, const Turn& turn) {
  return scene.all_hear(turn.at);
}

bool over(Scene&, const Turn& turn) {
  return told_since<CallEnded>(*turn.who, turn.at) && told_since<CallEnded>(*turn.whom, turn.at);
}

bool digits_heard(Scene&, const Turn& turn) {
  return turn.whom->agent->all<DtmfReceived>(turn.at).size() >= 2;
}

bool query_answered(Scene&, const Turn& turn) {
  return told_since<OptionsAnswered>(*turn.who, turn.at);
}

bool hold_told(Scene&, const Turn& turn) {
  return told_since<CallHoldChanged>(*turn.who, turn.at) &&
         told_since<CallHoldChanged>(*turn.whom, turn.at);
}

bool heard_again(Scene& scene, const Turn& turn) {
  return hold_told(scene, turn) && scene.all_hear(turn.at);
}

bool second_has_passed(Scene& scene, const Turn& turn) {
  return scene.now() >= turn.at + 1s;
}

constexpr Verb kVerbs[] = {
    // name, needs, weight, act, done
    {"dial", Needs::nothing, 20, dial, rings},
    {"answer", Needs::incoming, 20, answer, both_hear},
    {"decline", Needs::incoming, 4, decline, over},
    {"cancel", Needs::outgoing, 4, hang_up, over},
    {"hang_up", Needs::up, 10, hang_up, over},
    {"leave", Needs::any, 2, hang_up, over},
    {"digits", Needs::up, 10, send_digits, digits_heard},
    {"hold", Needs::up, 8, hold, hold_told},
    {"resume", Needs::up, 8, resume, heard_again},
    {"query", Needs::nothing, 4, query, query_answered},
    {"roam", Needs::nothing, 4, roam, second_has_passed},
    {"listen", Needs::up, 0, nothing, all_hear},
    {"wait", Needs::nothing, 0, nothing, second_has_passed},
};

}  // namespace

std::span<const Verb> verbs() {
  return kVerbs;
}

std::span<const CallScript> call_scripts() {
  using End = CallScript::End;
  static const CallScript kScripts[] = {
      {"answered_and_up", {"alice dial bob", "bob answer alice", "alice wait"}, End::up},
      {"caller_hangs_up", {"alice dial bob", "bob answer alice", "alice hang_up bob"}},
      {"callee_hangs_up", {"alice dial bob", "bob answer alice", "bob hang_up alice"}},
      {"called_and_hangs_up", {"bob dial alice", "alice answer bob", "alice hang_up bob"}},
      {"declined", {"alice dial bob", "bob decline alice"}},
      {"declines", {"bob dial alice", "alice decline bob"}},
      {"cancelled", {"alice dial bob", "alice cancel bob"}},
      {"digits_both_ways",
       {"alice dial bob", "bob answer alice", "alice digits bob", "bob digits alice",
        "alice hang_up bob"}},
      {"asks_what_the_server_can", {"alice query", "alice dial bob", "bob answer alice", "alice query"},
       End::up},
      {"one_call_after_the_other",
       {"alice dial bob", "bob answer alice", "bob hang_up alice", "bob dial alice",
        "alice answer bob", "alice hang_up bob"}},
      {"held_and_resumed",
       {"alice dial bob", "bob answer alice", "alice hold bob", "alice wait", "alice resume bob"},
       End::up},
      {"held_by_both",
       {"alice dial bob", "bob answer alice", "alice hold bob", "bob hold alice",
        "bob hang_up alice"}},
      {"roams_twice", {"alice dial bob", "bob answer alice", "alice roam", "alice listen bob",
                       "alice roam", "alice listen bob"},
       End::up},
      {"three_people",
       {"alice dial bob", "bob answer alice", "carol dial alice", "alice answer carol",
        "carol hang_up alice", "alice listen bob"},
       End::up,
       true},
  };
  return kScripts;
}

}  // namespace godwit::test
