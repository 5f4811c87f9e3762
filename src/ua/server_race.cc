// SPDX-License-Identifier: Apache-2.0
#include "ua/server_race.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"

namespace godwit::ua {

ServerRace::ServerRace(FlowBook& book, const sip::FailureMemory& memory, Open open,
                       std::uint64_t& last_probe)
    : book_(book), memory_(memory), open_(std::move(open)), last_probe_(last_probe) {}

void ServerRace::on_targets(const std::vector<sip::Target>& targets, bool complete, TimePoint now) {
  if (winner_ || lost_) return;
  if (!targets.empty() && !std::exchange(paced_, true)) {
    race_ = sip::FlowRace({.attempt_delay = memory_.attempt_delay(memory_key(targets.front()))});
  }
  // What has been started keeps its place; the rest stands as it is known now.
  candidates_.resize(race_.started());
  for (const auto& target : targets) {
    const bool known = std::any_of(candidates_.begin(), candidates_.end(),
                                   [&](const Candidate& c) { return c.target == target; });
    if (!known) candidates_.push_back({.target = target});
  }
  complete_ = complete;
  std::vector<int> groups;
  for (const auto& candidate : candidates_) groups.push_back(candidate.target.group);
  perform(race_.on_candidates(candidates_.size(), complete, groups, now), now);
  if (complete) take_only_one(now);
}

// It turned out to be the only one: there is nothing to choose, whatever its probe would say.
void ServerRace::take_only_one(TimePoint now) {
  for (std::size_t i = 0; i < candidates_.size() && !winner_ && !lost_; ++i) {
    Candidate& candidate = candidates_[i];
    if (!candidate.attempt || !candidate.probe || needs_probe(candidate, now)) continue;
    ended_probes_.push_back(std::exchange(candidate.probe, {}));
    perform(race_.on_established(*candidate.attempt, now), now);
  }
}

void ServerRace::perform(const std::vector<sip::FlowRace::Action>& actions, TimePoint now) {
  for (const auto& action : actions) {
    std::visit(overloaded{[&](const sip::FlowRace::Start& a) {
                            candidates_[a.candidate].attempt = a.attempt;
                            start(a.candidate, now);
                          },
                          [&](const sip::FlowRace::Cancel& a) {
                            for (auto& candidate : candidates_) {
                              if (candidate.attempt == a.attempt) cancel(candidate, a.why);
                            }
                          },
                          [&](const sip::FlowRace::Won& a) {
                            const auto& candidate = candidates_[a.candidate];
                            if (const auto flow =
                                    book_.flow(candidate.flow, candidate.target.remote)) {
                              winner_ = Winner{candidate.target, *flow, candidate.took};
                            }
                          },
                          [&](const sip::FlowRace::Lost&) { lost_ = true; }},
               action);
  }
}

void ServerRace::start(std::size_t index, TimePoint now) {
  Candidate& candidate = candidates_[index];
  candidate.started = now;
  candidate.flow = open_(candidate.target);
  if (const auto* error = book_.error_of(candidate.flow)) return fail(index, *error, now);
  go_on(index, now);
}

// The flow of an attempt may be open by now.
void ServerRace::go_on(std::size_t index, TimePoint now) {
  Candidate& candidate = candidates_[index];
  const auto flow = book_.flow(candidate.flow, candidate.target.remote);
  if (!flow || !candidate.attempt || candidate.probe) return;
  if (!needs_probe(candidate, now)) {
    if (candidate.target.transport != net::Transport::udp) candidate.took = now - candidate.started;
    return perform(race_.on_established(*candidate.attempt, now), now);
  }
  candidate.probe = ProbeId{++last_probe_};
  probes_.push_back({candidate.probe, *flow, candidate.target.host});
}

bool ServerRace::needs_probe(const Candidate& candidate, TimePoint now) const {
  const auto& target = candidate.target;
  if (target.transport != net::Transport::udp) return false;
  if (memory_.is_proven(memory_key(target), now)) return false;
  if (!complete_) return true;
  return std::any_of(candidates_.begin(), candidates_.end(),
                     [&](const Candidate& c) { return &c != &candidate && !c.failed; });
}

void ServerRace::fail(std::size_t index, const Error& error, TimePoint now) {
  Candidate& candidate = candidates_[index];
  if (candidate.failed || !candidate.attempt) return;
  candidate.failed = true;
  failures_.push_back({candidate.target, error});
  const auto attempt = *candidate.attempt;
  end_attempt(candidate);
  perform(race_.on_failed(attempt, now), now);
}

// What had its time and did not answer in it has failed, though it may still come.
void ServerRace::cancel(Candidate& candidate, sip::FlowRace::Cancel::Why why) {
  if (why != sip::FlowRace::Cancel::Why::not_needed) {
    candidate.failed = true;
    failures_.push_back({candidate.target, {Errc::timed_out, "no answer"}});
  }
  end_attempt(candidate);
}

void ServerRace::end_attempt(Candidate& candidate) {
  candidate.attempt.reset();
  if (candidate.probe) ended_probes_.push_back(std::exchange(candidate.probe, {}));
  const bool stream = candidate.target.transport != net::Transport::udp;
  if (stream && candidate.flow) dropped_.push_back(std::exchange(candidate.flow, {}));
}

void ServerRace::on_flow_opened(net::FlowId flow, TimePoint now) {
  for (std::size_t i = 0; i < candidates_.size() && !winner_; ++i) {
    if (candidates_[i].flow == flow) go_on(i, now);
  }
}

void ServerRace::on_flow_failed(net::FlowId flow, const Error& error, TimePoint now) {
  for (std::size_t i = 0; i < candidates_.size() && !winner_; ++i) {
    if (candidates_[i].flow == flow) fail(i, error, now);
  }
}

void ServerRace::on_probed(ProbeId probe, const std::optional<Error>& error, TimePoint now) {
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    Candidate& candidate = candidates_[i];
    if (candidate.probe != probe || !candidate.attempt) continue;
    candidate.probe = {};
    if (error) return fail(i, *error, now);
    candidate.took = now - candidate.started;
    return perform(race_.on_established(*candidate.attempt, now), now);
  }
}

void ServerRace::on_timeout(TimePoint now) { perform(race_.on_timeout(now), now); }

void ServerRace::stop() {
  for (auto& candidate : candidates_) {
    if (candidate.attempt && !winner_) end_attempt(candidate);
  }
}

bool ServerRace::uses(net::FlowId flow) const {
  if (winner_) return winner_->flow.id == flow;
  return std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& candidate) {
    return candidate.attempt && candidate.flow == flow;
  });
}

std::vector<ProbeWanted> ServerRace::take_probes() { return std::exchange(probes_, {}); }
std::vector<ProbeId> ServerRace::take_ended_probes() { return std::exchange(ended_probes_, {}); }
std::vector<net::FlowId> ServerRace::take_dropped() { return std::exchange(dropped_, {}); }

}  // namespace godwit::ua
