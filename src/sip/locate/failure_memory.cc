// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/failure_memory.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/limits.h"

namespace godwit::sip {

void FailureMemory::on_attachment(std::string id) {
  if (id == attachment_) return;
  attachment_ = std::move(id);
  entries_.clear();
}

void FailureMemory::failed(const Key& key, TimePoint now,
                           std::optional<std::chrono::seconds> retry_after) {
  auto& entry = entry_of(key, now);
  entry.worked_at.reset();
  const bool probed = std::exchange(entry.probing, false);
  if (retry_after) {
    // RFC 3261 §21.5.4. A server that says when to come back is alive: no probe has to find out.
    constexpr std::chrono::seconds kLongest{limits::kRetryAfterSeconds};
    const auto bar = now + std::clamp(*retry_after, std::chrono::seconds{0}, kLongest);
    entry.failed_at = now;
    entry.barred_until = std::max(entry.barred_until.value_or(bar), bar);
    entry.grey_until = entry.barred_until;
    entry.probe_at.reset();
    return;
  }
  if (probed && entry.grey_until && now < *entry.grey_until) return;
  entry.failed_at = now;
  entry.grey_until = std::max(now + kGreyFor, entry.barred_until.value_or(now));
  if (!entry.probe_at)
    entry.probe_at = std::max(now + kProbeEvery, entry.barred_until.value_or(now));
}

void FailureMemory::worked(const Key& key, TimePoint now, std::optional<Duration> took) {
  auto& entry = entry_of(key, now);
  if (!is_barred(key, now)) entry = Entry{.touched = now, .took = entry.took};
  entry.worked_at = now;
  if (took) entry.took = took;
}

bool FailureMemory::is_grey(const Key& key, TimePoint now) const {
  const auto* entry = find(key);
  return entry != nullptr && entry->grey_until && now < *entry->grey_until;
}

bool FailureMemory::is_barred(const Key& key, TimePoint now) const {
  const auto* entry = find(key);
  return entry != nullptr && entry->barred_until && now < *entry->barred_until;
}

bool FailureMemory::is_proven(const Key& key, TimePoint now) const {
  const auto* entry = find(key);
  return entry != nullptr && entry->worked_at && now < *entry->worked_at + kProvenFor &&
         !is_grey(key, now);
}

bool FailureMemory::hides_priority(const Key& key, TimePoint now) const {
  return is_grey(key, now) && now < find(key)->failed_at.value_or(now) + kHidesPriority;
}

Duration FailureMemory::attempt_delay(const Key& key) const {
  const auto* entry = find(key);
  if (entry == nullptr || !entry->took) return kAttemptDelay;
  const auto known = std::min<Duration>(*entry->took, kMostAttemptDelay);  // no overflow below
  return std::clamp<Duration>(2 * known, kLeastAttemptDelay, kMostAttemptDelay);
}

std::vector<FailureMemory::Key> FailureMemory::due_probes(TimePoint now) {
  std::vector<Key> due;
  for (auto& [key, entry] : entries_) {
    if (!entry.probe_at || now < *entry.probe_at) continue;
    if (!is_grey(key, now)) {  // its time is over: the next request tries it
      entry.probe_at.reset();
      continue;
    }
    entry.probe_at = now + kProbeEvery;
    entry.probing = true;
    due.push_back(key);
  }
  return due;
}

std::optional<TimePoint> FailureMemory::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto& [key, entry] : entries_) {
    if (entry.probe_at && (!next || *entry.probe_at < *next)) next = entry.probe_at;
  }
  return next;
}

FailureMemory::Entry& FailureMemory::entry_of(const Key& key, TimePoint now) {
  if (!entries_.contains(key) && entries_.size() >= limits::kRememberedTargets) {
    entries_.erase(std::min_element(entries_.begin(), entries_.end(), [](auto& a, auto& b) {
      return a.second.touched < b.second.touched;
    }));
  }
  auto& entry = entries_[key];
  entry.touched = now;
  return entry;
}

const FailureMemory::Entry* FailureMemory::find(const Key& key) const {
  const auto at = entries_.find(key);
  return at == entries_.end() ? nullptr : &at->second;
}

FailureMemory::Key memory_key(const Target& target) {
  return {target.transport, target.source, target.remote};
}

namespace {

/// A target with its place: those of one SRV priority of one service are one run.
struct Placed {
  Target target;
  bool hidden = false;
  std::size_t run = 0;
  bool grey = false;
};

bool same_run(const Target& a, const Target& b) {
  return a.priority == b.priority && a.transport == b.transport;
}

bool same_record(const Target& a, const Target& b) {
  return a.group == b.group && a.transport == b.transport && a.remote.family() == b.remote.family();
}

// Which family goes first is not a matter of history: the places of each family stay where they
// are.
void proven_first(std::vector<Target>& targets, const FailureMemory& memory, TimePoint now) {
  std::vector<bool> done(targets.size());
  for (std::size_t first = 0; first < targets.size(); ++first) {
    if (done[first]) continue;
    std::vector<std::size_t> places;
    std::vector<Target> row;
    for (auto at = first; at < targets.size(); ++at) {
      if (done[at] || !same_record(targets[at], targets[first])) continue;
      done[at] = true;
      places.push_back(at);
      row.push_back(targets[at]);
    }
    std::stable_partition(row.begin(), row.end(), [&](const Target& target) {
      return memory.is_proven(memory_key(target), now);
    });
    for (std::size_t i = 0; i < row.size(); ++i) targets[places[i]] = std::move(row[i]);
  }
}

void leave_out_barred(std::vector<Target>& targets, const FailureMemory& memory, TimePoint now) {
  const auto barred = [&](const Target& target) {
    return memory.is_barred(memory_key(target), now);
  };
  if (!std::all_of(targets.begin(), targets.end(), barred)) std::erase_if(targets, barred);
}

}  // namespace

std::vector<Target> by_memory(std::vector<Target> targets, const FailureMemory& memory,
                              TimePoint now) {
  leave_out_barred(targets, memory, now);
  std::vector<Placed> placed;
  for (auto& target : targets) {
    const auto key = memory_key(target);
    std::size_t run = 0;
    if (!placed.empty()) {
      const auto& last = placed.back();
      run = last.run + (same_run(last.target, target) ? 0 : 1);
    }
    placed.push_back(
        {std::move(target), memory.hides_priority(key, now), run, memory.is_grey(key, now)});
  }
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.hidden, a.run, a.grey) < std::tie(b.hidden, b.run, b.grey);
  });
  std::vector<Target> ordered;
  ordered.reserve(placed.size());
  for (auto& each : placed) ordered.push_back(std::move(each.target));
  proven_first(ordered, memory, now);
  return ordered;
}

}  // namespace godwit::sip
