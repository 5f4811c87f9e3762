// SPDX-License-Identifier: Apache-2.0
#include "roam/judge.h"

#include <algorithm>

namespace godwit::roam {
namespace {

using net::IpAddress;
using net::NetworkSnapshot;

/// A source that is taken only when there is no other: nobody can be told to answer to it.
bool is_last_resort(const IpAddress& source) {
  return source.is_clat() || source.is_link_local();
}

/// The source that packets to `destination` would have; empty when nothing usable leads there.
std::optional<IpAddress> source_for(const IpAddress& destination, const NetworkSnapshot& snapshot) {
  const auto route = snapshot.routes.find(destination);
  if (route == snapshot.routes.end() || !route->second) return std::nullopt;
  const IpAddress& source = route->second->source;
  if (source.family() != destination.family() || !snapshot.has_address(source)) return std::nullopt;
  // A link-local source leads to nobody but its neighbours.
  if (source.is_link_local() && !destination.is_link_local()) return std::nullopt;
  return source;
}

/// Deprecated, and what the kernel would rather use is on the same interface: the prefix is being
/// renumbered, what is in use may go on until the address goes (RFC 4862 §5.5.4).
bool may_stay_deprecated(const IpAddress& local, const IpAddress& preferred,
                         const NetworkSnapshot& snapshot) {
  for (const auto& interface : snapshot.interfaces) {
    for (const auto& entry : interface.addresses) {
      if (entry.address != local) continue;
      return entry.deprecated && snapshot.interface_of(preferred) == interface.name;
    }
  }
  return false;
}

Judgement stay(const Link& link, bool disturbed) {
  Judgement judgement{.verdict = Verdict::keep,
                      .source = link.local,
                      .destination = link.remote,
                      .reason = to_string(link.local) + " still serves"};
  if (disturbed) {
    judgement.verdict = Verdict::verify;
    judgement.reason = to_string(link.local) + " was away and is back";
  }
  return judgement;
}

Judgement judge_reachable(const Link& link, const IpAddress& source,
                          const NetworkSnapshot& snapshot, bool disturbed) {
  Judgement judgement{.source = source, .destination = link.remote};
  if (!snapshot.has_address(link.local)) {
    judgement.verdict = Verdict::move_now;
    judgement.reason = to_string(link.local) + " is gone, " + to_string(source) + " serves";
    return judgement;
  }
  if (source == link.local) return stay(link, disturbed);
  if (is_last_resort(source) && !is_last_resort(link.local)) return stay(link, disturbed);
  if (may_stay_deprecated(link.local, source, snapshot)) return stay(link, disturbed);
  judgement.verdict = Verdict::move_gently;
  judgement.reason = "the system prefers " + to_string(source) + " over " + to_string(link.local);
  return judgement;
}

struct Way {
  IpAddress destination;
  IpAddress source;
};

/// The best way to another address of the same host: a source that can be told to others first,
/// then the family that is in use, then the order of the list.
std::optional<Way> other_way(const Link& link, const NetworkSnapshot& snapshot) {
  std::vector<Way> ways;
  for (const auto& destination : link.remote_addresses) {
    if (destination == link.remote) continue;
    if (const auto source = source_for(destination, snapshot)) {
      ways.push_back({destination, *source});
    }
  }
  const auto worth = [&link](const Way& way) {
    return (is_last_resort(way.source) ? 2 : 0) +
           (way.destination.family() != link.remote.family() ? 1 : 0);
  };
  const auto best = std::min_element(
      ways.begin(), ways.end(), [&](const Way& a, const Way& b) { return worth(a) < worth(b); });
  if (best == ways.end()) return std::nullopt;
  return *best;
}

Judgement across(const Link& link, const Way& way) {
  return {.verdict = Verdict::move_now,
          .source = way.source,
          .destination = way.destination,
          .family_changes = way.destination.family() != link.remote.family(),
          .reason = "no good way to " + to_string(link.remote) + ", " + to_string(way.destination) +
                    " is reached from " + to_string(way.source)};
}

}  // namespace

Judgement judge(const Link& link, const NetworkSnapshot& snapshot, bool disturbed) {
  const auto source = source_for(link.remote, snapshot);
  const bool good = source && (!is_last_resort(*source) || snapshot.has_address(link.local));
  if (good) return judge_reachable(link, *source, snapshot, disturbed);
  const auto way = other_way(link, snapshot);
  if (way && (!source || !is_last_resort(way->source))) return across(link, *way);
  if (source) return judge_reachable(link, *source, snapshot, disturbed);
  // What came into use after the look was taken was not asked about.
  if (!snapshot.routes.contains(link.remote) && snapshot.has_address(link.local)) return stay(link, disturbed);
  return {.verdict = Verdict::park,
          .source = link.local,
          .destination = link.remote,
          .reason = "no way to " + to_string(link.remote)};
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::keep:
      return "keep";
    case Verdict::verify:
      return "verify";
    case Verdict::move_now:
      return "move_now";
    case Verdict::move_gently:
      return "move_gently";
    case Verdict::park:
      return "park";
  }
  return "";
}

}  // namespace godwit::roam
