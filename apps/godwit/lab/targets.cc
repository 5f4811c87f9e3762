// SPDX-License-Identifier: Apache-2.0
#include "lab/targets.h"

#include <fmt/format.h>

#include <cmath>

#include "lab/scenario.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

constexpr double kNoticeMs = 10;
constexpr double kDeafMs = 8000;          // of the server, in server-silent
constexpr double kRetryMs = 2000;         // what was not answered is asked otherwise then
constexpr double kFoundSilentMs = 13000;  // a keep-alive every 2 s, 10 s without an answer, and the move
constexpr double kRebindFoundMs = 2500;   // the keep-alive every 2 s, and its answer
constexpr double kBothMovedMs = 3000;
constexpr double kTheSame = 0.99;  // likeness: a codec's noise, and seams of stretched time
// What hisses lose at their seams where speech is said faster: they have no period.
constexpr double kSeams = 0.1;

bool is_v6(const json& address) {
  return address.get<std::string>().find(':') != std::string::npos;
}

double median_of(const json& value) {
  return (value.is_object() ? value["median"] : value).get<double>();
}

// Before anything can be said by a new connection: TCP's handshake, and that of TLS 1.3.
double opening_round_trips(const LabOptions& options) {
  if (options.transport == "tls") return 2;
  return options.transport == "tcp" ? 1 : 0;
}

// A call that was held or rang: from the moment at which sound is wanted, in P, the time to the
// peer and back.
void limit_wait_for_sound(const LabOptions& options, CallState state, Limits& limits) {
  constexpr double kClocksMs = 25;
  const double peer_ms = 4 * options.one_way_ms;
  // An offer that goes by a connection of the new network waits for that.
  const double opening_ms = state == CallState::offering
                                ? opening_round_trips(options) * 2 * options.one_way_ms
                                : 0;
  // The answer to the INVITE goes to where A was: B tells of it by an UPDATE, half of P, and is asked
  // anew, one P to hear and half of one more to be heard. Else who answers is heard at once, and who
  // asked after the answer.
  const double in = state == CallState::ringing_out ? 1.5 : 1;
  const double out = state == CallState::ringing_out ? 2 : state == CallState::ringing_in ? 0.5 : 1.5;
  limits.at_most("sound_in_ms", in * peer_ms + opening_ms + kClocksMs);
  limits.at_most("sound_out_ms", out * peer_ms + opening_ms + kClocksMs);
  limits.at_most("registers", 1);
}

// Only the answer to a keep-alive tells: then one round trip by STUN, one to the peer. What A says
// passes all the time.
void add_rebinding(Limits& limits, const LabOptions& options) {
  const double peer_ms = 4 * options.one_way_ms;
  limits.all.erase("noticed_ms");
  limits.at_most("redials", 0);
  limits.at_most("first_rtp_in_ms", kRebindFoundMs + peer_ms + 2 * options.one_way_ms +
                                        opening_round_trips(options) * 2 * options.one_way_ms);
  limits.at_most("lost_out", 1);
}

// Where something stands still or swallows everything, and nobody tells.
bool is_untold(const std::string& scenario) {
  return scenario == "server-silent" || scenario == "silent-wifi" || scenario == "nat-rebind";
}

void add_silence(Limits& limits, const LabOptions& options) {
  if (options.scenario == "nat-rebind") return add_rebinding(limits, options);
  const double peer_ms = 4 * options.one_way_ms;
  limits.at_most("redials", 0);
  if (options.scenario == "silent-wifi") {
    limits.all.erase("noticed_ms");
    limits.at_most("first_rtp_in_ms", kFoundSilentMs);
    return;
  }
  // A far end that follows sound by its authenticity need not wait for the server.
  const bool follows = options.peer == "godwit" && options.media != "plain";
  limits.at_most("registered_ms", kDeafMs + kRetryMs);
  limits.at_most("first_rtp_in_ms", follows ? peer_ms + 15 : kDeafMs + kRetryMs);
  limits.at_most("first_rtp_out_at_peer_ms", 0.5 * peer_ms + 25);
}

