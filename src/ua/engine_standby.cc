// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "roam/uplinks.h"
#include "ua/engine_state.h"

// Flows that are kept ready beside those that carry (RFC 5626).

namespace godwit::ua {
namespace {

// The families that a server is known by, the one in use first.
std::vector<net::Family> families_of(const roam::Link& server) {
  std::vector<net::Family> families{server.remote.family()};
  const bool both = std::any_of(
      server.remote_addresses.begin(), server.remote_addresses.end(),
      [&](const net::IpAddress& address) { return address.family() != families.front(); });
  if (both) {
    families.push_back(families.front() == net::Family::v4 ? net::Family::v6 : net::Family::v4);
  }
  return families;
}

// Where the user has bound the account, there is one way.
bool is_bound(const BindOptions& bind) {
  return bind.choose || !bind.interface.empty() || !bind.address.empty();
}

// The system has not been asked again since: what is in use goes where it led then.
NetworkObserved look_again(const net::NetworkSnapshot& seen, const roam::InUse& use,
                           TimePoint now) {
  NetworkObserved again{seen, now};
  const auto add = [&](const roam::Link& link) {
    const auto name = seen.interface_of(link.local);
    for (const auto& interface : seen.interfaces) {
      if (interface.name != name) continue;
      again.snapshot.routes.try_emplace(link.remote, net::RouteChoice{link.local, interface.index});
    }
  };
  for (const auto& account : use.accounts) add(account.server);
  for (const auto& call : use.calls) {
    add(call.signalling);
    if (call.media) add(*call.media);
  }
  return again;
}

}  // namespace

void Engine::State::tend_touched_standbys(TimePoint now) {
  for (auto* account : accounts.touched()) tend_standbys(*account, now);
  if (!silent.empty() && hear_again()) on_network(look_again(seen, in_use(), now), now);
}

void Engine::State::tend_all_standbys(TimePoint now) {
  std::vector<AccountId> concerned;
  for (const auto& [id, account] : std::as_const(accounts)) {
    if (account->registration.outbound() || !account->standby.empty()) concerned.push_back(id);
  }
  for (const auto id : concerned) tend_standbys(*find_account(id), now);
}

void Engine::State::tend_standbys(Account& account, TimePoint now) {
  auto& main = account.registration;
  const auto& network = roaming.latest();
  const auto server = flows.link_of(account.identity.hop);
  const bool may = options.network.warm_standby && main.wanted() && main.outbound() &&
                   !is_bound(flows.bind_of(account.identity.id));
  if (!may || !server) return account.standby.stop(now);
  if (main.registered()) {
    const auto carrying = roam::uplink_of(main.flow().local.address, network);
    if (carrying) account.carrying = *carrying;
  }
  std::vector<net::Uplink> alive;
  for (const auto& standby : account.standby.all()) {
    if (roam::address_of(standby.uplink, network)) alive.push_back(standby.uplink);
  }
  auto warm = roam::warm_uplinks(network, options.network, families_of(*server), account.carrying);
  if (warm.size() > StandbyFlows::kMost) warm.resize(StandbyFlows::kMost);
  // Nothing new is begun while nothing carries, or who carries is on the move, perhaps there; what there is may
  // be all that is left.
  const bool carried = main.registered() && !main.busy();
  if (!carried) {
    std::erase_if(warm, [&](const net::Uplink& uplink) {
      return account.standby.of(uplink) == nullptr;
    });
  }
  account.standby.want(warm, alive, main.expires(), now);
  if (carried && flows.chosen(main.hop())) account.standby.clean_up(now);
}

void Engine::State::carry_on(Account& account, StandbyFlows::Standby& ready, TimePoint now) {
  const auto uplink = ready.uplink;
  out.log(LogLevel::info, "registration", std::to_string(account.identity.id.value),
          "goes on by " + to_string(uplink) + ", which stood ready");
  account.standby.exchange(account.registration, ready, account.carrying);
  account.carrying = uplink;
  account.registration.carry_on(now);
}

bool Engine::State::carry_on_from(Account& account, const roam::Judgement& to,
                                  std::uint64_t generation, TimePoint now) {
  const auto uplink = roam::uplink_of(to.source, roaming.latest());
  if (!uplink || account.standby.empty() || *uplink == account.carrying) return false;
  probes.erase(account.identity.id);
  registering[account.identity.id] = generation;
  if (auto* ready = account.standby.ready_from(to.source)) {
    carry_on(account, *ready, now);
    return true;
  }
  // What is left there of an earlier time is replaced, by its reg-id, and the flow that carries now stands by.
  if (auto* resting = account.standby.of(*uplink)) {
    account.standby.exchange(account.registration, *resting, account.carrying);
    account.carrying = *uplink;
  }
  return false;
}

void Engine::State::on_flow_lost(Account& account, net::FlowId flow, TimePoint now) {
  auto& main = account.registration;
  if (main.registered() && main.flow().id == flow) {
    if (auto* ready = account.standby.best_ready()) carry_on(account, *ready, now);
  }
  for (auto* registration : account.registrations()) registration->on_flow_lost(flow, now);
}

void Engine::State::suspect(const std::vector<std::pair<AccountId, net::Uplink>>& carried,
                            TimePoint now) {
  bool asked = false;
  for (const auto& [id, uplink] : carried) {
    auto* account = find_account(id);
    if (account == nullptr || account->carrying == uplink) continue;
    account->suspected = uplink;
    // They had one flow, and one answer tells of all.
    if (!std::exchange(asked, true)) probe(id, now);
  }
}

void Engine::State::leave_suspected(AccountId id, TimePoint now) {
  auto* account = find_account(id);
  if (account == nullptr || !account->suspected) return;
  const auto left = *std::exchange(account->suspected, std::nullopt);
  const auto& carrying = account->carrying;
  if (left == carrying || left.family != carrying.family) return;
  out.log(LogLevel::info, "roam", std::to_string(id.value),
          "nothing comes by " + to_string(left) + ", " + to_string(carrying) + " is used instead");
  silent.erase(carrying);
  silent[left] = carrying;
  on_network(look_again(seen, in_use(), now), now);
}

bool Engine::State::hear_again() {
  return std::erase_if(silent, [&](const auto& entry) {
           const auto address = roam::address_of(entry.first, seen);
           const auto touched = accounts.touched();
           return address && std::any_of(touched.begin(), touched.end(), [&](Account* account) {
                    const auto* ready = account->standby.ready_from(*address);
                    return ready != nullptr && !ready->registration->busy();
                  });
         }) > 0;
}

// What comes anew is given another chance; what is to carry instead has to be there.
void Engine::State::forget_silent_that_changed(const net::NetworkSnapshot& network) {
  std::erase_if(silent, [&](const auto& entry) {
    return roam::address_of(entry.first, network) != roam::address_of(entry.first, seen) ||
           !roam::address_of(entry.second, network);
  });
}

}  // namespace godwit::ua
