// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/overloaded.h"
#include "roam/uplinks.h"
#include "ua/engine_state.h"

namespace godwit::ua {
namespace {

/// Where packets may leave by: what becomes of an address that nobody talks from beyond its link
/// changes nothing for a registrar.
struct WaysOut {
  std::set<std::pair<std::uint32_t, net::IpAddress>> addresses;
  std::vector<net::DefaultRoute> default_routes;
  std::vector<net::NameServer> name_servers;  // who could not be found may be found now

  bool operator==(const WaysOut&) const = default;
};

WaysOut ways_out(const net::NetworkSnapshot& snapshot) {
  WaysOut ways{.addresses = {}, .default_routes = snapshot.default_routes, .name_servers = snapshot.name_servers};
  for (const auto& interface : snapshot.interfaces) {
    if (!interface.up) continue;
    for (const auto& entry : interface.addresses) {
      const bool own_link = entry.address.family() == net::Family::v6 && entry.address.is_link_local();
      if (!entry.tentative && !own_link) ways.addresses.emplace(interface.index, entry.address);
    }
  }
  return ways;
}

}  // namespace

roam::InUse Engine::State::in_use() const {
  roam::InUse use;
  for (const auto& [id, account] : std::as_const(accounts)) {
    if (!account->registration.wanted()) continue;
    if (auto link = flows.link_of(account->identity.hop)) {
      // A call may have found the next way before the plan was made: the binding leads to where it was made from.
      const auto& registration = account->registration;
      const auto& bound = registration.flow().local.address;
      const bool at_old = registration.registered() && !registration.busy() && !seen.has_address(bound);
      if (at_old) link->local = bound;
      use.accounts.push_back({id, flows.with_nat64_forms(*std::move(link))});
    }
  }
  for (const auto& [id, call] : calls) {
    auto in_use = call->in_use();
    if (!in_use) continue;
    in_use->signalling = flows.with_nat64_forms(std::move(in_use->signalling));
    if (in_use->media) in_use->media = flows.with_nat64_forms(*std::move(in_use->media));
    use.calls.push_back(*std::move(in_use));
  }
  return use;
}

std::set<net::IpAddress> Engine::State::nat64_forms_in_use() const {
  std::set<net::IpAddress> forms;
  if (!flows.has_nat64()) return forms;
  const auto add = [&](const roam::Link& link) {
    for (const auto& address : link.remote_addresses) {
      if (flows.is_nat64_form(address)) forms.insert(address);
    }
  };
  const auto use = in_use();
  for (const auto& account : use.accounts) add(account.server);
  for (const auto& call : use.calls) {
    add(call.signalling);
    if (call.media) add(*call.media);
  }
  return forms;
}

// The prefix of a NAT64 is known only after the look at the network was taken, which found no way to IPv4.
void Engine::State::look_through_nat64() {
  for (const auto& form : nat64_forms_in_use()) {
    if (seen.routes.contains(form) || !nat64_asked.insert(form).second) continue;
    out.io(sip::LookUpRoute{form});
  }
}

void Engine::State::on_nat64_route(const sip::RouteFound& found, TimePoint now) {
  if (nat64_asked.erase(found.destination) == 0) return;
  seen.routes.emplace(found.destination, found.choice);
  if (nat64_asked.empty()) on_network({seen, seen_since}, now);
}

void Engine::State::on_network(const NetworkObserved& observed, TimePoint now) {
  // What is in use is read before dead sockets are closed: the plan has to know where it came from.
  const auto use = in_use();
  forget_silent_that_changed(observed.snapshot);
  seen = observed.snapshot;
  seen_since = observed.hinted_at;
  nat64_asked.clear();
  auto network = observed.snapshot;
  roam::lead_by_permitted_ways(network, options.network);
  roam::lead_around(network, silent);
  flows.hold_to_interfaces(!silent.empty());
  const bool changed = ways_out(network) != ways_out(roaming.latest());
  for (const auto flow : flows.on_network(network, now)) {
    streams.on_closed(flow);
    watch.forget(flow);
    transactions.on_flow_failed(flow, std::nullopt,
                                Error{Errc::no_network, "the local address is gone"}, now);
  }
  look_again_for_partings();
  perform(roaming.on_snapshot(network, use, observed.hinted_at, now), now);
  for (auto& [id, call] : calls) call->leave_what_is_gone(seen, now);
  for (auto& [id, account] : accounts) {
    if (flows.rebind(account->identity.hop)) account->registration.move(now);
  }
  drain_transactions(now);
  tend_all_standbys(now);
  pump_all(now);
  if (!changed) return;
  for (auto& [id, account] : accounts) {
    if (account->registrars) account->registrars->choice.on_network(now);
  }
  retry_waiting(Rests::kept, now);
  if (network.has_usable_address() && !network.default_routes.empty()) register_lost_accounts(now);
}

// Whose flow went with the network, and was forgotten by what tried to leave by it meanwhile, is in no plan.
void Engine::State::register_lost_accounts(TimePoint now) {
  for (auto& [id, account] : accounts) {
    const auto& hop = account->identity.hop;
    const auto& registration = account->registration;
    if (!registration.wanted() || !registration.registered() || registration.busy()) continue;
    if (flows.link_of(hop)) continue;
    flows.choose_again(hop);
    register_anew(*account, roaming.generation(), now);
  }
}

void Engine::State::perform(const roam::RoamRunner::Actions& actions, TimePoint now) {
  if (actions.empty()) return;
  std::set<CallId> touched;
  const Call::Change change{roaming.runner().change(), roaming.generation(), roaming.noticed()};
  for (const auto& action : actions) {
    std::visit(overloaded{[&](const roam::RoamRunner::Perform& step) {
                            if (const auto* s = std::get_if<roam::ParkCall>(&step.step)) {
                              touched.insert(s->call);
                            }
                            if (const auto* s = std::get_if<roam::RefreshTarget>(&step.step)) {
                              touched.insert(s->call);
                            }
                            out.log(LogLevel::debug, "roam", std::to_string(step.change.value),
                                    roam::to_string(step.step));
                            perform(step.step, {step.change, step.generation, roaming.noticed()},
                                    now);
                          },
                          [&](const roam::RoamRunner::Tell& t) { out.emit(t.event, now); }},
               action);
  }
  // What was parked and got no step goes on by the way it had.
  for (auto& [id, call] : calls) {
    const auto use = call->in_use();
    if (touched.contains(id) || !use) continue;
    const auto& local = use->media ? use->media->local : use->signalling.local;
    if (roaming.latest().has_address(local)) call->resume(change, now);
  }
}

void Engine::State::perform(const roam::Step& step, const Call::Change& change, TimePoint now) {
  std::visit(overloaded{[&](const roam::RefreshTarget& s) {
                          auto* call = find_call(s.call);
                          if (call == nullptr) return;
                          call->move(s, change, now);
                          const auto* account = find_account(call->account());
                          // Nothing is to be waited for.
                          const bool registers = account != nullptr && account->registration.wanted();
                          if (!registers) call->on_registration_ended(false, now);
                        },
                        [&](const roam::Register& s) {
                          auto* account = find_account(s.account);
                          if (account == nullptr) return;
                          if (carry_on_from(*account, s.to, change.generation, now)) return;
                          choose_server(*account, s.to);
                          register_anew(*account, change.generation, now);
                        },
                        [&](const roam::Probe& s) {
                          auto* account = find_account(s.account);
                          if (account == nullptr) return;
                          // The binding leads to a connection: another one would prove nothing of it.
                          if (has_lost_its_stream(account->registration)) {
                            return register_anew(*account, change.generation, now);
                          }
                          probes[s.account] = change.generation;
                          probe(s.account, now);
                        },
                        [&](const roam::ParkCall& s) {
                          if (auto* call = find_call(s.call)) call->park(change, now);
                        },
                        [&](const roam::ParkAccount&) {}},
             step);
}

void Engine::State::register_anew(Account& account, std::uint64_t generation, TimePoint now) {
  probes.erase(account.identity.id);
  registering[account.identity.id] = generation;
  account.registration.move(now);
}

bool Engine::State::has_lost_its_stream(const Registration& registration) const {
  const auto& flow = registration.flow();
  return flow.transport != net::Transport::udp && !flows.book().stream(flow.id);
}

// Calls keep the server that they have. Without any, the first choice gets another chance: that it
// failed is a matter of the network that was left (R17, RFC 8305 §4).
void Engine::State::choose_server(const Account& account, const roam::Judgement& way) {
  const auto& hop = account.identity.hop;
  const bool calling = std::any_of(calls.begin(), calls.end(), [&](const auto& entry) {
    return entry.second->account() == account.identity.id;
  });
  if (!calling && flows.fell_back(hop)) return flows.choose_again(hop);
  flows.steer(hop, way.source, way.destination);
}

// Any answer of the server shows that the flow carries; nothing is changed by asking.
void Engine::State::probe(AccountId id, TimePoint now) {
  auto* account = find_account(id);
  const bool under_way = std::any_of(owners.begin(), owners.end(), [&](const auto& entry) {
    const auto* owner = std::get_if<ProbeOwner>(&entry.second);
    return owner != nullptr && owner->account == id;
  });
  if (account == nullptr || under_way) return;
  const auto choice = flows.flow_to(account->identity.hop, now);
  const auto* flow = std::get_if<net::Flow>(&choice);
  if (flow == nullptr) return;
  auto from = account->identity.address_of_record;
  sip::set_parameter(from.parameters, "tag", context.random.token(8));
  auto request = start_request_to(account->identity.registrar, sip::Method::options, from,
                                  context.random.token(16), 1);
  lead_to_server(request, account->identity);
  request.add(sip::Field::user_agent, user_agent_text(options));
  context.send(std::move(request), *flow, ProbeOwner{id}, now);
}

void Engine::State::on_probed(AccountId id, bool answered, TimePoint now) {
  if (answered) leave_suspected(id, now);
  const auto it = probes.find(id);
  auto* account = find_account(id);
  if (it == probes.end() || account == nullptr) return;
  const auto generation = it->second;
  probes.erase(it);
  // The socket may have come back at another port: then the binding leads nowhere, though all is well.
  const auto flow = flows.chosen(account->identity.hop);
  const bool same = flow && flow->local == account->registration.flow().local;
  if (!answered || !same) return register_anew(*account, generation, now);
  if (const auto link = flows.link_of(account->identity.hop)) roaming.on_proven(link->local);
  tell(roaming.runner().on_step_ended(generation, "account " + std::to_string(id.value),
                                      StepStatus::done, "the old flow still carries", now),
       now);
}

// A call that had no way of its own left when the network came back was in no plan: its account has one now.
void Engine::State::lead_parked_calls(AccountId account, TimePoint now) {
  const Call::Change change{roaming.runner().change(), roaming.generation(), roaming.noticed()};
  for (auto& [id, call] : calls) {
    if (call->account() != account || !call->parked()) continue;
    auto use = call->in_use();
    if (!use) continue;
    roam::InUse in_use;
    in_use.calls.push_back(*std::move(use));
    const auto plan = roam::plan_roam({}, roaming.latest(), in_use, {}, options.network);
    const auto is_parked = [](const roam::Step& step) { return std::holds_alternative<roam::ParkCall>(step); };
    if (std::any_of(plan.steps.begin(), plan.steps.end(), is_parked)) continue;
    for (const auto& step : plan.steps) perform(step, change, now);
    if (plan.steps.empty()) call->resume(change, now);
  }
}

void Engine::State::collect_outcomes(TimePoint now) {
  for (auto* account : accounts.touched()) {
    const auto id = account->identity.id;
    if (account->registration.take_reconnected()) {
      for (auto& [call_id, call] : calls) {
        if (call->account() == id) call->tell_other_port(now);
      }
    }
    const auto outcome = account->registration.take_outcome();
    if (!outcome) continue;
    const bool registered = outcome->status == StepStatus::done;
    if (const auto link = flows.link_of(account->identity.hop); link && registered) {
      roaming.on_proven(link->local);
    }
    for (auto& [call_id, call] : calls) {
      if (call->account() == id) call->on_registration_ended(registered, now);
    }
    if (registered) lead_parked_calls(id, now);
    tell(roaming.runner().on_step_ended(registering[id], "account " + std::to_string(id.value),
                                        outcome->status, outcome->detail, now),
         now);
  }
  for (auto* call : calls.touched()) {
    if (const auto outcome = call->take_outcome()) {
      tell(roaming.runner().on_step_ended(outcome->generation,
                                          "call " + std::to_string(call->id().value),
                                          outcome->status, outcome->detail, now),
           now);
    }
  }
}

void Engine::State::tell(const roam::RoamRunner::Actions& actions, TimePoint now) {
  for (const auto& action : actions) {
    if (const auto* told = std::get_if<roam::RoamRunner::Tell>(&action)) out.emit(told->event, now);
  }
}

}  // namespace godwit::ua
