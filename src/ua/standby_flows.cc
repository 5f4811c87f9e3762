// SPDX-License-Identifier: Apache-2.0
#include "ua/standby_flows.h"

#include <algorithm>
#include <utility>

namespace godwit::ua {
namespace {

// Uplinks whose reg-id is remembered: those that come back.
constexpr std::size_t kRemembered = 8;

bool contains(const std::vector<net::Uplink>& uplinks, const net::Uplink& uplink) {
  return std::find(uplinks.begin(), uplinks.end(), uplink) != uplinks.end();
}

}  // namespace

void StandbyFlows::want(const std::vector<net::Uplink>& uplinks,
                        const std::vector<net::Uplink>& alive, std::chrono::seconds expires,
                        TimePoint now) {
  for (auto& standby : all_) {
    auto& registration = *standby.registration;
    if (contains(uplinks, standby.uplink) || !registration.wanted()) continue;
    if (!contains(alive, standby.uplink)) registration.leave_uplink();
    registration.stop(now);
  }
  for (const auto& uplink : uplinks) start(uplink, expires, now);
  const auto place = [&](const Standby& standby) {
    return std::find(uplinks.begin(), uplinks.end(), standby.uplink) - uplinks.begin();
  };
  std::stable_sort(all_.begin(), all_.end(),
                   [&](const Standby& a, const Standby& b) { return place(a) < place(b); });
  for (std::size_t i = all_.size(); i-- > 0 && all_.size() > kRemembered;) {
    const auto& registration = *all_[i].registration;
    if (registration.wanted() || registration.busy()) continue;
    all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void StandbyFlows::clean_up(TimePoint now) {
  for (auto& standby : all_) standby.registration->clean_up(now);
}

void StandbyFlows::start(const net::Uplink& uplink, std::chrono::seconds expires, TimePoint now) {
  auto* standby = of(uplink);
  if (standby == nullptr) {
    auto registration =
        std::make_unique<Registration>(identity_, credentials_, context_, ++last_reg_id_);
    standby = &all_.emplace_back(Standby{uplink, std::move(registration)});
  }
  auto& registration = *standby->registration;
  if (registration.wanted()) {
    // A flow that went with its address, or that carries no more: a new one takes its place.
    if (registration.registered() && !stands(registration)) registration.move(now);
    return;
  }
  registration.keep_to(uplink);
  registration.start(expires, now);
}

bool StandbyFlows::stands(const Registration& registration) const {
  const auto chosen = context_.flows.chosen(registration.hop());
  return chosen && chosen->id == registration.flow().id;
}

StandbyFlows::Standby* StandbyFlows::of(const net::Uplink& uplink) {
  const auto it = std::find_if(all_.begin(), all_.end(),
                               [&](const Standby& s) { return s.uplink == uplink; });
  return it == all_.end() ? nullptr : &*it;
}

StandbyFlows::Standby* StandbyFlows::ready_from(const net::IpAddress& local) {
  const auto it = std::find_if(all_.begin(), all_.end(), [&](const Standby& s) {
    const auto& registration = *s.registration;
    return registration.registered() && stands(registration) &&
           registration.flow().local.address == local;
  });
  return it == all_.end() ? nullptr : &*it;
}

StandbyFlows::Standby* StandbyFlows::best_ready() {
  const auto it = std::find_if(all_.begin(), all_.end(), [&](const Standby& s) {
    return s.registration->registered() && stands(*s.registration);
  });
  return it == all_.end() ? nullptr : &*it;
}

void StandbyFlows::exchange(Registration& main, Standby& standby, const net::Uplink& before) {
  const auto ready = standby.registration->hop();
  standby.uplink = before;
  standby.registration->keep_to(before);
  context_.flows.hand_over(main.hop(), standby.registration->hop());
  context_.flows.hand_over(ready, main.hop());
  main.exchange_bindings(*standby.registration);
}

bool StandbyFlows::busy() const {
  return std::any_of(all_.begin(), all_.end(), [](const Standby& s) {
    return s.registration->wanted() || s.registration->busy();
  });
}

std::optional<TimePoint> StandbyFlows::next_deadline() const {
  std::optional<TimePoint> first;
  for (const auto& standby : all_) first = earlier_of(first, standby.registration->next_deadline());
  return first;
}

void StandbyFlows::on_timeout(TimePoint now) {
  for (auto& standby : all_) standby.registration->on_timeout(now);
}

}  // namespace godwit::ua
