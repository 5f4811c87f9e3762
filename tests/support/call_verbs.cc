// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

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

bool dial_with(const Turn& turn, const CallOptions& options) {
  const auto call = turn.who->agent->dial(turn.who->account, turn.whom->uri, options);
  if (call) turn.who->rules.on_dialled(*call);
  return call.has_value();
}

bool dial(Scene& scene, const Turn& turn) {
  return dial_with(turn, scene.speaking(*turn.who));
}

bool dial_unreliable(Scene& scene, const Turn& turn) {
  auto options = scene.speaking(*turn.who);
  options.reliable_responses = ReliableResponses::off;
  return dial_with(turn, options);
}

bool dial_late(Scene& scene, const Turn& turn) {
  auto options = scene.speaking(*turn.who);
  options.late_offer = true;
  return dial_with(turn, options);
}

bool tell_progress(const Turn& turn, int status, const CallOptions& options) {
  return command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_progress(turn.call, status, options, now);
  });
}

bool ring(Scene& scene, const Turn& turn) {
  return tell_progress(turn, 180, scene.speaking(*turn.who));
}

bool speak_early(Scene& scene, const Turn& turn) {
  return tell_progress(turn, 183, scene.speaking(*turn.who));
}

bool speak_early_unreliably(Scene& scene, const Turn& turn) {
  auto options = scene.speaking(*turn.who);
  options.reliable_responses = ReliableResponses::off;
  return tell_progress(turn, 183, options);
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

template <class Send>
bool send(const Turn& turn, Send send_message) {
  const auto message = turn.who->agent->run(send_message);
  if (message) turn.who->rules.on_sent(*message);
  return message.has_value();
}

bool write(Scene&, const Turn& turn) {
  return send(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_message(turn.who->account, turn.whom->uri, {"text/plain", "outside"}, now);
  });
}

bool write_in_call(Scene&, const Turn& turn) {
  return send(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_message(turn.call, {"text/plain", "inside"}, now);
  });
}

bool inform(Scene&, const Turn& turn) {
  return send(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_info(turn.call, {"application/x-test", "news"}, now);
  });
}

bool play_words(Scene&, const Turn& turn) {
  return command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.play(turn.call, {.kind = PlaySource::Kind::file, .file = "words.wav"}, now);
  });
}

bool record(Scene&, const Turn& turn) {
  return command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.start_recording(turn.call, {"ear on tape", RecordOptions::Tracks::stereo}, now);
  });
}

// The ear listens on.
bool stop_recording(Scene&, const Turn& turn) {
  return command(turn, [&](ua::Engine& engine, TimePoint now) {
    auto stopped = engine.stop_recording(turn.call, now);
    if (!stopped) return stopped;
    return engine.start_recording(turn.call, {"ear", RecordOptions::Tracks::heard}, now);
  });
}

bool transfer(Scene&, const Turn& turn) {
  turn.who->rules.on_transfer(turn.call);  // what is told of it may come before the command returns
  const bool asked = command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.transfer(turn.call, turn.whom->uri, now);
  });
  if (!asked) turn.who->rules.on_transfer_refused(turn.call);
  return asked;
}

// The oldest of the other calls goes to where this one leads.
bool transfer_to_this(Scene&, const Turn& turn) {
  const auto up = turn.who->calls_up();
  const auto other = std::find_if(up.begin(), up.end(), [&](CallId call) { return call != turn.call; });
  if (other == up.end()) return false;
  turn.who->rules.on_transfer(*other);
  const bool asked = command(turn, [&](ua::Engine& engine, TimePoint now) {
    return engine.transfer_to(*other, turn.call, now);
  });
  if (!asked) turn.who->rules.on_transfer_refused(*other);
  return asked;
}

bool open_conference(Scene&, const Turn& turn) {
  if (turn.who->conference) return false;
  turn.who->conference = turn.who->agent->engine().open_conference();
  return true;
}

bool close_conference(Scene&, const Turn& turn) {
  const auto conference = std::exchange(turn.who->conference, {});
  return conference && command(turn, [&](ua::Engine& engine, TimePoint now) {
           return engine.close_conference(conference, now);
         });
}

std::optional<CallId> newest_up(const Actor& actor, bool in_conference) {
  const auto up = actor.calls_up();
  const auto found = std::find_if(up.rbegin(), up.rend(), [&](CallId call) {
    const auto info = actor.agent->engine().call_info(call);
    return info && bool(info->conference) == in_conference;
  });
  return found == up.rend() ? std::nullopt : std::optional{*found};
}

bool join(Scene&, const Turn& turn) {
  const auto call = newest_up(*turn.who, false);
  return call && turn.who->conference && command(turn, [&](ua::Engine& engine, TimePoint now) {
           return engine.join(*call, turn.who->conference, now);
         });
}

bool part(Scene&, const Turn& turn) {
  const auto call = newest_up(*turn.who, true);
  return call && command(turn, [&](ua::Engine& engine, TimePoint now) {
           return engine.join(*call, {}, now);
         });
}

bool nothing(Scene&, const Turn&) {
  return true;
}

