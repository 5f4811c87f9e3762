// SPDX-License-Identifier: Apache-2.0
#include "roam/roam_runner.h"

#include <algorithm>

#include "base/overloaded.h"

namespace godwit::roam {
namespace {

bool is_park(const Step& step) {
  return std::holds_alternative<ParkCall>(step) || std::holds_alternative<ParkAccount>(step);
}

bool same_way(const Judgement& a, const Judgement& b) {
  return a.source == b.source && a.destination == b.destination;
}

/// The running step already does what the newer plan asks for. A probe is asked for because of what
/// happened in between, so an older one never counts.
bool does_the_same(const Step& running, const Step& wanted) {
  if (running.index() != wanted.index()) return false;
  return std::visit(
      overloaded{
          [&](const RefreshTarget& step) {
            const auto& other = std::get<RefreshTarget>(wanted);
            return same_way(step.signalling, other.signalling) && same_way(step.media, other.media);
          },
          [&](const Register& step) { return same_way(step.to, std::get<Register>(wanted).to); },
          [](const Probe&) { return false; }, [](const ParkCall&) { return true; },
          [](const ParkAccount&) { return true; }},
      running);
}

NetworkChangeStep step_event(ChangeId change, const Step& step, StepStatus status,
                             std::string detail) {
  return {.change = change,
          .kind = std::string(kind_of(step)),
          .subject = subject_of(step),
          .status = status,
          .detail = std::move(detail)};
}

}  // namespace

RoamRunner::Actions RoamRunner::start(RoamPlan plan, const Delta& delta, std::uint64_t generation,
                                      TimePoint noticed, TimePoint now) {
  Actions actions;
  const ChangeOutcome outcome = outcome_if_superseded();
  std::vector<Entry> carried = carry_over(plan, actions);
  if (plan.steps.empty()) {
    finish_if_done(now, actions);
    return actions;
  }
  supersede(outcome, now, actions);
  current_ = Current{};
  current_->change = ChangeId{++last_change_};
  current_->generation = generation;
  current_->noticed = noticed;
  for (auto& entry : carried) add(std::move(entry));
  NetworkChangeStarted started{.change = current_->change, .reasons = {}};
  for (const auto& difference : delta) started.reasons.push_back(to_string(difference));
  actions.push_back(Tell{std::move(started)});
  for (auto& step : plan.steps) {
    actions.push_back(
        Tell{step_event(current_->change, step, StepStatus::started, to_string(step))});
    actions.push_back(Perform{generation, current_->change, step});
    add({std::move(step), generation, std::nullopt});
  }
  return actions;
}

// One for each subject.
void RoamRunner::add(Entry entry) {
  current_->by_subject[subject_of(entry.step)] = current_->entries.size();
  current_->entries.push_back(std::move(entry));
  ++current_->open;
}

RoamRunner::Entry* RoamRunner::open_entry_of(const std::string& subject) {
  const auto at = current_->by_subject.find(subject);
  if (at == current_->by_subject.end()) return nullptr;
  Entry& entry = current_->entries[at->second];
  return entry.ended ? nullptr : &entry;
}

std::vector<RoamRunner::Entry> RoamRunner::carry_over(RoamPlan& plan, Actions& actions) {
  std::vector<Entry> carried;
  if (!current_) return carried;
  std::unordered_map<std::string, std::size_t> wanted;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) wanted.emplace(subject_of(plan.steps[i]), i);
  std::vector<bool> under_way(plan.steps.size());
  for (auto& entry : current_->entries) {
    if (entry.ended) continue;
    const auto at = wanted.find(subject_of(entry.step));
    if (at != wanted.end() && does_the_same(entry.step, plan.steps[at->second])) {
      under_way[at->second] = true;
      carried.push_back(entry);
    } else if (at == wanted.end() && is_park(entry.step)) {
      // What was parked is reached again by the way it had.
      end(entry, StepStatus::done, "reachable again", actions);
    } else if (at == wanted.end()) {
      carried.push_back(entry);  // where it is going is still right
    }
  }
  std::vector<Step> rest;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (!under_way[i]) rest.push_back(std::move(plan.steps[i]));
  }
  plan.steps = std::move(rest);
  return carried;
}

ChangeOutcome RoamRunner::outcome_if_superseded() const {
  const bool untouched =
      !current_ || std::none_of(current_->entries.begin(), current_->entries.end(),
                                [](const Entry& entry) { return entry.ended.has_value(); });
  return untouched ? ChangeOutcome::superseded : ChangeOutcome::partly;
}

void RoamRunner::supersede(ChangeOutcome outcome, TimePoint now, Actions& actions) {
  if (!current_) return;
  actions.push_back(Tell{NetworkChangeFinished{
      .change = current_->change, .outcome = outcome, .took = now - current_->noticed}});
  current_.reset();
}

void RoamRunner::end(Entry& entry, StepStatus status, std::string detail, Actions& actions) {
  entry.ended = status;
  --current_->open;
  actions.push_back(Tell{step_event(current_->change, entry.step, status, std::move(detail))});
}

RoamRunner::Actions RoamRunner::on_step_ended(std::uint64_t generation, const std::string& subject,
                                              StepStatus status, std::string detail,
                                              TimePoint now) {
  Actions actions;
  if (!current_ || status == StepStatus::started) return actions;
  Entry* const entry = open_entry_of(subject);
  if (entry != nullptr && entry->generation == generation) {
    end(*entry, status, std::move(detail), actions);
  }
  finish_if_done(now, actions);
  return actions;
}

RoamRunner::Actions RoamRunner::on_subject_gone(const std::string& subject, TimePoint now) {
  Actions actions;
  if (!current_) return actions;
  if (Entry* const entry = open_entry_of(subject)) {
    end(*entry, StepStatus::done, "no longer in use", actions);
  }
  finish_if_done(now, actions);
  return actions;
}

void RoamRunner::finish_if_done(TimePoint now, Actions& actions) {
  if (!current_ || current_->open != 0) return;
  const auto count = [this](std::optional<StepStatus> status) {
    return std::count_if(current_->entries.begin(), current_->entries.end(),
                         [status](const Entry& entry) { return entry.ended == status; });
  };
  ChangeOutcome outcome = ChangeOutcome::partly;
  if (count(StepStatus::failed) == 0) {
    outcome = ChangeOutcome::recovered;
  } else if (count(StepStatus::done) == 0) {
    outcome = ChangeOutcome::offline;
  }
  actions.push_back(Tell{NetworkChangeFinished{
      .change = current_->change, .outcome = outcome, .took = now - current_->noticed}});
  current_.reset();
}

ChangeId RoamRunner::change() const {
  return current_ ? current_->change : ChangeId{};
}

std::uint64_t RoamRunner::generation() const {
  return current_ ? current_->generation : 0;
}

}  // namespace godwit::roam