// The old network went before the new one came.
void add_break(Limits& limits, const LabOptions& options, const json& change) {
  const bool godwit = options.peer == "godwit";
  const double peer_ms = 4 * options.one_way_ms;  // P: two access links, there and back
  const double opening_ms = opening_round_trips(options) * 2 * options.one_way_ms;
  const bool across = is_v6(change["from"]) != is_v6(change["to"]);
  // Behind a NAT the outside is asked for before it is told, and the registrar tells it once more.
  const bool hidden = options.scenario == "behind-nat";
  // Before that a NAT64's prefix is asked for.
  const bool nat64 = options.scenario == "nat64";
  const double prefix_ms = nat64 ? 2 * options.one_way_ms : 0;
  const double asking_ms = (hidden || nat64 ? 2 * options.one_way_ms : 0) + prefix_ms;
  limits.at_most("registers", hidden ? 2 : 1);
  if (across && !godwit) return;  // it cannot answer in the other family: redialled
  limits.at_most("first_rtp_in_ms", peer_ms + opening_ms + asking_ms + (godwit ? 15 : 25));
  limits.at_most("first_rtp_out_at_peer_ms",
                 nat64    ? 0.5 * peer_ms + prefix_ms + 25
                 : across ? 1.5 * peer_ms + opening_ms + 25
                          : 0.5 * peer_ms + 25);
  if (godwit) limits.at_most("redials", 0);
  if (options.scenario != "vpn") {
    // What is under way until the peer has been told is lost, and one more.
    const double frames = std::ceil((peer_ms + opening_ms + asking_ms) / 20) + 1;
    limits.at_most("lost_in", frames);
    limits.at_most("lost_out", across ? frames : 1);
  }
}

}  // namespace

Limits limits_for(const LabOptions& options, const json& change) {
  if (options.jitter_ms > 0 || options.loss_percent > 0 || options.reorder_percent > 0 ||
      options.rate_kbps > 0) {
    return {};
  }
  Limits limits;
  limits.at_most("noticed_ms", kNoticeMs);
  const bool godwit = options.peer == "godwit";
  const CallState state = make_scenario(options.scenario, 0).state;
  if (state != CallState::talking) {
    if (godwit) limit_wait_for_sound(options, state, limits);
    return limits;
  }
  limits.at_most("clicks_in", 0);
  if (godwit) limits.at_most("clicks_out", 0);
  if (options.scenario == "flap") return limits;
  if (options.scenario == "catch-up") {
    limits.at_most("missing_out_ms", kSeams * change["down_ms"].get<double>());
    return limits;
  }
  if (is_untold(options.scenario)) {
    add_silence(limits, options);
    return limits;
  }
  if (change["kind"] == "make") {
    for (const char* const field : {"lost_in", "lost_out", "missing_in_ms", "missing_out_ms"}) {
      limits.at_most(field, 0);
    }
    limits.at_least("likeness_in", kTheSame);
    limits.at_least("likeness_out", kTheSame);
    return limits;
  }
  if (options.scenario == "both-move") {
    // Neither reaches the other where it was: who called dials the other's address of record.
    for (const char* const field : {"first_rtp_in_ms", "first_rtp_out_at_peer_ms"}) {
      limits.at_most(field, kBothMovedMs);
    }
    return limits;
  }
  add_break(limits, options, change);
  return limits;
}

bool Limit::met_by(const json& figure) const {
  if (figure.is_null()) return false;
  return least ? median_of(figure) >= value : median_of(figure) <= value;
}

std::string Limit::text() const {
  return fmt::format("at {} {:.5g}", least ? "least" : "most", value);
}

json missed_targets(const LabOptions& options, const json& report) {
  json missed = json::array();
  int number = 0;
  for (const json& change : report["changes"]) {
    ++number;
    for (const auto& [field, limit] : limits_for(options, change).all) {
      if (limit.met_by(change[field])) continue;
      missed.push_back(fmt::format(
          "change {}: {} is {}, not {}", number, field,
          change[field].is_null() ? "missing" : fmt::format("{:g}", median_of(change[field])),
          limit.text()));
    }
  }
  // A flow that stands ready has one of its own.
  const std::size_t flows = options.scenario == "silent-wifi" ? 2 : 1;
  if (report["bindings"].size() > flows) {
    missed.push_back(fmt::format("{} bindings left, not one", report["bindings"].size()));
  }
  return missed;
}

}  // namespace godwit::lab
