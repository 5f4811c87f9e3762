// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/flow_race.h"

#include <algorithm>
#include <utility>

namespace godwit::sip {
namespace {

auto with_id(FlowRace::AttemptId id) {
  return [id](const auto& attempt) { return attempt.id == id; };
}

}  // namespace

FlowRace::FlowRace(const Profile& profile) : profile_(profile) {
  profile_.attempt_delay = std::clamp<Duration>(profile.attempt_delay, kLeastDelay, kMostDelay);
}

std::vector<FlowRace::Action> FlowRace::on_candidates(std::size_t known, bool complete,
                                                      const std::vector<int>& groups,
                                                      TimePoint now) {
  if (over_) return {};
  groups_ = groups;
  groups_.resize(std::max(known, next_), 0);
  complete_ = complete;
  return advance(now);
}

std::vector<FlowRace::Action> FlowRace::on_established(AttemptId attempt, TimePoint now) {
  const auto winner = std::find_if(running_.begin(), running_.end(), with_id(attempt));
  if (winner == running_.end()) return {};  // cancelled meanwhile
  std::vector<Action> actions{Won{winner->candidate, winner->id}};
  const auto place = winner->candidate;
  running_.erase(winner);
  end(actions, [&](const Attempt& other) {
    const bool had_its_chance = other.candidate < place && now >= given_its_delay(other);
    return had_its_chance ? Cancel::Why::overtaken : Cancel::Why::not_needed;
  });
  return actions;
}

std::vector<FlowRace::Action> FlowRace::on_failed(AttemptId attempt, TimePoint now) {
  const auto failed = std::find_if(running_.begin(), running_.end(), with_id(attempt));
  if (failed == running_.end()) return {};
  running_.erase(failed);
  replace_ = true;
  return advance(now);
}

std::vector<FlowRace::Action> FlowRace::on_timeout(TimePoint now) {
  if (over_) return {};
  return advance(now);
}

std::optional<TimePoint> FlowRace::next_deadline() const {
  if (over_) return std::nullopt;
  auto next = next_start();
  const auto sooner = [&](TimePoint at) {
    if (!next || at < *next) next = at;
  };
  for (const auto& attempt : running_) sooner(attempt.started + profile_.longest_attempt);
  if (begun_) sooner(*begun_ + profile_.longest);
  return next;
}

TimePoint FlowRace::given_its_delay(const Attempt& attempt) const {
  return attempt.started + profile_.attempt_delay;
}

// When the next candidate may start; empty when none is known.
std::optional<TimePoint> FlowRace::next_start() const {
  if (next_ == groups_.size()) return std::nullopt;
  if (!last_start_) return TimePoint::min();
  auto start = replace_ ? *last_start_ : *last_start_ + profile_.attempt_delay;
  for (const auto& attempt : running_) {
    if (attempt.group < groups_[next_]) start = std::max(start, given_its_delay(attempt));
  }
  return start;
}

std::vector<FlowRace::Action> FlowRace::advance(TimePoint now) {
  std::vector<Action> actions;
  end_overdue(now, actions);
  if (!over_) start_due(now, actions);
  if (!over_ && complete_ && running_.empty() && next_ == groups_.size()) {
    end(actions, [](const Attempt&) { return Cancel::Why::timed_out; });
    actions.emplace_back(Lost{});
  }
  return actions;
}

void FlowRace::end_overdue(TimePoint now, std::vector<Action>& actions) {
  if (begun_ && now >= *begun_ + profile_.longest) {
    end(actions, [](const Attempt&) { return Cancel::Why::timed_out; });
    actions.emplace_back(Lost{});
    return;
  }
  std::erase_if(running_, [&](const Attempt& attempt) {
    if (now < attempt.started + profile_.longest_attempt) return false;
    actions.emplace_back(Cancel{attempt.id, Cancel::Why::timed_out});
    replace_ = true;
    return true;
  });
}

void FlowRace::start_due(TimePoint now, std::vector<Action>& actions) {
  for (auto start = next_start(); start && now >= *start; start = next_start()) {
    const Attempt attempt{AttemptId{++last_id_}, next_, groups_[next_], now};
    ++next_;
    running_.push_back(attempt);
    last_start_ = now;
    if (!begun_) begun_ = now;
    replace_ = false;
    actions.emplace_back(Start{attempt.id, attempt.candidate});
  }
}

template <class Why>
void FlowRace::end(std::vector<Action>& actions, Why why) {
  for (const auto& attempt : running_) actions.emplace_back(Cancel{attempt.id, why(attempt)});
  running_.clear();
  over_ = true;
}

}  // namespace godwit::sip
