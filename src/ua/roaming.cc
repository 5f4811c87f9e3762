// SPDX-License-Identifier: Apache-2.0
#include "ua/roaming.h"

#include "roam/network_delta.h"

namespace godwit::ua {
namespace {

template <class Visit>
void for_each_local(const roam::InUse& in_use, const Visit& visit) {
  for (const auto& account : in_use.accounts) visit(account.server.local);
  for (const auto& call : in_use.calls) {
    visit(call.signalling.local);
    if (call.media) visit(call.media->local);
  }
}

}  // namespace

roam::RoamRunner::Actions Roaming::on_snapshot(const net::NetworkSnapshot& snapshot,
                                               const roam::InUse& in_use, TimePoint hinted_at,
                                               TimePoint now) {
  ++generation_;
  latest_ = snapshot;
  if (first_) {
    first_ = false;
    acted_ = snapshot;
    return {};
  }
  note_disturbed(in_use);
  note_name_servers(in_use);
  const auto delta = roam::diff(acted_, latest_);
  const auto plan = roam::plan_roam(delta, latest_, in_use, disturbed_, policy_);
  if (plan.urgency == roam::Urgency::nothing && !settle_.pending()) return {};
  if (!first_hint_ || plan.urgency == roam::Urgency::urgent) first_hint_ = hinted_at;
  if (settle_.on_snapshot(plan.urgency, now) == roam::Settle::Decision::wait) return {};
  return act(in_use, now);
}

roam::RoamRunner::Actions Roaming::on_timeout(const roam::InUse& in_use, TimePoint now) {
  if (settle_.on_timeout(now) == roam::Settle::Decision::wait) return {};
  return act(in_use, now);
}

roam::RoamRunner::Actions Roaming::act(const roam::InUse& in_use, TimePoint now) {
  const auto delta = roam::diff(acted_, latest_);
  auto plan = roam::plan_roam(delta, latest_, in_use, disturbed_, policy_);
  acted_ = latest_;
  noticed_ = first_hint_.value_or(now);
  first_hint_.reset();
  return runner_.start(std::move(plan), delta, generation_, noticed_, now);
}

void Roaming::note_disturbed(const roam::InUse& in_use) {
  roam::Disturbed still;
  for_each_local(in_use, [&](const net::IpAddress& local) {
    if (disturbed_.contains(local) || !latest_.has_address(local)) still.insert(local);
  });
  disturbed_ = std::move(still);
}

// Other name servers alone may mean another network that gave the same address: what is in use has to show that it
// still carries. In the middle of a change they are a part of it.
void Roaming::note_name_servers(const roam::InUse& in_use) {
  if (acted_.name_servers.empty()) acted_.name_servers = latest_.name_servers;
  const auto delta = roam::diff(acted_, latest_);
  const bool alone = delta.size() == 1 && delta.front().kind == roam::DeltaKind::name_servers_changed;
  if (!alone || settle_.pending()) return;
  if (runner_.active()) {
    acted_.name_servers = latest_.name_servers;
    return;
  }
  for (const auto& account : in_use.accounts) disturbed_.insert(account.server.local);
}

}  // namespace godwit::ua