// From one network to another one: Alice from her wireless one to the mobile one and back.
bool roam(Scene& scene, const Turn& turn) {
  auto& host = *turn.who->host;
  const bool alice = turn.who->host == &scene.world.a;
  const auto& homes = alice ? scene.world.a : host;
  const int subnet = alice ? 1 : turn.who->name == "bob" ? 3 : 4;
  const bool at_home = homes.has_address(ip("10." + std::to_string(subnet) + ".0.2"));
  const auto next = std::to_string(!at_home ? subnet : alice ? 2 : subnet * 11);
  host.detach(!alice ? "eth0" : at_home ? "wifi0" : "lte0");
  host.attach(!alice ? "eth0" : at_home ? "lte0" : "wifi0",
              {"10." + next + ".0.2", "2001:db8:" + next + "::2"});
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
  // With early sound both hear before the caller knows of the answer.
  return told_since<CallAnswered>(*turn.who, turn.at) && !turn.whom->calls_up().empty() &&
         scene.all_hear(turn.at);
}

bool all_hear(Scene& scene, const Turn& turn) {
  return scene.all_hear(turn.at);
}

bool over(Scene&, const Turn& turn) {
  return told_since<CallEnded>(*turn.who, turn.at) && told_since<CallEnded>(*turn.whom, turn.at);
}

bool told_of_progress(Scene&, const Turn& turn) {
  return told_since<CallRinging>(*turn.whom, turn.at);
}

bool heard_early(Scene&, const Turn& turn) {
  const auto told = turn.whom->agent->all<CallRinging>(turn.at);
  const bool early = std::any_of(told.begin(), told.end(),
                                 [](const CallRinging& ringing) { return ringing.early_media; });
  return early && turn.whom->agent->ear().heard_among(turn.who->tone_hz, turn.at) > 0;
}

bool answered(const Turn& turn) {
  const auto all = turn.who->agent->all<MessageAnswered>(turn.at);
  return std::any_of(all.begin(), all.end(), [](const auto& e) { return e.status == 200; });
}

bool read(Scene&, const Turn& turn) {
  return answered(turn) && told_since<MessageReceived>(*turn.whom, turn.at);
}

bool informed(Scene&, const Turn& turn) {
  return answered(turn) && told_since<InfoReceived>(*turn.whom, turn.at);
}

bool played(Scene&, const Turn& turn) {
  return told_since<PlaybackEnded>(*turn.who, turn.at) &&
         turn.whom->agent->ear().heard_among(turn.who->tone_hz, turn.at) > 0;
}

bool third_called(Scene&, const Turn& turn) {
  return told_since<TransferProgress>(*turn.who, turn.at) &&
         told_since<IncomingCall>(*turn.whom, turn.at);
}

bool transferred(Scene&, const Turn& turn) {
  const auto last = turn.who->agent->last<TransferProgress>(turn.at);
  return last && last->final && last->status == 200 && turn.who->calls_up().empty();
}

// Both are in a third one's conference.
bool together(Scene&, const Turn& turn) {
  constexpr std::size_t kFrames = 5;
  return turn.who->agent->ear().heard_among(turn.whom->tone_hz, turn.at) >= kFrames &&
         turn.whom->agent->ear().heard_among(turn.who->tone_hz, turn.at) >= kFrames;
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
    {"dial_unreliable", Needs::nothing, 4, dial_unreliable, rings},
    {"dial_late", Needs::nothing, 4, dial_late, rings},
    {"ring", Needs::incoming, 6, ring, told_of_progress},
    {"speak_early", Needs::incoming, 7, speak_early, heard_early},
    {"speak_early_unreliably", Needs::incoming, 6, speak_early_unreliably, heard_early},
    {"answer", Needs::incoming, 30, answer, both_hear},
    {"decline", Needs::incoming, 8, decline, over},
    {"cancel", Needs::outgoing, 4, hang_up, over},
    {"hang_up", Needs::up, 6, hang_up, over},
    {"leave", Needs::any, 3, hang_up, over},
    {"digits", Needs::up, 8, send_digits, digits_heard},
    {"hold", Needs::up, 8, hold, hold_told},
    {"resume", Needs::up, 8, resume, heard_again},
    {"transfer", Needs::up, 11, transfer, third_called},
    {"transfer_to_this", Needs::up, 13, transfer_to_this, transferred},
    {"write", Needs::nothing, 4, write, read},
    {"write_in_call", Needs::up, 4, write_in_call, read},
    {"inform", Needs::up, 4, inform, informed},
    {"play", Needs::up, 4, play_words, played},
    {"record", Needs::up, 4, record, all_hear},
    {"stop_recording", Needs::up, 4, stop_recording, all_hear},
    {"open_conference", Needs::nothing, 4, open_conference, second_has_passed},
    {"close_conference", Needs::nothing, 5, close_conference, second_has_passed},
    {"join", Needs::up, 8, join, all_hear},
    {"part", Needs::up, 22, part, all_hear},
    {"query", Needs::nothing, 4, query, query_answered},
    {"roam", Needs::nothing, 4, roam, second_has_passed},
    {"listen", Needs::up, 0, nothing, all_hear},
    {"together", Needs::up, 0, nothing, together},
    {"wait", Needs::nothing, 0, nothing, second_has_passed},
};

}  // namespace

std::span<const Verb> verbs() {
  return kVerbs;
}

}  // namespace godwit::test
