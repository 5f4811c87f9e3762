// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/target_ranking.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/limits.h"
#include "sip/locate/destination_order.h"

namespace godwit::sip {
namespace {

using Group = TargetSearch::Group;

/// An address of a group that can be talked to.
struct Way {
  net::IpAddress address;
  net::IpAddress source;
  std::optional<net::IpAddress> synthesised_from;
};

class Ranker {
 public:
  Ranker(const NextHop& hop, Reach reach, TimePoint now) : hop_(hop), reach_(reach), now_(now) {}

  void add(const Group& group) {
    open_here_ = false;
    const auto ways = ways_to(group);
    for (const Way& way : ways) add(group, way);
    if (!decided_) decide(group, ways);
    ranking_.open |= open_here_;
    if (ways.empty() && !(group.v6.addresses.empty() && group.v4.addresses.empty())) {
      ranking_.unreachable = true;
    }
  }
  [[nodiscard]] Ranking take() { return std::move(ranking_); }

 private:
  [[nodiscard]] std::vector<Way> ways_to(const Group& group) {
    std::vector<Destination> destinations;
    for (const auto* lookup : {&group.v6, &group.v4}) {
      for (const auto& address : lookup->addresses) {
        destinations.push_back({address, source_for(address)});
      }
    }
    std::vector<Way> ways;
    for (const auto& address : order_destinations(std::move(destinations), reach_.families)) {
      ways.push_back({address, *source_for(address), std::nullopt});
    }
    if (ways.empty() && !open_here_ && needs_synthesis(group)) synthesise(group, ways);
    if (!ways.empty()) add_last_resort(group, ways);
    return ways;
  }

  // An IPv6 address may lead nowhere: then the name's IPv4 ones are behind it, and nobody waits for
  // them (R39, RFC 8305 §7.3).
  void add_last_resort(const Group& group, std::vector<Way>& ways) {
    const bool behind_nat64 = reach_.nat64.wanted() && reach_.families != FamilyUse::only_v4;
    const bool all_native = std::all_of(ways.begin(), ways.end(), [](const Way& way) {
      return !way.address.is_v4() && !way.synthesised_from;
    });
    if (!behind_nat64 || !all_native || group.v4.addresses.empty()) return;
    const bool open_before = open_here_;
    synthesise(group, ways);
    ranking_.open |= open_here_;
    open_here_ = open_before;
  }

  [[nodiscard]] std::optional<net::IpAddress> source_for(const net::IpAddress& address) {
    const auto way = reach_.routes.to(address);
    if (!way.known) open_here_ = true;
    return way.source;
  }

  // R39: IPv4 literals, and names that have no IPv6 address, or none that comes in time.
  [[nodiscard]] bool needs_synthesis(const Group& group) {
    if (!reach_.nat64.wanted() || reach_.families == FamilyUse::only_v4) return false;
    if (group.v4.addresses.empty() || !group.v6.addresses.empty()) return false;
    const TimePoint last_resort = group.v6.asked_at + kLastResort;
    if (!group.v6.open || now_ >= last_resort) return true;
    look_again_at(last_resort);
    return false;
  }

  // All addresses by the best prefix, then by the next one (T93).
  void synthesise(const Group& group, std::vector<Way>& ways) {
    std::vector<std::vector<Way>> by_prefix;
    for (const auto& v4 : group.v4.addresses) {
      const auto forms = reach_.nat64.synthesise(v4, now_);
      if (!forms) {
        open_here_ = true;
        return;
      }
      if (by_prefix.size() < forms->size()) by_prefix.resize(forms->size());
      for (std::size_t i = 0; i < forms->size(); ++i) {
        const auto source = source_for((*forms)[i]);
        if (source) by_prefix[i].push_back({(*forms)[i], *source, v4});
      }
    }
    for (const auto& same_prefix : by_prefix) {
      ways.insert(ways.end(), same_prefix.begin(), same_prefix.end());
    }
  }

  void add(const Group& group, const Way& way) {
    if (ranking_.targets.size() >= limits::kTargets) return;
    Target target;
    target.transport = group.transport;
    target.remote = {way.address, group.port};
    target.host = group.host;
    target.domain = hop_.host;
    target.priority = group.priority;
    target.weight = group.weight;
    target.via = group.via;
    target.group = group.number;
    target.source = way.source;
    target.synthesised_from = way.synthesised_from;
    if (!is_listed(target)) ranking_.targets.push_back(std::move(target));
  }

  // Two names may have one address; nothing is won by trying it twice.
  [[nodiscard]] bool is_listed(const Target& target) const {
    return std::any_of(ranking_.targets.begin(), ranking_.targets.end(), [&](const Target& other) {
      return other.transport == target.transport && other.remote == target.remote;
    });
  }

  // The first group that has a target says whether it may be tried already.
  void decide(const Group& group, const std::vector<Way>& ways) {
    if (ways.empty() || open_here_) {
      better_may_come_ |= group.pending || group.v6.awaited || group.v4.awaited || open_here_;
      return;
    }
    decided_ = true;
    const TimePoint ready = ready_at(group);
    TimePoint from = ready;
    if (preferred_is_awaited(group)) from = ready + kResolutionDelay;
    if (better_may_come_) from = ready + kBetterTargetPatience;
    ranking_.usable = now_ >= from;
    if (!ranking_.usable) look_again_at(from);
  }

  [[nodiscard]] static TimePoint ready_at(const Group& group) {
    if (group.v6.addresses.empty()) return group.v4.answered_at;
    if (group.v4.addresses.empty()) return group.v6.answered_at;
    return std::min(group.v4.answered_at, group.v6.answered_at);
  }

  [[nodiscard]] bool preferred_is_awaited(const Group& group) const {
    if (reach_.families == FamilyUse::prefer_v4) return group.v4.awaited;
    return group.v6.awaited && reach_.has_v6;
  }

  void look_again_at(TimePoint when) {
    if (!ranking_.look_again || when < *ranking_.look_again) ranking_.look_again = when;
  }

  const NextHop& hop_;
  Reach reach_;
  TimePoint now_;
  Ranking ranking_;
  bool decided_ = false;          // a group before has a target
  bool better_may_come_ = false;  // one before it has none yet
  bool open_here_ = false;        // of this group something is being asked for
};

}  // namespace

Ranking rank_targets(const NextHop& hop, const std::vector<Group>& groups, Reach reach,
                     TimePoint now) {
  Ranker ranker(hop, reach, now);
  for (const Group& group : groups) ranker.add(group);
  return ranker.take();
}

}  // namespace godwit::sip
